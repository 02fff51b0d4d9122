// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/etd.h"

#include <complex>
#include <numbers>

namespace orrery::pinn {

EtdCoefficients etd_coefficients(double z, double h) {
    constexpr int points = 32;
    EtdCoefficients sum;
    for (int j = 0; j < points; ++j) {
        const std::complex<double> r = z + std::polar(1.0, std::numbers::pi * (j + 0.5) / points);
        const std::complex<double> e = std::exp(r), cube = r * r * r;
        sum.q += ((std::exp(r / 2.0) - 1.0) / r).real();
        sum.f1 += ((-4.0 - r + e * (4.0 - 3.0 * r + r * r)) / cube).real();
        sum.f2 += ((2.0 + r + e * (r - 2.0)) / cube).real();
        sum.f3 += ((-4.0 - 3.0 * r - r * r + e * (4.0 - r)) / cube).real();
    }
    return {h * sum.q / points, h * sum.f1 / points, h * sum.f2 / points, h * sum.f3 / points};
}

} // namespace orrery::pinn
