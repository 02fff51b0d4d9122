// SPDX-License-Identifier: BSD-3-Clause
#include "core/run_id.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>

namespace orrery {

namespace {

constexpr std::string_view alphabet = "234567abcdefghijklmnopqrstuvwxyz"; // in ASCII order
constexpr int length = 10;
constexpr int random_bits = 14;
constexpr std::int64_t epoch = 1577836800; // 2020-01-01, in seconds since 1970

// The first character stands for the 5 highest of 50 bits; letters begin at 6.
constexpr std::uint64_t first_letter = std::uint64_t{6} << 45;

std::uint64_t now_with_random_bits() {
    static thread_local std::random_device device; // the operating system's generator
    const auto since = std::chrono::system_clock::now().time_since_epoch() - std::chrono::seconds(epoch);
    const auto ticks = std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<1, 16>>>(since).count();
    const std::uint64_t random = device() & ((1U << random_bits) - 1);
    return first_letter + ((static_cast<std::uint64_t>(std::max<std::int64_t>(ticks, 0)) << random_bits) | random);
}

} // namespace

std::string new_run_id() {
    static std::mutex mutex;
    static std::uint64_t last = 0;
    std::uint64_t bits = now_with_random_bits();
    {
        const std::lock_guard lock(mutex);
        // Within the same sixteenth of a second, or after the clock was set back, ids are counted on.
        bits = last = std::max(bits, last + 1);
    }
    std::string id(length, ' ');
    for (auto place = id.rbegin(); place != id.rend(); ++place, bits >>= 5) *place = alphabet[bits & 31];
    return id;
}

bool is_run_id(std::string_view text) {
    return text.size() == length && text[0] >= 'a' && text[0] <= 'z' &&
           text.find_first_not_of(alphabet) == std::string_view::npos;
}

} // namespace orrery
