// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/figure/graph_layer.h"

#include "views/graph/first_places.h"
#include "views/graph/label_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

constexpr double window_pixels = 600;      // the width of a window that looks like the figure
constexpr std::size_t most_lines = 20'000; // more are a picture inside SVG and PDF
constexpr std::size_t most_tried = 3'000;  // labels
constexpr double gap = 14;                 // between entries of the legend, units

// Of the same graph, whose data outlive the figure.
SharedGraph borrowed(const Graph& graph) { return {SharedGraph(), &graph}; }

std::array<double, 4> box_of(const std::vector<Place>& places) {
    std::array<double, 4> box{places[0][0], places[0][0], places[0][1], places[0][1]};
    for (const auto& [x, y] : places)
        box = {std::min(box[0], x), std::max(box[1], x), std::min(box[2], y), std::max(box[3], y)};
    return box;
}

} // namespace

GraphLayer::GraphLayer(QCustomPlot& plot, const Figure& figure, const FigureData& data, const Page& page,
                       const QFont& font)
    : QCPLayerable(&plot, QStringLiteral("main")), figure_(figure), page_(page), font_(font) {
    const FigureGraph& shown = data.graphs.front();
    graph_ =
        shown.before ? draw_graph(borrowed(*shown.before), borrowed(shown.graph)) : draw_graph(borrowed(shown.graph));
    style_.colour = QString::fromStdString(figure.colour_by);
    style_.size = QString::fromStdString(figure.size_by);
    if (figure.colour_map != "auto") style_.map = QString::fromStdString(figure.colour_map);
    style_.radius = figure.node_size;
    style_.shown = figure.shown == "original"    ? Shown::original
                   : figure.shown == "augmented" ? Shown::augmented
                                                 : Shown::both;
    style_.edge_weights = figure.edge_weights == "width"  ? EdgeWeights::width
                          : figure.edge_weights == "none" ? EdgeWeights::none
                                                          : EdgeWeights::opacity;
    style_.dark = false;
    look_ = look_of(graph_, style_);
    places_ = figure.places.empty() ? places_of_file(*graph_.original) : figure.places;
    if (places_.empty()) {
        places_ = first_places(graph_.nodes, graph_.original->edges);
        if (graph_.nodes > spring_nodes)
            notes_.push_back("The nodes lie on a spiral. Show the artifact of graph.layout for places that tell more.");
    }
    if (const QString out = left_out_of_edges(graph_, style_.edge_weights); !out.isEmpty())
        notes_.push_back(
            fmt::format("Drawn without {}: there are more than {} edges.", out.toStdString(), edges_in_full));
    if (graph_.edges.size() > most_lines)
        notes_.push_back(fmt::format("Edges and nodes are a picture of {} dots an inch: there are more than {} edges.",
                                     page.dpi, most_lines));
    make_legend();
}

const ColourScale* GraphLayer::scale() const {
    return look_.coloured_by.isEmpty() || !look_.scale.map ? nullptr : &look_.scale;
}

double GraphLayer::shape() const {
    if (places_.size() < 2) return 1;
    const auto box = box_of(places_);
    const double across = box[1] - box[0], up = box[3] - box[2];
    return across > 0 ? up / across : 1;
}

void GraphLayer::make_legend() {
    if (figure_.legend == "off") return;
    for (const auto& [name, look] : edge_legend(graph_, style_.shown, false)) entries_.push_back({name, {}, look, {}});
    for (const auto& [name, colour] : look_.categories)
        entries_.push_back({name.isEmpty() ? QStringLiteral("others") : name, colour, {}, {}});
}

int GraphLayer::legend_height(double width) {
    if (entries_.empty()) return 0;
    const QFontMetricsF metrics(font_);
    const double line = metrics.height() * 1.15, sample = 1.6 * line;
    QPointF at(gap / 2, 0);
    for (Entry& entry : entries_) {
        const double wide = sample + metrics.horizontalAdvance(entry.name) + gap;
        if (at.x() > gap / 2 && at.x() + wide > width) at = {gap / 2, at.y() + line};
        entry.at = at;
        at.rx() += wide;
    }
    return static_cast<int>(std::ceil(at.y() + line + 4));
}

QPointF GraphLayer::on_page(Place place) const {
    return place_.center() + QPointF(place[0], -place[1]); // y upwards
}

void GraphLayer::prepare(const QRectF& place) {
    place_ = place;
    pixel_ = std::max(0.4, place.width() / window_pixels);
    if (places_.empty()) return;
    const auto box = box_of(places_);
    const double largest =
        look_.radii.empty() ? 0 : static_cast<double>(*std::max_element(look_.radii.begin(), look_.radii.end()));
    const double margin = (largest + 6) * pixel_ + (figure_.node_labels ? 1.5 * QFontMetricsF(font_).height() : 0);
    const double unit = std::max({(box[1] - box[0]) / std::max(1.0, place.width() - 2 * margin),
                                  (box[3] - box[2]) / std::max(1.0, place.height() - 2 * margin), 1e-300});
    for (auto& [x, y] : places_) {
        x = (x - (box[0] + box[1]) / 2) / unit;
        y = (y - (box[2] + box[3]) / 2) / unit;
    }
    std::vector<double> radii;
    for (const float radius : look_.radii) radii.push_back(static_cast<double>(radius) * pixel_);
    const EdgeShape usual;
    if (graph_.edges.size() <= edges_in_full)
        paths_ = edge_paths(graph_, places_, radii, {usual.head * pixel_, usual.apart * pixel_, usual.loop * pixel_});
}

void GraphLayer::draw_edges(QPainter& painter) const {
    const EdgeLooks looks(graph_, style_.shown, style_.edge_weights, false);
    for (const EdgeKind kind : {EdgeKind::weak, EdgeKind::kept, EdgeKind::removed, EdgeKind::added}) {
        if (!graph_.is_seen(kind, style_.shown)) continue;
        for (std::size_t e = 0; e < graph_.edges.size(); ++e) {
            if (graph_.kinds[e] != kind) continue;
            const EdgeLook look = looks.of(e);
            QPen pen(look.colour, look.width * pixel_, Qt::SolidLine, Qt::FlatCap);
            if (look.dashed) pen.setDashPattern({4, 3});
            painter.setPen(pen);
            painter.setBrush(Qt::NoBrush);
            const auto& [from, to] = graph_.edges[e];
            const EdgePath path = paths_.empty() ? straight_path(places_[static_cast<std::size_t>(from)],
                                                                 places_[static_cast<std::size_t>(to)])
                                                 : paths_[e];
            if (path.straight) {
                painter.drawLine(on_page(path.curve[0]), on_page(path.curve[3]));
            } else {
                QPainterPath curve(on_page(path.curve[0]));
                curve.cubicTo(on_page(path.curve[1]), on_page(path.curve[2]), on_page(path.curve[3]));
                painter.drawPath(curve);
            }
            if (!path.head) continue;
            painter.setPen(Qt::NoPen);
            painter.setBrush(look.colour);
            painter.drawPolygon(
                QPolygonF({on_page((*path.head)[0]), on_page((*path.head)[1]), on_page((*path.head)[2])}));
        }
    }
}

void GraphLayer::draw_nodes(QPainter& painter) const {
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const double radius = static_cast<double>(look_.radii[i]) * pixel_;
        painter.setPen(radius > 2 ? QPen(Qt::white, 0.14 * radius) : QPen(Qt::NoPen));
        painter.setBrush(QColor::fromRgb(look_.colours[i]));
        painter.drawEllipse(on_page(places_[i]), radius, radius);
    }
    painter.setBrush(Qt::NoBrush);
}

void GraphLayer::draw_labels(QPainter& painter) const {
    const QFontMetricsF metrics(font_);
    std::vector<LabelWish> wishes;
    std::vector<QString> names;
    for (std::size_t i = 0; i < std::min(graph_.by_degree.size(), most_tried); ++i) {
        const auto node = static_cast<std::size_t>(graph_.by_degree[i]);
        names.push_back(metrics.elidedText(name_of_node(*graph_.original, graph_.by_degree[i]), Qt::ElideRight,
                                           20 * metrics.averageCharWidth()));
        wishes.push_back({on_page(places_[node]), static_cast<double>(look_.radii[node]) * pixel_,
                          QSizeF(metrics.horizontalAdvance(names.back()) + 2, metrics.height())});
    }
    const auto placed = place_labels(wishes, place_);
    for (std::size_t i = 0; i < placed.size(); ++i) {
        if (!placed[i]) continue;
        const QPointF at(placed[i]->left() + 1, placed[i]->top() + metrics.ascent());
        if (!page_.transparent) {
            QPainterPath outline;
            outline.addText(at, font_, names[i]);
            painter.strokePath(outline,
                               QPen(QColor(255, 255, 255, 200), 2.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        }
        painter.setPen(Qt::black);
        painter.drawText(at, names[i]);
    }
}

void GraphLayer::draw_legend(QPainter& painter) const {
    const QFontMetricsF metrics(font_);
    const double line = metrics.height() * 1.15;
    const QPointF corner(0, place_.bottom() + 3);
    for (const Entry& entry : entries_) {
        const QPointF left = corner + entry.at + QPointF(0, line / 2);
        if (entry.colour) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(QColor::fromRgb(*entry.colour));
            painter.drawEllipse(left + QPointF(0.9 * line, 0), 0.28 * line, 0.28 * line);
            painter.setBrush(Qt::NoBrush);
        } else {
            painter.setPen(QPen(entry.look.colour, entry.look.width * std::max(pixel_, 0.6),
                                entry.look.dashed ? Qt::DashLine : Qt::SolidLine, Qt::FlatCap));
            painter.drawLine(left + QPointF(0.1 * line, 0), left + QPointF(1.35 * line, 0));
        }
        painter.setPen(Qt::black);
        painter.drawText(QPointF(left.x() + 1.6 * line, left.y() + (metrics.ascent() - metrics.descent()) / 2),
                         entry.name);
    }
}

void GraphLayer::draw(QCPPainter* painter) {
    painter->setClipping(false);
    painter->setFont(font_);
    if (graph_.edges.size() > most_lines) {
        const double dots = page_.dpi / 127.0;
        QImage image((place_.size() * dots).toSize(), QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter inside(&image);
        inside.setRenderHint(QPainter::Antialiasing);
        inside.scale(dots, dots);
        inside.translate(-place_.topLeft());
        draw_edges(inside);
        draw_nodes(inside);
        inside.end();
        painter->drawImage(place_, image);
    } else {
        draw_edges(*painter);
        draw_nodes(*painter);
    }
    if (figure_.node_labels) draw_labels(*painter);
    draw_legend(*painter);
}

} // namespace orrery::gui
