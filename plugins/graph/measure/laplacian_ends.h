// SPDX-License-Identifier: BSD-3-Clause
// The second least and the largest eigenvalue of the combinatorial Laplacian.
#pragma once
#include "core/graph/graph.h"

#include <limits>
#include <span>
#include <vector>

namespace orrery::graph {

struct LaplacianEnds {
    // NaN where there is none: the first of a graph with fewer than two nodes, the second of an empty one.
    double second = std::numeric_limits<double>::quiet_NaN();
    double largest = std::numeric_limits<double>::quiet_NaN();
};

// Of simple undirected graphs, of each by itself; `connected` tells which are, of others the second is exactly 0.
std::vector<LaplacianEnds> laplacian_ends(std::span<const Graph> graphs, const std::vector<bool>& connected,
                                          int threads);

} // namespace orrery::graph
