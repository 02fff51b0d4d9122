// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/property_radar.h"

#include "views/graph/edge_look.h"

#include <QCoreApplication>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::gui {

namespace {

// The end of the keys, and short words for the picture.
const std::pair<const char*, const char*> known[] = {
    {"diameter", QT_TRANSLATE_NOOP("PropertyRadar", "diameter")},
    {"radius", QT_TRANSLATE_NOOP("PropertyRadar", "radius")},
    {"average_shortest_path", QT_TRANSLATE_NOOP("PropertyRadar", "average path")},
    {"connected", QT_TRANSLATE_NOOP("PropertyRadar", "connected")},
    {"algebraic_connectivity", QT_TRANSLATE_NOOP("PropertyRadar", "alg. connectivity")},
    {"periphery", QT_TRANSLATE_NOOP("PropertyRadar", "periphery")}};

QString number(double value) { return std::isnan(value) ? QStringLiteral("\u2013") : QString::number(value, 'g', 4); }

} // namespace

std::vector<GraphProperty> properties_in(const std::map<std::string, double>& metrics) {
    std::vector<GraphProperty> found;
    for (const auto& [key, name] : known) {
        const auto before = metrics.find(std::string("properties/original/") + key);
        const auto after = metrics.find(std::string("properties/augmented/") + key);
        if (before == metrics.end() || after == metrics.end()) continue;
        found.push_back({QCoreApplication::translate("PropertyRadar", name), before->second, after->second});
    }
    return found;
}

PropertyRadar::PropertyRadar(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("graph_radar"));
    setWhatsThis(tr("Properties of the original and the augmented graph; the outer ring is the larger of the two. "
                    "Connectivity stands beside the paths, since those count reachable pairs only."));
}

void PropertyRadar::set_properties(std::vector<GraphProperty> properties) {
    properties_ = std::move(properties);
    QStringList words;
    for (std::size_t i = 0; i < properties_.size(); ++i) words << text_of(i);
    setAccessibleName(tr("Properties of the graphs"));
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    update();
}

QSize PropertyRadar::sizeHint() const {
    const int line = fontMetrics().height();
    return {23 * line, 14 * line + 20};
}

QSize PropertyRadar::minimumSizeHint() const {
    const int line = fontMetrics().height();
    return {19 * line, 10 * line};
}

QString PropertyRadar::text_of(std::size_t axis) const {
    const GraphProperty& p = properties_[axis];
    return tr("%1: %2, augmented %3").arg(p.name, number(p.before), number(p.after));
}

QPointF PropertyRadar::point(std::size_t axis, double share) const {
    const double line = fontMetrics().height();
    const double radius = std::min(width() - 15 * line, height() - 7 * line) / 2 * share;
    const double angle = 2 * std::numbers::pi * static_cast<double>(axis) / static_cast<double>(properties_.size());
    return QPointF(width() / 2.0 + radius * std::sin(angle), height() / 2.0 - 0.5 * line - radius * std::cos(angle));
}

void PropertyRadar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor plate = palette().color(QPalette::Window);
    plate.setAlpha(225);
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(plate);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    if (properties_.empty()) return;
    const bool dark = palette().color(QPalette::Window).lightness() < 128;
    const EdgeColours colours = edge_colours(dark);
    const QColor before = colours.of[0], after = colours.of[static_cast<std::size_t>(EdgeKind::added)];
    painter.setBrush(Qt::NoBrush);
    const auto polygon = [&](const auto& share) {
        QPolygonF shape;
        for (std::size_t i = 0; i < properties_.size(); ++i) shape << point(i, share(i));
        return shape;
    };
    for (const double ring : {0.5, 1.0}) painter.drawPolygon(polygon([&](std::size_t) { return ring; }));
    const auto share = [&](std::size_t i, bool of_after) {
        const GraphProperty& p = properties_[i];
        const double most = std::max(std::abs(p.before), std::abs(p.after));
        const double value = std::abs((of_after ? p.after : p.before));
        return most > 0 && std::isfinite(value / most) ? value / most : 0.0;
    };
    const QColor text = palette().color(QPalette::WindowText);
    const double line = fontMetrics().height();
    for (std::size_t i = 0; i < properties_.size(); ++i) {
        painter.setPen(palette().color(QPalette::Mid));
        painter.drawLine(point(i, 0), point(i, 1));
        const QPointF out = point(i, 1) - point(i, 0);
        const double length = std::max(1e-9, std::hypot(out.x(), out.y()));
        const double right = out.x() / length, down = out.y() / length;
        // Outside of the end of its axis: beside it, or centred above and below.
        const QPointF end = point(i, 1) + QPointF(right * 6, 0);
        const double wide = 7.2 * line;
        const double left = right > 0.3 ? end.x() : right < -0.3 ? end.x() - wide : end.x() - wide / 2;
        const double top = end.y() + (down < -0.3 ? -2 * line - 2 : down > 0.3 ? 2 : -line);
        const auto side = right > 0.3 ? Qt::AlignLeft : right < -0.3 ? Qt::AlignRight : Qt::AlignHCenter;
        const GraphProperty& p = properties_[i];
        painter.setPen(text);
        painter.drawText(QRectF(left, top, wide, line), side | Qt::TextDontClip, p.name);
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(QRectF(left, top + line, wide, line), side | Qt::TextDontClip,
                         QStringLiteral("%1 \u2192 %2").arg(number(p.before), number(p.after)));
    }
    for (const bool of_after : {false, true}) {
        QColor fill = of_after ? after : before;
        painter.setPen(QPen(fill, of_after ? 2 : 1.6, of_after ? Qt::SolidLine : Qt::DashLine));
        fill.setAlpha(of_after ? 60 : 40);
        painter.setBrush(fill);
        painter.drawPolygon(polygon([&](std::size_t i) { return share(i, of_after); }));
    }
    painter.setBrush(Qt::NoBrush);
    const double top = height() - line - 6;
    double left = 10;
    for (const bool of_after : {false, true}) {
        const QString words = of_after ? tr("augmented") : tr("original");
        painter.setPen(QPen(of_after ? after : before, 2, of_after ? Qt::SolidLine : Qt::DashLine));
        painter.drawLine(QPointF(left, top + line / 2), QPointF(left + 20, top + line / 2));
        painter.setPen(text);
        painter.drawText(QRectF(left + 26, top, 100, line), Qt::AlignLeft, words);
        left += 40 + fontMetrics().horizontalAdvance(words);
    }
}

bool PropertyRadar::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || properties_.empty()) return QWidget::event(event);
    QStringList words;
    for (std::size_t i = 0; i < properties_.size(); ++i) words << text_of(i);
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), words.join(QLatin1Char('\n')), this);
    return true;
}

} // namespace orrery::gui
