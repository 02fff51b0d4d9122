// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/draws.h"
#include "plugins/graph/random.h"
#include "tests/catch.h"

#include <map>
#include <set>

using namespace orrery::graph;

TEST_CASE("seeds of several numbers are SplitMix64's and differ by place", "[graph]") {
    CHECK(seed_of({0}) == 0xe220a8397b1dcdafU); // its first number from the state 0
    CHECK(seed_of({1, 2}) != seed_of({2, 1}));
    CHECK(seed_of({1}) != seed_of({1, 0}));
    CHECK(seed_of({5, 6, 7}) == seed_of({5, 6, 7}));
}

TEST_CASE("shuffles and choices are fair", "[graph]") {
    Random random(3);
    std::map<std::vector<int>, int> orders;
    std::map<std::vector<std::size_t>, int> choices;
    for (int i = 0; i < 6000; ++i) {
        std::vector<int> list{1, 2, 3};
        random.shuffle(list);
        ++orders[list];
        ++choices[random.choose(2, 4)];
    }
    CHECK(orders.size() == 6);
    for (const auto& [order, count] : orders) CHECK(count == Approx(1000).margin(130)); // 4.5 deviations
    CHECK(choices.size() == 6);
    for (const auto& [choice, count] : choices) {
        CHECK(choice[0] < choice[1]);
        CHECK(count == Approx(1000).margin(130));
    }
    CHECK(random.choose(9, 3) == std::vector<std::size_t>{0, 1, 2});
    std::set<int> seen;
    for (int i = 0; i < 200; ++i) seen.insert(random.below(5));
    CHECK(seen == std::set<int>{0, 1, 2, 3, 4});
}

TEST_CASE("failures before a success and power laws have their means", "[graph]") {
    Random random(4);
    double failures = 0, small = 0;
    for (int i = 0; i < 20000; ++i) {
        failures += static_cast<double>(draw_failures(0.2, random)) / 20000;
        const std::int32_t x = draw_power_law(2, 1, 100, random);
        REQUIRE((x >= 1 && x <= 100));
        small += x == 1 ? 1.0 / 20000 : 0;
    }
    CHECK(failures == Approx(4).margin(0.15));
    CHECK(small == Approx(0.5 / (1 - 1 / 101.0)).margin(0.016)); // integral of x^-2 from 1 to 2 over that to 101
}
