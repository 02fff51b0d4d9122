// SPDX-License-Identifier: BSD-3-Clause
// Gauss-Legendre quadrature.
#pragma once
#include <vector>

namespace orrery::pinn::training {

struct Quadrature {
    std::vector<double> points, weights;
};

// n points on [a, b]: exact for polynomials of degree 2n - 1.
Quadrature gauss_legendre(int n, double a, double b);
// The same on each of `panels` equal parts.
Quadrature gauss_legendre_panels(int n, int panels, double a, double b);

} // namespace orrery::pinn::training
