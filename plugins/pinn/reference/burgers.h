// SPDX-License-Identifier: BSD-3-Clause
// Burgers' equation from a sine by the Cole-Hopf formula.
#pragma once
#include "plugins/pinn/reference/solution.h"

namespace orrery::pinn {

// u(x, t) of u_t + u u_x = nu u_xx, u(x, 0) = -sin(pi x): J. D. Cole, Quart. Appl. Math. 9 (1951); E. Hopf, Comm. Pure
// Appl. Math. 3 (1950):
//     u = -int sin(pi y) w(y) dy / int w(y) dy,   w(y) = exp(-cos(pi y)/(2 pi nu) - (x - y)^2/(4 nu t)).
// Both integrals by the trapezoidal rule, which converges exponentially here; `density` nodes per smallest width of w.
double burgers_value(double x, double t, double nu, double density = 3);

// Throws Error unless nu > 0 and the integrals need at most 100,000 nodes.
std::unique_ptr<Solution> burgers_solution(double nu, double final_time);

} // namespace orrery::pinn
