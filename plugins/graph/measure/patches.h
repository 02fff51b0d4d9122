// SPDX-License-Identifier: BSD-3-Clause
// A component as a graph of its own whose nodes are numbered so that those of near numbers lie close together.
#pragma once
#include "core/graph/graph.h"
#include "plugins/graph/measure/many_searches.h"

#include <vector>

namespace orrery::graph {

struct Patches {
    std::vector<std::int32_t> nodes; // as the whole graph numbers them
    CompactGraph graph;
    std::int32_t first_radius = 0; // of the first stretch of ManySearches::most_sources nodes
};

// Cuts components into stretches of `most_sources` nodes around one node each, since searches from near nodes reach the
// others at nearly the same steps.
class PatchMaker {
public:
    explicit PatchMaker(const Adjacency& adjacency)
        : adjacency_(adjacency), place_(adjacency.first.size() - 1, -1), queued_(place_.size(), 0) {}

    // `component`: its nodes, near ones near each other; a component once.
    Patches make(const std::vector<std::int32_t>& component);

private:
    void grow(std::int32_t start, std::size_t& room, Patches& result);

    const Adjacency& adjacency_;
    std::vector<std::int32_t> place_, queued_, queue_; // number in its component; last round that queued the node
    std::int32_t round_ = 0;
};

} // namespace orrery::graph
