// SPDX-License-Identifier: BSD-3-Clause
// Values of scipy 1.17.1: stats.wilcoxon(d), stats.t.ppf, stats.t.interval.
#include "plugins/graph/learn/statistics.h"
#include "tests/catch.h"

#include <cmath>
#include <vector>

using namespace orrery::graph::learn;

namespace {

void check_wilcoxon(const std::vector<double>& differences, double statistic, double p, bool exact) {
    const SignedRank result = wilcoxon(differences);
    CHECK(result.statistic == statistic);
    CHECK(result.p == Approx(p).epsilon(1e-12));
    CHECK(result.exact == exact);
}

} // namespace

TEST_CASE("the signed-rank test gives SciPy's values", "[graph]") {
    check_wilcoxon({1.5, -0.5, 2.25, 3.0, -1.0, 0.75}, 4, 0.21875, true);
    check_wilcoxon({6, 8, 14, 16, 23, 24, 28, 29, 41, -48}, 10, 0.083984375, true);
    check_wilcoxon({-1, -2, -3, -4, -5}, 0, 0.0625, true);
    check_wilcoxon({0.3}, 0, 1, true);
}

TEST_CASE("ties and zeros are treated as SciPy treats them", "[graph]") {
    check_wilcoxon({0.05, 0.05, -0.05, 0.1, 0.1, 0.15, -0.1, 0.05, 0.2, 0.25}, 8.5, 0.060546875, true);
    check_wilcoxon({0, 0.1, 0.2, -0.1, 0, 0.3, 0.3, 0.1}, 2, 0.125, true);
    check_wilcoxon({1, 1, 2, 2, -1, 3, 3, -2, 4, 4, 5, 5, -1, 1}, 13, 0.012548657691718852, false);
    check_wilcoxon({0, 0, 1, 2, 3, 4, 5, 6, 7, 8, -9, 10, -11, 12, 13, 14}, 20, 0.04132685891250041, false);
    check_wilcoxon({0, 0, 0, 0}, 0, 1, true);
    check_wilcoxon({}, 0, 1, true);
}

TEST_CASE("many differences are tested by the normal approximation", "[graph]") {
    std::vector<double> many;
    for (int i = 0; i < 60; ++i) many.push_back(((i * 37) % 61 - 20) / 10.0);
    check_wilcoxon(many, 393.5, 0.00020719277993727923, false);
}

TEST_CASE("confidence intervals are Student's", "[graph]") {
    CHECK(student_quantile(0.95, 9) == Approx(2.262157162798205).epsilon(1e-12));
    CHECK(student_quantile(0.95, 29) == Approx(2.045229642132703).epsilon(1e-12));
    CHECK(student_quantile(0.99, 4) == Approx(4.604094871349992).epsilon(1e-12));
    CHECK(student_quantile(0.95, 1) == Approx(12.706204736174694).epsilon(1e-12));
    const Estimate m = estimate_of(std::vector<double>{6, 8, 14, 16, 23, 24, 28, 29, 41, -48});
    CHECK(m.value == Approx(14.1));
    CHECK(m.low == Approx(-3.2249997478402346).epsilon(1e-12));
    CHECK(m.high == Approx(31.424999747840232).epsilon(1e-12));
    const Estimate alone = estimate_of(std::vector<double>{0.5});
    CHECK(alone.value == 0.5);
    CHECK(std::isnan(alone.deviation));
    CHECK(std::isnan(alone.low));
}

TEST_CASE("the permutation test counts the labellings that are as extreme", "[graph]") {
    // Of the 20 ways to choose 3 of 6, 2 are as extreme.
    const std::vector<double> low{1, 2, 3}, high{4, 5, 6}, mixed{1, 5, 3}, other{4, 2, 6};
    CHECK(permutation_p(low, high, 20000, 1) == Approx(0.1).margin(0.01));
    // Means 3 and 4: 14 of 20 are at least 1 apart.
    CHECK(permutation_p(mixed, other, 20000, 1) == Approx(0.7).margin(0.02));
    CHECK(permutation_p(low, low, 100, 1) == 1);
    CHECK(permutation_p(low, high, 99, 5) == permutation_p(low, high, 99, 5));
    CHECK(permutation_p(std::vector<double>(30, 0.0), std::vector<double>(30, 1.0), 999, 1) == Approx(0.001));
}

TEST_CASE("p-values are told with two digits or as a bound", "[graph]") {
    CHECK(p_text(0.0312) == "p = 0.031");
    CHECK(p_text(1e-6) == "p < 0.0001");
}
