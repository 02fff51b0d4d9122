// SPDX-License-Identifier: BSD-3-Clause
// The parameters of pinn.solve and pinn.benchmark.
#pragma once
#include "core/schema.h"
#include "plugins/pinn/problem/problem.h"
#include "plugins/pinn/training/pde_options.h"

namespace orrery::pinn {

struct SolveParams {
    std::string problem = "burgers";
    // Network
    std::int64_t width = 0, depth = 0, waves = 0, fourier = 0;
    double fourier_scale = 1;
    std::string activation = "tanh", architecture = "mlp";
    bool adaptive_activation = false;
    // Sampling
    std::int64_t points = 0, face_points = 256, redraw = 500, windows = 0;
    std::string sampler = "sobol", conditions = "hard";
    double adaptivity = 1;
    // Loss
    double equation_weight = 1, condition_weight = 1, data_weight = 1, causality = 0;
    std::string balance = "fixed";
    // Optimizer
    std::string optimizer = "adam:300+ssbroyden";
    double rate = 0;
    std::int64_t iterations = 1'000'000;
    double budget_seconds = 60;
    std::string precision = "float64";
    bool engine = true;

    static void fields(Bind<SolveParams>& f);
    static void check(const SolveParams& p, Problems& problems);
    static std::int64_t memory(const SolveParams& p);

    training::LossWeights weights() const { return {equation_weight, condition_weight, data_weight}; }
    // With what is 0 chosen by the problem.
    training::PdeOptions options(const Problem& problem) const;
};

// Lines for a run's log: what is trained, how conditions are met.
std::vector<std::string> describe(const Problem& problem, const training::PdeOptions& options);

} // namespace orrery::pinn
