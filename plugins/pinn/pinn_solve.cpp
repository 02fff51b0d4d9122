// SPDX-License-Identifier: BSD-3-Clause
// pinn.solve: a physics-informed network for any problem on a box, built in or written as a file, then compared with a
// reference that training never sees.
#include "core/experiment.h"
#include "plugins/pinn/judge.h"
#include "plugins/pinn/paced.h"
#include "plugins/pinn/problem/builtin.h"
#include "plugins/pinn/solve_params.h"
#include "plugins/pinn/training/pde_script.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <cmath>

namespace orrery::pinn {
namespace {

using namespace training;

// Metrics of training: of the first twenty iterations, then of each that comes a twentieth later than the one before,
// and of the last; so the iterations alone say when, not the clock. The error is measured with them, at points that
// training does not use.
class Reporter {
public:
    Reporter(Run& run, const PdeOptions& options, const Judge& judge) : run_(run), options_(options), judge_(judge) {}

    void operator()(const PdeStatus& s, const PdeSolution& solution) {
        while (next_ < s.iteration) next_ = after(next_); // a run that goes on from a checkpoint
        if (s.iteration != next_ && !s.last) return;
        if (s.iteration == next_) next_ = after(next_);
        write(s, solution);
    }

private:
    static std::int64_t after(std::int64_t iteration) { return iteration + std::max<std::int64_t>(1, iteration / 20); }
    void write(const PdeStatus& s, const PdeSolution& solution) {
        run_.metric("loss/total", s.iteration, s.loss);
        run_.metric("loss/gradient", s.iteration, s.gradient_norm);
        for (const TermReport& term : s.terms()) run_.metric("loss/" + term.name, s.iteration, term.mean_square);
        if (options_.windows > 1) run_.metric("window", s.iteration, s.window + 1);
        if (s.seconds > 0)
            run_.metric("iterations_per_second", s.iteration, static_cast<double>(s.iteration) / s.seconds);
        std::string what = fmt::format("loss {:.2e}", s.loss);
        if (judge_.knows() && solution.windows.size() == static_cast<std::size_t>(options_.windows)) {
            const double error = judge_.error(solution).l2;
            run_.metric("error/l2", s.iteration, error);
            what += fmt::format(", error {:.2e}", error);
        }
        run_.progress(0.97 * s.fraction, what);
    }

    Run& run_;
    const PdeOptions& options_;
    const Judge& judge_;
    std::int64_t next_ = 0;
};

void solve_problem(const SolveParams& given, Run& run) {
    SolveParams p = given;
    if (!is_builtin(p.problem)) run.input(p.problem);
    const ProblemFile file = problem_named(p.problem);
    const Judge judge(file, p.problem, run.seed());
    for (const auto& input : judge.inputs()) run.input(input);
    PdeOptions options = p.options(file.problem);
    options.seed = run.seed();
    options.cuda = run.device().cuda ? run.device().index : -1;
    if (options.threads == 0) options.threads = at::get_num_threads();
    for (const std::string& line : describe(file.problem, options)) run.log(line);
    if (!judge.description().empty()) run.log("reference: " + judge.description());
    Reporter reporter(run, options, judge);
    Paced paced;
    PdeHooks hooks;
    hooks.observer = [&](const PdeStatus& status, const PdeSolution& solution) {
        reporter(status, solution);
        paced([&] { judge.show(solution, run); });
    };
    hooks.live = [&](std::int64_t iteration, LossWeights& weights, double& rate) {
        if (!run.live(p, iteration)) return;
        weights = p.weights();
        rate = p.rate;
    };
    hooks.checkpoint = [&](std::int64_t step, const auto& write) { run.checkpoint(step, write); };
    const auto origin = run.resume();
    const PdeResult result =
        train_pde(file.problem, options, hooks, run.stop(), origin ? origin->stream.get() : nullptr);
    run.metric("parameters", 0, static_cast<double>(result.parameters));
    run.metric("iterations", 0, static_cast<double>(result.iterations));
    run.metric("evaluations", 0, static_cast<double>(result.evaluations));
    run.progress(0.97, "writing fields");
    // What was reached is kept first, whatever comes after.
    run.artifact("model", Kind::model, save_script(result.solution, run.scratch()));
    judge.write(result.solution, run);
    if (result.stopped) throw Stopped();
    if (result.failure)
        throw Error(*result.failure,
                    result.iterations == 0
                        ? "Look at what the equation divides by or takes the logarithm or root of there."
                        : "Try a smaller learning rate, precision=float64 or another seed.");
    if (result.iterations == 0)
        throw Error(
            fmt::format("The budget of {} s ended before the first iteration: nothing was trained.", p.budget_seconds),
            "Give it more budget_seconds, fewer points or a smaller network.");
    judge.report(result.solution, run);
}

const auto declared =
    experiment<SolveParams>("pinn.solve", "Solve a PDE by a physics-informed network", solve_problem)
        .summary("Trains a network on the equations and conditions of a problem, built in or written as a TOML file, "
                 "and compares it with a reference that training never sees.")
        .metric("loss/total", "weighted sum of the mean squared residuals")
        .lower_is_better()
        .tolerance(1e-6)
        .metric("loss/equation/*", "mean squared residual of an equation, without weight")
        .lower_is_better()
        .tolerance(1e-6)
        .metric("loss/condition/*", "mean squared residual of a soft condition, without weight")
        .lower_is_better()
        .tolerance(1e-6)
        .metric("loss/data/*", "mean squared difference from measurements, without weight")
        .lower_is_better()
        .tolerance(1e-6)
        .metric("loss/gradient", "norm of the loss's gradient")
        .tolerance(1e-4)
        .metric("window", "window of time that is being trained, if there are several")
        .metric("iterations_per_second", "speed of training", "1/s")
        .timing()
        .metric("parameters", "number of weights")
        .metric("iterations", "iterations done")
        .metric("evaluations", "evaluations of loss and gradient")
        .metric("error/l2", "relative L2 error over the domain, at points that training did not use")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("error/l2/*", "the same of one unknown")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("error/max", "largest error over the largest value of the reference")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("reference/accuracy", "relative L2 error of the reference itself, estimated")
        .artifact("solution", Kind::field,
                  "every unknown on a grid: of space and time where space has one dimension, else of space over time")
        .artifact("reference", Kind::field,
                  "the reference at the same points, if there is one; a file's where its points are a grid, which the "
                  "solution then has too")
        .artifact("error", Kind::field, "network minus reference")
        .artifact("model", Kind::model, "TorchScript: forward(points [n, coordinates]) -> [n, unknowns], float64");

} // namespace
} // namespace orrery::pinn
