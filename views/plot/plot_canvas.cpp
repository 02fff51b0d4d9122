// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/plot_canvas.h"

#include "views/plot/axis_ticks.h"
#include "views/plot/plot_layers.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace orrery::gui {

PlotCanvas::PlotCanvas(QWidget* parent) : QCustomPlot(parent) {
    setObjectName(QStringLiteral("plot_canvas"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(120, 90);
    setPlottingHint(QCP::phFastPolylines, true);
    setPlottingHint(QCP::phCacheLabels, true);
    setInteraction(QCP::iRangeDrag, true);
    setNoAntialiasingOnDrag(true);
    axisRect()->setRangeDrag(Qt::Horizontal | Qt::Vertical);
    axisRect()->setupFullAxesBox();
    axisRect()->setAutoMargins(QCP::msAll);
    axisRect()->setMinimumMargins({8, 6, 10, 4});
    for (QCPAxis* axis : {xAxis2, yAxis2}) {
        axis->setTicks(false);
        axis->setTickLabels(false);
    }
    painter_ = new Painter(*this);
    legend_ = new Legend(*this);
    overlay_ = new Overlay(*this);
    connect(xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &PlotCanvas::axis_moved);
    connect(yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &PlotCanvas::axis_moved);
    connect(this, &QCustomPlot::beforeReplot, this, [this] {
        ++replots_;
        place_legend();
        suit_ticks();
    });
    connect(this, &QCustomPlot::afterLayout, this, [this] {
        if (envelopes_stale_ || envelope_width_ != axisRect()->width()) make_envelopes();
    });
    connect(selectionRect(), &QCPSelectionRect::accepted, this, [this](const QRect& rect) {
        if (rect.width() < 4 || rect.height() < 4) return;
        x_fixed_ = y_fixed_ = true;
        Q_EMIT view_changed();
    });
    apply_scales();
    apply_palette();
}

PlotCanvas::~PlotCanvas() = default;

void PlotCanvas::set_curves(std::vector<DrawnCurve> curves) {
    curves_ = std::move(curves);
    smoothed_.assign(curves_.size(), {});
    for (std::size_t i = 0; i < curves_.size(); ++i) smooth(i);
    envelopes_stale_ = true;
}

void PlotCanvas::set_points(std::size_t curve, Points points) {
    curves_[curve].points = std::move(points);
    smooth(curve);
    envelopes_stale_ = true;
}

void PlotCanvas::set_options(const PlotOptions& options) {
    const PlotOptions before = options_;
    options_ = options;
    if (options.smoothing != before.smoothing)
        for (std::size_t i = 0; i < curves_.size(); ++i) smooth(i);
    if (options.over_time != before.over_time) {
        x_fixed_ = false;
        hide_crosshair();
    }
    if (options.follow && !before.follow) y_fixed_ = false;
    if (!options.crosshair) hide_crosshair();
    apply_scales();
    envelopes_stale_ = true;
}

void PlotCanvas::smooth(std::size_t curve) {
    std::vector<double> values;
    if (const Points& points = curves_[curve].points; options_.smoothing > 0 && points)
        values = smoothed(
            points->size(), [&](std::size_t i) { return (*points)[i].value; }, options_.smoothing);
    smoothed_[curve] = std::move(values);
}

void PlotCanvas::place_legend() {
    const QSize size = legend_->place();
    const bool beside = legend_->is_beside() && !size.isEmpty(), above = !legend_->is_beside() && !size.isEmpty();
    const QMargins margins(8, above ? size.height() + 6 : 6, beside ? size.width() + 12 : 10, 4);
    if (axisRect()->minimumMargins() != margins) axisRect()->setMinimumMargins(margins);
}

void PlotCanvas::suit_ticks() {
    gui::suit_ticks(*xAxis, axisRect()->width());
    gui::suit_ticks(*yAxis, axisRect()->height());
}

QRect PlotCanvas::legend_rect() const {
    const QRect inside = axisRect()->rect();
    if (!options_.legend || curves_.empty()) return {};
    if (legend_->is_beside()) return {inside.right() + 1, inside.top(), width() - inside.right() - 1, inside.height()};
    return {0, 0, width(), inside.top()};
}

void PlotCanvas::apply_scales() {
    fitting_ = true;
    set_scale(*xAxis, options_.log_x);
    set_scale(*yAxis, options_.log_y);
    fitting_ = false;
    xAxis->setLabel(options_.over_time ? tr("time computed (s)") : tr("step"));
}

void PlotCanvas::apply_palette() {
    const QColor base = palette().color(QPalette::Base), text = palette().color(QPalette::Text);
    const auto mixed = [&](double share) {
        const auto channel = [&](int a, int b) { return static_cast<int>(a * (1 - share) + b * share); };
        return QColor(channel(base.red(), text.red()), channel(base.green(), text.green()),
                      channel(base.blue(), text.blue()));
    };
    setBackground(base);
    for (QCPAxis* axis : {xAxis, yAxis, xAxis2, yAxis2}) {
        axis->setBasePen(QPen(mixed(0.45)));
        axis->setTickPen(QPen(mixed(0.45)));
        axis->setSubTickPen(QPen(mixed(0.3)));
        axis->setTickLabelColor(mixed(0.85));
        axis->setLabelColor(text);
        axis->setTickLabelFont(font());
        axis->setLabelFont(font());
        axis->grid()->setPen(QPen(mixed(0.14)));
        axis->grid()->setZeroLinePen(QPen(mixed(0.3)));
    }
    QColor fill = palette().color(QPalette::Highlight);
    selectionRect()->setPen(QPen(fill));
    fill.setAlpha(50);
    selectionRect()->setBrush(fill);
}

double PlotCanvas::newest_x() const {
    double newest = -std::numeric_limits<double>::infinity();
    for (const auto& curve : curves_)
        if (curve.points && !curve.points->empty() && (curve.live || !x_fixed_))
            newest = std::max(newest, x_of(curve.points->back()));
    return newest;
}

// Ranges that the user did not choose.
void PlotCanvas::fit_ranges() {
    fitting_ = true;
    if (!x_fixed_) {
        double lower = std::numeric_limits<double>::infinity(), upper = -lower;
        for (const auto& curve : curves_) {
            if (!curve.points || curve.points->empty()) continue;
            auto first = curve.points->begin();
            if (options_.log_x)
                first = std::find_if(first, curve.points->end(), [&](const auto& p) { return x_of(p) > 0; });
            if (first == curve.points->end()) continue;
            lower = std::min(lower, x_of(*first));
            upper = std::max(upper, x_of(curve.points->back()));
        }
        if (!(lower <= upper)) {
            lower = options_.log_x ? 1 : 0;
            upper = options_.log_x ? 10 : 1;
        }
        if (lower == upper) upper = options_.log_x ? lower * 10 : lower + 1;
        if (options_.log_x) {
            const double margin = std::pow(upper / lower, 0.01);
            xAxis->setRange(lower / margin, upper * margin);
        } else {
            const double margin = 0.01 * (upper - lower);
            xAxis->setRange(lower - margin, upper + margin);
        }
        followed_x_ = newest_x();
    } else if (options_.follow) {
        const double newest = newest_x();
        if (std::isfinite(newest) && std::isfinite(followed_x_) && newest > followed_x_ &&
            (newest > xAxis->range().upper || followed_x_ >= xAxis->range().lower)) {
            if (options_.log_x)
                xAxis->setRange(xAxis->range().lower, std::max(xAxis->range().upper, newest));
            else if (newest > xAxis->range().upper)
                xAxis->setRange(newest - xAxis->range().size(), newest);
        }
        followed_x_ = std::max(followed_x_, newest);
    }
    make_envelopes();
    if (!y_fixed_) fit_y();
    fitting_ = false;
}

void PlotCanvas::fit_y() {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const auto* list : {&envelopes_, &raw_})
        for (const auto& envelope : *list) {
            low = std::min(low, envelope.low);
            high = std::max(high, envelope.high);
        }
    if (!(low <= high)) {
        low = options_.log_y ? 0.1 : 0;
        high = 1;
    }
    if (options_.log_y) {
        if (high / low < 1.05) {
            low /= 2;
            high *= 2;
        }
        const double margin = std::pow(high / low, 0.05);
        yAxis->setRange(low / margin, high * margin);
    } else {
        if (high - low <= 1e-12 * std::max(std::abs(low), std::abs(high)) || high == low) {
            const double half = high == 0 ? 1 : 0.1 * std::abs(high);
            low -= half;
            high += half;
        }
        const double margin = 0.05 * (high - low);
        yAxis->setRange(low - margin, high + margin);
    }
}

void PlotCanvas::make_envelopes() {
    const QCPRange range = xAxis->range();
    const double ratio = bufferDevicePixelRatio();
    envelope_width_ = axisRect()->width();
    const PlotWindow window{range.lower, range.upper, std::max(1, static_cast<int>(envelope_width_ * ratio)),
                            options_.log_x, options_.log_y};
    envelopes_.assign(curves_.size(), {});
    raw_.assign(curves_.size(), {});
    for (std::size_t c = 0; c < curves_.size(); ++c) {
        if (!curves_[c].points) continue;
        const auto& points = *curves_[c].points;
        const auto x = [&](std::size_t i) { return x_of(points[i]); };
        const auto y = [&](std::size_t i) { return points[i].value; };
        const auto& mean = smoothed_[c];
        if (mean.size() == points.size() && !mean.empty()) {
            envelopes_[c] = envelope(
                points.size(), x, [&](std::size_t i) { return mean[i]; }, window);
            raw_[c] = envelope(points.size(), x, y, window);
        } else {
            envelopes_[c] = envelope(points.size(), x, y, window);
        }
    }
    envelopes_stale_ = false;
}

void PlotCanvas::axis_moved() {
    envelopes_stale_ = true;
    if (fitting_) return;
    x_fixed_ = y_fixed_ = true;
    Q_EMIT view_changed();
}

void PlotCanvas::refresh() {
    fit_ranges();
    replot(rpQueuedReplot);
}

void PlotCanvas::reset_view() {
    x_fixed_ = y_fixed_ = false;
    refresh();
    Q_EMIT view_changed();
}

void PlotCanvas::set_ranges(const Ranges& ranges) {
    const auto usable = [](const QCPRange& range, bool logarithmic) {
        return QCPRange::validRange(range) && (!logarithmic || range.lower > 0);
    };
    fitting_ = true;
    x_fixed_ = ranges.x_fixed && usable(ranges.x, options_.log_x);
    y_fixed_ = ranges.y_fixed && usable(ranges.y, options_.log_y);
    if (x_fixed_) xAxis->setRange(ranges.x);
    if (y_fixed_) yAxis->setRange(ranges.y);
    fitting_ = false;
    refresh();
}

void PlotCanvas::zoom(double factor) {
    for (QCPAxis* axis : {xAxis, yAxis}) {
        const QRect rect = axisRect()->rect();
        const double middle = axis->pixelToCoord(axis == xAxis ? rect.center().x() : rect.center().y());
        axis->scaleRange(factor, middle);
    }
    replot(rpQueuedReplot);
}

void PlotCanvas::pan(double right, double up) {
    const QRect rect = axisRect()->rect();
    const auto shift = [](QCPAxis* axis, double from, double to) {
        axis->setRange(axis->pixelToCoord(from), axis->pixelToCoord(to));
    };
    if (right != 0) shift(xAxis, rect.left() + right * rect.width(), rect.left() + (right + 1) * rect.width());
    if (up != 0) shift(yAxis, rect.bottom() - up * rect.height(), rect.bottom() - (up + 1) * rect.height());
    replot(rpQueuedReplot);
}

void PlotCanvas::hide_crosshair() {
    if (!crosshair_shown_) return;
    crosshair_shown_ = false;
    layer(QStringLiteral("overlay"))->replot();
    Q_EMIT crosshair_changed();
}

void PlotCanvas::set_crosshair(double x) {
    if (!options_.crosshair || !std::isfinite(x)) return;
    crosshair_shown_ = true;
    crosshair_ = x;
    layer(QStringLiteral("overlay"))->replot();
    Q_EMIT crosshair_changed();
}

void PlotCanvas::move_crosshair(int pixels) {
    const QRect rect = axisRect()->rect();
    const double from = crosshair_shown_ ? xAxis->coordToPixel(crosshair_) : rect.center().x();
    set_crosshair(xAxis->pixelToCoord(std::clamp(from + (crosshair_shown_ ? pixels : 0),
                                                 static_cast<double>(rect.left()), static_cast<double>(rect.right()))));
}

std::vector<PlotCanvas::Reading> PlotCanvas::readings() const {
    std::vector<Reading> result;
    if (!crosshair_shown_) return result;
    for (std::size_t c = 0; c < curves_.size(); ++c) {
        if (!curves_[c].points || curves_[c].points->empty()) continue;
        const auto& points = *curves_[c].points;
        // A curve has no value where it hasn't begun or has ended.
        const double margin = 4 * xAxis->range().size() / std::max(1, axisRect()->width());
        if (crosshair_ < x_of(points.front()) - margin || crosshair_ > x_of(points.back()) + margin) continue;
        auto found = std::lower_bound(points.begin(), points.end(), crosshair_,
                                      [&](const MetricPoint& point, double x) { return x_of(point) < x; });
        if (found == points.end() ||
            (found != points.begin() && crosshair_ - x_of(*std::prev(found)) < x_of(*found) - crosshair_))
            --found;
        const auto index = static_cast<std::size_t>(found - points.begin());
        const bool mean = smoothed_[c].size() == points.size();
        result.push_back({c, x_of(*found), mean ? smoothed_[c][index] : found->value});
    }
    return result;
}

QString PlotCanvas::place_text() const {
    if (!place_words_.isEmpty()) return place_words_.arg(crosshair_, 0, 'g', 5);
    return options_.over_time ? tr("time %1 s").arg(crosshair_, 0, 'g', 5)
                              : tr("step %1").arg(std::llround(crosshair_));
}

QString PlotCanvas::notes() const {
    std::size_t left_out = 0, not_finite = 0;
    for (std::size_t c = 0; c < envelopes_.size(); ++c) {
        const auto& envelope = c < raw_.size() && raw_[c].visible + raw_[c].left_out > 0 ? raw_[c] : envelopes_[c];
        left_out += envelope.left_out;
        not_finite += envelope.not_finite;
    }
    QStringList notes;
    if (left_out > 0)
        notes << tr("%n value(s) at or below 0 left out by the logarithmic axis", "", static_cast<int>(left_out));
    if (not_finite > 0) notes << tr("%n value(s) NaN or infinite, marked by a cross", "", static_cast<int>(not_finite));
    return notes.join(QStringLiteral(" \u00b7 "));
}

void PlotCanvas::mousePressEvent(QMouseEvent* event) {
    const bool pans =
        event->button() == Qt::MiddleButton || options_.pan != bool(event->modifiers() & Qt::ShiftModifier);
    setSelectionRectMode(pans ? QCP::srmNone : QCP::srmZoom);
    if (event->button() != Qt::MiddleButton) return QCustomPlot::mousePressEvent(event);
    // QCustomPlot drags with the left button only.
    QMouseEvent left(event->type(), event->position(), event->globalPosition(), Qt::LeftButton, Qt::LeftButton,
                     event->modifiers());
    QCustomPlot::mousePressEvent(&left);
}

void PlotCanvas::mouseMoveEvent(QMouseEvent* event) {
    QCustomPlot::mouseMoveEvent(event);
    if (event->buttons() == Qt::NoButton && axisRect()->rect().contains(event->position().toPoint()))
        set_crosshair(xAxis->pixelToCoord(event->position().x()));
    else if (event->buttons() == Qt::NoButton)
        hide_crosshair();
}

void PlotCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    setSelectionRectMode(QCP::srmNone);
    QCustomPlot::mouseDoubleClickEvent(event);
    reset_view();
}

void PlotCanvas::wheelEvent(QWheelEvent* event) {
    const double factor = std::pow(0.85, event->angleDelta().y() / 120.0);
    const QRect rect = axisRect()->rect();
    const QPointF at = event->position();
    // Over an axis's numbers only that axis; Ctrl: x only, Shift: y only.
    const bool only_x = at.y() > rect.bottom() || (event->modifiers() & Qt::ControlModifier);
    const bool only_y = at.x() < rect.left() || (event->modifiers() & Qt::ShiftModifier);
    if (!only_y) xAxis->scaleRange(factor, xAxis->pixelToCoord(at.x()));
    if (!only_x) yAxis->scaleRange(factor, yAxis->pixelToCoord(at.y()));
    replot(rpQueuedReplot);
    event->accept();
}

void PlotCanvas::keyPressEvent(QKeyEvent* event) {
    const bool moves = event->modifiers() & Qt::ControlModifier;
    const int step = event->modifiers() & Qt::ShiftModifier ? 20 : 2;
    switch (event->key()) {
    case Qt::Key_Left:
        moves ? pan(-0.1, 0) : move_crosshair(-step);
        break;
    case Qt::Key_Right:
        moves ? pan(0.1, 0) : move_crosshair(step);
        break;
    case Qt::Key_Up:
        pan(0, 0.1);
        break;
    case Qt::Key_Down:
        pan(0, -0.1);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoom(0.8);
        break;
    case Qt::Key_Minus:
        zoom(1.25);
        break;
    case Qt::Key_Home:
    case Qt::Key_0:
        reset_view();
        break;
    case Qt::Key_Escape:
        hide_crosshair();
        [[fallthrough]];
    default:
        QCustomPlot::keyPressEvent(event);
        return;
    }
    event->accept();
}

void PlotCanvas::leaveEvent(QEvent* event) {
    hide_crosshair();
    QCustomPlot::leaveEvent(event);
}

void PlotCanvas::changeEvent(QEvent* event) {
    QCustomPlot::changeEvent(event);
    if (event->type() != QEvent::PaletteChange && event->type() != QEvent::FontChange) return;
    apply_palette();
    replot(rpQueuedReplot);
}

} // namespace orrery::gui
