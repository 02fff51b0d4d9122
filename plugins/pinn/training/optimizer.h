// SPDX-License-Identifier: BSD-3-Clause
// What every minimiser of a smooth function is to its caller: one iteration at a time, saved and restored exactly.
#pragma once
#include "core/state_stream.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace orrery::pinn::training {

// Value at x; fills the gradient. May return NaN or infinity where the function has none.
using Objective = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct Point {
    std::vector<double> x, gradient;
    double value = 0;
};

enum class StepResult { moved, stalled }; // stalled: no step gives a lower value, even along the gradient

class Optimizer {
public:
    virtual ~Optimizer() = default;
    // One iteration from `point`, whose value and gradient must belong to x.
    virtual StepResult step(const Objective& objective, Point& point) = 0;
    // The objective changed a little (other sample points): keeps curvature, forgets what belongs to the old gradient.
    virtual void objective_changed() {}
    // The rate from the next step on, before its schedule; nothing where steps are found by a line search.
    virtual void set_rate(double) {}
    // All that the next steps depend on, between two of them; n is the number of unknowns.
    virtual void save(StateWriter& state) const = 0;
    virtual void restore(StateReader& state, std::size_t n) = 0; // throws Error
};

} // namespace orrery::pinn::training
