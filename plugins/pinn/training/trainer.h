// SPDX-License-Identifier: BSD-3-Clause
// Trains networks on one window of time after another. Knows the equation and the initial field, never a solution.
#pragma once
#include "plugins/pinn/training/minimiser.h"
#include "plugins/pinn/training/residual.h"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace orrery::pinn::training {

struct TrainerOptions {
    NetworkShape shape;
    ResidualOptions residual;
    double final_time = 1;
    int windows = 1;
    std::vector<Stage> chain; // parse_chain
    std::int64_t iterations = 100000;
    double budget_seconds = 60; // of training, all windows together, summed over resumes
    std::int64_t redraw = 500;  // iterations between two shifts of the grid
    std::int64_t handover = 64; // points per side on which a window's end is handed to the next; even
    std::uint64_t seed = 0;
    int threads = 0; // 0: as many as torch would take
};

struct TrainingStatus {
    std::int64_t iteration = 0; // over all windows
    std::int64_t evaluations = 0;
    int window = 0;
    double seconds = 0;
    double loss = 0, early = 0, late = 0; // loss = early + late: halves of the window's times
    double gradient_norm = 0;
    double fraction = 0; // done, of iterations or time, whichever ends first
};

// A function theta^(x, y, t) on [0, final_time]: one network per window.
class TrainedNetwork {
public:
    // Times in [0, final_time], increasing; [times, n, n] at points (a + 2 pi i / n, b + 2 pi j / n).
    NetworkFields fields(std::span<const double> times, int n, double a = 0, double b = 0);

    struct Part {
        SqgResidual residual;
        std::vector<double> parameters;
    };
    std::vector<Part> parts; // the last ends at final_time
    double final_time = 1;
    std::int64_t iterations = 0, evaluations = 0;
    double seconds = 0;
    // Set when training had to end early: a loss that is not a number. The parts hold the last good state; final_time
    // is the end of the last window that was begun.
    std::optional<std::string> failure;
    bool stopped = false; // a stop was asked for; the parts hold what was reached
};

// While it lives torch uses one thread: the small transforms of training and evaluation take tens of microseconds each,
// and torch's threads wait for each other longer than that on a busy machine.
class SerialTorch {
public:
    SerialTorch();
    ~SerialTorch();
    SerialTorch(const SerialTorch&) = delete;
    SerialTorch& operator=(const SerialTorch&) = delete;
    int threads_before() const { return before_; }

private:
    int before_;
};

// What goes in and out while train() works, between two iterations. All may be empty; none changes what is computed.
struct TrainingHooks {
    // After every iteration, and once before the first of each window.
    std::function<void(const TrainingStatus&)> observer;
    // Offered after every iteration: calls `write` if it wants what train() needs to go on from here, as the `origin`
    // of another call. `step` is the last iteration that the observer won't be told of again then.
    std::function<void(std::int64_t step, const std::function<void(std::ostream&)>& write)> checkpoint;
    // Offered after every iteration: calls `field` if it wants theta^ at the present window's end [64, 64], on the CPU.
    std::function<void(const std::function<at::Tensor()>& field)> show;
};

// `initial`: coefficients of theta_0 (gpu/spectral/spectral.h). Deterministic for given options when the iterations end
// it, from whatever checkpoint: only budget_seconds looks at a clock. Throws Error if `origin` holds no checkpoint of
// the same options (budget_seconds, iterations and threads may differ) and initial field.
TrainedNetwork train(const at::Tensor& initial, const TrainerOptions& options, const TrainingHooks& hooks = {},
                     std::stop_token stop = {}, std::istream* origin = nullptr);

// Bytes that training and what is made of its result afterwards (diagnostics.h) need; an estimate.
std::int64_t training_memory(const TrainerOptions& options);

} // namespace orrery::pinn::training
