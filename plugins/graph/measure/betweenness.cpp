// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/betweenness.h"

#include <algorithm>

namespace orrery::graph {

namespace {

std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

// Sources are divided into so many parts, whose sums are added in order: the number of threads changes nothing.
constexpr std::size_t parts = 16;

class Accumulation {
public:
    explicit Accumulation(const Adjacency& adjacency)
        : adjacency_(adjacency), nodes_(adjacency.first.size() - 1), distance_(nodes_, -1), paths_(nodes_),
          share_(nodes_), order_(nodes_) {}

    void add(std::int32_t source, std::vector<double>& result) {
        const std::size_t count = count_paths(source);
        for (std::size_t i = count; i-- > 1;) { // from the farthest back, without the source
            const std::int32_t node = order_[i];
            const double each = (1 + share_[size(node)]) / paths_[size(node)];
            for (auto e = adjacency_.first[size(node)]; e < adjacency_.first[size(node) + 1]; ++e) {
                const std::size_t before = size(adjacency_.neighbour[size(e)]);
                if (distance_[before] + 1 == distance_[size(node)]) share_[before] += paths_[before] * each;
            }
            result[size(node)] += share_[size(node)];
        }
        for (std::size_t i = 0; i < count; ++i) distance_[size(order_[i])] = -1;
    }

private:
    // Distances and numbers of shortest paths; order_ begins with the nodes that were reached, near ones first.
    std::size_t count_paths(std::int32_t source) {
        std::size_t end = 1;
        order_[0] = source;
        distance_[size(source)] = 0;
        paths_[size(source)] = 1;
        share_[size(source)] = 0;
        for (std::size_t i = 0; i < end; ++i) {
            const std::int32_t node = order_[i];
            const std::int32_t step = distance_[size(node)] + 1;
            for (auto e = adjacency_.first[size(node)]; e < adjacency_.first[size(node) + 1]; ++e) {
                const std::int32_t other = adjacency_.neighbour[size(e)];
                if (distance_[size(other)] < 0) {
                    distance_[size(other)] = step;
                    paths_[size(other)] = share_[size(other)] = 0;
                    order_[end++] = other;
                }
                if (distance_[size(other)] == step) paths_[size(other)] += paths_[size(node)];
            }
        }
        return end;
    }

    const Adjacency& adjacency_;
    std::size_t nodes_;
    std::vector<std::int32_t> distance_;
    std::vector<double> paths_, share_;
    std::vector<std::int32_t> order_;
};

} // namespace

std::vector<double> betweenness_of(const Adjacency& adjacency, const std::shared_ptr<Team>& team) {
    const std::size_t n = adjacency.first.size() - 1;
    std::vector<std::vector<double>> sums(parts, std::vector<double>(n, 0));
    for_parts(team, static_cast<int>(parts), [&](int part) {
        Accumulation accumulation(adjacency);
        for (std::size_t source = static_cast<std::size_t>(part); source < n; source += parts)
            accumulation.add(static_cast<std::int32_t>(source), sums[static_cast<std::size_t>(part)]);
    });
    std::vector<double> result(n, 0);
    for (const auto& sum : sums) {
        for (std::size_t i = 0; i < n; ++i) result[i] += sum[i] / 2; // each pair was met from both of its ends
    }
    return result;
}

} // namespace orrery::graph
