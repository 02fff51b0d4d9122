// SPDX-License-Identifier: BSD-3-Clause
// Steady flow in a square cavity under a smooth lid, by a Galerkin method of high order for the streamfunction.
#pragma once
#include "plugins/pinn/reference/solution.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace orrery::pinn {

// u . grad u + grad p = nu Laplacian u and div u = 0 on [0, 1]^2, u = 16 x^2 (1 - x)^2 and v = 0 on y = 1, at rest on
// the other walls; p has mean 0. With u = psi_y, v = -psi_x:
//     nu Laplacian^2 psi = psi_y Laplacian psi_x - psi_x Laplacian psi_y.
// psi is the sum of 16 x^2 (1 - x)^2 y^2 (y - 1), which has the boundary values, and of products of polynomials that
// vanish with their slopes at the ends (J. Shen, SIAM J. Sci. Comput. 15, 1994, section 3.2); Galerkin's method,
//     int nu Laplacian psi Laplacian phi + Laplacian psi (psi_y phi_x - psi_x phi_y) = 0   for all such phi,
// integrals exact by Gauss quadrature, Newton's method. It suffers less than collocation from the weak singularities of
// the corners.
class CavityFlow {
public:
    // n: polynomial degree in each coordinate, even. Throws Error unless nu > 0 and Newton's method converges. Dense: a
    // matrix of (n - 3)^2 rows.
    CavityFlow(double nu, std::int64_t n);

    // Each [points] of float64: the derivative d^a/dx^a d^b/dy^b of psi (u = 0, 1; v = -(1, 0)), and p.
    at::Tensor streamfunction(const at::Tensor& x, const at::Tensor& y, int a = 0, int b = 0) const;
    at::Tensor pressure(const at::Tensor& x, const at::Tensor& y) const;

private:
    at::Tensor basis(const at::Tensor& x, int m) const;
    at::Tensor on_grid(const at::Tensor& x, const at::Tensor& y, int a, int b) const;
    void solve(double nu);
    void integrate_pressure(double nu);

    std::int64_t n_ = 0;
    at::Tensor coefficients_; // [n - 3, n - 3] of psi without the lid's part
    at::Tensor nodes_;        // [n + 1]: Chebyshev points of [0, 1]
    at::Tensor pressure_;     // [n + 1, n + 1] there
};

// Coordinates x, y; unknowns u, v, p. The accuracy, of u and v on 129^2 points, is estimated by a coarser grid.
std::unique_ptr<Solution> cavity_solution(double nu);

} // namespace orrery::pinn
