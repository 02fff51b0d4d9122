// SPDX-License-Identifier: BSD-3-Clause
#include "core/recipe.h"

#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <cmath>
#include <fstream>
#include <limits>

namespace fs = std::filesystem;
using namespace orrery;

namespace {
const std::string good = R"(name = "sample"
title = "A sample"
[[run]]
name = "first"
experiment = "sample.count"
seed = 3
parameters = { steps = 5, pause = 0.5, end = "done", odd = { file = "x.txt" } }
expect = [ { metric = "count", value = 4, tolerance = 0 }, { metric = "count", max = 10 } ]
)";

Recipe recipe_of(const std::string& text) {
    const ScratchFolder scratch;
    std::ofstream(scratch.path() / "recipe.toml") << text;
    return Recipe::read(scratch.path());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
}
} // namespace

TEST_CASE("a recipe tells its runs, parameters and expected numbers", "[core]") {
    const auto recipe = recipe_of(good);
    REQUIRE(recipe.runs.size() == 1);
    const auto& run = recipe.runs[0];
    CHECK(run.seed == 3);
    CHECK(run.parameters.at("steps") == 5);
    CHECK(run.parameters.at("pause") == 0.5);
    CHECK(fs::path(run.parameters.at("odd").get<std::string>()).filename() == "x.txt");
    REQUIRE(run.expected.size() == 2);
    CHECK(run.expected[0].holds(4));
    CHECK_FALSE(run.expected[0].holds(4.001));
    CHECK(run.expected[1].holds(10));
    CHECK_FALSE(run.expected[1].holds(std::numeric_limits<double>::quiet_NaN()));
}

TEST_CASE("what is wrong with a recipe is named with its line", "[core][P9]") {
    const auto fails = [](const std::string& text, const std::string& part) {
        try {
            recipe_of(text);
            FAIL("accepted: " + part);
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::usage);
            CHECK_THAT(error.what() + std::string(" | ") + error.hint(), contains_text(part));
        }
    };
    fails(replaced(good, "title", "titel"), "did you mean 'title'");
    fails(replaced(good, "experiment", "experimant"), "line 5");
    fails(replaced(good, "value = 4, tolerance = 0", "value = 4"), "tolerance");
    fails(replaced(good, "seed = 3", "seed = -3"), "seed");
    fails(replaced(good, "seed = 3", "seed = 1e30"), "seed");
    fails(replaced(good, "tolerance = 0 }", "tolerance = -1 }"), "tolerance");
    fails(replaced(good, "max = 10", "min = 11, max = 10"), "'min'");
    fails(replaced(good, "max = 10", "min = nan"), "'min'");
    fails(replaced(good, "value = 4,", "value = inf,"), "'value' must be finite");
    fails(replaced(good, "value = 4,", "value = 4, min = 5,"), "between");
    fails(replaced(good, "seed = 3", "seed = 3\npictures = [3]"), "pictures");
    fails(replaced(good, "\"sample.count\"", "\"\""), "'experiment' is empty");
    fails(replaced(good, "steps = 5", "steps = [5]"), "steps");
    fails(replaced(good, "\"sample\"", "\"../sample\""), "name");
    fails(good + good.substr(good.find("[[run]]")), "two runs");
    fails("name = \"x\"\ntitle = ", "line 2");
    fails("name = \"x\"\ntitle = \"y\"\n", "no [[run]]");
    CHECK_THROWS_AS(Recipe::read("/nowhere"), Error);
}

TEST_CASE("the recipes of this project can be read", "[core]") {
    CHECK(fs::exists(fs::path(SOURCE_FOLDER) / "projects/critical-sqg/recipe.toml"));
    for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_FOLDER) / "projects")) {
        INFO(entry.path());
        if (!fs::exists(entry.path() / "recipe.toml")) continue; // scripts
        const auto recipe = Recipe::read(entry.path());
        CHECK(recipe.name == entry.path().filename());
        CHECK_FALSE(recipe.runs.empty());
    }
}
