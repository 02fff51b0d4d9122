// SPDX-License-Identifier: BSD-3-Clause
// Trains networks on one window of time after another. Knows the equation and the initial field, never a solution.
#pragma once
#include "plugins/pinn/training/optimizer.h"
#include "plugins/pinn/training/residual.h"

#include <cstdint>
#include <functional>
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
    double budget_seconds = 60; // of training, all windows together
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

using TrainingObserver = std::function<void(const TrainingStatus&)>; // after every iteration

// `initial`: coefficients of theta_0 (gpu/spectral/spectral.h). Deterministic for given options when the iterations end
// it.
TrainedNetwork train(const at::Tensor& initial, const TrainerOptions& options, const TrainingObserver& observer = {},
                     std::stop_token stop = {});

// What train() does within a window, on any objective. `sample` (may be empty) is called every `redraw` iterations and
// changes the objective. `keep_going` sees the iterations done and the point. Point is the last good one on return.
struct Minimisation {
    std::int64_t iterations = 0, evaluations = 0;
    std::optional<std::string> failure;
};
Minimisation minimise(const Objective& objective, Point& point, const std::vector<Stage>& chain, std::int64_t redraw,
                      const std::function<void()>& sample,
                      const std::function<bool(const Minimisation&, const Point&)>& keep_going,
                      const std::shared_ptr<Team>& team = {});

} // namespace orrery::pinn::training
