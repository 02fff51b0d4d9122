// SPDX-License-Identifier: GPL-3.0-or-later
// The graph of a figure as lines, discs and texts: its edges with what became of them, names of nodes, and a legend.
#pragma once
#include "core/figure/figure_data.h"
#include "views/figure/page.h"
#include "views/graph/edge_paths.h"
#include "views/graph/node_look.h"

#include <string>
#include <vector>

namespace orrery::gui {

class GraphLayer : public QCPLayerable {
public:
    GraphLayer(QCustomPlot& plot, const Figure& figure, const FigureData& data, const Page& page, const QFont& font);

    const ColourScale* scale() const; // of the nodes' colours; null: they are no amounts
    double shape() const;             // height of where the nodes lie over its width
    int legend_height(double width);  // lays it out
    // Finds the places of everything in `place`; the legend lies below it.
    void prepare(const QRectF& place);
    const std::vector<std::string>& notes() const { return notes_; }

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    void draw(QCPPainter* painter) override;

private:
    struct Entry { // of the legend; colour: of a node, else it is an edge
        QString name;
        std::optional<QRgb> colour;
        EdgeLook look;
        QPointF at; // from the legend's corner
    };
    void make_legend();
    QPointF on_page(Place place) const; // of paths_ and places_
    void draw_edges(QPainter& painter) const;
    void draw_nodes(QPainter& painter) const;
    void draw_labels(QPainter& painter) const;
    void draw_legend(QPainter& painter) const;
    const Figure& figure_;
    const Page& page_;
    QFont font_;
    DrawnGraph graph_;
    NodeStyle style_;
    NodeLook look_;
    std::vector<Place> places_; // as they are given, then in units around the middle of the place
    std::vector<EdgePath> paths_;
    std::vector<Entry> entries_;
    QRectF place_;
    double pixel_ = 1; // of a window, in units: what sizes of nodes and lines are told in
    std::vector<std::string> notes_;
};

} // namespace orrery::gui
