// SPDX-License-Identifier: BSD-3-Clause
#include "core/series.h"

#include <algorithm>
#include <array>
#include <utility>

namespace orrery {

EnvelopeBuilder::EnvelopeBuilder(const PlotWindow& window) : window_(window) {
    window_.columns = std::max(1, window.columns);
    const double from = window.log_x ? std::log(window.lower) : window.lower;
    const double to = window.log_x ? std::log(window.upper) : window.upper;
    origin_ = from;
    scale_ = window_.columns / (to - from);
}

// -1 before the window, `columns` after it.
int EnvelopeBuilder::column_of(double x) const {
    if (x < window_.lower) return -1;
    if (x > window_.upper) return window_.columns;
    const double place = ((window_.log_x ? std::log(x) : x) - origin_) * scale_;
    return std::clamp(static_cast<int>(place), 0, window_.columns - 1);
}

void EnvelopeBuilder::enter(int column) {
    if (started_) flush();
    started_ = true;
    column_ = column;
    const auto edge = [&](int at) {
        const double place = origin_ + at / scale_;
        return window_.log_x ? std::exp(place) : place;
    };
    const double infinite = std::numeric_limits<double>::infinity();
    // A little inside the column: what lies on an edge is asked for anew.
    const double inset = 1e-9;
    if (column < 0) {
        column_lower_ = -infinite;
        column_upper_ = window_.lower;
    } else if (column >= window_.columns) {
        column_lower_ = std::nextafter(window_.upper, infinite);
        column_upper_ = infinite;
    } else {
        const double from = edge(column), to = edge(column + 1);
        column_lower_ = from + inset * (to - from);
        column_upper_ = std::min(to - inset * (to - from), window_.upper);
    }
    any_ = hole_first_ = hole_last_ = hole_shown_ = false;
}

void EnvelopeBuilder::add(double x, double y) {
    const std::size_t index = count_++;
    if (!std::isfinite(x)) return;
    if (window_.log_x && x <= 0) {
        ++made_.left_out;
        return;
    }
    if (!started_ || !(x >= column_lower_ && x < column_upper_)) {
        const int column = column_of(x);
        if (!started_ || column != column_) enter(column);
    }
    const bool inside = column_ >= 0 && column_ < window_.columns;
    const bool finite = std::isfinite(y);
    if (!finite || (window_.log_y && y <= 0)) {
        if (inside && finite) ++made_.left_out;
        if (inside && !finite) {
            ++made_.not_finite;
            if (!hole_shown_) made_.holes.push_back(x);
            hole_shown_ = true;
        }
        if (!any_) hole_first_ = true;
        hole_last_ = true;
        return;
    }
    hole_last_ = false;
    const Sample sample{x, y, index};
    if (!any_) {
        first_ = low_ = high_ = sample;
        any_ = true;
    }
    if (y < low_.y) low_ = sample;
    if (y > high_.y) high_ = sample;
    last_ = sample;
    if (!inside) return;
    ++made_.visible;
    made_.low = std::min(made_.low, y);
    made_.high = std::max(made_.high, y);
}

void EnvelopeBuilder::put(const Sample& sample) {
    made_.x.push_back(sample.x);
    made_.y.push_back(sample.y);
}

void EnvelopeBuilder::gap() {
    if (made_.x.empty() || std::isnan(made_.y.back())) return;
    made_.x.push_back(made_.x.back());
    made_.y.push_back(std::numeric_limits<double>::quiet_NaN());
}

void EnvelopeBuilder::flush() {
    if (column_ < 0) { // one point, from where the line comes in
        if (any_) {
            made_.x.clear();
            made_.y.clear();
            put(last_);
        }
        if (hole_last_) gap();
        return;
    }
    if (hole_first_) gap();
    if (any_ && column_ >= window_.columns) {
        put(first_);
        return;
    }
    if (any_) {
        std::array<Sample, 4> samples{first_, low_, high_, last_};
        if (samples[1].index > samples[2].index) std::swap(samples[1], samples[2]);
        put(samples[0]);
        for (std::size_t i = 1; i < samples.size(); ++i)
            if (samples[i].index != samples[i - 1].index) put(samples[i]);
        if (hole_last_) gap();
    }
}

Envelope EnvelopeBuilder::finish() {
    if (started_) flush();
    started_ = false;
    const auto size = made_.x.size();
    const auto ends = [&](std::size_t i) { return i >= size || std::isnan(made_.y[i]); };
    for (std::size_t i = 0; i < size; ++i) {
        if (ends(i) || !(i == 0 || ends(i - 1)) || !ends(i + 1)) continue;
        made_.lonely_x.push_back(made_.x[i]);
        made_.lonely_y.push_back(made_.y[i]);
    }
    return std::move(made_);
}

} // namespace orrery
