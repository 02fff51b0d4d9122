// SPDX-License-Identifier: BSD-3-Clause
// What an optimizer is between two steps, written and read.
#include "plugins/pinn/training/optimizer.h"

namespace orrery::pinn::training {

namespace {
constexpr std::int64_t most = std::int64_t{1} << 60;
}

void Adam::save(StateWriter& state) const {
    state.integer(count_);
    if (count_ == 0) return;
    state.numbers(first_);
    state.numbers(second_);
}

void Adam::restore(StateReader& state, std::size_t n) {
    count_ = state.integer(0, most);
    first_.assign(count_ > 0 ? n : 0, 0.0);
    second_ = first_;
    if (count_ == 0) return;
    state.numbers(first_);
    state.numbers(second_);
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

// s_, y_ and q_ only live within a step.
void SelfScaledBroyden::save(StateWriter& state) const {
    state.integer(inverse_ ? 1 : 0);
    if (!inverse_) return;
    state.integer(direction_known_ ? 1 : 0);
    state.integer(fresh_ ? 1 : 0);
    state.integer(skipped_);
    state.integer(resets_);
    state.numbers(direction_);
    inverse_->save(state);
}

void SelfScaledBroyden::restore(StateReader& state, std::size_t n) {
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
