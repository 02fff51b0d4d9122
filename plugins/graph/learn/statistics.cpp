// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/statistics.h"

#include "plugins/graph/measure/statistics.h"
#include "plugins/graph/random.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace orrery::graph::learn {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Ranks {
    std::vector<double> rank;   // of the magnitudes, in ascending order
    std::vector<bool> positive; // in the same order
    bool ties = false;
    double tie_term = 0; // sum of t^3 - t
};

Ranks ranks_of(std::span<const double> differences) {
    std::vector<double> kept;
    for (const double d : differences) {
        if (d != 0) kept.push_back(d);
    }
    std::sort(kept.begin(), kept.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    Ranks r;
    for (std::size_t i = 0; i < kept.size();) {
        std::size_t end = i + 1;
        while (end < kept.size() && std::abs(kept[end]) == std::abs(kept[i])) ++end;
        const auto t = static_cast<double>(end - i);
        r.ties = r.ties || end - i > 1;
        r.tie_term += t * t * t - t;
        for (; i < end; ++i) {
            r.rank.push_back(static_cast<double>(end) - (t - 1) / 2);
            r.positive.push_back(kept[i] > 0);
        }
    }
    return r;
}

// P(sum of the ranks with a + <= least) if all signs are equally likely. Twice a rank is a whole number.
double lower_tail(const std::vector<double>& ranks, double least) {
    std::vector<double> probability{1};
    for (const double rank : ranks) {
        const auto shift = static_cast<std::size_t>(std::lround(2 * rank));
        std::vector<double> next(probability.size() + shift, 0);
        for (std::size_t s = 0; s < probability.size(); ++s) {
            next[s] += probability[s] / 2;
            next[s + shift] += probability[s] / 2;
        }
        probability = std::move(next);
    }
    const auto last = std::min(probability.size(), static_cast<std::size_t>(std::lround(2 * least)) + 1);
    return std::accumulate(probability.begin(), probability.begin() + static_cast<std::ptrdiff_t>(last), 0.0);
}

} // namespace

double student_quantile(double confidence, double degrees) {
    // P(|T| > t) = I_x(degrees / 2, 1 / 2) with x = degrees / (degrees + t^2) (Abramowitz and Stegun 26.7.1).
    const auto inside = [&](double t) { return 1 - incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)); };
    double low = 0, high = 1;
    while (inside(high) < confidence && high < 1e12) high *= 2;
    for (int i = 0; i < 200 && high - low > 1e-15 * high; ++i) {
        const double middle = (low + high) / 2;
        (inside(middle) < confidence ? low : high) = middle;
    }
    return (low + high) / 2;
}

Estimate estimate_of(std::span<const double> values) {
    const auto n = static_cast<double>(values.size());
    Estimate m;
    m.value = mean_of(values);
    if (values.size() < 2) {
        m.deviation = m.low = m.high = nan;
        return m;
    }
    m.deviation = deviation_of(values);
    const double half = student_quantile(0.95, n - 1) * m.deviation / std::sqrt(n);
    m.low = m.value - half;
    m.high = m.value + half;
    return m;
}

SignedRank wilcoxon(std::span<const double> differences) {
    const Ranks r = ranks_of(differences);
    SignedRank result;
    double plus = 0, minus = 0;
    for (std::size_t i = 0; i < r.rank.size(); ++i) (r.positive[i] ? plus : minus) += r.rank[i];
    result.statistic = std::min(plus, minus);
    if (r.rank.empty()) return result;
    const bool plain = !r.ties && r.rank.size() == differences.size();
    result.exact = differences.size() <= (plain ? 50U : 13U);
    if (result.exact) {
        result.p = std::min(1.0, 2 * lower_tail(r.rank, result.statistic));
        return result;
    }
    const auto n = static_cast<double>(r.rank.size());
    const double error = std::sqrt((n * (n + 1) * (2 * n + 1) - r.tie_term / 2) / 24);
    const double z = (result.statistic - n * (n + 1) / 4) / error;
    result.p = std::min(1.0, std::erfc(-z / std::sqrt(2.0)));
    return result;
}

double permutation_p(std::span<const double> a, std::span<const double> b, int draws, std::uint64_t seed) {
    std::vector<double> pool(a.begin(), a.end());
    pool.insert(pool.end(), b.begin(), b.end());
    const auto difference = [&] {
        const std::span<const double> all(pool);
        return std::abs(mean_of(all.first(a.size())) - mean_of(all.subspan(a.size())));
    };
    // Sums in another order differ by rounding, which must not make equal values less extreme.
    const double seen = difference() * (1 - 1e-12);
    Random random(seed);
    int extreme = 0;
    for (int draw = 0; draw < draws; ++draw) {
        random.shuffle(pool);
        extreme += difference() >= seen ? 1 : 0;
    }
    return (1.0 + extreme) / (1.0 + draws);
}

std::string p_text(double p) { return p < 1e-4 ? "p < 0.0001" : fmt::format("p = {:.2g}", p); }

} // namespace orrery::graph::learn
