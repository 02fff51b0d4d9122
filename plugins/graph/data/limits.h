// SPDX-License-Identifier: BSD-3-Clause
// How large the graphs may be that generators make: beyond that a typing error would fill the memory.
#pragma once
#include "core/error.h"
#include "core/graph/graph.h"

#include <fmt/format.h>

namespace orrery::graph {

constexpr double most_nodes = 1e8, most_edges = 2e8;

inline void expect_nodes(double nodes) {
    if (nodes > most_nodes)
        throw Error(fmt::format("The graph would have {:.0f} nodes.", nodes),
                    fmt::format("Generators make up to {:.0f} nodes.", most_nodes));
}

inline void expect_edges(double edges) {
    if (edges > most_edges)
        throw Error(fmt::format("The graph would have about {:.3g} edges.", edges),
                    fmt::format("Generators make up to {:.0f} edges.", most_edges));
}

inline Graph empty_graph(std::int32_t nodes) {
    if (nodes < 0) throw Error(fmt::format("A graph can't have {} nodes.", nodes), "Take n = 0 or more.");
    expect_nodes(nodes);
    Graph graph;
    graph.nodes = nodes;
    return graph;
}

inline void expect_probability(double p, const char* name) {
    if (!(p >= 0 && p <= 1)) throw Error(fmt::format("{} = {} is no probability.", name, p), "Take one from 0 to 1.");
}

} // namespace orrery::graph
