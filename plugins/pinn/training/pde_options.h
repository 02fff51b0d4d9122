// SPDX-License-Identifier: BSD-3-Clause
// What a network for a problem is trained with.
#pragma once
#include "gpu/jet/engine.h"
#include "plugins/pinn/training/chain.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::pinn::training {

struct NetworkOptions {
    int width = 24, depth = 3; // units of a hidden layer, hidden layers
    jet::Activation activation = jet::Activation::tanh;
    bool adaptive = false, gated = false;
    int waves = 2;            // a periodic coordinate enters as cosine and sine of 1 ... waves periods
    int fourier = 0;          // further features cos(b . x + phase), b normal with `fourier_scale`, x scaled to [-1, 1]
    double fourier_scale = 2; // standard deviation, in units of pi
};

// Factors of the kinds of terms, on top of a condition's own weight.
struct LossWeights {
    double equations = 1, conditions = 1, data = 1;
    bool operator==(const LossWeights&) const = default;
};

// In the last part of a training so many times as many points are drawn: what a network makes of one set of points
// differs less from what it would of all then, and the error at the end no longer jumps with each draw.
inline constexpr std::int64_t many_points = 4;
inline constexpr double last_part = 0.75; // from this fraction on

struct PdeOptions {
    NetworkOptions network;
    std::int64_t points = 4096;     // collocation points of the equations
    std::int64_t face_points = 256; // of each soft condition on each of its faces
    std::string sampler = "sobol";  // uniform, latin or sobol
    double adaptivity = 1;          // exponent k of RAD: density of points ~ |residual|^k / mean + 1; 0: even
    std::int64_t redraw = 500;      // iterations between draws of points
    bool hard = true;               // conditions by construction where they can be
    std::string balance = "fixed";  // fixed, gradient or ntk
    double causality = 0;           // 0, or the first tolerance of causal weights in time
    LossWeights weights;
    jet::Precision precision = jet::Precision::float64;
    bool engine = true; // the fused engine; else tensor operations with automatic differentiation
    int cuda = -1;      // device; -1: the CPU
    std::vector<Stage> chain;
    double rate = 0; // learning rate instead of that of the chain
    std::int64_t iterations = 1'000'000;
    double budget_seconds = 60;
    int windows = 1; // equal parts of the time interval, one after the other
    int threads = 0; // 0: as many as torch has
    std::uint64_t seed = 0;
};

} // namespace orrery::pinn::training
