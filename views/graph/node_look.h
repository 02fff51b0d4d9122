// SPDX-License-Identifier: GPL-3.0-or-later
// How the nodes of a graph look: colours and sizes by an attribute, the degree or an eigenvector, and what explains
// them.
#pragma once
#include "views/field/colour_map.h"
#include "views/graph/edge_look.h"

#include <QRgb>
#include <QStringList>

#include <utility>
#include <vector>

namespace orrery::gui {

// What nodes can be coloured by, or sized by if `sizes`: "degree" and the attributes that have different values; of
// those that are to be sizes, numbers alone.
QStringList quantities_of(const DrawnGraph& graph, bool sizes);

struct NodeLook {
    std::vector<QRgb> colours; // [nodes]
    std::vector<float> radii;  // [nodes], pixels
    QString coloured_by;       // empty: by nothing
    ColourScale scale;         // map null: there are categories, or nothing
    std::vector<std::pair<QString, QRgb>> categories;
};

struct NodeStyle {
    QString colour, size; // names of quantities; empty: all alike
    QString map;          // id of a colour map; empty: as it suits
    double radius = 1;    // times what suits the number of nodes
    Shown shown = Shown::both;
    EdgeWeights edge_weights = EdgeWeights::opacity;
    bool dark = true; // the window is
    bool operator==(const NodeStyle&) const = default;
};

NodeLook look_of(const DrawnGraph& graph, const NodeStyle& style);

} // namespace orrery::gui
