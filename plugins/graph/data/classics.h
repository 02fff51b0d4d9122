// SPDX-License-Identifier: BSD-3-Clause
// Classic small graphs that are built in, all undirected and without weights.
#pragma once
#include "core/graph/graph.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::graph {

std::vector<std::string> classic_names();
// Nothing if there is none of that name. Social networks have a node attribute "label": of karate the faction (0, 1),
// of the others the name.
std::optional<Graph> classic(std::string_view name);

} // namespace orrery::graph
