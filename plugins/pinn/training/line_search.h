// SPDX-License-Identifier: BSD-3-Clause
// A step length that fulfils the strong Wolfe conditions.
#pragma once
#include "plugins/pinn/training/optimizer.h"

namespace orrery::pinn::training {

struct LineSearch {
    double decrease = 1e-4, curvature = 0.9; // c1, c2
    int evaluations = 25;
};

struct LineSearchResult {
    double alpha = 0; // 0: nothing lower was found and the point is as it was
    bool wolfe = false;
    int evaluations = 0;
};

// Nocedal & Wright (2006), algorithms 3.5 and 3.6 with cubic interpolation; non-finite values count as too high. On
// success `point` is the new one. If no step fulfils both conditions within the evaluations, the lowest with sufficient
// decrease is taken.
LineSearchResult search(const Objective& objective, Point& point, std::span<const double> direction, double first,
                        const LineSearch& options = {});

} // namespace orrery::pinn::training
