// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/statistics.h"
#include "tests/catch.h"

#include <cmath>
#include <vector>

using namespace orrery::graph;

TEST_CASE("means and deviations of samples, small ones too", "[graph]") {
    CHECK(mean_of(std::vector<double>{1, 2, 3, 5}) == 2.75);
    CHECK(std::isnan(mean_of({})));
    CHECK(deviation_of(std::vector<double>{1, 2, 3, 4}) == Approx(std::sqrt(5.0 / 3)));
    CHECK(deviation_of(std::vector<double>{7}) == 0);
}

TEST_CASE("the incomplete beta function has its closed forms", "[graph]") {
    const double pi = std::acos(-1.0);
    for (const double x : {1e-9, 0.003, 0.2, 0.5, 0.77, 0.999}) {
        INFO(x);
        for (const double a : {0.5, 1.0, 2.5, 60.0}) {
            CHECK(incomplete_beta(a, 1, x) == Approx(std::pow(x, a)).epsilon(1e-13));
            CHECK(incomplete_beta(1, a, x) == Approx(-std::expm1(a * std::log1p(-x))).epsilon(1e-12));
            for (const double b : {0.5, 3.0, 40.0})
                CHECK(incomplete_beta(a, b, x) + incomplete_beta(b, a, 1 - x) ==
                      Approx(1).epsilon(1e-11)); // 1 - x rounds
        }
        CHECK(incomplete_beta(0.5, 0.5, x) == Approx(2 / pi * std::asin(std::sqrt(x))).epsilon(1e-12));
        // A binomial tail: of five trials at least two succeed.
        const double fewer = std::pow(1 - x, 5) + 5 * x * std::pow(1 - x, 4);
        CHECK(incomplete_beta(2, 4, x) == Approx(1 - fewer).epsilon(1e-12).margin(1e-15));
    }
    CHECK(incomplete_beta(2, 3, 0) == 0);
    CHECK(incomplete_beta(2, 3, 1) == 1);
}
