// SPDX-License-Identifier: BSD-3-Clause
// Betweenness centrality: through which nodes shortest paths lead.
#pragma once
#include "core/graph/graph.h"
#include "gpu/parallel/team.h"

#include <memory>
#include <vector>

namespace orrery::graph {

// [nodes] of a simple undirected graph: the sum over pairs of other nodes of the share of their shortest paths that
// lead through the node, each pair once, not normalised (Brandes, A faster algorithm for betweenness centrality, 2001).
// O(nodes * edges). The same bits for any number of threads.
std::vector<double> betweenness_of(const Adjacency& adjacency, const std::shared_ptr<Team>& team = {});

} // namespace orrery::graph
