// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/quasi_newton.h"

#include "plugins/pinn/training/line_search.h"

#include <algorithm>
#include <cmath>

namespace orrery::pinn::training {

BroydenUpdate broyden_update(QuasiNewtonRule rule, double ys, double sbs, double yhy, std::size_t n) {
    const double b = sbs / ys, h = yhy / ys;
    BroydenUpdate update{};
    update.tau = rule == QuasiNewtonRule::self_scaled_bfgs ? std::min(1.0, 1 / b) : 1;
    update.phi = 1;
    if (rule == QuasiNewtonRule::self_scaled_broyden) {
        const double a = std::max(b * h - 1, 1e-14), c = std::sqrt(a / (a + 1));
        const double rho_minus = std::min(1.0, h * (1 - c)), rho_plus = std::min(1.0, 1 / b);
        const double theta = std::max((rho_minus - 1) / a, std::min(1 / rho_minus, (1 - b) / b));
        const double sigma = 1 + a * theta;
        const double root = std::pow(std::abs(sigma), 1 / (1 - static_cast<double>(n)));
        update.tau = theta <= 0 ? std::min(rho_plus * root, sigma) : rho_plus * std::min(root, 1 / theta);
        update.phi = (1 - theta) / sigma;
    }
    update.scale = 1 / update.tau;
    update.ss = 1 / ys + update.phi * yhy / (update.tau * ys * ys);
    update.sq = -update.phi / (update.tau * ys);
    update.qq = (update.phi - 1) / (update.tau * yhy);
    return update;
}

void QuasiNewton::reset(const Point& point) {
    if (!inverse_) inverse_ = std::make_unique<InverseHessian>(point.x.size(), team_);
    inverse_->set_identity(1);
    direction_.resize(point.x.size());
    for (std::size_t i = 0; i < point.x.size(); ++i) direction_[i] = -point.gradient[i];
    fresh_ = true;
    direction_known_ = true;
}

StepResult QuasiNewton::step(const Objective& objective, Point& point) {
    if (!inverse_) {
        reset(point);
    } else if (!direction_known_) {
        inverse_->multiply(point.gradient, direction_);
        for (double& v : direction_) v = -v;
        direction_known_ = true;
    }
    if (!(dot(direction_, point.gradient) < 0)) {
        ++resets_;
        reset(point);
    }
    const std::vector<double> old_gradient = point.gradient;
    const auto found = search(objective, point, direction_, fresh_ ? first_step(point) : 1.0);
    if (found.alpha == 0) {
        if (fresh_) return StepResult::stalled;
        ++resets_;
        reset(point);
        return step(objective, point);
    }
    const bool rounding = within_rounding(point, direction_, found.alpha);
    update(point, old_gradient, found.alpha);
    return rounding ? StepResult::stalled : StepResult::moved;
}

void QuasiNewton::update(const Point& point, std::span<const double> old_gradient, double alpha) {
    const std::size_t n = point.x.size();
    s_.resize(n);
    y_.resize(n);
    q_.resize(n);
    product_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
        s_[i] = alpha * direction_[i];
        y_[i] = point.gradient[i] - old_gradient[i];
    }
    direction_known_ = false;
    const double ys = dot(y_, s_);
    if (!(ys > 1e-12 * std::sqrt(dot(y_, y_) * dot(s_, s_)))) {
        ++skipped_;
        return;
    }
    if (fresh_) { // the usual first scaling of quasi-Newton methods: Nocedal & Wright (6.20)
        const double scale = ys / dot(y_, y_);
        inverse_->set_identity(scale);
        fresh_ = false;
        for (std::size_t i = 0; i < n; ++i) q_[i] = scale * y_[i];
        const auto u = broyden_update(rule_, ys, dot(s_, s_) / scale, dot(y_, q_), n);
        inverse_->change(u.scale, s_, q_, u.ss, u.sq, u.qq);
        return;
    }
    // H y = H g+ - H g, of which the second is known; H y alone with H g carried on from step to step would let the
    // rounding errors of the directions add up.
    inverse_->multiply(point.gradient, product_);
    for (std::size_t i = 0; i < n; ++i) q_[i] = product_[i] + direction_[i];
    const double sbs = -alpha * dot(s_, old_gradient), yhy = dot(y_, q_);
    if (!(sbs > 0) || !(yhy > 0)) {
        ++skipped_;
        return;
    }
    const auto u = broyden_update(rule_, ys, sbs, yhy, n);
    inverse_->change(u.scale, s_, q_, u.ss, u.sq, u.qq);
    const double sg = dot(s_, point.gradient), qg = dot(q_, point.gradient);
    const double on_s = u.ss * sg + u.sq * qg, on_q = u.sq * sg + u.qq * qg;
    for (std::size_t i = 0; i < n; ++i) direction_[i] = -(u.scale * product_[i] + on_s * s_[i] + on_q * q_[i]);
    direction_known_ = true;
}

// s_, y_, q_ and product_ only live within a step.
void QuasiNewton::save(StateWriter& state) const {
    state.integer(inverse_ ? 1 : 0);
    if (!inverse_) return;
    state.integer(direction_known_ ? 1 : 0);
    state.integer(fresh_ ? 1 : 0);
    state.integer(skipped_);
    state.integer(resets_);
    state.numbers(direction_);
    inverse_->save(state);
}

void QuasiNewton::restore(StateReader& state, std::size_t n) {
    constexpr std::int64_t most = std::int64_t{1} << 60;
    inverse_.reset();
    if (state.integer(0, 1) == 0) return;
    direction_known_ = state.integer(0, 1) == 1;
    fresh_ = state.integer(0, 1) == 1;
    skipped_ = state.integer(0, most);
    resets_ = state.integer(0, most);
    direction_.assign(n, 0.0);
    state.numbers(direction_);
    inverse_ = std::make_unique<InverseHessian>(n, team_);
    inverse_->restore(state);
}

} // namespace orrery::pinn::training
