// SPDX-License-Identifier: BSD-3-Clause
// pinn.sqg: critical SQG by a physics-informed network, then compared with the spectral reference that training never
// sees.
#include "core/experiment.h"
#include "core/files/field_file.h"
#include "core/platform/machine.h"
#include "plugins/pinn/paced.h"
#include "plugins/pinn/problem/initial.h"
#include "plugins/pinn/reference/sqg_solver.h"
#include "plugins/pinn/training/diagnostics.h"
#include "plugins/pinn/training/script_model.h"
#include "plugins/pinn/training/trainer.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace orrery::pinn {
namespace {

using namespace training;

// Points per side of the reference and of the network's fields: the first that resolves the solution.
constexpr std::array<std::int64_t, 2> reference_sizes{128, 256};

struct Params {
    double kappa = 0.1;
    double final_time = 1;
    std::string initial = "cmt";
    std::string mode = "spectral";
    std::int64_t width = 0, depth = 2, modes = 0;
    std::int64_t grid = 0, times = 0;
    std::int64_t windows = 1;
    double sobolev = 0;
    std::string optimizer = "adam:300+ssbroyden";
    std::int64_t iterations = 200000;
    double budget_seconds = 60;
    std::string precision = "float64";

    static void fields(Bind<Params>& f) {
        f("kappa", &Params::kappa).doc("Dissipation coefficient").range(0, 10).log10().group("Problem");
        f("final_time", &Params::final_time).doc("End of the time interval", "L/U").range(1e-3, 100).group("Problem");
        f("initial", &Params::initial)
            .doc("Initial field: cmt, cmt2, cmt3, shell, vortex, random (from the seed), or an n x n .npy file")
            .group("Problem");
        f("mode", &Params::mode)
            .doc("How Lambda and R act on the network: by FFT on randomly shifted grids, the network exactly periodic")
            .choices({"spectral"})
            .group("Problem");
        f("width", &Params::width)
            .doc("Units per hidden layer; 0: by the initial field")
            .range(0, 256)
            .group("Network");
        f("depth", &Params::depth).doc("Hidden layers").range(1, 8).group("Network");
        f("modes", &Params::modes)
            .doc("Embedding cos(m x), sin(m x), cos(m y), sin(m y) for m = 1 to modes; 0: by the initial field")
            .range(0, 32)
            .group("Network");
        f("grid", &Params::grid)
            .doc("Collocation points per side, even; 0: by the initial field")
            .range(0, 512)
            .group("Sampling");
        f("times", &Params::times)
            .doc("Gauss-Legendre times per window; 0: by its length")
            .range(0, 256)
            .group("Sampling");
        f("windows", &Params::windows)
            .doc("Equal parts of the time interval, each with its own network that starts from the end of the one "
                 "before")
            .range(1, 64)
            .group("Sampling");
        f("sobolev", &Params::sobolev)
            .doc("s of the H^s norm of the residual in the loss: sum of (1 + |k|^2)^s |r_k|^2")
            .range(-2, 2)
            .group("Sampling");
        f("optimizer", &Params::optimizer)
            .doc("adam, adamw, soap, lbfgs, bfgs, ssbfgs or ssbroyden (dense self-scaled Broyden), chained by +, each "
                 "with an optional count, or auto to hand over where it makes no progress, and options: "
                 "adam:300(rate=2e-3)+ssbroyden")
            .group("Optimizer");
        f("iterations", &Params::iterations)
            .doc("Most iterations, all windows together")
            .range(1, 1e9)
            .group("Optimizer");
        f("budget_seconds", &Params::budget_seconds)
            .doc("Most time for training, summed over resumes; the whole run takes at most a quarter more. A run that "
                 "it ends depends on the machine: only one that iterations ends repeats bit for bit",
                 "s")
            .range(0.1, 1e6)
            .log10()
            .group("Optimizer");
        f("precision", &Params::precision)
            .doc("Of network and residual; the optimizer is always float64")
            .choices({"float64", "float32"})
            .group("Optimizer");
    }

    static void check(const Params& p, Problems& problems);
    static std::int64_t memory(const Params& p);

    // `coefficients`: of the initial field, on as many points as the reference is computed on.
    TrainerOptions trainer(const at::Tensor& coefficients) const;
};

// Largest |k|_inf below which all but 1e-3 of the field's gradient (rms) lies: how fine its structures are.
int finest_mode(const at::Tensor& coefficients) {
    const std::int64_t n = coefficients.size(-2);
    const at::Tensor k1 = spectral::wavenumbers(n, 1), k2 = spectral::wavenumbers(n, 2);
    const at::Tensor size = coefficients.abs().square() * (k1.square() + k2.square()) * spectral::multiplicity(n);
    const at::Tensor degree = at::max(k1.abs(), k2.abs());
    const double all = size.sum().item<double>();
    for (int m = 1; m < n / 2; ++m) {
        if ((size * (degree > m)).sum().item<double>() <= 1e-6 * all) return m;
    }
    return static_cast<int>(n / 2);
}

void Params::check(const Params& p, Problems& problems) {
    check_initial(p.initial, reference_sizes.back(), problems);
    try {
        const auto chain = parse_chain(p.optimizer);
        const NetworkShape shape{static_cast<int>(p.width), static_cast<int>(p.depth),
                                 static_cast<int>(std::max<std::int64_t>(p.modes, 1))};
        const auto sentence = too_large(chain, shape.parameters(), platform::available_memory());
        if (p.width > 0 && sentence) problems.add("optimizer", *sentence);
    } catch (const Error& error) {
        problems.add("optimizer", error.what());
    }
    if (p.grid % 2 != 0 || (p.grid != 0 && p.grid < 8)) {
        problems.add("grid", fmt::format("grid = {}: accepted are 0 (by the initial field) and even numbers from 8 on.",
                                         p.grid));
    }
    if (p.windows > p.iterations) {
        problems.add("windows",
                     fmt::format("windows = {} is more than iterations = {}: each window needs at least one.",
                                 p.windows, p.iterations));
    }
}

TrainerOptions Params::trainer(const at::Tensor& coefficients) const {
    const int finest = finest_mode(coefficients);
    TrainerOptions o;
    o.shape.modes = static_cast<int>(modes > 0 ? modes : std::clamp(finest, 2, 3));
    o.shape.width = static_cast<int>(width > 0 ? width : finest <= 2 ? 32 : 48);
    o.shape.depth = static_cast<int>(depth);
    o.residual.kappa = kappa;
    o.residual.grid = static_cast<int>(grid > 0      ? grid
                                       : finest <= 2 ? (kappa < 0.05 ? 32 : 24)
                                       : finest <= 7 ? 32
                                                     : 48);
    const double length = final_time / static_cast<double>(windows);
    o.residual.times =
        static_cast<int>(times > 0 ? times : std::clamp(static_cast<int>(std::lround(8 + 4 * length)), 6, 64));
    o.residual.sobolev = sobolev;
    o.residual.precision = precision == "float32" ? Precision::float32 : Precision::float64;
    o.final_time = final_time;
    o.windows = static_cast<int>(windows);
    o.chain = parse_chain(optimizer);
    o.iterations = iterations;
    o.budget_seconds = budget_seconds;
    o.handover = coefficients.size(-2);
    return o;
}

std::int64_t Params::memory(const Params& p) {
    TrainerOptions o;
    try {
        o = p.trainer(initial_coefficients(p.initial, reference_sizes[0], 0));
    } catch (const Error&) {
        o = p.trainer(initial_coefficients("cmt", reference_sizes[0], 0)); // a field that needs the finer grid
    }
    return training_memory(o);
}

double norm_of(const at::Tensor& fields) { return fields.square().sum().sqrt().item<double>(); }

// Metrics of training: often at first, then about every half second, and always the last state.
class Reporter {
public:
    Reporter(Run& run, const TrainerOptions& options) : run_(run), options_(options) {}
    void operator()(const TrainingStatus& s) {
        last_ = s;
        any_ = true;
        if (s.iteration != 0 && s.iteration % 50 != 0) return;
        write(s);
    }
    void finish() {
        if (any_) write(last_);
    }

private:
    void write(const TrainingStatus& s) {
        run_.metric("loss/total", s.iteration, s.loss);
        run_.metric("loss/early", s.iteration, s.early);
        run_.metric("loss/late", s.iteration, s.late);
        run_.metric("loss/gradient", s.iteration, s.gradient_norm);
        if (options_.windows > 1) run_.metric("window", s.iteration, s.window + 1);
        if (s.seconds > 0)
            run_.metric("iterations_per_second", s.iteration, static_cast<double>(s.iteration) / s.seconds);
        run_.progress(0.97 * s.fraction, fmt::format("loss {:.2e}", s.loss));
    }
    Run& run_;
    const TrainerOptions& options_;
    TrainingStatus last_;
    bool any_ = false;
};

void write_field(Run& run, const std::string& name, const at::Tensor& fields, const std::vector<double>& times) {
    const std::int64_t n = fields.size(-1);
    const auto file = run.scratch() / (name + ".vtkhdf");
    FieldWriter writer(file, FieldLayout::torus(n, {name}, times));
    for (std::int64_t j = 0; j < fields.size(0); ++j) {
        auto field = std::make_shared<at::Tensor>(fields[j].contiguous());
        writer.write(j, name, Array({n, n}, DType::float64, field, field->mutable_data_ptr()));
    }
    writer.close();
    run.artifact(name, Kind::field, file);
}

struct Reference {
    at::Tensor initial; // coefficients [n, n/2 + 1]
    std::vector<double> times;
    at::Tensor fields; // [times, n, n]
};

// The spectral solution at t_j = j T / 10, j = 0 to 10, on the coarsest grid that resolves it. It is made before the
// training, so that nothing is trained in vain, and kept from the trainer, which can't even link the solver.
Reference make_reference(const Params& p, const Run& run) {
    std::string why;
    for (const std::int64_t n : reference_sizes) {
        run.stop_point();
        try {
            Reference made;
            for (int j = 0; j <= 10; ++j) made.times.push_back(p.final_time * j / 10);
            made.initial = initial_coefficients(p.initial, n, run.seed());
            SolverOptions solver;
            solver.kappa = p.kappa;
            solver.dt = std::max(0.01, p.final_time / 2000);
            const double cfl = SqgSolver(made.initial, solver).state().cfl;
            if (cfl > 0.5) solver.dt *= 0.5 / cfl;
            if (p.final_time / solver.dt > 1e5)
                throw Error("The field is so large that the reference would take more than 100000 time steps.");
            made.fields = solve(made.initial, solver, made.times).to(at::kCPU, at::kDouble);
            return made;
        } catch (const Error& error) {
            why = error.what();
        }
    }
    throw Error(fmt::format("There is no resolved reference to compare with on up to {0} x {0} points. {1}",
                            reference_sizes.back(), why),
                "Choose a smoother or smaller initial field, a larger kappa or a shorter final_time.", ExitCode::usage);
}

// Compares with the reference; the only place where network and solution meet.
void judge(const Params& p, const Reference& made, const at::Tensor& theta, const ErrorBound& bound, Run& run) {
    const int n = static_cast<int>(theta.size(-1));
    const at::Tensor &reference = made.fields, error = theta - reference;
    const at::Tensor linear = spectral::field_of(
        spectral::multiply_coefficients(made.initial, spectral::symbol::decay(n, p.kappa, made.times)));
    const double size = norm_of(reference.narrow(0, 1, 10));
    double worst = 0;
    for (int j = 1; j <= 10; ++j) {
        const double relative = norm_of(error[j]) / norm_of(reference[j]);
        run.metric("error/at", j, relative);
        worst = std::max(worst, relative);
        if (j == 10) run.metric("error/l2_final", 0, relative);
    }
    const double l2 = norm_of(error.narrow(0, 1, 10)) / size;
    const double baseline = norm_of((linear - reference).narrow(0, 1, 10)) / size;
    run.metric("error/l2", 0, l2);
    run.metric("error/l2_worst", 0, worst);
    run.metric("error/baseline", 0, baseline);
    const double final_rms = norm_of(reference[10]) / n;
    run.metric("bound/l2_final", 0, bound.final / final_rms);
    run.metric("bound/l2_final_sharp", 0, bound.sharp / final_rms);
    run.metric("bound/ratio", 0, bound.final / (norm_of(error[10]) / n));
    if (l2 > baseline)
        run.log(
            fmt::format("The network is no better than the linear propagator alone (error {:.2e}, baseline {:.2e}): "
                        "train longer, or with more windows.",
                        l2, baseline));
    write_field(run, "reference", reference, made.times);
    write_field(run, "error", error, made.times);
}

void solve_by_network(const Params& p, Run& run) {
    if (is_file(p.initial)) run.input(p.initial);
    std::optional<SerialTorch> serial;
    if (!run.device().cuda) serial.emplace();
    const Reference reference = make_reference(p, run);
    TrainerOptions options = p.trainer(reference.initial);
    options.residual.cuda = run.device().cuda ? run.device().index : -1;
    options.seed = run.seed();
    if (serial) options.threads = serial->threads_before();
    run.log(fmt::format("network {} x {}, modes {}, {} parameters; {} x {} points at {} times", options.shape.depth,
                        options.shape.width, options.shape.modes, options.shape.parameters(), options.residual.grid,
                        options.residual.grid, options.residual.times));
    Reporter reporter(run, options);
    Paced paced;
    TrainingHooks hooks;
    hooks.observer = std::ref(reporter);
    hooks.checkpoint = [&](std::int64_t step, const auto& write) { run.checkpoint(step, write); };
    hooks.show = [&](const auto& field) { paced([&] { show_theta(run, field()); }); };
    const auto origin = run.resume();
    TrainedNetwork network =
        train(reference.initial, options, hooks, run.stop(), origin ? origin->stream.get() : nullptr);
    reporter.finish();
    run.metric("parameters", 0, options.shape.parameters());
    run.metric("iterations", 0, static_cast<double>(network.iterations));
    run.metric("evaluations", 0, static_cast<double>(network.evaluations));
    run.progress(0.97, "comparing with the reference");
    // What was reached is kept first, whatever comes after; a run that is resumed replaces it.
    run.artifact("model", Kind::model, save_script(network, run.scratch()));
    const auto n = static_cast<int>(reference.initial.size(-2));
    std::vector<double> times = reference.times;
    if (network.final_time < p.final_time)
        for (int j = 0; j <= 10; ++j) times[static_cast<std::size_t>(j)] = network.final_time * j / 10;
    const at::Tensor theta = network.fields(times, n).theta.to(at::kCPU, at::kDouble);
    write_field(run, "theta", theta, times);
    if (network.stopped) throw Stopped();
    if (network.failure) throw Error(*network.failure, "Try fewer adam iterations, precision=float64 or another seed.");
    const LawDefects laws = law_defects(network, run.seed());
    run.metric("residual/fresh", 0, laws.residual_rms);
    run.metric("balance/l2", 0, laws.balance_l2);
    run.metric("balance/hamiltonian", 0, laws.balance_hamiltonian);
    run.metric("maximum_principle", 0, laws.maximum_principle);
    judge(p, reference, theta, error_bound(network), run);
}

const auto declared =
    experiment<Params>("pinn.sqg", "Critical SQG, physics-informed network", solve_by_network)
        .summary("Trains an exactly periodic network on theta_t + u.grad theta + kappa Lambda theta = 0 and compares "
                 "it with a "
                 "spectral reference that training never sees.")
        .metric("loss/total", "mean square of the residual over that of the initial field: early + late")
        .lower_is_better()
        .tolerance(1e-6)
        .metric("loss/early", "part of the loss from the first half of the times")
        .tolerance(1e-6)
        .metric("loss/late", "part of the loss from the second half of the times")
        .tolerance(1e-6)
        .metric("loss/gradient", "norm of the loss's gradient")
        .tolerance(1e-4)
        .metric("window", "window of time that is being trained, if there are several")
        .metric("iterations_per_second", "speed of training", "1/s")
        .timing()
        .metric("parameters", "number of weights")
        .metric("iterations", "iterations done")
        .metric("evaluations", "evaluations of loss and gradient")
        .metric("error/l2", "relative L2 error over ten times up to final_time, against the reference")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("error/l2_worst", "largest relative L2 error at one of the ten times")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("error/l2_final", "relative L2 error at final_time")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("error/at", "relative L2 error at final_time * step / 10")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("error/baseline", "error/l2 of the linear propagator alone")
        .tolerance(1e-6)
        .metric("residual/fresh", "rms residual at times and points that training did not use")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("bound/l2_final", "bound of error/l2_final from the network alone")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("bound/l2_final_sharp", "the same with the dissipation of the error counted")
        .lower_is_better()
        .tolerance(1e-4)
        .metric("bound/ratio", "bound over error at final_time")
        .tolerance(1e-4)
        .metric("balance/l2", "defect of the L2 balance law of the network")
        .lower_is_better()
        .tolerance(1e-3)
        .metric("balance/hamiltonian", "defect of the Hamiltonian balance law of the network")
        .lower_is_better()
        .tolerance(1e-3)
        .metric("maximum_principle", "largest rise of the maximum or fall of the minimum, over max |theta_0|")
        .lower_is_better()
        .tolerance(1e-3)
        .artifact("theta", Kind::field,
                  "network at eleven times, on 128 x 128 points (256 x 256 where the solution needs it)")
        .artifact("reference", Kind::field, "spectral reference at the same points")
        .artifact("error", Kind::field, "network minus reference")
        .artifact("model", Kind::model, "TorchScript: forward(x, y, t) in float64");

} // namespace
} // namespace orrery::pinn
