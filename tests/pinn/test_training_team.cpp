// SPDX-License-Identifier: BSD-3-Clause
// Threads that share a loop take each part once, loop after loop.
#include "gpu/parallel/team.h"
#include "tests/catch.h"

#include <array>
#include <chrono>
#include <thread>

using orrery::for_parts;
using orrery::Team;

TEST_CASE("a team takes every part of every loop once", "[pinn]") {
    const int threads = GENERATE(1, 2, 5);
    const auto team = std::make_shared<Team>(threads);
    CHECK(team->threads() == threads);
    long wrong = 0;
    for (int loop = 0; loop < 20000; ++loop) {
        std::array<std::atomic<int>, 17> taken{};
        const int parts = 1 + loop % 17;
        for_parts(team, parts, [&](int part) { ++taken[static_cast<std::size_t>(part)]; });
        for (int part = 0; part < 17; ++part) wrong += taken[static_cast<std::size_t>(part)] != (part < parts ? 1 : 0);
        if (loop % 4000 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1)); // helpers fall asleep
    }
    CHECK(wrong == 0);
}

TEST_CASE("without a team the caller does every part in order", "[pinn]") {
    std::vector<int> order;
    for_parts(nullptr, 4, [&](int part) { order.push_back(part); });
    CHECK(order == std::vector<int>{0, 1, 2, 3});
}
