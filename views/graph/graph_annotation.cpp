// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/graph_annotation.h"

#include "views/graph/label_places.h"

#include <QCoreApplication>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

constexpr std::size_t most_labels = 150, most_of_many = 40, most_tried = 3000;
constexpr std::int32_t many_nodes = 20'000; // so many have few labels, and none while the picture moves
constexpr std::int64_t most_edges = 1000;   // of a node, above the others
constexpr double inset = 10;

} // namespace

GraphAnnotation::GraphAnnotation(GraphCanvas& canvas) : QWidget(&canvas), canvas_(canvas) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setObjectName(QStringLiteral("graph_annotation"));
}

QColor GraphAnnotation::soft() const {
    QColor ink = palette().color(QPalette::WindowText);
    ink.setAlphaF(0.75F);
    return ink;
}

void GraphAnnotation::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!canvas_.covered_.isEmpty()) painter.setClipRegion(QRegion(rect()) - canvas_.covered_);
    if (canvas_.graph_) {
        const bool hurried = (canvas_.moving_ || canvas_.is_dragging()) && canvas_.graph_->nodes > many_nodes;
        paint_looked_at(painter);
        if (canvas_.labels_ && !hurried) paint_labels(painter);
        paint_edge_legend(painter);
        canvas_.look_.categories.empty() ? paint_colours(painter) : paint_categories(painter);
    }
    paint_message(painter);
}

void GraphAnnotation::paint_plate(QPainter& painter, const QRectF& rect) const {
    QColor fill = palette().color(QPalette::Window);
    fill.setAlpha(215);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(rect, 4, 4);
    painter.setBrush(Qt::NoBrush);
}

GraphAnnotation::Label& GraphAnnotation::label_of(std::int32_t node) {
    constexpr std::size_t most_kept = 20'000;
    if (labels_.size() > most_kept) labels_.clear();
    const auto [at, is_new] = labels_.try_emplace(node);
    if (is_new) {
        const QFontMetricsF metrics(font());
        at->second.text = metrics.elidedText(name_of_node(*canvas_.graph_->original, node), Qt::ElideRight, 160);
        at->second.size = {metrics.horizontalAdvance(at->second.text) + 2, metrics.height()};
    }
    return at->second;
}

const QPixmap& GraphAnnotation::picture_of(Label& label) const {
    if (!label.picture.isNull()) return label.picture;
    constexpr double halo_width = 3;
    const double ratio = devicePixelRatioF();
    label.picture =
        QPixmap((QSizeF(label.size.width() + 2 * halo_width, label.size.height() + 2 * halo_width) * ratio).toSize());
    label.picture.setDevicePixelRatio(ratio);
    label.picture.fill(Qt::transparent);
    QPainter painter(&label.picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    QColor halo = palette().color(QPalette::Window);
    halo.setAlpha(200);
    const QPointF at(halo_width + 1, halo_width + QFontMetricsF(font()).ascent());
    QPainterPath outline;
    outline.addText(at, font(), label.text);
    painter.strokePath(outline, QPen(halo, halo_width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(at, label.text);
    return label.picture;
}

void GraphAnnotation::paint_labels(QPainter& painter) {
    const std::tuple now(canvas_.graph_.get(), font(), palette().cacheKey(), devicePixelRatioF());
    if (now != labels_for_) labels_.clear();
    labels_for_ = now;
    const QRectF room = QRectF(rect()).adjusted(2, 2, -2, -2);
    const double shrinking = canvas_.shrinking();
    std::vector<LabelWish> wishes;
    std::vector<std::int32_t> nodes;
    const auto wish = [&](std::int32_t node) {
        const QPointF at = canvas_.position_of(node);
        if (!room.contains(at)) return;
        nodes.push_back(node);
        wishes.push_back({at, static_cast<double>(canvas_.look_.radii[static_cast<std::size_t>(node)]) * shrinking,
                          label_of(node).size});
    };
    const auto first = canvas_.looked_at();
    if (first) wish(*first);
    if (!wishes.empty()) wishes.front().must = true;
    for (const std::int32_t node : canvas_.graph_->by_degree) {
        if (wishes.size() >= most_tried) break;
        if (!first || node != *first) wish(node);
    }
    const auto placed = place_labels(wishes, room);
    const std::size_t most = canvas_.graph_->nodes > many_nodes ? most_of_many : most_labels;
    std::size_t drawn = 0;
    for (std::size_t i = 0; i < placed.size() && drawn < most; ++i) {
        if (!placed[i]) continue;
        ++drawn;
        const QPixmap& picture = picture_of(label_of(nodes[i]));
        const QSizeF size = picture.deviceIndependentSize();
        painter.drawPixmap(placed[i]->center() - QPointF(size.width() / 2, size.height() / 2), picture);
    }
}

// As it lies in the picture.
void GraphAnnotation::paint_edge(QPainter& painter, std::size_t edge, const QPen& pen) const {
    const auto [from, to] = canvas_.graph_->edges[edge];
    painter.setPen(pen);
    if (canvas_.paths().empty()) return painter.drawLine(canvas_.position_of(from), canvas_.position_of(to));
    const auto at = [&](Place place) { return canvas_.position_of(place); };
    const auto& [curve, straight, head] = canvas_.paths()[edge];
    QPainterPath path(at(curve[0]));
    path.cubicTo(at(curve[1]), at(curve[2]), at(curve[3]));
    painter.drawPath(path);
    if (!head) return;
    painter.setBrush(pen.color());
    painter.drawPolygon(QPolygonF({at((*head)[0]), at((*head)[1]), at((*head)[2])}));
    painter.setBrush(Qt::NoBrush);
}

// A ring, and its edges drawn once more above the others: of very many, some.
void GraphAnnotation::paint_looked_at(QPainter& painter) const {
    const auto node = canvas_.looked_at();
    if (!node) return;
    const DrawnGraph& graph = *canvas_.graph_;
    const EdgeColours colours = edge_colours(canvas_.style_.dark);
    const bool compares = graph.is_pair() && canvas_.style_.shown == Shown::both;
    const QPointF at = canvas_.position_of(*node);
    const auto first = graph.around.first[static_cast<std::size_t>(*node)];
    const std::int64_t step = graph.around.degree(*node) / most_edges + 1;
    for (auto k = first; k < first + graph.around.degree(*node); k += step) {
        const auto e = static_cast<std::size_t>(graph.around.edge[static_cast<std::size_t>(k)]);
        if (!graph.is_seen(graph.kinds[e], canvas_.style_.shown)) continue;
        const bool marked = compares && graph.kinds[e] != EdgeKind::kept;
        const QColor ink =
            marked ? colours.of[static_cast<std::size_t>(graph.kinds[e])] : palette().color(QPalette::WindowText);
        paint_edge(painter, e, QPen(ink, graph.kinds[e] == EdgeKind::weak ? 0.6 : 1.6));
    }
    const double radius = static_cast<double>(canvas_.look_.radii[static_cast<std::size_t>(*node)]);
    painter.setBrush(QColor::fromRgb(canvas_.look_.colours[static_cast<std::size_t>(*node)]));
    painter.setPen(QPen(palette().color(QPalette::Window), 3));
    painter.drawEllipse(at, radius + 3, radius + 3);
    painter.setPen(QPen(palette().color(QPalette::WindowText), 1.6));
    painter.drawEllipse(at, radius + 3, radius + 3);
    painter.setBrush(Qt::NoBrush);
}

void GraphAnnotation::paint_edge_legend(QPainter& painter) const {
    const auto entries = edge_legend(*canvas_.graph_, canvas_.style_.shown, canvas_.style_.dark);
    if (entries.empty()) return;
    const QFontMetricsF metrics(font());
    const double line = metrics.height() + 2, high = line * static_cast<double>(entries.size());
    double wide = 0;
    for (const auto& [name, look] : entries) wide = std::max(wide, metrics.horizontalAdvance(name));
    const QRectF plate(inset, height() - inset - high - 8, wide + 46, high + 8);
    paint_plate(painter, plate);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto& [name, look] = entries[i];
        const double top = plate.top() + 4 + line * static_cast<double>(i), middle = top + line / 2;
        painter.setPen(QPen(look.colour, look.width, look.dashed ? Qt::DashLine : Qt::SolidLine));
        painter.drawLine(QPointF(plate.left() + 8, middle), QPointF(plate.left() + 30, middle));
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRectF(plate.left() + 38, top, wide + 4, line), Qt::AlignLeft | Qt::AlignVCenter, name);
    }
}

void GraphAnnotation::paint_colours(QPainter& painter) const {
    const ColourScale& scale = canvas_.look_.scale;
    if (canvas_.look_.coloured_by.isEmpty() || !scale.map) return;
    const QFontMetricsF metrics(font());
    const double line = metrics.height(), wide = std::min(180.0, width() - 2 * inset - 16);
    const QRectF plate(width() - inset - wide - 24, height() - inset - 2 * line - 24, wide + 24, 2 * line + 24);
    paint_plate(painter, plate);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRectF(plate.left() + 12, plate.top() + 4, wide, line), Qt::AlignLeft,
                     metrics.elidedText(canvas_.look_.coloured_by, Qt::ElideRight, wide));
    QImage colours(256, 1, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i) colours.setPixel(i, 0, 0xff000000 | scale.map->colours[static_cast<std::size_t>(i)]);
    const QRectF bar(plate.left() + 12, plate.top() + line + 7, wide, 8);
    painter.drawImage(bar, colours);
    painter.setPen(soft());
    const auto ticks = nice_ticks(scale.low, scale.high, 3);
    const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : scale.high - scale.low;
    for (const double tick : ticks) {
        const double x = bar.left() + scale.share(tick) * bar.width();
        const QString text = tick_label(tick, step);
        const double own = metrics.horizontalAdvance(text);
        painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + 3));
        painter.drawText(QPointF(std::clamp(x - own / 2, plate.left() + 4, plate.right() - 4 - own),
                                 bar.bottom() + 4 + metrics.ascent()),
                         text);
    }
}

void GraphAnnotation::paint_categories(QPainter& painter) const {
    const auto& categories = canvas_.look_.categories;
    const QFontMetricsF metrics(font());
    const double line = metrics.height() + 2;
    double wide = metrics.horizontalAdvance(canvas_.look_.coloured_by);
    QStringList words;
    for (const auto& [name, colour] : categories) {
        words << (name.isEmpty() ? QCoreApplication::translate("GraphAnnotation", "others")
                                 : metrics.elidedText(name, Qt::ElideRight, 150));
        wide = std::max(wide, metrics.horizontalAdvance(words.back()) + 18);
    }
    const double high = line * static_cast<double>(categories.size() + 1);
    const QRectF plate(width() - inset - wide - 20, height() - inset - high - 8, wide + 20, high + 8);
    paint_plate(painter, plate);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRectF(plate.left() + 10, plate.top() + 4, wide + 4, line), Qt::AlignLeft | Qt::AlignVCenter,
                     canvas_.look_.coloured_by);
    for (std::size_t i = 0; i < categories.size(); ++i) {
        const double top = plate.top() + 4 + line * static_cast<double>(i + 1);
        painter.setPen(Qt::NoPen);
        painter.setBrush(QColor::fromRgb(categories[i].second));
        painter.drawEllipse(QPointF(plate.left() + 16, top + line / 2), 5, 5);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRectF(plate.left() + 28, top, wide, line), Qt::AlignLeft | Qt::AlignVCenter,
                         words[static_cast<qsizetype>(i)]);
    }
}

void GraphAnnotation::paint_message(QPainter& painter) const {
    if (canvas_.message_.isEmpty()) return;
    painter.setPen(soft());
    painter.drawText(rect().adjusted(20, 20, -20, -20), Qt::AlignCenter | Qt::TextWordWrap, canvas_.message_);
}

} // namespace orrery::gui
