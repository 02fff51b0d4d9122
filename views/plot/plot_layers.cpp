// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/plot_layers.h"

#include <algorithm>
#include <cmath>

namespace orrery::gui {

namespace {

constexpr std::size_t most_rows = 12;   // of the crosshair's box
constexpr int sample = 18, gap = 6;     // of a curve's line, and between it and its text
constexpr double smooth_points = 40000; // more than that are drawn without antialiasing: it costs most of the time

struct Row {
    QColor colour;
    Qt::PenStyle style = Qt::SolidLine;
    QString text, value;
};

// A box of rows inside `inside`, its corner near `corner`; right of it unless there is no room.
void draw_box(QCPPainter& painter, const QWidget& widget, const QRect& inside, QPoint corner, const QString& heading,
              const std::vector<Row>& rows, const QString& footer) {
    const QFontMetrics metrics(widget.font());
    const int line = metrics.height() + 1, pad = 5;
    int text = 0, value = 0;
    for (const Row& row : rows) {
        text = std::max(text, metrics.boundingRect(row.text).width());
        value = std::max(value, metrics.horizontalAdvance(row.value));
    }
    const int limit = std::max(80, inside.width() * 6 / 10 - sample - gap - value);
    text = std::min(text + 6, limit);
    int width = sample + gap + text + (value > 0 ? gap + value : 0);
    width = std::max({width, metrics.horizontalAdvance(heading), metrics.horizontalAdvance(footer) + 6}) + 2 * pad;
    const int lines = static_cast<int>(rows.size()) + (heading.isEmpty() ? 0 : 1) + (footer.isEmpty() ? 0 : 1);
    QRect box(corner, QSize(width, lines * line + 2 * pad));
    if (box.right() > inside.right() - 2) box.moveRight(corner.x() - 20);
    if (box.bottom() > inside.bottom() - 2) box.moveBottom(inside.bottom() - 2);
    box.moveLeft(std::max(box.left(), inside.left() + 2));
    box.moveTop(std::max(box.top(), inside.top() + 2));
    QColor fill = widget.palette().color(QPalette::Base), ink = widget.palette().color(QPalette::Text);
    fill.setAlpha(215);
    QColor frame = ink;
    frame.setAlpha(60);
    painter.setPen(QPen(frame));
    painter.setBrush(fill);
    painter.drawRect(box);
    painter.setBrush(Qt::NoBrush);
    painter.setFont(widget.font());
    int y = box.top() + pad;
    const int left = box.left() + pad;
    painter.setPen(ink);
    if (!heading.isEmpty()) {
        painter.drawText(QRect(left, y, width, line), Qt::AlignVCenter, heading);
        y += line;
    }
    for (const Row& row : rows) {
        painter.setPen(QPen(row.colour, 2, row.style));
        painter.drawLine(QLineF(left, y + line / 2, left + sample, y + line / 2));
        painter.setPen(ink);
        painter.drawText(QRect(left + sample + gap, y, text, line), Qt::AlignVCenter,
                         metrics.elidedText(row.text, Qt::ElideMiddle, text));
        painter.drawText(QRect(box.right() - pad - value, y, value + 1, line), Qt::AlignVCenter | Qt::AlignRight,
                         row.value);
        y += line;
    }
    if (!footer.isEmpty()) painter.drawText(QRect(left, y, width, line), Qt::AlignVCenter, footer);
}

} // namespace

void PlotCanvas::Painter::draw(QCPPainter* painter) {
    double points = 0;
    for (const auto* list : {&canvas_.envelopes_, &canvas_.raw_})
        for (const Envelope& envelope : *list) points += static_cast<double>(envelope.x.size());
    painter->setAntialiasing(points <= smooth_points);
    const double width = points <= smooth_points ? 1.6 : 0;
    for (std::size_t c = 0; c < canvas_.raw_.size(); ++c) {
        if (canvas_.raw_[c].x.empty()) continue;
        QColor faint = canvas_.curves_[c].colour;
        faint.setAlpha(70);
        draw_line(*painter, canvas_.raw_[c], QPen(faint, 0));
    }
    for (std::size_t c = 0; c < canvas_.envelopes_.size(); ++c) {
        const DrawnCurve& curve = canvas_.curves_[c];
        QPen pen(curve.colour, width, curve.style);
        pen.setJoinStyle(Qt::BevelJoin);
        draw_line(*painter, canvas_.envelopes_[c], pen);
    }
    for (std::size_t c = 0; c < canvas_.envelopes_.size(); ++c)
        draw_marks(*painter, canvas_.envelopes_[c], canvas_.curves_[c].colour);
}

void PlotCanvas::Painter::draw_line(QCPPainter& painter, const Envelope& envelope, const QPen& pen) {
    painter.setPen(pen);
    // Far outside the picture a painter loses precision: values are kept within a few heights of it.
    const double far = 4.0 * canvas_.height() + 100;
    const auto flush = [&] {
        if (line_.size() > 1) painter.drawPolyline(line_);
        line_.clear();
    };
    line_.clear();
    for (std::size_t i = 0; i < envelope.x.size(); ++i) {
        if (std::isnan(envelope.y[i])) {
            flush();
            continue;
        }
        line_.append({canvas_.xAxis->coordToPixel(envelope.x[i]),
                      std::clamp(canvas_.yAxis->coordToPixel(envelope.y[i]), -far, far)});
    }
    flush();
}

void PlotCanvas::Painter::draw_marks(QCPPainter& painter, const Envelope& envelope, const QColor& colour) {
    const QRect rect = clipRect();
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    const auto dot = [&](double x, double y) {
        painter.drawEllipse(QPointF(canvas_.xAxis->coordToPixel(x), canvas_.yAxis->coordToPixel(y)), 2.6, 2.6);
    };
    if (envelope.visible > 0 && static_cast<int>(envelope.visible) * 12 < rect.width()) {
        for (std::size_t i = 0; i < envelope.x.size(); ++i)
            if (!std::isnan(envelope.y[i])) dot(envelope.x[i], envelope.y[i]);
    } else {
        for (std::size_t i = 0; i < envelope.lonely_x.size(); ++i) dot(envelope.lonely_x[i], envelope.lonely_y[i]);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colour, 1.6));
    const double y = rect.bottom() - 6, half = 3.5;
    for (const double hole : envelope.holes) {
        const double x = canvas_.xAxis->coordToPixel(hole);
        painter.drawLine(QLineF(QPointF(x - half, y - half), QPointF(x + half, y + half)));
        painter.drawLine(QLineF(QPointF(x - half, y + half), QPointF(x + half, y - half)));
    }
}

QSize PlotCanvas::Legend::place() {
    shown_ = 0;
    if (!canvas_.options_.legend || canvas_.curves_.empty()) return {0, 0};
    const QFontMetrics metrics(canvas_.font());
    constexpr int wide = 560;
    beside_ = canvas_.width() >= wide;
    int text = 0;
    for (const auto& curve : canvas_.curves_) text = std::max(text, metrics.horizontalAdvance(curve.label));
    const int line = metrics.height() + 1,
              most_text = beside_ ? canvas_.width() * 26 / 100 : canvas_.width() * 40 / 100;
    cell_ = sample + gap + std::min(text, most_text) + 2 * gap;
    const auto count = canvas_.curves_.size();
    if (beside_) {
        columns_ = 1;
        shown_ = std::min<std::size_t>(count, static_cast<std::size_t>(std::max(1, (canvas_.height() - 50) / line)));
        return {cell_, static_cast<int>(shown_) * line};
    }
    constexpr std::size_t most_lines = 3;
    columns_ = std::max(1, (canvas_.width() - 2 * gap) / cell_);
    shown_ = std::min(count, most_lines * static_cast<std::size_t>(columns_));
    const auto lines = (shown_ + static_cast<std::size_t>(columns_) - 1) / static_cast<std::size_t>(columns_);
    return {columns_ * cell_, static_cast<int>(lines) * line + gap};
}

void PlotCanvas::Legend::draw(QCPPainter* painter) {
    const QFontMetrics metrics(canvas_.font());
    const QRect rect = canvas_.axisRect()->rect();
    const int line = metrics.height() + 1;
    const QPoint corner = beside_ ? QPoint(rect.right() + 2 * gap, rect.top()) : QPoint(gap, gap / 2);
    const QColor ink = canvas_.palette().color(QPalette::Text);
    painter->setFont(canvas_.font());
    for (std::size_t i = 0; i < shown_; ++i) {
        const int place = static_cast<int>(i);
        const QRect cell(corner + QPoint(place % columns_ * cell_, place / columns_ * line), QSize(cell_ - gap, line));
        if (i + 1 == shown_ && shown_ < canvas_.curves_.size()) {
            painter->setPen(ink);
            painter->drawText(cell, Qt::AlignVCenter,
                              PlotCanvas::tr("and %1 more").arg(canvas_.curves_.size() - shown_ + 1));
            break;
        }
        const DrawnCurve& curve = canvas_.curves_[i];
        painter->setPen(QPen(curve.colour, 2, curve.style));
        painter->drawLine(QLineF(cell.left(), cell.center().y(), cell.left() + sample, cell.center().y()));
        painter->setPen(ink);
        const QRect words = cell.adjusted(sample + gap, 0, 0, 0);
        painter->drawText(words, Qt::AlignVCenter, metrics.elidedText(curve.label, Qt::ElideMiddle, words.width()));
    }
}

void PlotCanvas::Overlay::draw(QCPPainter* painter) {
    if (!canvas_.crosshair_shown_) return;
    const QRect rect = clipRect();
    const double x = canvas_.xAxis->coordToPixel(canvas_.crosshair_);
    painter->setPen(QPen(canvas_.palette().color(QPalette::Text), 0, Qt::DashLine));
    painter->drawLine(QLineF(QPointF(x, rect.top()), QPointF(x, rect.bottom())));
    auto readings = canvas_.readings();
    painter->setAntialiasing(true);
    std::vector<Row> rows;
    // From the top of the picture to its bottom, as the curves lie there; NaN last.
    std::stable_sort(readings.begin(), readings.end(), [](const Reading& a, const Reading& b) {
        return (std::isnan(a.value) ? -std::numeric_limits<double>::infinity() : a.value) >
               (std::isnan(b.value) ? -std::numeric_limits<double>::infinity() : b.value);
    });
    for (const Reading& reading : readings) {
        const DrawnCurve& curve = canvas_.curves_[reading.curve];
        if (std::isfinite(reading.value) && (!canvas_.options_.log_y || reading.value > 0) &&
            (!canvas_.options_.log_x || reading.x > 0)) {
            painter->setPen(QPen(curve.colour, 1.5));
            painter->setBrush(canvas_.palette().color(QPalette::Base));
            painter->drawEllipse(
                QPointF(canvas_.xAxis->coordToPixel(reading.x), canvas_.yAxis->coordToPixel(reading.value)), 3.5, 3.5);
        }
        if (rows.size() < most_rows)
            rows.push_back(
                {curve.colour, curve.style, curve.label,
                 std::isnan(reading.value) ? QStringLiteral("NaN") : QString::number(reading.value, 'g', 6)});
    }
    if (rows.empty()) return;
    painter->setAntialiasing(false);
    const auto more = readings.size() - rows.size();
    const QString footer = more > 0 ? PlotCanvas::tr("and %n more", "", static_cast<int>(more)) : QString();
    draw_box(*painter, canvas_, rect, {static_cast<int>(x) + 10, rect.center().y()}, canvas_.place_text(), rows,
             footer);
}

} // namespace orrery::gui
