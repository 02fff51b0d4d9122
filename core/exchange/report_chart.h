// SPDX-License-Identifier: BSD-3-Clause
// Curves of a metric as inline SVG for reports: few points, real text, colours that the page's style names.
#pragma once
#include "core/records.h"

#include <string>
#include <vector>

namespace orrery {

struct ChartCurve {
    std::string label;
    std::vector<MetricPoint> points; // by step
};

// How many runs a chart can tell apart by their colours.
inline constexpr std::size_t chart_colours = 8;

// CSS that the charts of a page need, once.
ORRERY_API std::string chart_style();

// Values over steps with axes and a legend; logarithmic where all values are positive and span more than three decades.
// NaN and infinite values break the line. The first chart_colours curves are drawn. Equal curves give equal text.
ORRERY_API std::string chart_svg(const std::vector<ChartCurve>& curves, const std::string& title);

// A line of text's height without axes; empty if there are fewer than two finite values.
ORRERY_API std::string sparkline_svg(const std::vector<MetricPoint>& points);

} // namespace orrery
