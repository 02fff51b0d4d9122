// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/minimiser.h"

#include <fmt/format.h>

#include <cmath>

namespace orrery::pinn::training {

namespace {

constexpr std::int64_t most = std::int64_t{1} << 60;

bool finite(const Point& point) {
    if (!std::isfinite(point.value)) return false;
    for (const double g : point.gradient) {
        if (!std::isfinite(g)) return false;
    }
    return true;
}

} // namespace

Minimiser::Minimiser(Objective objective, std::vector<double> start, std::vector<Stage> chain, std::int64_t redraw,
                     std::function<void()> sample, Workplace workplace)
    : chain_(std::move(chain)), redraw_(redraw), sample_(std::move(sample)),
      workplace_(std::move(workplace)), point_{std::move(start), {}, 0} {
    point_.gradient.resize(point_.x.size());
    counted_ = [this, objective = std::move(objective)](std::span<const double> x, std::span<double> gradient) {
        ++done_.evaluations;
        const double value = objective(x, gradient);
        last_finite_ = std::isfinite(value);
        return value;
    };
}

void Minimiser::begin() {
    point_.value = counted_(point_.x, point_.gradient);
    if (!finite(point_)) fail(point_);
}

void Minimiser::fail(const Point& good) {
    point_ = Point(good);
    done_.failure =
        fmt::format("The loss became not a number at iteration {}; the state before it is kept.", done_.iterations);
}

void Minimiser::next_stage() {
    ++stage_;
    in_stage_ = 0;
    optimizer_.reset();
}

// The rate that was set holds for a stage that begins, too.
void Minimiser::make() {
    const Stage& stage = chain_[stage_];
    optimizer_ = make_optimizer(stage, workplace_);
    if (rate_ > 0) optimizer_->set_rate(rate_);
    progress_ = Progress(stage.window, stage.progress);
}

void Minimiser::set_rate(double rate) {
    rate_ = rate;
    if (optimizer_) optimizer_->set_rate(rate);
}

void Minimiser::objective_changed() {
    const Point good = point_;
    point_.value = counted_(point_.x, point_.gradient);
    if (!finite(point_)) return fail(good);
    if (optimizer_) optimizer_->objective_changed();
}

bool Minimiser::resample(const Point& good) {
    sample_();
    on_this_sample_ = 0;
    point_.value = counted_(point_.x, point_.gradient);
    if (!finite(point_)) {
        fail(good);
        return false;
    }
    optimizer_->objective_changed();
    return true;
}

void Minimiser::advance() {
    if (finished()) return;
    const Stage& stage = chain_[stage_];
    if (!optimizer_) make();
    const Point good = point_;
    if (sample_ && on_this_sample_ >= redraw_ && !resample(good)) return;
    const StepResult result = optimizer_->step(counted_, point_);
    ++done_.iterations;
    ++on_this_sample_;
    ++in_stage_;
    if (!finite(point_)) return fail(good);
    if (result == StepResult::stalled) {
        if (!last_finite_) return fail(good);
        // Nothing lower can be found on this sample to rounding: another one may go on, without one it is the end.
        if (!sample_) return next_stage();
        on_this_sample_ = redraw_;
    }
    const bool over = stage.automatic ? progress_.ended(point_.value) : in_stage_ == stage.iterations;
    if (over) next_stage();
}

void Minimiser::save(StateWriter& state) const {
    state.integer(done_.iterations);
    state.integer(done_.evaluations);
    state.integer(static_cast<std::int64_t>(stage_));
    state.integer(in_stage_);
    state.integer(on_this_sample_);
    state.integer(last_finite_ ? 1 : 0);
    state.numbers(point_.x);
    state.numbers(point_.gradient);
    state.number(point_.value);
    state.number(rate_);
    state.integer(optimizer_ ? 1 : 0);
    if (!optimizer_) return;
    optimizer_->save(state);
    progress_.save(state);
}

void Minimiser::restore(StateReader& state) {
    done_ = {};
    done_.iterations = state.integer(0, most);
    done_.evaluations = state.integer(0, most);
    stage_ = static_cast<std::size_t>(state.integer(0, static_cast<std::int64_t>(chain_.size())));
    in_stage_ = state.integer(0, most);
    on_this_sample_ = state.integer(0, most);
    last_finite_ = state.integer(0, 1) == 1;
    state.numbers(point_.x);
    state.numbers(point_.gradient);
    point_.value = state.number();
    rate_ = state.number();
    optimizer_.reset();
    if (state.integer(0, 1) == 0) return;
    if (stage_ == chain_.size()) state.refuse("it has an optimizer after the last one");
    make();
    optimizer_->restore(state, point_.x.size());
    progress_.restore(state);
}

Minimisation minimise(const Objective& objective, Point& point, const std::vector<Stage>& chain, std::int64_t redraw,
                      const std::function<void()>& sample,
                      const std::function<bool(const Minimisation&, const Point&)>& keep_going,
                      const Workplace& workplace) {
    Minimiser minimiser(objective, point.x, chain, redraw, sample, workplace);
    minimiser.begin();
    while (!minimiser.finished() && keep_going(minimiser.done(), minimiser.point())) minimiser.advance();
    point = minimiser.point();
    return minimiser.done();
}

} // namespace orrery::pinn::training
