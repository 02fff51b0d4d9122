// SPDX-License-Identifier: BSD-3-Clause
// Graphs of many shapes for tests: sparse and dense, long and short, disconnected ones with isolated nodes.
#pragma once
#include "plugins/graph/data/generators.h"
#include "plugins/graph/random.h"

#include <algorithm>
#include <vector>

namespace random_graphs {

using namespace orrery;
using namespace orrery::graph;

// Its nodes in another order, and some isolated ones among them.
inline Graph scattered(const Graph& graph, std::int32_t isolated, std::uint64_t seed) {
    Random draws(seed);
    std::vector<std::int32_t> number;
    for (std::int32_t i = 0; i < graph.nodes + isolated; ++i) number.push_back(i);
    draws.shuffle(number);
    Graph result;
    result.nodes = graph.nodes + isolated;
    for (const Edge& e : graph.edges)
        result.edges.push_back({number[static_cast<std::size_t>(e.from)], number[static_cast<std::size_t>(e.to)]});
    return result;
}

// The i-th of a list without end; `largest`: most nodes, at least 10.
inline Graph any(std::uint64_t i, std::int32_t largest) {
    Random draws(i + 1000);
    const std::int32_t n = 5 + draws.below(largest - 4);
    switch (i % 8) {
    case 0:
        return scattered(erdos_renyi(n, 3.0 / n, i), 0, i);
    case 1:
        return scattered(erdos_renyi(n, 0.7 / n, i), 3, i); // mostly small components
    case 2:
        return scattered(barabasi_albert(n, 2, i), 0, i);
    case 3:
        return scattered(random_tree(n, i), 1, i);
    case 4:
        return scattered(random_geometric(n, 1.2 / std::sqrt(n), i), 0, i);
    case 5:
        return scattered(watts_strogatz(n, 4, 0.05, i), 0, i);
    case 6:
        return scattered(draws.chance(0.5) ? path_graph(n) : cycle_graph(n), 2, i);
    default:
        return scattered(erdos_renyi(n, 0.5, i), 0, i);
    }
}

} // namespace random_graphs
