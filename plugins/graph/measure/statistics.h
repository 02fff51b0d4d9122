// SPDX-License-Identifier: BSD-3-Clause
// Means and spreads of what experiments measured, and the function that Student's t distribution is made of.
#pragma once
#include <span>

namespace orrery::graph {

double mean_of(std::span<const double> values);      // NaN of none
double deviation_of(std::span<const double> values); // of a sample, n - 1; 0 of fewer than two

// The regularised incomplete beta function I_x(a, b) for a, b > 0; x outside [0, 1] counts as its nearer end.
double incomplete_beta(double a, double b, double x);

} // namespace orrery::graph
