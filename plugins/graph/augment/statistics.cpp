// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/statistics.h"

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

// I_x(a, b), by its continued fraction (NIST Digital Library of Mathematical Functions, 8.17.22), evaluated from the
// front by Lentz's method.
double incomplete_beta(double a, double b, double x) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    if (x > (a + 1) / (a + b + 2)) return 1 - incomplete_beta(b, a, 1 - x);
    const double front =
        std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x)) / a;
    const double tiny = 1e-300;
    double c = 1, d = 0, value = 1;
    for (int step = 0; step < 500; ++step) {
        const double m = (step - step % 2) / 2;
        const double term = step == 0       ? 1
                            : step % 2 == 0 ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
                                            : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + term * d;
        if (std::abs(d) < tiny) d = tiny;
        c = 1 + term / c;
        if (std::abs(c) < tiny) c = tiny;
        d = 1 / d;
        value *= c * d;
        if (std::abs(1 - c * d) < 1e-15) break;
    }
    return front * (value - 1);
}

} // namespace

double mean_of(std::span<const double> values) {
    if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation_of(std::span<const double> values) {
    if (values.size() < 2) return 0;
    const double mean = mean_of(values);
    double sum = 0;
    for (const double v : values) sum += (v - mean) * (v - mean);
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

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
