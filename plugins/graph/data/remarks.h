// SPDX-License-Identifier: BSD-3-Clause
// What experiments leave out of graphs that are more than simple, undirected and unweighted: sentences for the log.
#pragma once
#include "core/graph/graph.h"

#include <string>
#include <vector>

namespace orrery::graph {

std::vector<std::string> remarks_on(const GraphSet& set);

} // namespace orrery::graph
