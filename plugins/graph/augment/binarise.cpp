// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/binarise.h"

#include <algorithm>
#include <cmath>

namespace orrery::graph::augment {

namespace {

// Calls visit(i, j, place of the edge or -1, A'_ij) for all i < j.
template <class Visit>
void for_entries(const Graph& graph, const EdgeIndex& index, std::span<const double> p, const Visit& visit) {
    const auto n = static_cast<std::size_t>(graph.nodes);
    for (std::int32_t i = 0; i < graph.nodes; ++i) {
        const double* row = p.data() + static_cast<std::size_t>(i) * n;
        for (std::int32_t j = i + 1; j < graph.nodes; ++j) {
            const std::int64_t edge = index(i, j);
            visit(i, j, edge, (edge >= 0 ? 1.0 : 0.0) - row[j]);
        }
    }
}

Flips top_m(const Graph& graph, const EdgeIndex& index, std::span<const double> p) {
    const std::size_t m = graph.edges.size();
    Flips flips;
    if (m == 0) return flips;
    std::vector<double> values;
    for_entries(graph, index, p, [&](auto, auto, auto, double value) { values.push_back(value); });
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(m - 1), values.end(),
                     std::greater<>());
    const double last = values[m - 1];
    std::size_t above = 0, old = 0; // entries that are surely in; edges among those that are equal to the last
    for_entries(graph, index, p, [&](auto, auto, std::int64_t edge, double value) {
        if (value > last + tie) {
            ++above;
        } else if (value >= last - tie && edge >= 0) {
            ++old;
        }
    });
    std::size_t old_left = std::min(old, m - above), new_left = m - above - old_left;
    for_entries(graph, index, p, [&](std::int32_t i, std::int32_t j, std::int64_t edge, double value) {
        bool in = value > last + tie;
        if (!in && value >= last - tie) {
            std::size_t& left = edge >= 0 ? old_left : new_left;
            in = left > 0;
            if (in) --left;
        }
        if (edge >= 0 && !in) flips.removed.push_back(edge);
        if (edge < 0 && in) flips.added.push_back({i, j});
    });
    return flips;
}

} // namespace

Flips flips_of(const Graph& graph, const EdgeIndex& index, std::span<const double> p, Rule rule, Random& random) {
    if (rule == Rule::top_m) return top_m(graph, index, p);
    Flips flips;
    for_entries(graph, index, p, [&](std::int32_t i, std::int32_t j, std::int64_t edge, double value) {
        const bool in = rule == Rule::bernoulli ? random.chance(value)
                        : edge >= 0             ? value >= 0.5 - tie
                                                : value > 0.5 + tie;
        if (edge >= 0 && !in) flips.removed.push_back(edge);
        if (edge < 0 && in) flips.added.push_back({i, j});
    });
    return flips;
}

double expected_flips(const Graph& graph, const EdgeIndex& index, std::span<const double> p, Rule rule) {
    if (rule == Rule::top_m) return static_cast<double>(top_m(graph, index, p).count());
    double count = 0;
    for_entries(graph, index, p, [&](auto, auto, std::int64_t edge, double value) {
        if (rule == Rule::bernoulli) {
            const double chance = std::clamp(value, 0.0, 1.0);
            count += edge >= 0 ? 1 - chance : chance;
        } else {
            count += edge >= 0 ? value < 0.5 - tie : value > 0.5 + tie;
        }
    });
    return count;
}

double matched_scale(const std::function<double(double)>& flips_at, std::int64_t wanted) {
    const auto target = static_cast<double>(wanted);
    double best = 0, distance = target; // of no edits at all
    const auto enough = [&](double scale) {
        const double count = flips_at(scale);
        if (std::abs(count - target) < distance) {
            distance = std::abs(count - target);
            best = scale;
        }
        return count >= target;
    };
    if (wanted <= 0) return 0;
    double low = 0, high = 1;
    bool reached = enough(high);
    for (int doubling = 0; !reached && doubling < 12; ++doubling) {
        low = high;
        high *= 2;
        reached = enough(high);
    }
    for (int step = 0; reached && step < 30 && distance >= 0.5; ++step) {
        const double middle = 0.5 * (low + high);
        (enough(middle) ? high : low) = middle;
    }
    return best;
}

double matched_scale(const Graph& graph, const EdgeIndex& index, std::span<const double> p, Rule rule,
                     std::int64_t target) {
    std::vector<double> scaled(p.size());
    return matched_scale(
        [&](double scale) {
            for (std::size_t i = 0; i < p.size(); ++i) scaled[i] = scale * p[i];
            return expected_flips(graph, index, scaled, rule);
        },
        target);
}

Augmented weighted(const Graph& graph, const EdgeIndex& index, std::span<const double> p, double negligible) {
    std::vector<Edge> edges;
    std::vector<double> weights;
    for_entries(graph, index, p, [&](std::int32_t i, std::int32_t j, auto, double value) {
        if (std::abs(value) <= negligible) return;
        edges.push_back({i, j});
        weights.push_back(value);
    });
    return reweighted(graph, edges, std::move(weights));
}

} // namespace orrery::graph::augment
