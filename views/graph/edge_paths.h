// SPDX-License-Identifier: GPL-3.0-or-later
// The ways that edges take in a picture: straight, bent beside their parallels, or around as loops, with arrows where
// they have a direction.
#pragma once
#include "views/graph/drawn_graph.h"

#include <optional>
#include <vector>

namespace orrery::gui {

struct EdgePath {
    std::array<Place, 4> curve;               // control points of a cubic Bezier curve, up to the arrow's foot
    bool straight = true;                     // the curve is a line from its first to its last point
    std::optional<std::array<Place, 3>> head; // of an arrow: its tip, and the ends of its foot
};

struct EdgeShape {     // lengths in the places' units
    double head = 9;   // of an arrow
    double apart = 10; // two parallel edges, in their middle
    double loop = 16;  // a loop's height above its node
};

// Of each edge. `radii`: [nodes], of discs that hide what lies below them; arrows end at them.
std::vector<EdgePath> edge_paths(const DrawnGraph& graph, const std::vector<Place>& places,
                                 const std::vector<double>& radii, const EdgeShape& shape);

EdgePath straight_path(Place from, Place to);

// Points on the curve, close enough to each other that it looks smooth.
std::vector<Place> points_of(const EdgePath& path);

// The parts of a line that dashes cover: of these lengths, or longer ones where there would be more than 60.
std::vector<std::vector<Place>> dashes_of(const std::vector<Place>& line, double dash, double gap);

// The outline of a line of that width: left and right of each point.
std::vector<std::array<Place, 2>> ribbon_of(const std::vector<Place>& line, double width);

} // namespace orrery::gui
