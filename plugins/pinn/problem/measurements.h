// SPDX-License-Identifier: BSD-3-Clause
// Reads the measured values of a data condition.
#pragma once
#include "plugins/pinn/problem/problem.h"

namespace orrery::pinn {

// A table with a column for each coordinate and at least one unknown. Throws Error: no such file, more than 64 MiB, a
// column of another name or missing, no rows, a cell that is no finite number, a point outside the domain (line named).
Measurements read_measurements(const std::filesystem::path& file, const Problem& problem);

} // namespace orrery::pinn
