// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_annotation.h"

#include "views/field/surface_box.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

QString shortened_title(const QString& title, const QFontMetricsF& metrics, double width) {
    const auto fits = [&](const QString& text) { return metrics.horizontalAdvance(text) <= width; };
    if (fits(title)) return title;
    const QStringList parts = title.split(QLatin1Char(' '));
    qsizetype most = 0;
    for (const QString& part : parts) most = std::max(most, part.indexOf(QLatin1Char('=')));
    QString shortest = title;
    for (qsizetype letters = most - 2; letters >= 1; --letters) {
        QStringList shorter;
        for (const QString& part : parts) {
            const auto name = part.indexOf(QLatin1Char('='));
            shorter << (name > letters + 1 ? part.left((letters + 1) / 2) + QChar(0x2026) + part.mid(name - letters / 2)
                                           : part);
        }
        shortest = shorter.join(QLatin1Char(' '));
        if (fits(shortest)) return shortest;
    }
    return metrics.elidedText(shortest, Qt::ElideMiddle, width);
}

FieldAnnotation::FieldAnnotation(FieldCanvas& canvas) : QWidget(&canvas), canvas_(canvas) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setObjectName(QStringLiteral("field_annotation"));
}

void FieldAnnotation::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t p = 0; p < canvas_.panels().size(); ++p) {
        paint_title(painter, p);
        if (canvas_.panels()[p].grid) {
            canvas_.surface_ ? paint_box(painter, p) : paint_axes(painter, p);
            paint_bar(painter, p);
            paint_marks(painter, p);
        }
        paint_message(painter, p);
    }
}

QColor FieldAnnotation::soft() const {
    QColor ink = palette().color(QPalette::WindowText);
    ink.setAlphaF(0.72F);
    return ink;
}

void FieldAnnotation::paint_title(QPainter& painter, std::size_t panel) const {
    const QRectF line = canvas_.title_rect(panel);
    QFont bold = font();
    bold.setBold(true);
    painter.setFont(bold);
    painter.setPen(palette().color(QPalette::WindowText));
    const FieldPanel& shown = canvas_.panels()[panel];
    const QFontMetricsF metrics(bold);
    const bool fits = shown.brief.isEmpty() || metrics.horizontalAdvance(shown.title) <= line.width();
    const QString text = shortened_title(fits ? shown.title : shown.brief, metrics, line.width());
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, text);
    painter.setFont(font());
}

void FieldAnnotation::paint_message(QPainter& painter, std::size_t panel) const {
    const FieldPanel& shown = canvas_.panels()[panel];
    if (shown.message.isEmpty()) return;
    const QRect room = canvas_.picture_rect(panel).toRect().adjusted(6, 6, -6, -6);
    const QFontMetrics metrics(font());
    if (!shown.grid) {
        painter.setPen(soft());
        painter.drawText(room, Qt::AlignCenter | Qt::TextWordWrap, shown.message);
        return;
    }
    const QRect text = metrics.boundingRect(room, Qt::AlignLeft | Qt::AlignBottom | Qt::TextWordWrap, shown.message);
    QColor fill = palette().color(QPalette::Window);
    fill.setAlpha(215);
    painter.setPen(Qt::NoPen);
    painter.setBrush(fill);
    painter.drawRoundedRect(text.adjusted(-4, -2, 4, 2), 3, 3);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(text, Qt::AlignLeft | Qt::TextWordWrap, shown.message);
}

namespace {

double spread(const std::vector<double>& ticks) { return ticks.size() > 1 ? ticks[1] - ticks[0] : 1; }

} // namespace

void FieldAnnotation::paint_axes(QPainter& painter, std::size_t panel) const {
    const QRectF rect = canvas_.picture_rect(panel);
    const FieldArrangement& all = canvas_.arrangement();
    QColor border = soft();
    border.setAlphaF(0.45F);
    painter.setPen(QPen(border, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5));
    if (!all.ticks) return;
    painter.setPen(soft());
    const QFontMetricsF metrics(font());
    const double half = canvas_.scale(), per_pixel = 2 * half / rect.height();
    const auto [cx, cy] = canvas_.middle();
    const FieldGrid& grid = *canvas_.panels()[panel].grid;
    const QString x_name = QString::fromStdString(grid.axes[0]), y_name = QString::fromStdString(grid.axes[1]);
    const double stretch = grid.stretch();
    const double left = cx - rect.width() / 2 * per_pixel, right = cx + rect.width() / 2 * per_pixel;
    const double low = (cy - half) / stretch, high = (cy + half) / stretch;
    const auto x_ticks = nice_ticks(left, right, std::max(1, static_cast<int>(rect.width() / 50)));
    const QRectF below(rect.left(), rect.bottom() + 5, rect.width(), metrics.height());
    const double name = rect.right() - metrics.horizontalAdvance(x_name);
    for (const double tick : x_ticks) {
        const double x = rect.left() + (tick - left) / per_pixel;
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x, rect.bottom() + 4));
        const QString text = tick_label(tick, spread(x_ticks));
        const double wide = metrics.horizontalAdvance(text);
        const double at = std::clamp(x - wide / 2, rect.left() - 4, std::max(rect.left(), rect.right() + 4 - wide));
        if (at + wide < name - 6) painter.drawText(QRectF(at, below.top(), wide + 2, below.height()), 0, text);
    }
    painter.drawText(below, Qt::AlignRight, x_name);
    if (panel % static_cast<std::size_t>(all.columns) != 0) return;
    const auto y_ticks = nice_ticks(low, high, std::max(1, static_cast<int>(rect.height() / 50)));
    const double line = metrics.height();
    for (const double tick : y_ticks) {
        const double y = rect.bottom() - (tick - low) * stretch / per_pixel;
        painter.drawLine(QPointF(rect.left() - 4, y), QPointF(rect.left(), y));
        if (y - line / 2 > rect.top() + line * 0.8)
            painter.drawText(QRectF(rect.left() - 66, y - line / 2, 59, line), Qt::AlignRight | Qt::AlignVCenter,
                             tick_label(tick, spread(y_ticks)));
    }
    painter.drawText(QRectF(rect.left() - 66, rect.top() - 2, 59, line), Qt::AlignRight, y_name);
}

void FieldAnnotation::paint_box(QPainter& painter, std::size_t panel) const {
    const FieldPanel& shown = canvas_.panels()[panel];
    const auto drawn = shown.grid->drawn_extent();
    const double line = QFontMetricsF(font()).height() * (canvas_.arrangement().bar_below ? 0.4 : 1);
    painter.save();
    painter.setClipRect(canvas_.picture_rect(panel).adjusted(0, 0, 0, line));
    painter.setPen(soft());
    paint_surface_box(painter,
                      {shown.grid->extent(), canvas_.height_ * std::max(drawn[1] - drawn[0], drawn[3] - drawn[2]),
                       shown.scale, [&](double x, double y, double z) { return canvas_.position_of(panel, x, y, z); },
                       canvas_.arrangement().ticks, 1, 70, shown.grid->axes});
    painter.restore();
}

void FieldAnnotation::paint_bar(QPainter& painter, std::size_t panel) const {
    const FieldPanel& shown = canvas_.panels()[panel];
    const ColourScale& scale = shown.scale;
    const QFontMetricsF metrics(font());
    const FieldArrangement& all = canvas_.arrangement();
    const QString unit = QString::fromStdString(shown.grid->unit);
    const double line = metrics.height();
    QRectF bar = all.bars[panel];
    QImage colours(all.bar_below ? 256 : 1, all.bar_below ? 1 : 256, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i)
        colours.setPixel(all.bar_below ? i : 0, all.bar_below ? 0 : 255 - i,
                         0xff000000 | scale.map->colours[static_cast<std::size_t>(i)]);
    if (!all.bar_below && !unit.isEmpty()) bar.setTop(bar.top() + line + 2);
    painter.drawImage(bar, colours);
    painter.setPen(soft());
    if (!all.bar_below) {
        const auto ticks =
            nice_ticks(scale.low, scale.high, std::clamp(static_cast<int>(bar.height() / 36), 1, 8), scale.logarithmic);
        for (const double tick : ticks) {
            const double y = bar.bottom() - scale.share(tick) * bar.height();
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3, y));
            const double step = scale.logarithmic  ? tick
                                : ticks.size() > 1 ? ticks[1] - ticks[0]
                                                   : scale.high - scale.low;
            painter.drawText(QRectF(bar.right() + 5, y - 10, 56, 20), Qt::AlignLeft | Qt::AlignVCenter,
                             tick_label(tick, step));
        }
        painter.drawText(QRectF(bar.left(), all.bars[panel].top() - 2, 70, line), Qt::AlignLeft, unit);
        return;
    }
    // Below a picture there is room for the ends, the unit, and for round numbers between them as far as they go.
    const QRectF row(bar.left(), bar.bottom() + 2, bar.width(), line);
    const double step = (scale.high - scale.low) / 100;
    const auto end_label = [&](double value) { return tick_label(value, scale.logarithmic ? value : step); };
    const QString low = end_label(scale.low),
                  high = unit.isEmpty() ? end_label(scale.high) : end_label(scale.high) + QLatin1Char(' ') + unit;
    painter.drawText(row, Qt::AlignLeft, low);
    painter.drawText(row, Qt::AlignRight, high);
    double free = row.left() + metrics.horizontalAdvance(low) + 8;
    const double end = row.right() - metrics.horizontalAdvance(high) - 8;
    for (const double tick : nice_ticks(scale.low, scale.high, 4, scale.logarithmic)) {
        const double x = bar.left() + scale.share(tick) * bar.width();
        const QString text = tick_label(tick, scale.logarithmic ? tick : (scale.high - scale.low) / 10);
        const double wide = metrics.horizontalAdvance(text);
        if (x - wide / 2 < free || x + wide / 2 > end) continue;
        painter.drawLine(QPointF(x, bar.bottom()), QPointF(x, bar.bottom() + 2));
        painter.drawText(QRectF(x - wide / 2, row.top(), wide + 2, line), 0, text);
        free = x + wide / 2 + 8;
    }
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
        const auto box = grid.drawn_extent();
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
