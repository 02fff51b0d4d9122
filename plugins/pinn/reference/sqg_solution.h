// SPDX-License-Identifier: BSD-3-Clause
// The solution of critical SQG from sin x sin y + cos y at any points, by the solver of sqg_solver.h.
#pragma once
#include "plugins/pinn/reference/solution.h"

namespace orrery::pinn {

// Coordinates x, y, t; unknown theta. Throws Error unless kappa >= 0 and the solution is resolved up to `final_time`.
std::unique_ptr<Solution> sqg_solution(double kappa, double final_time);

} // namespace orrery::pinn
