// SPDX-License-Identifier: BSD-3-Clause
// Rank correlations of what experiments measured.
#pragma once
#include <span>

namespace orrery::graph::augment {

struct Correlation {
    double rho = 0;     // NaN where one side is constant, or there are fewer than three
    double p_value = 1; // two-sided
};
// Spearman's rank correlation, ties by their mean rank; p by Student's t = rho sqrt((n - 2) / (1 - rho^2)) with n - 2
// degrees of freedom.
Correlation spearman(std::span<const double> a, std::span<const double> b);

} // namespace orrery::graph::augment
