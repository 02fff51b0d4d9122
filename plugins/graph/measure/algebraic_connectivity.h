// SPDX-License-Identifier: BSD-3-Clause
// The second least Laplacian eigenvalue of one small graph, faster than all of them.
#pragma once
#include "core/graph/graph.h"

namespace orrery::graph {

// Of a simple undirected graph; 0 if it is disconnected, NaN with fewer than two nodes. Relative error below 1e-9,
// against the eigenvalue that all of them would give about 1e-12. O(nodes^3 / 3) at worst, much less where edges are
// few: a Cholesky factor of the Laplacian without one node, then Lanczos steps on the pseudo-inverse, whose largest
// eigenvalue is the inverse of the one wanted (Parlett, The Symmetric Eigenvalue Problem, 1980, chapter 13).
double algebraic_connectivity(const Graph& graph);

} // namespace orrery::graph
