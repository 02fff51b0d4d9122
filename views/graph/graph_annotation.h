// SPDX-License-Identifier: GPL-3.0-or-later
// What lies over a graph's picture: labels, the node that is looked at with its neighbours, legend and colour bar.
#pragma once
#include "views/graph/graph_canvas.h"

#include <QPainter>
#include <QPixmap>

#include <map>
#include <tuple>

namespace orrery::gui {

class GraphAnnotation : public QWidget {
public:
    explicit GraphAnnotation(GraphCanvas& canvas);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Label {
        QString text;
        QSizeF size;
        QPixmap picture; // null until it is drawn: outlines of letters take long
    };
    void paint_labels(QPainter& painter);
    Label& label_of(std::int32_t node);
    const QPixmap& picture_of(Label& label) const;
    void paint_edge(QPainter& painter, std::size_t edge, const QPen& pen) const;
    void paint_looked_at(QPainter& painter) const;
    void paint_edge_legend(QPainter& painter) const;
    void paint_colours(QPainter& painter) const;
    void paint_categories(QPainter& painter) const;
    void paint_message(QPainter& painter) const;
    // A place for words over the picture.
    void paint_plate(QPainter& painter, const QRectF& rect) const;
    QColor soft() const;
    GraphCanvas& canvas_;
    std::map<std::int32_t, Label> labels_; // that were looked for or drawn
    std::tuple<const DrawnGraph*, QFont, qint64, double> labels_for_{};
};

} // namespace orrery::gui
