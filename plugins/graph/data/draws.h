// SPDX-License-Identifier: BSD-3-Clause
// Draws that generators of graphs are made of.
#pragma once
#include "plugins/graph/random.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace orrery::graph {

// How many failures come before the next success of trials with this probability, in (0, 1): what lets sparse random
// graphs be drawn edge by edge (Batagelj and Brandes, Efficient generation of large random networks, 2005).
inline std::int64_t draw_failures(double probability, Random& random) {
    const double count = std::floor(std::log(1 - random.uniform()) / std::log1p(-probability));
    return count < 0x1p62 ? static_cast<std::int64_t>(count) : std::numeric_limits<std::int64_t>::max() / 2;
}

// An integer from `least` to `most` by a power law x^-exponent, continuous and rounded down.
inline std::int32_t draw_power_law(double exponent, std::int32_t least, std::int32_t most, Random& random) {
    const double a = least, b = static_cast<double>(most) + 1, u = random.uniform();
    const double x =
        std::abs(exponent - 1) < 1e-9
            ? a * std::pow(b / a, u)
            : std::pow(std::pow(a, 1 - exponent) * (1 - u) + std::pow(b, 1 - exponent) * u, 1 / (1 - exponent));
    return std::min(most, std::max(least, static_cast<std::int32_t>(x)));
}

} // namespace orrery::graph
