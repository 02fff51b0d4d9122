// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/eccentricity_bounds.h"

#include <algorithm>

namespace orrery::graph {

namespace {
std::size_t size(std::int32_t n) { return static_cast<std::size_t>(n); }
} // namespace

EccentricityBounds::EccentricityBounds(const CompactGraph& graph)
    : graph_(graph), low_(size(graph.nodes()), 0), high_(size(graph.nodes()), graph.nodes()),
      distance_(size(graph.nodes())) {}

void EccentricityBounds::know(std::int32_t node, std::int32_t eccentricity) {
    low_[size(node)] = high_[size(node)] = eccentricity;
}

void EccentricityBounds::narrow(int most_searches) {
    for (int i = 0; i < most_searches; ++i) {
        const std::int32_t node = next_node(i % 2 == 0);
        if (node < 0) return;
        search(node);
    }
}

// By turns the undecided node of the largest upper and of the least lower bound; first those that can still move the
// diameter or the radius, then those of which only the number with that eccentricity depends. -1: all is decided.
std::int32_t EccentricityBounds::next_node(bool from_above) const {
    const std::int32_t diameter = *std::max_element(low_.begin(), low_.end());
    const std::int32_t radius = *std::min_element(high_.begin(), high_.end());
    std::int32_t best = -1, best_rank = 0;
    const auto degree = [&](std::int32_t i) { return graph_.first[size(i) + 1] - graph_.first[size(i)]; };
    for (std::int32_t i = 0; i < graph_.nodes(); ++i) {
        const std::int32_t low = low_[size(i)], high = high_[size(i)];
        if (low == high) continue;
        const std::int32_t rank = high > diameter || low < radius ? 2 : high == diameter || low == radius ? 1 : 0;
        if (rank == 0 || rank < best_rank) continue;
        const auto better = [&] {
            if (rank > best_rank) return true;
            const std::int32_t other = from_above ? high_[size(best)] : -low_[size(best)];
            const std::int32_t mine = from_above ? high : -low;
            return mine != other ? mine > other : degree(i) > degree(best);
        };
        if (!better()) continue;
        best = i;
        best_rank = rank;
    }
    return best;
}

void EccentricityBounds::search(std::int32_t node) {
    std::fill(distance_.begin(), distance_.end(), -1);
    queue_.assign(1, node);
    distance_[size(node)] = 0;
    for (std::size_t i = 0; i < queue_.size(); ++i) {
        const std::int32_t from = queue_[i];
        for (std::int32_t e = graph_.first[size(from)]; e < graph_.first[size(from) + 1]; ++e) {
            const std::int32_t to = graph_.neighbour[size(e)];
            if (distance_[size(to)] >= 0) continue;
            distance_[size(to)] = distance_[size(from)] + 1;
            queue_.push_back(to);
        }
    }
    const std::int32_t eccentricity = distance_[size(queue_.back())];
    for (std::size_t i = 0; i < distance_.size(); ++i) {
        low_[i] = std::max({low_[i], distance_[i], eccentricity - distance_[i]});
        high_[i] = std::min(high_[i], eccentricity + distance_[i]);
    }
}

} // namespace orrery::graph
