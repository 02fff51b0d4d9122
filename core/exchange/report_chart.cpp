// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/report_chart.h"

#include "core/files/html.h"
#include "core/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace orrery {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double left = 70, right = 12, top = 10, bottom = 34; // room around the axes, pixels
constexpr double decades_of_log = 3;

struct Extent {
    double low = infinity, high = -infinity;
    void add(double value) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    bool empty() const { return low > high; }
};

// About `count` places at 1, 2 or 5 times a power of ten.
std::vector<double> ticks(const Extent& extent, int count) {
    const double rough = (extent.high - extent.low) / count, power = std::pow(10, std::floor(std::log10(rough)));
    const double mantissa = rough / power;
    const double step = power * (mantissa < 1.5 ? 1 : mantissa < 3.5 ? 2 : mantissa < 7.5 ? 5 : 10);
    std::vector<double> places;
    for (double k = std::ceil(extent.low / step - 1e-9); k * step <= extent.high + 1e-9 * step; ++k)
        places.push_back(k * step);
    return places;
}

// Of a logarithm's extent: powers of ten, at most about `count` of them.
std::vector<double> decade_ticks(const Extent& extent, int count) {
    const double first = std::ceil(extent.low - 1e-9), last = std::floor(extent.high + 1e-9);
    const double step = std::max(1.0, std::ceil((last - first + 1) / count));
    std::vector<double> places;
    for (double k = first; k <= last; k += step) places.push_back(k);
    return places;
}

// Okabe and Ito's palette (2008), which colour-blind readers can tell apart; its black and yellow suit one background
// each, so they are left for grey and a darker yellow.
constexpr std::array<std::string_view, chart_colours> colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                              "#56b4e9", "#e69f00", "#7f7f7f", "#b5a100"};

std::string line(std::size_t colour, const std::string& path) {
    return fmt::format("<path fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\" stroke-linejoin=\"round\" "
                       "stroke-linecap=\"round\" d=\"{}\"/>",
                       colours[colour], path);
}

std::string rule(std::string_view kind, std::string_view colour, const std::string& path) {
    return fmt::format("<path class=\"{}\" fill=\"none\" stroke=\"{}\" d=\"{}\"/>", kind, colour, path);
}

std::string words(double x, double y, std::string_view anchor, std::string_view text) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"12\" "
                       "font-family=\"DejaVu Sans, sans-serif\" fill=\"#5c6570\">{}</text>",
                       x, y, anchor, html_text(text));
}

std::string number_text(double value) { return fmt::format("{:.6g}", std::fabs(value) < 1e-300 ? 0.0 : value); }

// From data to pixels.
struct Axis {
    Extent extent; // of the logarithm, if it is one
    double begin = 0, end = 1;
    double at(double value) const { return begin + (end - begin) * (value - extent.low) / (extent.high - extent.low); }
};

// A range of no length gets one.
void widen(Extent& extent) {
    if (extent.high > extent.low) return;
    const double by = extent.low == 0 ? 1 : std::fabs(extent.low) / 2;
    extent = {extent.low - by, extent.high + by};
}

struct Scales {
    Axis x, y;
    bool log_y = false;
};

// The points as they are drawn: of each column of pixels first, lowest, highest and last.
std::string path_of(const std::vector<MetricPoint>& points, const Scales& scales, bool with_marks) {
    PlotWindow window;
    window.lower = scales.x.extent.low;
    window.upper = scales.x.extent.high;
    window.columns = static_cast<int>(std::max(1.0, scales.x.end - scales.x.begin));
    window.log_y = scales.log_y;
    const auto drawn = envelope(
        points.size(), [&](std::size_t i) { return static_cast<double>(points[i].step); },
        [&](std::size_t i) { return points[i].value; }, window);
    const auto y_at = [&](double value) { return scales.y.at(scales.log_y ? std::log10(value) : value); };
    std::string path;
    bool broken = true;
    for (std::size_t i = 0; i < drawn.x.size(); ++i) {
        if (!std::isfinite(drawn.x[i]) || !std::isfinite(drawn.y[i]) || (scales.log_y && drawn.y[i] <= 0)) {
            broken = true;
            continue;
        }
        path += fmt::format("{}{:.1f} {:.1f}", broken ? "M" : "L", scales.x.at(drawn.x[i]), y_at(drawn.y[i]));
        broken = false;
    }
    if (!with_marks) return path;
    for (std::size_t i = 0; i < drawn.lonely_x.size(); ++i) // a dot is a line of no length with round ends
        path += fmt::format("M{:.1f} {:.1f}h0", scales.x.at(drawn.lonely_x[i]), y_at(drawn.lonely_y[i]));
    return path;
}

std::string axes(const Scales& scales) {
    constexpr std::string_view grid = "#d5d9de", axis = "#5c6570";
    std::string out;
    for (const double place : scales.log_y ? decade_ticks(scales.y.extent, 6) : ticks(scales.y.extent, 5)) {
        const double y = scales.y.at(place);
        out += rule("grid", grid, fmt::format("M{:.1f} {:.1f}H{:.1f}", scales.x.begin, y, scales.x.end));
        out +=
            words(scales.x.begin - 6, y + 4, "end", scales.log_y ? fmt::format("1e{:.0f}", place) : number_text(place));
    }
    for (const double place : ticks(scales.x.extent, 6)) {
        if (place != std::floor(place)) continue; // steps are whole
        const double x = scales.x.at(place);
        out += rule("grid", grid, fmt::format("M{:.1f} {:.1f}v4", x, scales.y.begin));
        out += words(x, scales.y.begin + 17, "middle", number_text(place));
    }
    out +=
        rule("axis", axis,
             fmt::format("M{:.1f} {:.1f}V{:.1f}H{:.1f}", scales.x.begin, scales.y.end, scales.y.begin, scales.x.end));
    return out + words(scales.x.end, scales.y.begin + 31, "end", "step");
}

} // namespace

// For readers that apply a page's style to its SVGs (browsers); others find the colours for white paper in attributes.
std::string chart_style() {
    return "svg text{font-family:system-ui,\"DejaVu Sans\",sans-serif;fill:var(--weak)}svg .grid{stroke:var(--line)}"
           "svg .axis{stroke:var(--weak)}svg.chart{max-width:100%;height:auto}";
}

std::string chart_svg(const std::vector<ChartCurve>& curves, const std::string& title) {
    constexpr double width = 720, height = 280, legend_line = 18;
    const std::size_t shown = std::min(curves.size(), chart_colours);
    Extent x, y, log_y;
    bool all_positive = true;
    for (std::size_t c = 0; c < shown; ++c)
        for (const auto& point : curves[c].points) {
            if (!std::isfinite(point.value)) continue;
            x.add(static_cast<double>(point.step));
            y.add(point.value);
            all_positive = all_positive && point.value > 0;
            if (point.value > 0) log_y.add(std::log10(point.value));
        }
    if (y.empty()) return {};
    Scales scales;
    scales.log_y = all_positive && log_y.high - log_y.low > decades_of_log;
    scales.x = {x, left, width - right};
    scales.y = {scales.log_y ? log_y : y, height - bottom, top};
    widen(scales.x.extent);
    widen(scales.y.extent);
    const double all = height + (shown > 1 ? legend_line * static_cast<double>(shown) + 6 : 0);
    std::string out = fmt::format("<svg class=\"chart\" role=\"img\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\">"
                                  "<title>{}</title>",
                                  width, all, width, all, html_text(title));
    out += axes(scales);
    for (std::size_t c = shown; c-- > 0;) // the first lies on top
        out += line(c, path_of(curves[c].points, scales, true));
    for (std::size_t c = 0; shown > 1 && c < shown; ++c) {
        const double at = height + 12 + legend_line * static_cast<double>(c);
        out += line(c, fmt::format("M{} {}h24", left, at - 4)) + words(left + 32, at, "start", curves[c].label);
    }
    return out + "</svg>\n";
}

std::string sparkline_svg(const std::vector<MetricPoint>& points) {
    constexpr double width = 120, height = 22, margin = 2;
    Extent x, y;
    std::size_t finite = 0;
    bool all_positive = true;
    for (const auto& point : points) {
        if (!std::isfinite(point.value)) continue;
        ++finite;
        x.add(static_cast<double>(point.step));
        y.add(point.value);
        all_positive = all_positive && point.value > 0;
    }
    if (finite < 2) return {};
    Scales scales;
    scales.log_y = all_positive && std::log10(y.high / y.low) > decades_of_log;
    if (scales.log_y) y = {std::log10(y.low), std::log10(y.high)};
    scales.x = {x, margin, width - margin};
    scales.y = {y, height - margin, margin};
    widen(scales.x.extent);
    widen(scales.y.extent);
    return fmt::format("<svg aria-hidden=\"true\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\">{2}</svg>",
                       width, height, line(0, path_of(points, scales, false)));
}

} // namespace orrery
