// SPDX-License-Identifier: BSD-3-Clause
// What is counted around each node or edge of a simple undirected graph: triangles, cores, bridges and cut nodes.
#pragma once
#include "core/graph/graph.h"

#include <cstdint>
#include <vector>

namespace orrery::graph {

// [nodes] triangles that the node is in. O(edges^1.5).
std::vector<std::int64_t> triangles_of(const Adjacency& adjacency);

// [nodes] the largest k for which the node is in a subgraph of least degree k (Batagelj and Zaversnik, 2003).
std::vector<std::int32_t> core_numbers_of(const Adjacency& adjacency);

// Edges, as the graph numbers them, and nodes without which a component falls apart (Hopcroft and Tarjan, 1973); both
// ascending.
struct CutParts {
    std::vector<std::int64_t> bridges;
    std::vector<std::int32_t> articulation_points;
};
CutParts cut_parts_of(const Adjacency& adjacency);

} // namespace orrery::graph
