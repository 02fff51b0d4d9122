// SPDX-License-Identifier: BSD-3-Clause
// A recipe: projects/NAME/recipe.toml, the runs to make and the numbers they are expected to give.
#pragma once
#include "core/api.h"
#include "core/error.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

// What a metric of a run must be: near a value, or between bounds.
struct Expectation {
    std::string metric;
    std::optional<double> value; // within `tolerance` (absolute)
    double tolerance = 0;
    std::optional<double> min, max;

    // "0.2871 ± 5e-11" or "at most 1e-05".
    ORRERY_API std::string words() const;
    ORRERY_API bool holds(double seen) const; // NaN never does
};

struct RecipeRun {
    std::string name, experiment;
    nlohmann::json parameters = nlohmann::json::object(); // not yet checked against the experiment's schema
    std::uint64_t seed = 0;
    std::vector<Expectation> expected;
    std::vector<std::string> pictures; // artifacts (fields) to show when the recipe is played
};

struct ORRERY_API Recipe {
    std::string name, title, text;
    std::filesystem::path file;
    std::vector<RecipeRun> runs;

    // `path` is the recipe's folder or file. Throws Error (ExitCode::usage) that names file, line and what is accepted.
    // A parameter given as {file = "..."} is a path relative to the recipe.
    static Recipe read(const std::filesystem::path& path);
    // $XDG_DATA_HOME/orrery/NAME.orrery, where it is played if no project is given.
    std::filesystem::path default_project() const;
};

} // namespace orrery
