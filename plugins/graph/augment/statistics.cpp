// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/statistics.h"

#include "plugins/graph/measure/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace orrery::graph::augment {

namespace {

std::vector<double> ranks_of(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
        for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = 0.5 * static_cast<double>(begin + end - 1);
        begin = end;
    }
    return ranks;
}

} // namespace

Correlation spearman(std::span<const double> a, std::span<const double> b) {
    const std::size_t n = std::min(a.size(), b.size());
    const std::vector<double> x = ranks_of(a.first(n)), y = ranks_of(b.first(n));
    const double mean = 0.5 * static_cast<double>(n > 0 ? n - 1 : 0);
    double xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < n; ++i) {
        xx += (x[i] - mean) * (x[i] - mean);
        yy += (y[i] - mean) * (y[i] - mean);
        xy += (x[i] - mean) * (y[i] - mean);
    }
    if (n < 3 || xx == 0 || yy == 0) return {std::numeric_limits<double>::quiet_NaN(), 1};
    const double rho = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
    const double freedom = static_cast<double>(n - 2);
    // P(|T| > t) = I_{v / (v + t^2)}(v / 2, 1 / 2), and v / (v + t^2) = 1 - rho^2.
    return {rho, incomplete_beta(freedom / 2, 0.5, 1 - rho * rho)};
}

} // namespace orrery::graph::augment
