// SPDX-License-Identifier: BSD-3-Clause
// Edges of a graph by their ends, and the graph after some were removed and added, attributes aligned.
#pragma once
#include "plugins/graph/augment/augmentation.h"

#include <cstdint>
#include <span>
#include <vector>

namespace orrery::graph::augment {

inline Edge ascending(const Edge& e) { return e.from < e.to ? e : Edge{e.to, e.from}; }

// Which edge joins two nodes: a table for small graphs, else a sorted list.
class EdgeIndex {
public:
    explicit EdgeIndex(const Graph& graph);
    // Place in graph.edges, or -1.
    std::int64_t operator()(std::int32_t i, std::int32_t j) const;

private:
    std::int32_t nodes_;
    std::vector<std::int32_t> table_;                   // [nodes][nodes]
    std::vector<std::pair<Edge, std::int64_t>> sorted_; // of large graphs
    std::vector<std::size_t> first_;                    // where the pairs of a node begin
};

// Kept edges in their order, then the added ones as they come; the graph itself if there is nothing to do. `removed`
// are places in graph.edges, in any order and each once; `added` must be absent from the graph.
Augmented edited(const Graph& graph, std::span<const std::int64_t> removed, std::span<const Edge> added);

// The graph with exactly these edges, ascending and without repetition, each with its weight.
Augmented reweighted(const Graph& graph, const std::vector<Edge>& edges, std::vector<double> weights);
// The graph as it is, with a weight of 1 on each edge.
Augmented unit_weights(const Graph& graph);

// How many edges an edit rate means: rate times edges, rounded up or down at random so that the mean is right.
std::int64_t edits_for(double rate, const Graph& graph, Random& random);

// Edges of either that the other lacks. Node i of `after` is node kept[i] of `before`; without `kept` node i.
Changes changes_between(const Graph& before, const Graph& after, std::span<const std::int32_t> kept = {});

} // namespace orrery::graph::augment
