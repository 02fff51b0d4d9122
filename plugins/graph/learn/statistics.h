// SPDX-License-Identifier: BSD-3-Clause
// What can be said of differences between trainings: confidence intervals and tests.
#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace orrery::graph::learn {

struct Estimate {                    // of a mean
    double value = 0, deviation = 0; // of the sample, divided by n - 1; NaN of a single value
    double low = 0, high = 0;        // 95 % confidence interval by Student's t; NaN of a single value
};
Estimate estimate_of(std::span<const double> values);

// The t with P(|T| <= t) = confidence for so many degrees of freedom.
double student_quantile(double confidence, double degrees);

// Wilcoxon's signed-rank test of paired differences, two-sided (Wilcoxon, Biometrics Bulletin 1, 1945). Zeros are left
// out, equal magnitudes share their mean rank. The p-value is chosen as scipy.stats.wilcoxon does: exact for up to 50
// differences without zeros and ties; with them, over all signs of the ranks for up to 13; else by the normal
// approximation, corrected for ties but not for continuity.
struct SignedRank {
    double statistic = 0; // the smaller of the two sums of ranks
    double p = 1;
    bool exact = true;
};
SignedRank wilcoxon(std::span<const double> differences);

// Whether two samples differ in their mean: p-value of the two-sided permutation test, (1 + as extreme) / (1 + draws)
// with the labels of the pooled sample drawn anew each time (Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010).
double permutation_p(std::span<const double> a, std::span<const double> b, int draws, std::uint64_t seed);

// "p = 0.003", "p < 0.0001".
std::string p_text(double p);

} // namespace orrery::graph::learn
