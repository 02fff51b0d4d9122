// SPDX-License-Identifier: BSD-3-Clause
// Draws that generators of graphs are made of, the same everywhere for the same seed.
#pragma once
#include "gpu/jet/random.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace orrery::graph {

class Draws {
public:
    explicit Draws(std::uint64_t seed) : numbers_(seed) {}

    double uniform() { return numbers_.uniform(); } // in [0, 1)
    bool happens(double probability) { return uniform() < probability; }

    // In [0, count).
    template <class Integer>
    Integer below(Integer count) {
        return static_cast<Integer>(uniform() * static_cast<double>(count));
    }

    template <class T>
    void shuffle(std::vector<T>& list) {
        for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(i)]);
    }

    // How many failures come before the next success of trials with this probability, in (0, 1): what lets sparse
    // random graphs be drawn edge by edge (Batagelj and Brandes, Efficient generation of large random networks, 2005).
    std::int64_t failures(double probability) {
        const double count = std::floor(std::log(1 - uniform()) / std::log1p(-probability));
        return count < 0x1p62 ? static_cast<std::int64_t>(count) : std::numeric_limits<std::int64_t>::max() / 2;
    }

    // An integer from `least` to `most` by a power law x^-exponent, continuous and rounded down.
    std::int32_t power_law(double exponent, std::int32_t least, std::int32_t most) {
        const double a = least, b = static_cast<double>(most) + 1, u = uniform();
        const double x =
            std::abs(exponent - 1) < 1e-9
                ? a * std::pow(b / a, u)
                : std::pow(std::pow(a, 1 - exponent) * (1 - u) + std::pow(b, 1 - exponent) * u, 1 / (1 - exponent));
        return std::min(most, std::max(least, static_cast<std::int32_t>(x)));
    }

private:
    jet::RandomNumbers numbers_;
};

} // namespace orrery::graph
