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

FlipCount::FlipCount(const Graph& graph, const EdgeIndex& index, Rule rule)
    : graph_(graph), index_(index), rule_(rule) {
    if (rule == Rule::top_m) return; // which isn't decided pair by pair
    const auto n = static_cast<std::size_t>(graph.nodes);
    sign_.assign(n * n, -1.0);
    for (const Edge& e : graph.edges) {
        const Edge up = ascending(e);
        sign_[static_cast<std::size_t>(up.from) * n + static_cast<std::size_t>(up.to)] = 1;
    }
}

double FlipCount::operator()(std::span<const double> moving, double scale, std::span<const double> rest) const {
    const auto n = static_cast<std::size_t>(graph_.nodes);
    if (rule_ == Rule::top_m) {
        std::vector<double> p(n * n);
        for (std::size_t k = 0; k < p.size(); ++k) p[k] = scale * moving[k] + rest[k];
        return static_cast<double>(top_m(graph_, index_, p).count());
    }
    std::int64_t flips = 0;
    double chance = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double *sign = sign_.data() + i * n, *m = moving.data() + i * n, *r = rest.data() + i * n;
        if (rule_ == Rule::bernoulli) {
            for (std::size_t j = i + 1; j < n; ++j) chance += std::clamp(sign[j] * (scale * m[j] + r[j]), 0.0, 1.0);
        } else {
            for (std::size_t j = i + 1; j < n; ++j) flips += sign[j] * (scale * m[j] + r[j]) > 0.5 + tie ? 1 : 0;
        }
    }
    return chance + static_cast<double>(flips);
}

double expected_flips(const Graph& graph, const EdgeIndex& index, std::span<const double> p, Rule rule) {
    return FlipCount(graph, index, rule)(p, 1, std::vector<double>(p.size(), 0.0));
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
    const FlipCount flips(graph, index, rule);
    const std::vector<double> none(p.size(), 0.0);
    return matched_scale([&](double scale) { return flips(p, scale, none); }, target);
}

double matched_scale(const Graph& graph, const EdgeIndex& index, ScaledPerturbation& p, Rule rule,
                     std::int64_t target) {
    const FlipCount flips(graph, index, rule);
    return matched_scale(
        [&](double scale) {
            p.move_to(scale);
            return flips(p.moving(), scale, p.rest());
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
