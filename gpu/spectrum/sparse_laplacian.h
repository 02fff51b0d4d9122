// SPDX-License-Identifier: BSD-3-Clause
// A graph's connected components in compressed sparse rows, ready for products with blocks of vectors.
#pragma once
#include "core/graph/graph.h"
#include "gpu/spectrum/eigen_kernels.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace orrery::spectrum {

struct Component {
    std::vector<std::int32_t> node;      // of the graph, in breadth-first order: neighbours lie near each other
    std::vector<std::int64_t> start;     // [nodes + 1]
    std::vector<std::int32_t> neighbour; // [entries], numbered within the component, each edge twice
    std::int64_t largest_degree = 0;

    std::int64_t nodes() const { return static_cast<std::int64_t>(node.size()); }
    std::int64_t edges() const { return static_cast<std::int64_t>(neighbour.size()) / 2; }
    Rows rows(std::int64_t first, std::int64_t last) const { return {start.data(), neighbour.data(), first, last}; }
};

// Of the simple undirected graph beneath; ordered by their smallest node.
std::vector<Component> components_of(const Graph& graph);

// The component as a graph of its own.
Graph graph_of(const Component& component);

// The nodes, breadth-first levels and largest level, seen from a far end, in what remains once nodes of degree 1 are
// removed again and again (they cause no fill in a factor).
struct Width {
    std::int64_t nodes = 0, levels = 0, widest = 0;
};
Width width_of(const Component& component);

} // namespace orrery::spectrum
