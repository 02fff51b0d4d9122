// SPDX-License-Identifier: GPL-3.0-or-later
// How the edges of a graph look: colours by what became of them, opacity or width by their weights.
#pragma once
#include "views/graph/drawn_graph.h"

#include <QColor>

namespace orrery::gui {

// What the sizes of weights are seen as. Negative ones have a colour of their own, and are dashed, in any case.
enum class EdgeWeights { opacity, width, none };

struct EdgeColours {
    std::array<QColor, edge_kinds> of; // by kind
    QColor negative;                   // of a weight
    bool operator==(const EdgeColours&) const = default;
};
// Of a dark or a light window; while only one graph is seen, what is left has no special colour.
EdgeColours edge_colours(bool dark);

// Up to so many edges are drawn with their directions, as loops, apart from their parallels, dashed, and as wide as
// they are to be; more as thin lines.
constexpr std::size_t edges_in_full = 3'000;

struct EdgeLook {
    QColor colour; // with its opacity
    double width = 1;
    bool dashed = false;
};

class EdgeLooks {
public:
    EdgeLooks(const DrawnGraph& graph, Shown shown, EdgeWeights weights, bool dark);
    bool is_marked(EdgeKind kind) const { // as a difference of the two graphs
        return compares_ && (kind == EdgeKind::removed || kind == EdgeKind::added);
    }
    EdgeLook of(std::size_t edge) const;

private:
    const DrawnGraph& graph_;
    EdgeColours colours_;
    EdgeWeights weights_;
    bool compares_;
    double opacity_, weak_opacity_;
};

// What explains them: a name for each look that isn't all edges'.
struct EdgeEntry {
    QString name;
    EdgeLook look;
};
std::vector<EdgeEntry> edge_legend(const DrawnGraph& graph, Shown shown, bool dark);

// What isn't seen of the edges because there are too many, as words for a list; empty: nothing.
QString left_out_of_edges(const DrawnGraph& graph, EdgeWeights weights);

} // namespace orrery::gui
