// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/optimizer.h"

#include "core/error.h"
#include "plugins/pinn/training/line_search.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numeric>

namespace orrery::pinn::training {

namespace {
double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}
double first_step(const Point& point) { return std::min(1.0, 1 / std::sqrt(dot(point.gradient, point.gradient))); }
} // namespace

StepResult Adam::step(const Objective& objective, Point& point) {
    constexpr double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    first_.resize(point.x.size());
    second_.resize(point.x.size());
    ++count_;
    const double scale1 = 1 / (1 - std::pow(beta1, count_)), scale2 = 1 / (1 - std::pow(beta2, count_));
    for (std::size_t i = 0; i < point.x.size(); ++i) {
        const double g = point.gradient[i];
        first_[i] = beta1 * first_[i] + (1 - beta1) * g;
        second_[i] = beta2 * second_[i] + (1 - beta2) * g * g;
        point.x[i] -= rate_ * scale1 * first_[i] / (std::sqrt(scale2 * second_[i]) + epsilon);
    }
    point.value = objective(point.x, point.gradient);
    return StepResult::moved;
}

StepResult Lbfgs::step(const Objective& objective, Point& point) {
    std::vector<double> p = point.gradient, weight(pairs_.size());
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
    const double first = pairs_.empty() ? first_step(point) : 1.0;
    std::vector<double> old_gradient = point.gradient;
    const auto found = search(objective, point, p, first);
    if (found.alpha == 0) {
        if (pairs_.empty()) return StepResult::stalled;
        pairs_.clear();
        return step(objective, point);
    }
    for (double& v : p) v *= found.alpha;
    for (std::size_t j = 0; j < p.size(); ++j) old_gradient[j] = point.gradient[j] - old_gradient[j];
    const double ys = dot(old_gradient, p);
    if (ys > 1e-14 * std::sqrt(dot(p, p) * dot(old_gradient, old_gradient))) {
        pairs_.push_back({std::move(p), std::move(old_gradient), 1 / ys});
        if (pairs_.size() > memory_) pairs_.pop_front();
    }
    return StepResult::moved;
}

BroydenUpdate self_scaled_broyden(double ys, double sbs, double yhy, std::size_t n) {
    const double b = sbs / ys, h = yhy / ys, a = std::max(b * h - 1, 1e-14);
    const double c = std::sqrt(a / (a + 1));
    const double rho_minus = std::min(1.0, h * (1 - c)), theta_minus = (rho_minus - 1) / a, theta_plus = 1 / rho_minus;
    const double theta = std::max(theta_minus, std::min(theta_plus, (1 - b) / b));
    const double sigma = 1 + a * theta, rho_plus = std::min(1.0, 1 / b);
    const double root = std::pow(std::abs(sigma), 1 / (1 - static_cast<double>(n)));
    const double tau = theta <= 0 ? std::min(rho_plus * root, sigma) : rho_plus * std::min(root, 1 / theta);
    const double phi = (1 - theta) / (1 + a * theta);
    // [H - q q'/(y'Hy) + phi v v'] / tau + s s'/(y's), v = sqrt(y'Hy) (s/(y's) - q/(y'Hy)).
    BroydenUpdate update{};
    update.tau = tau;
    update.phi = phi;
    update.scale = 1 / tau;
    update.ss = 1 / ys + phi * yhy / (tau * ys * ys);
    update.sq = -phi / (tau * ys);
    update.qq = (phi - 1) / (tau * yhy);
    return update;
}

void SelfScaledBroyden::reset(const Point& point) {
    if (!inverse_) inverse_ = std::make_unique<InverseHessian>(point.x.size(), team_);
    inverse_->set_identity(1);
    direction_.resize(point.x.size());
    for (std::size_t i = 0; i < point.x.size(); ++i) direction_[i] = -point.gradient[i];
    fresh_ = true;
    direction_known_ = true;
}

StepResult SelfScaledBroyden::step(const Objective& objective, Point& point) {
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
    y_ = point.gradient; // the old gradient until update()
    const auto found = search(objective, point, direction_, fresh_ ? first_step(point) : 1.0);
    if (found.alpha == 0) {
        if (fresh_) return StepResult::stalled;
        ++resets_;
        reset(point);
        return step(objective, point);
    }
    const std::vector<double> old_gradient = y_;
    update(point, old_gradient, found.alpha);
    return StepResult::moved;
}

void SelfScaledBroyden::update(const Point& point, std::span<const double> old_gradient, double alpha) {
    const std::size_t n = point.x.size();
    s_.resize(n);
    q_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
        s_[i] = alpha * direction_[i];
        y_[i] = point.gradient[i] - old_gradient[i];
    }
    const double ys = dot(y_, s_);
    if (!(ys > 1e-12 * std::sqrt(dot(y_, y_) * dot(s_, s_)))) {
        ++skipped_;
        direction_known_ = false;
        return;
    }
    if (fresh_) { // the usual first scaling of quasi-Newton methods: Nocedal & Wright (6.20)
        const double scale = ys / dot(y_, y_);
        inverse_->set_identity(scale);
        for (double& v : direction_) v *= scale;
        fresh_ = false;
        // B = I / scale, so s'Bs = s's / scale.
        for (std::size_t i = 0; i < n; ++i) q_[i] = scale * y_[i];
        const auto u = self_scaled_broyden(ys, dot(s_, s_) / scale, dot(y_, q_), n);
        inverse_->change(u.scale, s_, q_, u.ss, u.sq, u.qq);
        direction_known_ = false;
        return;
    }
    inverse_->multiply(y_, q_);
    const double sbs = -alpha * dot(s_, old_gradient), yhy = dot(y_, q_);
    if (!(sbs > 0) || !(yhy > 0)) {
        ++skipped_;
        direction_known_ = false;
        return;
    }
    const auto u = self_scaled_broyden(ys, sbs, yhy, n);
    inverse_->change(u.scale, s_, q_, u.ss, u.sq, u.qq);
    // H g+ with H g = -p known: H g+ = q - p, then the update applied to g+.
    const double sg = dot(s_, point.gradient), qg = dot(q_, point.gradient);
    const double on_s = u.ss * sg + u.sq * qg, on_q = u.sq * sg + u.qq * qg;
    for (std::size_t i = 0; i < n; ++i) {
        direction_[i] = -(u.scale * (q_[i] - direction_[i]) + on_s * s_[i] + on_q * q_[i]);
    }
}

std::vector<Stage> parse_chain(const std::string& text) {
    const std::string accepted =
        "accepted: adam, lbfgs, ssbroyden, chained by '+', each with an optional count: adam:300+ssbroyden";
    std::vector<Stage> chain;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('+', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        const std::size_t colon = part.find(':');
        Stage stage{part.substr(0, colon), -1};
        if (stage.name != "adam" && stage.name != "lbfgs" && stage.name != "ssbroyden") {
            throw Error(fmt::format("'{}' is no optimizer; {}", stage.name, accepted), {}, ExitCode::usage);
        }
        if (colon != std::string::npos) {
            const char* first = part.data() + colon + 1;
            const char* last = part.data() + part.size();
            const auto [stop, failure] = std::from_chars(first, last, stage.iterations);
            if (failure != std::errc() || stop != last || stage.iterations < 1) {
                throw Error(
                    fmt::format("'{}' is no count of iterations in '{}'; {}", part.substr(colon + 1), part, accepted),
                    {}, ExitCode::usage);
            }
        } else if (end != text.size()) {
            stage.iterations = stage.name == "adam" ? 300 : 1000;
        }
        chain.push_back(stage);
        begin = end + 1;
    }
    return chain;
}

std::unique_ptr<Optimizer> make_optimizer(const std::string& name, std::shared_ptr<Team> team) {
    if (name == "adam") return std::make_unique<Adam>();
    if (name == "lbfgs") return std::make_unique<Lbfgs>();
    return std::make_unique<SelfScaledBroyden>(std::move(team));
}

} // namespace orrery::pinn::training
