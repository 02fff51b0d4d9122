// SPDX-License-Identifier: BSD-3-Clause
// Whether a problem that can be read says enough to be solved.
#pragma once
#include "plugins/pinn/problem/problem.h"

namespace orrery::pinn {

// A sentence for each thing that is missing: conditions, equations, periodicity that nonlocal operators need.
std::vector<std::string> missing_in(const Problem& problem);

// What is worth knowing of a problem that can be solved: unknowns determined up to a constant, a condition at one end
// where usually there are two.
std::vector<std::string> remarks_on(const Problem& problem);

} // namespace orrery::pinn
