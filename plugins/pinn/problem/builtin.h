// SPDX-License-Identifier: BSD-3-Clause
// The problems that are built in: the files of builtin/.
#pragma once
#include "plugins/pinn/problem/problem_file.h"

namespace orrery::pinn {

const std::vector<std::string>& builtin_names(); // sorted
bool is_builtin(std::string_view name);
// The problem file's text. Throws Error (usage) that suggests the nearest name.
std::string_view builtin_text(std::string_view name);
// A built-in by its name, or a file: anything that has a dot or a slash.
ProblemFile problem_named(const std::string& name_or_file);

} // namespace orrery::pinn
