// SPDX-License-Identifier: BSD-3-Clause
// A step length that fulfils the strong Wolfe conditions.
#pragma once
#include "plugins/pinn/training/optimizer.h"

namespace orrery::pinn::training {

double dot(std::span<const double> a, std::span<const double> b);

// First trial along -gradient where no curvature is known: to where a parabola with its minimum at the value 0, as
// that of squares, has fallen by half, but no further than a length of 1. Scales as the objective does.
double first_step(const Point& point);

// A step of alpha along the direction that x hardly takes in: nothing is left to gain but rounding.
bool within_rounding(const Point& point, std::span<const double> direction, double alpha);

struct LineSearch {
    double decrease = 1e-4, curvature = 0.9; // c1, c2
    int evaluations = 25;
    double noise = 1e-10; // of the value: smaller differences say nothing
};

struct LineSearchResult {
    double alpha = 0; // 0: nothing lower was found and the point is as it was
    bool wolfe = false;
    int evaluations = 0;
};

// Nocedal & Wright (2006), algorithms 3.5 and 3.6 with cubic interpolation, and near convergence the approximate Wolfe
// conditions of Hager & Zhang (SIAM J. Optim. 16, 2005); non-finite values count as too high. On
// success `point` is the new one. If no step fulfils both conditions within the evaluations, the lowest with sufficient
// decrease is taken.
LineSearchResult search(const Objective& objective, Point& point, std::span<const double> direction, double first,
                        const LineSearch& options = {});

} // namespace orrery::pinn::training
