// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a series that grows for days in bounded memory, without losing a spike.
#pragma once
#include "core/records.h"

#include <cstddef>
#include <vector>

namespace orrery::gui {

// What is kept of a series in memory, at most; the project has all of it.
inline constexpr std::size_t most_points = 200'000;

// Leaves at most `most` points: of each group of neighbours the first, the lowest, the highest and the last, and the
// first NaN or infinity.
void thin(std::vector<MetricPoint>& points, std::size_t most = most_points);

} // namespace orrery::gui
