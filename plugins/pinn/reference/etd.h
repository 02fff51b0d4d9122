// SPDX-License-Identifier: BSD-3-Clause
// Coefficients of ETDRK4 for a linear rate: Kassam and Trefethen, SIAM J. Sci. Comput. 26 (2005), section 2.
#pragma once

#include <complex>

namespace orrery::pinn {

template <class Number>
struct EtdCoefficientsOf {
    Number q = 0;                  // h (e^{z/2} - 1)/z
    Number f1 = 0, f2 = 0, f3 = 0; // of N(v), N(a) + N(b) (to be doubled), N(c)
};
using EtdCoefficients = EtdCoefficientsOf<double>;

// z = h times the linear rate (<= 0 here), real. Means over 32 points of the upper half of a unit circle about z, which
// avoids the cancellation of the closed forms near z = 0.
EtdCoefficients etd_coefficients(double z, double h);

// The same for any z with real part below 700 (waves have imaginary ones): power series where |z| < 2, else the closed
// forms.
EtdCoefficientsOf<std::complex<double>> etd_coefficients(std::complex<double> z, double h);

} // namespace orrery::pinn
