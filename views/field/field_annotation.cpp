// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_annotation.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

FieldAnnotation::FieldAnnotation(FieldCanvas& canvas) : QWidget(&canvas), canvas_(canvas) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setObjectName(QStringLiteral("field_annotation"));
}

void FieldAnnotation::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor ink = palette().color(QPalette::WindowText);
    for (std::size_t p = 0; p < canvas_.panels().size(); ++p) {
        const FieldPanel& panel = canvas_.panels()[p];
        const QRectF rect = canvas_.picture_rect(p);
        painter.setPen(ink);
        QFont bold = font();
        bold.setBold(true);
        painter.setFont(bold);
        const QRectF title(rect.left(), rect.top() - 22, rect.width() + 70, 20);
        painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(bold).elidedText(panel.title, Qt::ElideMiddle, static_cast<int>(title.width())));
        painter.setFont(font());
        if (!panel.grid) {
            painter.drawText(rect.adjusted(8, 8, 60, -8), Qt::AlignCenter | Qt::TextWordWrap, panel.message);
            continue;
        }
        if (!canvas_.surface_) paint_axes(painter, rect);
        paint_bar(painter, rect, panel);
        paint_marks(painter, p);
        if (panel.message.isEmpty()) continue;
        const QFontMetrics metrics(font());
        QRect box = metrics.boundingRect(rect.toRect().adjusted(6, 0, -6, -6),
                                         Qt::AlignLeft | Qt::AlignBottom | Qt::TextWordWrap, panel.message);
        QColor fill = palette().color(QPalette::Window);
        fill.setAlpha(210);
        painter.fillRect(box.adjusted(-4, -2, 4, 2), fill);
        painter.drawText(box, Qt::AlignLeft | Qt::TextWordWrap, panel.message);
    }
}

void FieldAnnotation::paint_axes(QPainter& painter, const QRectF& rect) const {
    QColor soft = palette().color(QPalette::WindowText);
    soft.setAlphaF(0.75F);
    painter.setPen(soft);
    const QFontMetrics metrics(font());
    const double half = canvas_.scale(), per_pixel = 2 * half / rect.height();
    const QPointF middle = canvas_.position_of(0, 0, 0) - canvas_.picture_rect(0).center();
    const double cx = -middle.x() * per_pixel, cy = middle.y() * per_pixel;
    const double left = cx - rect.width() / 2 * per_pixel, right = cx + rect.width() / 2 * per_pixel;
    const double low = cy - half, high = cy + half;
    const auto spread = [](const std::vector<double>& ticks) { return ticks.size() > 1 ? ticks[1] - ticks[0] : 1; };
    const auto x_ticks = nice_ticks(left, right, std::max(1, static_cast<int>(rect.width() / 90)));
    for (const double tick : x_ticks) {
        const double x = rect.left() + (tick - left) / per_pixel;
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x, rect.bottom() + 4));
        painter.drawText(QRectF(x - 50, rect.bottom() + 5, 100, metrics.height()), Qt::AlignHCenter,
                         tick_label(tick, spread(x_ticks)));
    }
    const auto y_ticks = nice_ticks(low, high, std::max(1, static_cast<int>(rect.height() / 50)));
    for (const double tick : y_ticks) {
        const double y = rect.bottom() - (tick - low) / per_pixel;
        painter.drawLine(QPointF(rect.left() - 4, y), QPointF(rect.left(), y));
        painter.drawText(QRectF(rect.left() - 66, y - 10, 60, 20), Qt::AlignRight | Qt::AlignVCenter,
                         tick_label(tick, spread(y_ticks)));
    }
    painter.drawText(QRectF(rect.right() - 4, rect.bottom() + 5, 20, metrics.height()), Qt::AlignHCenter,
                     QStringLiteral("x"));
    painter.drawText(QRectF(rect.left() - 50, rect.top() - 20, 18, 18), Qt::AlignRight | Qt::AlignVCenter,
                     QStringLiteral("y"));
}

void FieldAnnotation::paint_bar(QPainter& painter, const QRectF& rect, const FieldPanel& panel) const {
    const ColourScale& scale = panel.scale;
    const QFontMetrics metrics(font());
    const bool has_unit = !panel.grid->unit.empty();
    const QRectF bar(rect.right() + 10, rect.top() + (has_unit ? metrics.height() + 3 : 0), 14,
                     rect.height() - (has_unit ? metrics.height() + 3 : 0));
    QImage column(1, 256, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i)
        column.setPixel(0, 255 - i, 0xff000000 | scale.map->colours[static_cast<std::size_t>(i)]);
    painter.drawImage(bar, column);
    QColor soft = palette().color(QPalette::WindowText);
    soft.setAlphaF(0.75F);
    painter.setPen(soft);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(bar);
    const auto ticks =
        nice_ticks(scale.low, scale.high, std::clamp(static_cast<int>(bar.height() / 36), 1, 8), scale.logarithmic);
    for (const double tick : ticks) {
        const double y = bar.bottom() - scale.share(tick) * bar.height();
        painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3, y));
        const double step = scale.logarithmic ? tick : ticks.size() > 1 ? ticks[1] - ticks[0] : scale.high - scale.low;
        painter.drawText(QRectF(bar.right() + 5, y - 10, 56, 20), Qt::AlignLeft | Qt::AlignVCenter,
                         tick_label(tick, step));
    }
    if (has_unit)
        painter.drawText(QRectF(bar.left() - 4, rect.top() - 3, 70, metrics.height()), Qt::AlignLeft,
                         QString::fromStdString(panel.grid->unit));
}

void FieldAnnotation::paint_marks(QPainter& painter, std::size_t panel) const {
    painter.save();
    painter.setClipRect(canvas_.picture_rect(panel));
    const auto twice = [&](auto draw) { // dark below light: seen on any colour
        painter.setPen(QPen(QColor(0, 0, 0, 170), 3));
        draw();
        painter.setPen(QPen(Qt::white, 1.2));
        draw();
    };
    const FieldGrid& grid = *canvas_.panels()[panel].grid;
    const auto height = [&](double x, double y) {
        if (!canvas_.surface_) return 0.0;
        const auto box = grid.extent();
        const double share = std::clamp(canvas_.panels()[panel].scale.share(grid.interpolated(x, y)), 0.0, 1.0) - 0.5;
        return std::isnan(share) ? 0.0 : share * canvas_.height_ * std::max(box[1] - box[0], box[3] - box[2]);
    };
    if (canvas_.line_) {
        const auto& line = *canvas_.line_;
        QPolygonF path;
        const int parts = canvas_.surface_ ? 100 : 1;
        for (int i = 0; i <= parts; ++i) {
            const double share = static_cast<double>(i) / parts;
            const double x = line.from[0] + share * (line.to[0] - line.from[0]),
                         y = line.from[1] + share * (line.to[1] - line.from[1]);
            path << canvas_.position_of(panel, x, y, height(x, y));
        }
        twice([&] { painter.drawPolyline(path); });
        painter.setBrush(Qt::white);
        painter.drawEllipse(path.first(), 3, 3);
        painter.setBrush(Qt::NoBrush);
    }
    if (canvas_.probe_) {
        const auto& probe = *canvas_.probe_;
        const QPointF at = canvas_.position_of(panel, probe.x, probe.y, height(probe.x, probe.y));
        twice([&] {
            painter.drawLine(at - QPointF(8, 0), at + QPointF(8, 0));
            painter.drawLine(at - QPointF(0, 8), at + QPointF(0, 8));
        });
    }
    painter.restore();
}

} // namespace orrery::gui
