// SPDX-License-Identifier: BSD-3-Clause
// Random numbers that are the same everywhere: the standard library leaves its distributions to the implementation.
#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace orrery::jet {

class RandomNumbers {
public:
    explicit RandomNumbers(std::uint64_t seed) : bits_(seed) {}
    // In [0, 1).
    double uniform() { return static_cast<double>(bits_() >> 11U) * 0x1p-53; }
    // Of mean 0 and variance 1, by Box and Muller's method.
    double normal() {
        const double radius = std::sqrt(-2 * std::log(1 - uniform()));
        return radius * std::cos(2 * std::numbers::pi * uniform());
    }

private:
    std::mt19937_64 bits_;
};

} // namespace orrery::jet
