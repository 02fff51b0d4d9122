// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/etd.h"

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

namespace {

// phi_m(z) = sum_j z^j / (j + m)!
std::complex<double> phi(int m, std::complex<double> z) {
    std::complex<double> term = 1, sum = 0;
    for (int j = 2; j <= m; ++j) term /= j;
    for (int j = 1; j <= 30; ++j) {
        sum += term;
        term *= z / static_cast<double>(j + m);
    }
    return sum;
}

} // namespace

EtdCoefficientsOf<std::complex<double>> etd_coefficients(std::complex<double> z, double h) {
    if (std::abs(z) < 2) {
        const std::complex<double> one = phi(1, z), two = phi(2, z), three = phi(3, z);
        return {h / 2 * phi(1, z / 2.0), h * (one - 3.0 * two + 4.0 * three), h * (two - 2.0 * three),
                h * (4.0 * three - two)};
    }
    const std::complex<double> e = std::exp(z), cube = z * z * z;
    return {h * (std::exp(z / 2.0) - 1.0) / z, h * (-4.0 - z + e * (4.0 - 3.0 * z + z * z)) / cube,
            h * (2.0 + z + e * (z - 2.0)) / cube, h * (-4.0 - 3.0 * z - z * z + e * (4.0 - z)) / cube};
}

} // namespace orrery::pinn
