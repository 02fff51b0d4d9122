// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/lbfgs.h"

#include "plugins/pinn/training/line_search.h"

#include <cmath>

namespace orrery::pinn::training {

std::vector<double> Lbfgs::direction(std::span<const double> gradient) const {
    std::vector<double> p(gradient.begin(), gradient.end()), weight(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
        weight[i] = pairs_[i].rho * dot(pairs_[i].s, p);
        for (std::size_t j = 0; j < p.size(); ++j) p[j] -= weight[i] * pairs_[i].y[j];
    }
    if (!pairs_.empty()) {
        const Pair& last = pairs_.back();
        const double scale = 1 / (last.rho * dot(last.y, last.y));
        for (double& v : p) v *= scale;
    }
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
        const double b = weight[i] - pairs_[i].rho * dot(pairs_[i].y, p);
        for (std::size_t j = 0; j < p.size(); ++j) p[j] += b * pairs_[i].s[j];
    }
    for (double& v : p) v = -v;
    return p;
}

StepResult Lbfgs::step(const Objective& objective, Point& point) {
    std::vector<double> p = direction(point.gradient), old_gradient = point.gradient;
    const auto found = search(objective, point, p, pairs_.empty() ? first_step(point) : 1.0);
    if (found.alpha == 0) {
        if (pairs_.empty()) return StepResult::stalled;
        pairs_.clear();
        return step(objective, point);
    }
    const bool rounding = within_rounding(point, p, found.alpha);
    for (double& v : p) v *= found.alpha;
    for (std::size_t j = 0; j < p.size(); ++j) old_gradient[j] = point.gradient[j] - old_gradient[j];
    const double ys = dot(old_gradient, p);
    if (ys > 1e-14 * std::sqrt(dot(p, p) * dot(old_gradient, old_gradient))) {
        pairs_.push_back({std::move(p), std::move(old_gradient), 1 / ys});
        if (pairs_.size() > memory_) pairs_.pop_front();
    }
    return rounding ? StepResult::stalled : StepResult::moved;
}

void Lbfgs::save(StateWriter& state) const {
    state.integer(static_cast<std::int64_t>(pairs_.size()));
    for (const Pair& pair : pairs_) {
        state.numbers(pair.s);
        state.numbers(pair.y);
        state.number(pair.rho);
    }
}

void Lbfgs::restore(StateReader& state, std::size_t n) {
    const auto count = state.integer(0, static_cast<std::int64_t>(memory_));
    pairs_.clear();
    for (std::int64_t i = 0; i < count; ++i) {
        Pair pair{std::vector<double>(n), std::vector<double>(n), 0};
        state.numbers(pair.s);
        state.numbers(pair.y);
        pair.rho = state.number();
        pairs_.push_back(std::move(pair));
    }
}

} // namespace orrery::pinn::training
