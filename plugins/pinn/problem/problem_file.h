// SPDX-License-Identifier: BSD-3-Clause
// Problems as TOML files: read with every mistake told at once, and written.
#pragma once
#include "core/error.h"
#include "plugins/pinn/problem/problem.h"

namespace orrery::pinn {

struct ProblemFile {
    Problem problem;
    Reference reference;
};

// The file's text; `label` stands for it in messages, data files lie in `folder`. Adds every problem found, with table,
// key and line, and returns nothing if there is one.
//   [problem]     name, unknowns = ["u", ...]
//   [domain]      coordinate = [low, high]; numbers, or texts like "2*pi"; t is time
//   [parameters]  name = number, or a text like "0.01/pi"
//   [equations]   name = "expression that is zero"
//   [conditions]  name = { at = "t = 0" or a list of places, u = "expression", weight = 1.0, hard = false }
//                 name = { at = ..., "dx(u) + 2*u" = "1" }
//                 name = { periodic = "x" or a list }
//                 name = { data = "measured.csv", weight = 1.0 }, columns named as coordinates and unknowns
//   [reference]   u = "expression", or file = "solution.npz" (.npy, .csv)
std::optional<ProblemFile> check_problem(std::string_view text, const std::filesystem::path& folder,
                                         std::string_view label, Problems& problems);
// The same; throws one Error (usage) that tells all problems.
ProblemFile parse_problem(std::string_view text, const std::filesystem::path& folder, std::string_view label);
// The file's; throws Error too if it can't be read or has more than 1 MiB.
ProblemFile read_problem(const std::filesystem::path& file);

// A text that parse_problem reads as the same problem.
std::string to_toml(const Problem& problem, const Reference& reference = {});

} // namespace orrery::pinn
