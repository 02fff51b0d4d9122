// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/balance.h"

#include "core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace orrery::pinn::training {

namespace {

std::vector<double> shares(std::span<const double> sizes, const char* what) {
    const double sum = std::accumulate(sizes.begin(), sizes.end(), 0.0);
    std::vector<double> weights;
    for (const double size : sizes) {
        if (!(size >= 0) || !std::isfinite(sum))
            throw Error(
                fmt::format("The loss can't be balanced: the {} of term {} is {}.", what, weights.size() + 1, size));
        weights.push_back(size > 0 ? sum / size : 1);
    }
    return weights;
}

} // namespace

std::vector<double> ntk_weights(std::span<const double> traces) { return shares(traces, "trace"); }

std::vector<double> gradient_norm_weights(std::span<const double> norms) { return shares(norms, "gradient's norm"); }

std::span<const double> MovingWeights::update(std::span<const double> proposal) {
    for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i] = memory_ * weights_[i] + (1 - memory_) * proposal[i];
    return weights_;
}

std::span<const double> CausalWeights::update(std::span<const double> losses) {
    double before = 0;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
        weights_[i] = std::exp(-epsilon() * before);
        before += losses[i];
    }
    const bool above = *std::min_element(weights_.begin(), weights_.end()) > threshold_;
    solved_ = above && rung_ + 1 == ladder.size();
    if (above && !solved_) ++rung_;
    return weights_;
}

void CausalWeights::save(StateWriter& state) const {
    state.numbers(weights_);
    state.integer(static_cast<std::int64_t>(rung_));
    state.integer(solved_ ? 1 : 0);
}

void CausalWeights::restore(StateReader& state) {
    state.numbers(weights_);
    rung_ = static_cast<std::size_t>(state.integer(0, ladder.size() - 1));
    solved_ = state.integer(0, 1) == 1;
}

std::size_t part_of_time(double time, double start, double end, std::size_t parts) {
    const double place = (time - start) / (end - start) * static_cast<double>(parts);
    return static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(parts - 1)));
}

std::span<const double> ResidualAttention::update(std::span<const double> residuals) {
    double highest = 0;
    for (const double r : residuals) highest = std::max(highest, std::abs(r));
    for (std::size_t i = 0; i < attention_.size(); ++i)
        attention_[i] = decay_ * attention_[i] + (highest > 0 ? rate_ * std::abs(residuals[i]) / highest : 0);
    square();
    return weights_;
}

void ResidualAttention::square() {
    std::transform(attention_.begin(), attention_.end(), weights_.begin(), [](double a) { return a * a; });
}

void ResidualAttention::restore(StateReader& state) {
    state.numbers(attention_);
    square();
}

} // namespace orrery::pinn::training
