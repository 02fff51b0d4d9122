// SPDX-License-Identifier: BSD-3-Clause
// sqg.spectral: critical SQG by the pseudo-spectral reference solver.
#include "core/experiment.h"
#include "core/files/field_file.h"
#include "plugins/pinn/reference/sqg_solver.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::pinn {
namespace {

// Relative size under which a part of the spectrum is rounding noise, different for another thread count.
constexpr double rounding = 1e-15;

struct Params {
    std::int64_t n = 128;
    double kappa = 0.1;
    double final_time = 1;
    double dt = 0.01;
    std::string scheme = "ifrk4";
    std::string initial = "cmt";
    std::string forcing = "none";
    std::int64_t frames = 11;

    static void fields(Bind<Params>& f) {
        f("n", &Params::n)
            .doc("Grid points per side: even, with factors 2, 3, 5 and 7 only")
            .range(16, 4096)
            .group("Problem");
        f("kappa", &Params::kappa).doc("Dissipation coefficient").range(0, 10).log10().group("Problem");
        f("final_time", &Params::final_time).doc("End of the time interval", "L/U").range(1e-3, 1000).group("Problem");
        f("initial", &Params::initial)
            .doc("Initial field: cmt, cmt2, cmt3, shell, vortex, random (from the seed), or an n x n .npy file")
            .group("Problem");
        f("forcing", &Params::forcing)
            .doc("manufactured: the one under which e^-t (sin x sin y + cos y) is exact (needs initial=cmt)")
            .choices({"none", "manufactured"})
            .group("Problem");
        f("dt", &Params::dt)
            .doc("Longest time step; shortened so that whole steps end at final_time", "L/U")
            .range(1e-6, 10)
            .log10()
            .group("Method");
        f("scheme", &Params::scheme)
            .doc("Time stepping: integrating-factor Runge-Kutta or exponential time differencing, both of order 4")
            .choices({"ifrk4", "etdrk4"})
            .group("Method");
        f("frames", &Params::frames).doc("Fields to keep, first and last included").range(2, 10001).group("Output");
    }

    static void check(const Params& p, Problems& problems) {
        if (const auto problem = problem_of_grid(p.n)) {
            problems.add("n", "n = " + *problem);
        }
        if (p.forcing == "manufactured" && p.initial != "cmt") {
            problems.add("forcing", "forcing = manufactured needs initial = cmt, not " + p.initial + ".");
        }
        const bool sound = problem_of_grid(p.n) == std::nullopt;
        if (!check_initial(p.initial, sound ? p.n : 256, problems) || !sound) return;
        if (p.initial == "random") return; // the seed isn't known here
        try {
            SqgSolver solver(initial_coefficients(p.initial, p.n, 0), p.solver(at::kCPU));
            solver.expect_resolved(solver.state());
        } catch (const Error& error) {
            problems.add(std::string(error.hint()).find("dt") != std::string::npos ? "dt" : "n",
                         fmt::format("{} {}", error.what(), error.hint()));
        }
    }

    std::int64_t steps() const { return steps_to(final_time, dt); }
    SolverOptions solver(at::Device device) const {
        SolverOptions options;
        options.kappa = kappa;
        options.dt = final_time / static_cast<double>(steps());
        options.scheme = scheme_named(scheme);
        if (forcing == "manufactured") options.forcing = manufactured_forcing(n, kappa);
        options.device = device;
        return options;
    }
};

// The steps at which fields are kept: as even as whole steps allow.
std::vector<std::int64_t> kept_steps(std::int64_t steps, std::int64_t frames) {
    frames = std::min(frames, steps + 1);
    std::vector<std::int64_t> kept;
    for (std::int64_t j = 0; j < frames; ++j) kept.push_back((2 * j * steps + frames - 1) / (2 * (frames - 1)));
    return kept;
}

void report(Run& run, const Params& p, SqgSolver& solver, const SolverState& state) {
    const std::int64_t step = solver.steps();
    run.metric("time", step, state.time);
    run.metric("rms", step, state.rms);
    run.metric("hamiltonian", step, state.hamiltonian);
    run.metric("probe", step, state.probe);
    run.metric("mean", step, state.mean);
    run.metric("balance/l2", step, state.balance_l2);
    run.metric("balance/hamiltonian", step, state.balance_hamiltonian);
    run.metric("cfl", step, state.cfl);
    run.metric("tail", step, std::max(state.tail, rounding)); // below it, noise
    if (p.forcing == "manufactured") {
        const at::Tensor exact = spectral::field_of(manufactured_solution(p.n, state.time));
        run.metric("error/l2", step, ((solver.field().cpu() - exact).norm() / exact.norm()).item<double>());
    }
}

void solve_sqg(const Params& p, Run& run) {
    if (is_file(p.initial)) run.input(p.initial);
    const Device device = run.device();
    SqgSolver solver(
        initial_coefficients(p.initial, p.n, run.seed()),
        p.solver(device.cuda ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index)) : at::kCPU));
    const std::int64_t steps = p.steps();
    const std::vector<std::int64_t> kept = kept_steps(steps, p.frames);
    std::vector<double> times;
    for (const std::int64_t step : kept)
        times.push_back(p.final_time * static_cast<double>(step) / static_cast<double>(steps));

    const std::filesystem::path file = run.scratch() / "theta.vtkhdf";
    FieldWriter writer(file, FieldLayout::torus(p.n, {"theta"}, times));
    for (std::size_t frame = 0;;) {
        const SolverState state = solver.state();
        solver.expect_resolved(state);
        report(run, p, solver, state);
        if (solver.steps() == kept[frame]) {
            const Extremes extremes = solver.extremes();
            run.metric("max", solver.steps(), extremes.max);
            run.metric("min", solver.steps(), extremes.min);
            auto field = std::make_shared<at::Tensor>(solver.field().cpu().contiguous());
            writer.write(static_cast<std::int64_t>(frame), "theta",
                         Array({p.n, p.n}, DType::float64, field, field->mutable_data_ptr()));
            ++frame;
        }
        run.progress(static_cast<double>(solver.steps()) / static_cast<double>(steps),
                     fmt::format("t = {:.4g}", state.time));
        if (solver.steps() == steps) break;
        run.stop_point();
        solver.step();
    }
    writer.close();
    run.artifact("theta", Kind::field, file);
}

const auto declared =
    experiment<Params>("sqg.spectral", "Critical SQG, pseudo-spectral reference", solve_sqg)
        .summary("Solves theta_t + u.grad theta + kappa Lambda theta = f on the torus by Fourier methods of order 4 in "
                 "time.")
        .metric("time", "time of the step", "L/U")
        .metric("rms", "root mean square of theta")
        .tolerance(1e-9)
        .metric("hamiltonian", "half the mean of theta Lambda^-1 theta")
        .tolerance(1e-9)
        .metric("probe", "theta(pi/2, pi/4), by trigonometric interpolation")
        .tolerance(1e-9)
        .metric("max", "maximum of theta, of its trigonometric interpolant (at the kept fields)")
        .tolerance(1e-9)
        .metric("min", "minimum of theta, of its trigonometric interpolant (at the kept fields)")
        .tolerance(1e-9)
        .metric("mean", "mean of theta, which is conserved")
        .metric("balance/l2", "defect of the L2 balance, relative to the initial value")
        .lower_is_better()
        .tolerance(10) // a rounding error where the steps are short
        .metric("balance/hamiltonian", "defect of the Hamiltonian's balance, relative to the initial value")
        .lower_is_better()
        .tolerance(10)
        .metric("cfl", "CFL number dt max|u| / dx")
        .tolerance(1e-9)
        .metric("tail",
                "rms of the outer sixth of the spectrum, relative to the whole; at least 1e-15, below is rounding")
        .lower_is_better()
        .tolerance(1e-2)
        .metric("error/l2", "relative L2 error against the exact solution (manufactured forcing only)")
        .lower_is_better()
        .tolerance(1)
        .artifact("theta", Kind::field, "theta over time");

} // namespace
} // namespace orrery::pinn
