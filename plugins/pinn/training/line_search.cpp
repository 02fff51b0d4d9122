// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/line_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace orrery::pinn::training {

double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double first_step(const Point& point) {
    const double square = dot(point.gradient, point.gradient), unit = 1 / std::sqrt(square);
    return point.value > 0 ? std::min(point.value / square, unit) : unit;
}

bool within_rounding(const Point& point, std::span<const double> direction, double alpha) {
    constexpr double rounding = 4 * std::numeric_limits<double>::epsilon();
    return alpha * std::sqrt(dot(direction, direction)) <= rounding * std::sqrt(dot(point.x, point.x));
}

namespace {

struct Trial {
    double alpha = 0, value = 0, slope = 0;
};

// Minimum of the cubic through two values and slopes, or where the values differ by no more than `noise` of the line
// through the slopes; kept inside the interval by a tenth of its length on each side.
double interpolate(const Trial& a, const Trial& b, double noise) {
    const double low = std::min(a.alpha, b.alpha), high = std::max(a.alpha, b.alpha), margin = 0.1 * (high - low);
    double alpha = (low + high) / 2;
    if (std::abs(a.value - b.value) <= noise && std::isfinite(b.slope)) {
        const double secant = (a.alpha * b.slope - b.alpha * a.slope) / (b.slope - a.slope);
        if (std::isfinite(secant)) alpha = secant;
    } else if (std::isfinite(b.value) && std::isfinite(b.slope)) {
        const double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.alpha - b.alpha);
        const double under = d1 * d1 - a.slope * b.slope;
        if (under >= 0) {
            const double d2 = std::copysign(std::sqrt(under), b.alpha - a.alpha);
            const double cubic = b.alpha - (b.alpha - a.alpha) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
            if (std::isfinite(cubic)) alpha = cubic;
        }
    } else {
        alpha = low + 0.1 * (high - low);
    }
    return std::clamp(alpha, low + margin, high - margin);
}

class Searcher {
public:
    Searcher(const Objective& objective, Point& point, std::span<const double> direction, const LineSearch& options)
        : objective_(objective), point_(point), direction_(direction),
          options_(options), start_{0, point.value, dot(point.gradient, direction)},
          noise_(options.noise * std::abs(point.value)), trial_(point), best_(point) {}

    LineSearchResult run(double first) {
        LineSearchResult result;
        if (!(start_.slope < 0)) return result;
        const bool wolfe = bracket(first);
        result.evaluations = count_;
        result.wolfe = wolfe;
        const Trial taken = wolfe ? last_ : best_trial_;
        if (taken.alpha > 0) {
            std::swap(point_, wolfe ? trial_ : best_);
            result.alpha = taken.alpha;
        }
        return result;
    }

private:
    Trial at(double alpha) {
        for (std::size_t i = 0; i < trial_.x.size(); ++i) trial_.x[i] = point_.x[i] + alpha * direction_[i];
        trial_.value = objective_(trial_.x, trial_.gradient);
        ++count_;
        last_ = {alpha, trial_.value, dot(trial_.gradient, direction_)};
        if (!std::isfinite(last_.value) || !std::isfinite(last_.slope)) {
            last_.value = std::numeric_limits<double>::infinity();
        } else if (enough(last_) && (best_trial_.alpha == 0 || last_.value < best_trial_.value) && !flat(last_)) {
            best_ = trial_;
            best_trial_ = last_;
        }
        return last_;
    }
    // Where the values tell no decrease from rounding the slopes do: approximate Wolfe conditions.
    bool enough(const Trial& t) const {
        if (t.value <= start_.value + options_.decrease * t.alpha * start_.slope) return true;
        return t.value <= start_.value + noise_ && t.slope <= (2 * options_.decrease - 1) * start_.slope;
    }
    bool higher(const Trial& t, const Trial& than) const { return t.value >= than.value + noise_; }
    bool flat(const Trial& t) const { return std::abs(t.slope) <= -options_.curvature * start_.slope; }

    bool bracket(double first) {
        Trial previous = start_;
        double alpha = first;
        for (int i = 0; count_ < options_.evaluations; ++i) {
            const Trial now = at(alpha);
            if (!enough(now) || (i > 0 && higher(now, previous))) return zoom(previous, now);
            if (flat(now)) return true;
            if (now.slope >= 0) return zoom(now, previous);
            previous = now;
            alpha *= 2.5;
        }
        return false;
    }

    bool zoom(Trial low, Trial high) {
        while (count_ < options_.evaluations) {
            if (std::abs(high.alpha - low.alpha) < 1e-14 * std::max(1.0, std::abs(low.alpha))) return false;
            const Trial now = at(interpolate(low, high, noise_));
            if (!enough(now) || higher(now, low)) {
                high = now;
                continue;
            }
            if (flat(now)) return true;
            if (now.slope * (high.alpha - low.alpha) >= 0) high = low;
            low = now;
        }
        return false;
    }

    const Objective& objective_;
    Point& point_;
    std::span<const double> direction_;
    const LineSearch& options_;
    Trial start_, last_, best_trial_;
    double noise_;
    Point trial_, best_;
    int count_ = 0;
};

} // namespace

LineSearchResult search(const Objective& objective, Point& point, std::span<const double> direction, double first,
                        const LineSearch& options) {
    return Searcher(objective, point, direction, options).run(first);
}

} // namespace orrery::pinn::training
