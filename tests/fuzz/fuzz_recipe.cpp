// SPDX-License-Identifier: BSD-3-Clause
// recipe.toml: what is accepted has runs with names, and numbers that can be met.
#include "core/recipe.h"
#include "tests/fuzz/input_file.h"
#include "tests/fuzz/sample_schema.h"

#include <cmath>
#include <set>

using namespace orrery;

namespace {

void check(const Expectation& e) {
    fuzz::expect(!e.metric.empty() && !e.words().empty(), "an expectation says what it expects of which metric");
    fuzz::expect(!e.holds(std::nan("")), "NaN meets no expectation");
    fuzz::expect((e.value && e.holds(*e.value)) || (e.min && e.holds(*e.min)) || (e.max && e.holds(*e.max)),
                 "an expectation can be met");
}

} // namespace

FUZZ_TARGET(recipe) {
    static const fuzz::InputFile file("recipe.toml");
    const auto& path = file.write(fuzz::text_of_bytes(bytes));
    fuzz::taken(bytes, [&] {
        const auto recipe = Recipe::read(path);
        fuzz::expect(!recipe.name.empty() && !recipe.runs.empty(), "a recipe has a name and a run");
        fuzz::expect(recipe.default_project().filename() == recipe.name + ".orrery", "its name is a file's name");
        std::set<std::string> names;
        for (const auto& run : recipe.runs) {
            fuzz::expect(!run.name.empty() && !run.experiment.empty(), "a run has a name and an experiment");
            fuzz::expect(names.insert(run.name).second, "no two runs have one name");
            for (const auto& e : run.expected) check(e);
            Problems problems;
            fuzz::sample_schema().parse(run.parameters, problems);
            fuzz::expect_sentences(problems, bytes.size());
        }
    });
}
