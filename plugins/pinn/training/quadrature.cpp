// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/quadrature.h"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace orrery::pinn::training {

Quadrature gauss_legendre(int n, double a, double b) {
    Quadrature rule;
    rule.points.resize(static_cast<std::size_t>(n));
    rule.weights.resize(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) {
        double x = -std::cos(std::numbers::pi * (i + 0.75) / (n + 0.5)), slope = 1;
        for (int step = 0; step < 100; ++step) { // Newton on the Legendre polynomial by its three-term recurrence
            double p0 = 1, p1 = x;
            for (int k = 2; k <= n; ++k) {
                const double p2 = ((2.0 * k - 1) * x * p1 - (k - 1.0) * p0) / k;
                p0 = p1;
                p1 = p2;
            }
            slope = n * (x * p1 - p0) / (x * x - 1);
            const double change = p1 / slope;
            x -= change;
            if (std::abs(change) < 1e-15) break;
        }
        rule.points[static_cast<std::size_t>(i)] = a + (b - a) * (x + 1) / 2;
        rule.weights[static_cast<std::size_t>(i)] = (b - a) / ((1 - x * x) * slope * slope);
    }
    return rule;
}

Quadrature gauss_legendre_panels(int n, int panels, double a, double b) {
    Quadrature rule;
    for (int p = 0; p < panels; ++p) {
        const Quadrature part = gauss_legendre(n, a + (b - a) * p / panels, a + (b - a) * (p + 1) / panels);
        rule.points.insert(rule.points.end(), part.points.begin(), part.points.end());
        rule.weights.insert(rule.weights.end(), part.weights.begin(), part.weights.end());
    }
    return rule;
}

} // namespace orrery::pinn::training
