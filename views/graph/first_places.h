// SPDX-License-Identifier: GPL-3.0-or-later
// Where nodes are put at once, before a layout has been computed outside of the window.
#pragma once
#include "views/graph/drawn_graph.h"

#include <functional>

namespace orrery::gui {

// The node attributes "x" and "y", if all of them are finite numbers; y upwards. Empty otherwise.
std::vector<Place> places_of_file(const Graph& graph);

// The same graph, the same places. Up to spring_nodes nodes by springs (Fruchterman and Reingold, Software: Practice
// and Experience 21, 1129, 1991); more on a sunflower's spiral (Vogel, Mathematical Biosciences 44, 179, 1979), the
// neighbours of a node near it as far as a breadth-first search tells. `stop` ends it early, with no places.
constexpr std::int32_t spring_nodes = 1500;
std::vector<Place> first_places(std::int32_t nodes, const std::vector<Edge>& edges,
                                const std::function<bool()>& stop = {});

} // namespace orrery::gui
