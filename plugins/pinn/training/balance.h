// SPDX-License-Identifier: BSD-3-Clause
// Weights of the terms of a loss, of its times and of its points, as pure functions of numbers and what they remember.
#pragma once
#include "core/state_stream.h"

#include <array>
#include <span>
#include <vector>

namespace orrery::pinn::training {

// Weights sum of traces / trace_i of the terms, from the traces of their blocks of the neural tangent kernel (Wang, Yu,
// Perdikaris, arXiv 2007.14527; trace = sum over the term's points of |d residual/d parameters|^2). A mean
// over the points instead of the sum makes the weights of terms with different numbers of points comparable. A term
// with trace 0 gets weight 1: its weight doesn't matter. Not finite or negative traces throw Error.
std::vector<double> ntk_weights(std::span<const double> traces);

// Weights sum of norms / norm_i that make the gradients of all weighted terms equally long (Wang, Sankaran, Wang,
// Perdikaris, arXiv 2308.08468; the idea is Wang, Teng, Perdikaris', arXiv 2001.04536). From the norms of
// the gradients of the terms without their weights.
std::vector<double> gradient_norm_weights(std::span<const double> norms);

// Weights that follow such proposals slowly: w <- memory w + (1 - memory) proposal, ones at first.
class MovingWeights {
public:
    explicit MovingWeights(std::size_t terms, double memory = 0.9) : weights_(terms, 1.0), memory_(memory) {}
    std::span<const double> update(std::span<const double> proposal);
    std::span<const double> weights() const { return weights_; }
    void save(StateWriter& state) const { state.numbers(weights_); }
    void restore(StateReader& state) { state.numbers(weights_); }

private:
    std::vector<double> weights_;
    double memory_;
};

// Weights of equal parts of time that let a part count only when those before it are solved: w_i = exp(-epsilon sum_{k
// < i} L_k) from the mean squared residuals L of the parts (Wang, Sankaran, Perdikaris, arXiv 2203.07404);
// epsilon goes up its ladder when all weights are above `threshold`.
class CausalWeights {
public:
    static constexpr std::array<double, 5> ladder{1e-2, 1e-1, 1, 1e1, 1e2};
    explicit CausalWeights(std::size_t parts, double threshold = 0.99) : weights_(parts, 1.0), threshold_(threshold) {}
    std::span<const double> update(std::span<const double> losses);
    std::span<const double> weights() const { return weights_; }
    double epsilon() const { return ladder[rung_]; }
    bool solved() const { return solved_; } // all weights above the threshold with the last epsilon
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    std::vector<double> weights_;
    double threshold_;
    std::size_t rung_ = 0;
    bool solved_ = false;
};
// Which part of [start, end] a time lies in.
std::size_t part_of_time(double time, double start, double end, std::size_t parts);

// Residual-based attention, a factor to the residual of each point: a <- decay a + rate |r| / max |r|, zeros at first
// (Anagnostopoulos et al., arXiv 2307.00379). The loss takes (a r)^2, so weights() are a^2.
class ResidualAttention {
public:
    explicit ResidualAttention(std::size_t points, double decay = 0.999, double rate = 0.01)
        : attention_(points, 0.0), weights_(points, 0.0), decay_(decay), rate_(rate) {}
    std::span<const double> update(std::span<const double> residuals);
    std::span<const double> attention() const { return attention_; }
    std::span<const double> weights() const { return weights_; }
    void save(StateWriter& state) const { state.numbers(attention_); }
    void restore(StateReader& state);

private:
    void square();
    std::vector<double> attention_, weights_;
    double decay_, rate_;
};

} // namespace orrery::pinn::training
