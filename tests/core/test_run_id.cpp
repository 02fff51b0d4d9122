// SPDX-License-Identifier: BSD-3-Clause
#include "core/run_id.h"
#include "tests/catch.h"

#include <chrono>
#include <set>
#include <thread>
#include <vector>

using namespace orrery;

TEST_CASE("Run ids are ordered, unique and never a plain number", "[core][P4]") {
    std::string last;
    for (int i = 0; i < 100'000; ++i) {
        std::string id = new_run_id();
        if (!is_run_id(id) || id <= last) FAIL(last << " then " << id);
        last = std::move(id);
    }
    CHECK(last.size() == 10);
    CHECK(last[0] >= 'a');
}

TEST_CASE("Threads get different run ids", "[core]") {
    std::vector<std::vector<std::string>> made(4);
    std::vector<std::thread> threads;
    for (auto& list : made)
        threads.emplace_back([&list] {
            for (int i = 0; i < 5000; ++i) list.push_back(new_run_id());
        });
    for (auto& thread : threads) thread.join();
    std::set<std::string> all;
    for (const auto& list : made) all.insert(list.begin(), list.end());
    CHECK(all.size() == 20'000);
}

// Read back by the definition in the header, not by the code: 50 bits, the upper 36 sixteenths of a second since 2020.
TEST_CASE("A run id tells when it was made", "[core]") {
    const std::string alphabet = "234567abcdefghijklmnopqrstuvwxyz";
    std::uint64_t bits = 0;
    for (const char c : new_run_id()) bits = bits * 32 + alphabet.find(c);
    const double seconds = static_cast<double>((bits - (std::uint64_t{6} << 45)) >> 14) / 16 + 1577836800;
    const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    CHECK(seconds == Approx(now).margin(10));
}

TEST_CASE("What is no run id is not taken for one", "[core][P9]") {
    for (const char* text : {"", "last", "a23456789", "2abcdefghi", "abcdefghi8", "ABCDEFGHIJ", "abcdefghijk"})
        CHECK_FALSE(is_run_id(text));
    CHECK(is_run_id("abcdefghij"));
}
