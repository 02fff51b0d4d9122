// SPDX-License-Identifier: BSD-3-Clause
// Residuals as a term of the jet engine: which channels, which variables, which program.
#pragma once
#include "gpu/jet/engine.h"
#include "plugins/pinn/problem/expression.h"

namespace orrery::pinn {

// The residuals' term, for unknowns in the order of the network's outputs. Derivatives of first and second order that
// appear with constant factors alone are carried as one collapsed channel where that makes channels fewer: dt(u) +
// u*dx(u) - nu*dxx(u) needs u, u_x and dt(u) - nu*dxx(u). Throws Error for nonlocal operators, which are no
// derivatives, and for orders beyond jet::max_order.
jet::Term residual_term(std::span<const Expression> residuals, int unknowns, int coordinates, int extra = 0,
                        bool collapse = true);

// The same for an engine on tensors, with derivatives of any order and no channels.
jet::Term tensor_term(std::span<const Expression> residuals, int coordinates, int extra = 0);

} // namespace orrery::pinn
