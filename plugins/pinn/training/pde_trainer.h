// SPDX-License-Identifier: BSD-3-Clause
// Trains a network, or one for each window of time, on a problem; goes on exactly from a checkpoint.
#pragma once
#include "plugins/pinn/training/pde_objective.h"

#include <functional>
#include <istream>
#include <optional>
#include <stop_token>

namespace orrery::pinn::training {

// The windows of a solution that was trained, in order of time.
class PdeSolution {
public:
    PdeSolution(std::shared_ptr<const Problem> problem) : problem_(std::move(problem)) {}
    // u at points of space-time [coordinates][count]: [unknowns][count]. Points after what was trained belong to the
    // last window.
    std::vector<double> values(std::span<const double> coordinates, std::size_t count) const;

    const Problem& problem() const { return *problem_; }
    std::vector<std::shared_ptr<PdeNetwork>> windows;

private:
    std::shared_ptr<const Problem> problem_;
};

struct PdeStatus {
    std::int64_t iteration = 0, evaluations = 0;
    int window = 0;
    double seconds = 0, loss = 0, gradient_norm = 0, fraction = 0;
    bool last = false;                              // of its window
    std::function<std::vector<TermReport>()> terms; // evaluates the loss once more; valid during the call
};

struct PdeHooks {
    // Before each iteration and at the end. The solution has the parameters of that moment.
    std::function<void(const PdeStatus&, const PdeSolution&)> observer;
    // Called before each iteration with its number: may change weights and learning rate (0: the chain's) from now on.
    std::function<void(std::int64_t iteration, LossWeights& weights, double& rate)> live;
    std::function<void(std::int64_t step, const std::function<void(std::ostream&)>& write)> checkpoint;
};

struct PdeResult {
    explicit PdeResult(PdeSolution of) : solution(std::move(of)) {}
    PdeSolution solution;
    std::int64_t iterations = 0, evaluations = 0;
    double seconds = 0;
    std::size_t parameters = 0;
    bool stopped = false;
    std::optional<std::string> failure; // the loss became not a number; the last good state is kept
};

// `origin`: a checkpoint of the same training. Throws Error where it can't go on from it.
PdeResult train_pde(const Problem& problem, const PdeOptions& options, const PdeHooks& hooks, std::stop_token stop,
                    std::istream* origin = nullptr);

} // namespace orrery::pinn::training
