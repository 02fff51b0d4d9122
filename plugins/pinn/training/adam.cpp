// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/adam.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::pinn::training {

double RateSchedule::at(std::int64_t step) const {
    const auto k = static_cast<double>(step);
    double r = rate;
    if (steps > 0) r *= std::pow(factor, k / static_cast<double>(steps));
    if (cosine > 0) {
        const double done = std::min(1.0, k / static_cast<double>(cosine));
        r *= 0.01 + 0.99 * 0.5 * (1 + std::cos(std::numbers::pi * done));
    }
    return r;
}

StepResult Adam::step(const Objective& objective, Point& point) {
    constexpr double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    first_.resize(point.x.size());
    second_.resize(point.x.size());
    const double rate = options_.schedule.at(count_), kept = 1 - rate * options_.weight_decay;
    ++count_;
    const double scale1 = 1 / (1 - std::pow(beta1, count_)), scale2 = 1 / (1 - std::pow(beta2, count_));
    for (std::size_t i = 0; i < point.x.size(); ++i) {
        const double g = point.gradient[i];
        first_[i] = beta1 * first_[i] + (1 - beta1) * g;
        second_[i] = beta2 * second_[i] + (1 - beta2) * g * g;
        point.x[i] = kept * point.x[i] - rate * scale1 * first_[i] / (std::sqrt(scale2 * second_[i]) + epsilon);
    }
    point.value = objective(point.x, point.gradient);
    return StepResult::moved;
}

void Adam::save(StateWriter& state) const {
    state.number(options_.schedule.rate);
    state.integer(count_);
    if (count_ == 0) return;
    state.numbers(first_);
    state.numbers(second_);
}

void Adam::restore(StateReader& state, std::size_t n) {
    options_.schedule.rate = state.number();
    count_ = state.integer(0, std::int64_t{1} << 60);
    first_.assign(count_ > 0 ? n : 0, 0.0);
    second_ = first_;
    if (count_ == 0) return;
    state.numbers(first_);
    state.numbers(second_);
}

} // namespace orrery::pinn::training
