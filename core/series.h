// SPDX-License-Identifier: BSD-3-Clause
// What is done to a metric's values before they are drawn: smoothing, and an envelope that keeps every spike.
#pragma once
#include "core/api.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace orrery {

// The part of the x axis that is seen, and on how many columns of pixels.
struct PlotWindow {
    double lower = 0, upper = 1; // lower < upper; both > 0 if log_x
    int columns = 1;
    bool log_x = false, log_y = false;
};

// A curve as few points as the pixels can show: in each column the first, the lowest, the highest and the last value
// (M4: Jugel et al., VLDB 2014), and one point beyond either edge, so that the line leaves the picture where the data
// do. A NaN among x and y breaks the line.
struct Envelope {
    std::vector<double> x, y;
    std::vector<double> holes;                            // where values are NaN or infinite, at most one a column
    std::vector<double> lonely_x, lonely_y;               // points of which no line starts or ends
    std::size_t visible = 0;                              // finite values inside the window
    std::size_t not_finite = 0;                           // NaN and infinite ones
    std::size_t left_out = 0;                             // those that a logarithmic axis can't show (x or y <= 0)
    double low = std::numeric_limits<double>::infinity(); // of the visible values; low > high: there is none
    double high = -std::numeric_limits<double>::infinity();
};

// Collects an Envelope point by point, in the order of the data.
class ORRERY_API EnvelopeBuilder {
public:
    explicit EnvelopeBuilder(const PlotWindow& window);
    void add(double x, double y);
    Envelope finish();

private:
    struct Sample {
        double x = 0, y = 0;
        std::size_t index = 0;
    };
    int column_of(double x) const;
    void enter(int column);
    void flush();
    void put(const Sample& sample);
    void gap();
    PlotWindow window_;
    double scale_, origin_;
    Envelope made_;
    int column_ = 0;
    double column_lower_ = 0, column_upper_ = 0; // x within them is in column_, without asking again
    bool started_ = false, any_ = false, hole_first_ = false, hole_last_ = false, hole_shown_ = false;
    Sample first_, low_, high_, last_;
    std::size_t count_ = 0;
};

// The envelope of `size` points given by the functions x(i) and y(i).
template <class X, class Y>
Envelope envelope(std::size_t size, X x, Y y, const PlotWindow& window) {
    EnvelopeBuilder builder(window);
    for (std::size_t i = 0; i < size; ++i) builder.add(x(i), y(i));
    return builder.finish();
}

// Exponential moving average with weight w in [0, 1) of what was before, corrected for its start (Kingma and Ba 2015,
// algorithm 1); a value that isn't finite stays as it is and counts for nothing.
template <class Y>
std::vector<double> smoothed(std::size_t size, Y y, double weight) {
    std::vector<double> result(size);
    double mean = 0, left = 1;
    for (std::size_t i = 0; i < size; ++i) {
        const double value = y(i);
        if (!std::isfinite(value)) {
            result[i] = value;
            continue;
        }
        mean = weight * mean + (1 - weight) * value;
        left *= weight;
        result[i] = mean / (1 - left);
    }
    return result;
}

} // namespace orrery
