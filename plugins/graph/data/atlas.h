// SPDX-License-Identifier: BSD-3-Clause
// All graphs of up to seven nodes, each once up to isomorphism, made by trying all.
#pragma once
#include "core/graph/graph.h"

namespace orrery::graph {

// 1253 graphs, the one without nodes included, by number of nodes, then of edges. Made at the first call and kept.
const GraphSet& atlas();

} // namespace orrery::graph
