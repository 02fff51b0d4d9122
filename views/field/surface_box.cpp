// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/surface_box.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

double spread(const std::vector<double>& ticks) { return ticks.size() > 1 ? ticks[1] - ticks[0] : 1; }

// Two at the bottom, towards the eye. Numbers lie outside of the box: away from the middle of its floor.
void paint_floor_edge(QPainter& painter, const SurfaceBox& box, bool along_x) {
    const auto& [x_min, x_max, y_min, y_max] = box.extent;
    const auto& at = box.position;
    const QFontMetricsF metrics(painter.font());
    const double em = box.em, floor = -box.tall / 2;
    const double near_x = at(x_max, y_min, 0).y() - at(x_min, y_min, 0).y() > 0 ? x_max : x_min;
    const double near_y = at(x_min, y_max, 0).y() - at(x_min, y_min, 0).y() > 0 ? y_max : y_min;
    const QPointF middle = at((x_min + x_max) / 2, (y_min + y_max) / 2, floor);
    const auto place = [&](double value) { return along_x ? at(value, near_y, floor) : at(near_x, value, floor); };
    const double from = along_x ? x_min : y_min, to = along_x ? x_max : y_max;
    const QPointF first = place(from), last = place(to);
    painter.drawLine(first, last);
    const double length = std::hypot(last.x() - first.x(), last.y() - first.y());
    if (length < 40 * em || !box.ticks) return; // seen from its end, or there is no room
    QPointF out = (first + last) / 2 - middle;
    out /= std::max(1e-9, std::hypot(out.x(), out.y()));
    const auto write = [&](QPointF tick, const QString& text) {
        const QPointF spot = tick + out * (8 * em + metrics.height() / 2 * (1 + std::abs(out.x())));
        painter.drawText(QRectF(spot.x() - 40 * em, spot.y() - 10 * em, 80 * em, 20 * em), Qt::AlignCenter, text);
    };
    const auto ticks = nice_ticks(from, to, std::max(1, static_cast<int>(length / (box.spacing * em))));
    for (const double tick : ticks) {
        painter.drawLine(place(tick), place(tick) + out * 4 * em);
        write(place(tick), tick_label(tick, spread(ticks)));
    }
    const double free = ticks.size() > 1 ? (ticks[ticks.size() - 2] + ticks.back()) / 2 : from + 0.75 * (to - from);
    write(place(free), QString::fromStdString(box.axes[along_x ? 0 : 1]));
}

// The upright one that is farthest to the left.
void paint_upright_edge(QPainter& painter, const SurfaceBox& box) {
    const auto& [x_min, x_max, y_min, y_max] = box.extent;
    const auto& at = box.position;
    const double em = box.em;
    std::array<double, 2> corner{x_min, y_min};
    for (const double x : {x_min, x_max})
        for (const double y : {y_min, y_max})
            if (at(x, y, 0).x() < at(corner[0], corner[1], 0).x()) corner = {x, y};
    const QPointF foot = at(corner[0], corner[1], -box.tall / 2), head = at(corner[0], corner[1], box.tall / 2);
    painter.drawLine(foot, head);
    if (!box.ticks) return;
    const ColourScale& scale = box.scale;
    const int count = std::max(2, static_cast<int>(std::abs(foot.y() - head.y()) / (0.43 * box.spacing * em)));
    const auto ticks = nice_ticks(scale.low, scale.high, count, scale.logarithmic);
    for (const double tick : ticks) {
        const QPointF place = foot + (head - foot) * scale.share(tick);
        painter.drawLine(place, place - QPointF(4 * em, 0));
        painter.drawText(QRectF(place.x() - 87 * em, place.y() - 10 * em, 80 * em, 20 * em),
                         Qt::AlignRight | Qt::AlignVCenter, tick_label(tick, scale.logarithmic ? tick : spread(ticks)));
    }
}

} // namespace

void paint_surface_box(QPainter& painter, const SurfaceBox& box) {
    paint_floor_edge(painter, box, true);
    paint_floor_edge(painter, box, false);
    paint_upright_edge(painter, box);
}

} // namespace orrery::gui
