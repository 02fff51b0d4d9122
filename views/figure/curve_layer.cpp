// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/figure/curve_layer.h"

#include "views/figure/page.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::gui {

namespace {

constexpr std::size_t always_whole = 20'000; // so many points are drawn as they are

// The part of a segment inside the rectangle (Liang and Barsky 1984); false: none.
bool cut(const QRectF& rect, QPointF& a, QPointF& b) {
    double from = 0, to = 1;
    const QPointF d = b - a;
    const std::array<std::array<double, 2>, 4> sides{{{-d.x(), a.x() - rect.left()},
                                                      {d.x(), rect.right() - a.x()},
                                                      {-d.y(), a.y() - rect.top()},
                                                      {d.y(), rect.bottom() - a.y()}}};
    for (const auto& [p, q] : sides) {
        if (p == 0) {
            if (q < 0) return false;
        } else if (p < 0) {
            from = std::max(from, q / p);
        } else {
            to = std::min(to, q / p);
        }
    }
    if (from > to) return false;
    const QPointF start = a;
    a = start + from * d;
    b = start + to * d;
    return true;
}

QColor faint(QColor colour) {
    colour.setAlphaF(0.3F);
    return colour;
}

} // namespace

CurveLayer::CurveLayer(QCustomPlot& plot, const Figure& figure, const FigureData& data)
    : QCPLayerable(&plot, QStringLiteral("main")), figure_(figure), data_(data) {}

void CurveLayer::make_envelopes(int columns) {
    const QCPRange range = parentPlot()->xAxis->range();
    const bool whole = data_.points() <= always_whole;
    const PlotWindow window{range.lower, range.upper, whole ? 1 << 24 : columns, figure_.log_x, figure_.log_y};
    envelopes_.clear();
    raw_.clear();
    std::size_t inside = 0;
    for (const auto& curve : data_.curves) {
        const auto of = [&](const std::vector<double>& y) {
            return envelope(
                y.size(), [&](std::size_t i) { return curve.x[i]; }, [&](std::size_t i) { return y[i]; }, window);
        };
        envelopes_.push_back(of(curve.y));
        raw_.push_back(curve.raw.empty() ? Envelope() : of(curve.raw));
        inside += envelopes_.back().visible;
    }
    thinned_ = !whole && drawn() < inside;
}

QCPRange CurveLayer::y_span() const {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const auto* list : {&envelopes_, &raw_})
        for (const auto& envelope : *list) {
            low = std::min(low, envelope.low);
            high = std::max(high, envelope.high);
        }
    QCPRange span; // as it is: its constructor would put the ends in order
    span.lower = low;
    span.upper = high;
    return span;
}

std::size_t CurveLayer::drawn() const {
    std::size_t count = 0;
    for (const auto& envelope : envelopes_)
        count += static_cast<std::size_t>(
            std::count_if(envelope.y.begin(), envelope.y.end(), [](double y) { return !std::isnan(y); }));
    return count;
}

std::size_t CurveLayer::left_out() const {
    std::size_t count = 0;
    for (const auto& envelope : envelopes_) count += envelope.left_out;
    return count;
}

std::size_t CurveLayer::not_finite() const {
    std::size_t count = 0;
    for (const auto& envelope : envelopes_) count += envelope.not_finite;
    return count;
}

std::vector<QPolygonF> CurveLayer::pieces(const Envelope& envelope) const {
    const QRectF rect = axes_of(*parentPlot());
    const auto at = [&](std::size_t i) {
        return QPointF(parentPlot()->xAxis->coordToPixel(envelope.x[i]),
                       parentPlot()->yAxis->coordToPixel(envelope.y[i]));
    };
    std::vector<QPolygonF> made;
    QPolygonF line;
    const auto flush = [&] {
        if (line.size() > 1) made.push_back(line);
        line.clear();
    };
    for (std::size_t i = 0; i + 1 < envelope.x.size(); ++i) {
        if (std::isnan(envelope.y[i]) || std::isnan(envelope.y[i + 1])) {
            flush();
            continue;
        }
        QPointF a = at(i), b = at(i + 1);
        const QPointF end = b;
        if (!cut(rect, a, b)) {
            flush();
            continue;
        }
        if (line.isEmpty() || line.last() != a) {
            flush();
            line.append(a);
        }
        line.append(b);
        if (b != end) flush();
    }
    flush();
    return made;
}

QPen CurveLayer::pen_of(std::size_t index) const {
    const auto& colours = palette(figure_.palette).colours;
    const FigureCurve& curve = data_.curves[index];
    static constexpr std::array styles{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine};
    // Where the colours begin anew, so does another style.
    const std::size_t style = (curve.dash + curve.colour / colours.size()) % styles.size();
    return {QColor::fromRgb(0xff000000 | colours[curve.colour % colours.size()]), figure_.line_width * units_per_point,
            styles[style], Qt::FlatCap, Qt::RoundJoin};
}

bool CurveLayer::has_markers(std::size_t curve) const {
    if (figure_.markers != "auto") return figure_.markers == "on";
    const auto visible = static_cast<double>(envelopes_[curve].visible);
    return visible > 0 && visible * (figure_.kind == "sweep" ? 6 : 14) < parentPlot()->axisRect()->width();
}

void CurveLayer::draw_marker(QCPPainter& painter, std::size_t index, QPointF at) const {
    const double r = (0.9 + 0.75 * figure_.line_width) * units_per_point;
    const auto shape = [&](std::initializer_list<QPointF> corners) {
        QPolygonF polygon;
        for (const QPointF& corner : corners) polygon << at + r * corner;
        painter.drawPolygon(polygon);
    };
    switch (figure_.kind == "sweep" ? index % 4 : 0) {
    case 0:
        painter.drawEllipse(at, r, r);
        break;
    case 1:
        shape({{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}});
        break;
    case 2:
        shape({{0, -1.2}, {1.1, 0.8}, {-1.1, 0.8}});
        break;
    default:
        shape({{0, -1.3}, {1.3, 0}, {0, 1.3}, {-1.3, 0}});
    }
}

void CurveLayer::draw_line(QCPPainter& painter, const Envelope& envelope) const {
    for (const QPolygonF& piece : pieces(envelope)) painter.drawPolyline(piece);
}

void CurveLayer::draw(QCPPainter* painter) {
    painter->setBrush(Qt::NoBrush);
    for (std::size_t c = 0; c < raw_.size(); ++c) {
        QPen pen = pen_of(c);
        pen.setColor(faint(pen.color()));
        painter->setPen(pen);
        draw_line(*painter, raw_[c]);
    }
    const QRectF rect = axes_of(*parentPlot());
    const QRectF reach = rect.adjusted(-0.01, -0.01, 0.01, 0.01);
    for (std::size_t c = 0; c < envelopes_.size(); ++c) {
        painter->setBrush(Qt::NoBrush);
        painter->setPen(pen_of(c));
        draw_line(*painter, envelopes_[c]);
        painter->setPen(Qt::NoPen);
        painter->setBrush(pen_of(c).color());
        const bool all = has_markers(c);
        const auto& x = all ? envelopes_[c].x : envelopes_[c].lonely_x;
        const auto& y = all ? envelopes_[c].y : envelopes_[c].lonely_y;
        for (std::size_t i = 0; i < x.size(); ++i) {
            if (std::isnan(y[i])) continue;
            const QPointF at(parentPlot()->xAxis->coordToPixel(x[i]), parentPlot()->yAxis->coordToPixel(y[i]));
            if (reach.contains(at)) draw_marker(*painter, c, at);
        }
    }
    painter->setBrush(Qt::NoBrush);
}

void CurveLayer::draw_sample(QCPPainter& painter, std::size_t curve, const QRectF& room) const {
    painter.setPen(pen_of(curve));
    painter.drawLine(QLineF(room.left(), room.center().y(), room.right(), room.center().y()));
    if (!has_markers(curve)) return;
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen_of(curve).color());
    draw_marker(painter, curve, room.center());
    painter.setBrush(Qt::NoBrush);
}

bool CurveLayer::touches(const QRectF& rect) const {
    for (std::size_t c = 0; c < envelopes_.size(); ++c) {
        const Envelope& envelope = envelopes_[c];
        for (const auto* list : {&envelope, &raw_[c]})
            for (const QPolygonF& piece : pieces(*list))
                for (qsizetype i = 0; i + 1 < piece.size(); ++i)
                    if (QPointF a = piece[i], b = piece[i + 1]; cut(rect, a, b)) return true;
        for (std::size_t i = 0; i < envelope.x.size(); ++i)
            if (!std::isnan(envelope.y[i]) && rect.contains(parentPlot()->xAxis->coordToPixel(envelope.x[i]),
                                                            parentPlot()->yAxis->coordToPixel(envelope.y[i])))
                return true;
    }
    return false;
}

LegendLayer::LegendLayer(QCustomPlot& plot, const CurveLayer& curves, const FigureData& data, const QFont& font)
    : QCPLayerable(&plot, QStringLiteral("legend")), curves_(curves), data_(data), font_(font) {}

double LegendLayer::sample_width() const { return 1.9 * font_.pixelSize(); }
double LegendLayer::line_height() const { return std::ceil(QFontMetricsF(font_).height() * 1.05); }

bool LegendLayer::place(const QRectF& axes, double width) {
    const QFontMetricsF metrics(font_);
    const double gap = 0.5 * font_.pixelSize(), line = line_height();
    double text = 0;
    for (const auto& curve : data_.curves)
        text = std::max(text, metrics.horizontalAdvance(QString::fromStdString(curve.label)));
    const std::size_t count = curves_.size();
    cell_ = sample_width() + gap + std::ceil(text) + 1;
    const QSizeF size(cell_ + 2 * gap, line * static_cast<double>(count) + gap);
    const double far = 0.45 * font_.pixelSize();
    inside_ = false;
    if (size.width() <= 0.62 * axes.width() && size.height() <= 0.55 * axes.height()) {
        const double left = axes.left() + far, right = axes.right() - far - size.width();
        const double top = axes.top() + far, bottom = axes.bottom() - far - size.height();
        for (const QPointF corner :
             {QPointF(right, top), QPointF(left, bottom), QPointF(right, bottom), QPointF(left, top)})
            if (const QRectF box(corner, size); !curves_.touches(box.adjusted(-2, -2, 2, 2))) {
                box_ = box;
                columns_ = 1;
                shown_ = count;
                inside_ = true;
                break;
            }
    }
    if (inside_) {
        room_above_ = 0;
        return false;
    }
    const double room = width - axes.left() - gap;
    cell_ = std::min(cell_ + 1.5 * gap, room);
    columns_ = std::max<std::size_t>(1, static_cast<std::size_t>(room / cell_));
    const auto lines = (count + columns_ - 1) / columns_;
    const auto most = std::max<std::size_t>(1, static_cast<std::size_t>(0.5 * axes.height() / line));
    shown_ = std::min(count, std::min(lines, most) * columns_);
    const double height = static_cast<double>((shown_ + columns_ - 1) / columns_) * line;
    const int needed = static_cast<int>(std::ceil(height + gap));
    box_ = QRectF(axes.left() - gap, axes.top() - height - gap / 2, room, height);
    const bool more = room_above_ != needed;
    room_above_ = needed;
    return more;
}

void LegendLayer::draw(QCPPainter* painter) {
    const QFontMetricsF metrics(font_);
    const double gap = 0.5 * font_.pixelSize(), line = line_height();
    painter->setFont(font_);
    for (std::size_t i = 0; i < shown_; ++i) {
        const QPointF corner = box_.topLeft() + QPointF(gap + static_cast<double>(i % columns_) * cell_,
                                                        gap / 2 * inside_ + static_cast<double>(i / columns_) * line);
        const QRectF words(corner.x() + sample_width() + gap, corner.y(), cell_ - sample_width() - gap + 1, line);
        const bool more = i + 1 == shown_ && shown_ < curves_.size();
        if (!more) curves_.draw_sample(*painter, i, QRectF(corner, QSizeF(sample_width(), line)));
        painter->setPen(Qt::black);
        const QString text = more
                                 ? QCoreApplication::translate("Figure", "and %1 more").arg(curves_.size() - shown_ + 1)
                                 : QString::fromStdString(data_.curves[i].label);
        painter->drawText(QPointF(words.left(), words.center().y() + (metrics.ascent() - metrics.descent()) / 2),
                          metrics.elidedText(text, Qt::ElideMiddle, words.width()));
    }
}

} // namespace orrery::gui
