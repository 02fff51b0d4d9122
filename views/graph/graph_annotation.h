// SPDX-License-Identifier: GPL-3.0-or-later
// What lies over a graph's picture: labels, the node that is looked at with its neighbours, legend and colour bar.
#pragma once
#include "views/graph/graph_canvas.h"

#include <QPainter>

namespace orrery::gui {

class GraphAnnotation : public QWidget {
public:
    explicit GraphAnnotation(GraphCanvas& canvas);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paint_labels(QPainter& painter) const;
    void paint_looked_at(QPainter& painter) const;
    void paint_edge_legend(QPainter& painter) const;
    void paint_colours(QPainter& painter) const;
    void paint_categories(QPainter& painter) const;
    void paint_message(QPainter& painter) const;
    // A place for words over the picture.
    void paint_plate(QPainter& painter, const QRectF& rect) const;
    QColor soft() const;
    GraphCanvas& canvas_;
};

} // namespace orrery::gui
