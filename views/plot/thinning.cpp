// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/thinning.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::gui {

namespace {

// In place: what is written never gets ahead of what is read.
void thin_once(std::vector<MetricPoint>& points) {
    constexpr std::size_t group = 16;
    std::size_t written = 0;
    for (std::size_t from = 0; from < points.size(); from += group) {
        const std::size_t to = std::min(points.size(), from + group);
        std::array<std::size_t, 5> kept{from, to - 1, to - 1, to - 1, to - 1}; // first, last, lowest, highest, a hole
        bool any = false, hole = false;
        for (std::size_t i = from; i < to; ++i) {
            const double value = points[i].value;
            if (!std::isfinite(value)) {
                if (!hole) kept[4] = i;
                hole = true;
                continue;
            }
            if (!any || value < points[kept[2]].value) kept[2] = i;
            if (!any || value > points[kept[3]].value) kept[3] = i;
            any = true;
        }
        std::sort(kept.begin(), kept.end());
        const auto end = std::unique(kept.begin(), kept.end());
        for (auto at = kept.begin(); at != end; ++at) points[written++] = points[*at];
    }
    points.resize(written);
}

} // namespace

void thin(std::vector<MetricPoint>& points, std::size_t most) {
    constexpr std::size_t few = 32; // less can't be thinned
    while (points.size() > std::max(most, few)) thin_once(points);
}

} // namespace orrery::gui
