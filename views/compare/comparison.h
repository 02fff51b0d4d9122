// SPDX-License-Identifier: GPL-3.0-or-later
// What the view of compared runs shows: the core's differences, and which way each metric is better.
#pragma once
#include "core/compare.h"
#include "core/experiment.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orrery::gui {

struct Comparison {
    RunComparison differences;
    std::map<std::string, Declaration> declarations; // by experiment; their metrics say what is better
};

// Of two or more runs by their ids; reads the project. Throws Error.
Comparison make_comparison(const Project& project, const std::vector<std::string>& runs);

// Indices of the runs whose value is the best: the lowest or the highest. None if fewer than two have a value or all
// that have one are the same; NaN is never the best, and an infinite number may be.
std::vector<std::size_t> best_of(const std::vector<std::optional<double>>& values, bool lower_is_better);

} // namespace orrery::gui
