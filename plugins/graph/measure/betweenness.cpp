// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/betweenness.h"

#include <algorithm>
#include <span>

namespace orrery::graph {

namespace {

std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

// Sources are divided into so many parts, whose sums are added in order: the number of threads changes nothing.
constexpr std::size_t parts = 16;

// Without branches on distances, which no processor could foresee.
class Accumulation {
public:
    explicit Accumulation(const Adjacency& adjacency)
        : adjacency_(adjacency), nodes_(adjacency.first.size() - 1), order_(nodes_.size() + 1) {}

    void add(std::int32_t source, std::vector<double>& result) {
        const std::size_t count = count_paths(source);
        for (std::size_t i = count; i-- > 0;) { // from the farthest back
            Node& node = nodes_[size(order_[i])];
            double sum = 0;
            for (const std::int32_t other : neighbours(order_[i])) {
                const Node& behind = nodes_[size(other)];
                sum += behind.distance == node.distance + 1 ? behind.share : 0;
            }
            const double through = node.paths * sum;
            node.share = (1 + through) / node.paths;
            if (i > 0) result[size(order_[i])] += through;
        }
        for (std::size_t i = 0; i < count; ++i) nodes_[size(order_[i])] = {};
    }

private:
    struct Node {
        double paths = 0; // shortest ones from the source
        double share = 0; // of the paths that lead on from here, of each path to here
        std::int32_t distance = -1;
    };

    std::span<const std::int32_t> neighbours(std::int32_t node) const {
        return {adjacency_.neighbour.data() + adjacency_.first[size(node)], size(adjacency_.degree(node))};
    }

    // order_ then begins with the nodes that were reached, near ones first.
    std::size_t count_paths(std::int32_t source) {
        std::size_t end = 1;
        order_[0] = source;
        nodes_[size(source)] = {1, 0, 0};
        for (std::size_t i = 0; i < end; ++i) {
            const Node node = nodes_[size(order_[i])];
            for (const std::int32_t other : neighbours(order_[i])) {
                Node& next = nodes_[size(other)];
                const bool is_new = next.distance < 0;
                order_[end] = other; // overwritten unless it is new
                end += is_new ? 1 : 0;
                next.distance = is_new ? node.distance + 1 : next.distance;
                next.paths += next.distance == node.distance + 1 ? node.paths : 0;
            }
        }
        return end;
    }

    const Adjacency& adjacency_;
    std::vector<Node> nodes_;
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
