// SPDX-License-Identifier: BSD-3-Clause
// sqg.spectral: critical SQG by the pseudo-spectral reference solver.
#include "core/experiment.h"
#include "core/files/field_file.h"
#include "core/sha256.h"
#include "core/state_stream.h"
#include "plugins/pinn/paced.h"
#include "plugins/pinn/reference/sqg_solver.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

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
        f("kappa", &Params::kappa).doc("Dissipation coefficient").range(0, 10).log10().live().group("Problem");
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

    static std::int64_t memory(const Params& p);

    std::int64_t steps() const { return steps_to(final_time, dt); }
    Forcing force() const { return forcing == "manufactured" ? manufactured_forcing(n, kappa) : Forcing{}; }
    SolverOptions solver(at::Device device) const {
        SolverOptions options;
        options.kappa = kappa;
        options.dt = final_time / static_cast<double>(steps());
        options.scheme = scheme_named(scheme);
        options.forcing = force();
        options.device = device;
        return options;
    }
};

// In units of one real n x n field: the solver's spectra and tables, and what extremes() takes on its grid of 2n.
std::int64_t Params::memory(const Params& p) { return 46 * 8 * p.n * p.n; }

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

// The file of kept fields. It stays in the scratch folder when the process ends, and the next one goes on with it.
class KeptFields {
public:
    KeptFields(std::filesystem::path file, FieldLayout layout) : file_(std::move(file)), layout_(std::move(layout)) {}

    void begin() { writer_.emplace(FieldWriter::resumable(file_, layout_)); }
    std::int64_t count() const { return count_; }

    void add(const at::Tensor& field) {
        auto values = std::make_shared<at::Tensor>(field.cpu().contiguous());
        const Array array({layout_.nx, layout_.ny}, DType::float64, values, values->mutable_data_ptr());
        writer_->write(count_, "theta", array);
        ++count_;
        extend(digest_, array);
    }

    void finish(Run& run) {
        writer_->close();
        run.artifact("theta", Kind::field, file_);
    }

    void save(StateWriter& state) const {
        state.integer(count_);
        state.text(digest_);
    }

    // False, and nothing is changed, if the file is not there or doesn't hold what was written until then: what a power
    // failure may leave. The field that a kill interrupted is none of these, and is written again.
    bool restore(StateReader& state) {
        const std::int64_t count = state.integer(0, static_cast<std::int64_t>(layout_.times.size()));
        const std::string digest = state.text();
        if (digest_of_first(count) != digest) return false;
        writer_ = FieldWriter::reopen(file_, layout_, count);
        if (!writer_) return false;
        count_ = count;
        digest_ = digest;
        return true;
    }

private:
    static void extend(std::string& digest, const Array& array) {
        Sha256 hash;
        hash.update(digest);
        hash.update({static_cast<const char*>(array.data()), array.bytes()});
        digest = hash.hex();
    }

    std::optional<std::string> digest_of_first(std::int64_t count) const {
        try {
            std::string digest;
            const FieldFile there = FieldFile::open(file_);
            for (std::int64_t step = 0; step < count; ++step) extend(digest, there.read(step, "theta"));
            return digest;
        } catch (const Error&) {
            return std::nullopt;
        }
    }

    std::filesystem::path file_;
    FieldLayout layout_;
    std::optional<FieldWriter> writer_;
    std::int64_t count_ = 0;
    std::string digest_; // SHA-256 of the one before and the field, in a chain
};

constexpr char state_name[] = "sqg.spectral";

class SpectralRun {
public:
    SpectralRun(const Params& params, Run& run)
        : p_(params), run_(run), steps_(params.steps()), kept_steps_(kept_steps(steps_, params.frames)),
          kept_(run.scratch() / "theta.vtkhdf", FieldLayout::torus(params.n, {"theta"}, kept_times())) {
        const Device device = run.device();
        torch_device_ =
            device.cuda ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index)) : at::Device(at::kCPU);
    }

    void to_end() {
        if (!go_on()) {
            make_solver();
            kept_.begin();
        }
        while (true) {
            // The step before this one is the last that is done for good: this one's metrics are to come.
            const bool stopping = run_.stop().stop_requested();
            if (solver_->steps() > 0) run_.checkpoint(solver_->steps() - 1, [&](std::ostream& out) { save(out); });
            if (stopping) throw Stopped();
            look();
            if (solver_->steps() == steps_) break;
            if (run_.live(p_, solver_->steps())) {
                ++changes_;
                solver_->set_kappa(p_.kappa, p_.force());
            }
            solver_->step();
        }
        kept_.finish(run_);
    }

private:
    std::vector<double> kept_times() const {
        std::vector<double> times;
        for (const std::int64_t step : kept_steps_)
            times.push_back(p_.final_time * static_cast<double>(step) / static_cast<double>(steps_));
        return times;
    }

    void make_solver() {
        solver_.emplace(initial_coefficients(p_.initial, p_.n, run_.seed()), p_.solver(torch_device_));
    }

    void save(std::ostream& out) const {
        StateWriter state(out, state_name, 1);
        state.integer(changes_);
        state.number(p_.kappa);
        kept_.save(state);
        solver_->save(state);
        state.end();
    }

    bool go_on() {
        const auto origin = run_.resume();
        if (!origin) return false;
        StateReader state(*origin->stream, state_name, 1);
        changes_ = state.integer(0, std::int64_t{1} << 60);
        const double kappa = state.number();
        if (!kept_.restore(state)) {
            if (changes_ > 0) state.refuse("the fields that were kept before it are damaged");
            run_.log("The fields that were kept before the checkpoint are damaged: the run begins again.");
            return false;
        }
        p_.kappa = kappa;
        make_solver();
        solver_->restore(state);
        state.end();
        const auto next = std::lower_bound(kept_steps_.begin(), kept_steps_.end(), solver_->steps());
        if (next - kept_steps_.begin() != kept_.count() || next == kept_steps_.end())
            state.refuse("its step and its number of kept fields don't belong together");
        return true;
    }

    // At the present step: metrics, the field if it is to be kept, progress.
    void look() {
        const SolverState state = solver_->state();
        solver_->expect_resolved(state);
        report(run_, p_, *solver_, state);
        const std::int64_t step = solver_->steps();
        if (step == kept_steps_[static_cast<std::size_t>(kept_.count())]) {
            const Extremes extremes = solver_->extremes();
            run_.metric("max", step, extremes.max);
            run_.metric("min", step, extremes.min);
            kept_.add(solver_->field());
        }
        paced_([&] { show_theta(run_, solver_->field()); });
        run_.progress(static_cast<double>(step) / static_cast<double>(steps_), fmt::format("t = {:.4g}", state.time));
    }

    Params p_;
    Run& run_;
    std::int64_t steps_;
    std::vector<std::int64_t> kept_steps_;
    KeptFields kept_;
    at::Device torch_device_ = at::kCPU;
    std::optional<SqgSolver> solver_;
    std::int64_t changes_ = 0; // of live fields
    Paced paced_;
};

void solve_sqg(const Params& p, Run& run) {
    if (is_file(p.initial)) run.input(p.initial);
    SpectralRun(p, run).to_end();
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
