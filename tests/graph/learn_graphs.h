// SPDX-License-Identifier: BSD-3-Clause
// Graphs and data sets that the tests of learning share.
#pragma once
#include "core/graph/graph.h"
#include "plugins/graph/random.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

namespace learn_graphs {

using namespace orrery;

inline Graph graph_of(std::int32_t nodes, std::vector<Edge> edges) {
    Graph graph;
    graph.nodes = nodes;
    graph.edges = std::move(edges);
    return graph;
}

inline Graph cycle(std::int32_t nodes) {
    Graph graph = graph_of(nodes, {});
    for (std::int32_t i = 0; i < nodes; ++i) graph.edges.push_back({i, (i + 1) % nodes});
    return graph;
}

inline Graph random_graph(std::int32_t nodes, double p, std::uint64_t seed) {
    graph::Random random(seed);
    Graph graph = graph_of(nodes, {});
    for (std::int32_t i = 0; i < nodes; ++i) {
        for (std::int32_t j = i + 1; j < nodes; ++j) {
            if (random.uniform() < p) graph.edges.push_back({i, j});
        }
    }
    return graph;
}

// The same graph with other numbers for its nodes, and its edges in another order; attributes go along.
inline Graph renumbered(const Graph& graph, std::uint64_t seed) {
    graph::Random random(seed);
    std::vector<std::int64_t> old(static_cast<std::size_t>(graph.nodes)), edges(graph.edges.size());
    std::iota(old.begin(), old.end(), 0);
    std::iota(edges.begin(), edges.end(), 0);
    random.shuffle(old);
    random.shuffle(edges);
    std::vector<std::int32_t> now(old.size());
    for (std::size_t i = 0; i < old.size(); ++i) now[static_cast<std::size_t>(old[i])] = static_cast<std::int32_t>(i);
    Graph result = graph;
    result.node = rows_of(graph.node, old);
    result.edge = rows_of(graph.edge, edges);
    for (std::size_t e = 0; e < edges.size(); ++e) {
        const Edge& from = graph.edges[static_cast<std::size_t>(edges[e])];
        result.edges[e] = {now[static_cast<std::size_t>(from.from)], now[static_cast<std::size_t>(from.to)]};
    }
    return result;
}

inline void set_class(Graph& graph, std::int64_t label) { graph.graph = {{"label", std::vector<std::int64_t>{label}}}; }

// Sparse graphs (class 3) and dense ones (class 7), told apart by their degrees.
inline GraphSet two_classes(int of_each, std::uint64_t seed = 1) {
    GraphSet set;
    set.name = "two";
    for (int i = 0; i < 2 * of_each; ++i) {
        set.graphs.push_back(random_graph(8 + i % 5, i % 2 == 0 ? 0.25 : 0.6, seed + static_cast<std::uint64_t>(i)));
        set_class(set.graphs.back(), i % 2 == 0 ? 3 : 7);
    }
    return set;
}

} // namespace learn_graphs
