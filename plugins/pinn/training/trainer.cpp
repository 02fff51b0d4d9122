// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/trainer.h"

#include "core/error.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>
#include <random>
#include <sstream>

namespace orrery::pinn::training {

namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

constexpr char state_name[] = "the training of pinn.sqg";
constexpr std::int64_t state_version = 2;
constexpr std::int64_t most_iterations = std::int64_t{1} << 60;

// All that must be the same for a checkpoint to belong to this training; numbers bit for bit.
std::string identity(const TrainerOptions& o) {
    return fmt::format("network {} {} {} kappa {:a} grid {} times {} sobolev {:a} bits {} final_time {:a} windows {} "
                       "chain {} redraw {} handover {} seed {}",
                       o.shape.width, o.shape.depth, o.shape.modes, o.residual.kappa, o.residual.grid, o.residual.times,
                       o.residual.sobolev, o.residual.precision == Precision::float32 ? 32 : 64, o.final_time,
                       o.windows, identity_of(o.chain), o.redraw, o.handover, o.seed);
}

// The weight matrices among the parameters; the output's is a single row.
std::vector<Block> blocks_of(const NetworkShape& shape) {
    const auto width = static_cast<std::size_t>(shape.width), features = static_cast<std::size_t>(shape.features());
    std::vector<Block> blocks{{0, width, features}};
    for (int l = 1; l < shape.depth; ++l)
        blocks.push_back(
            {width * (features + 1) + static_cast<std::size_t>(l - 1) * width * (width + 1), width, width});
    return blocks;
}

// Coefficients complex128 [n, n/2 + 1] as numbers.
std::span<double> numbers_of(at::Tensor& coefficients) {
    return {reinterpret_cast<double*>(coefficients.data_ptr<c10::complex<double>>()),
            static_cast<std::size_t>(2 * coefficients.numel())};
}

void save_coefficients(StateWriter& state, const at::Tensor& coefficients) {
    at::Tensor host = coefficients.to(at::kCPU, at::kComplexDouble).contiguous();
    state.numbers(numbers_of(host));
}

at::Tensor read_coefficients(StateReader& state, std::int64_t n) {
    at::Tensor read = at::empty({n, n / 2 + 1}, at::kComplexDouble);
    state.numbers(numbers_of(read));
    return read;
}

class Windows {
public:
    Windows(const at::Tensor& initial, const TrainerOptions& options, const TrainingHooks& hooks, std::stop_token stop)
        : options_(options), hooks_(hooks), stop_(std::move(stop)), begin_(Clock::now()), bits_(options.seed),
          team_(std::make_shared<Team>(options.threads > 0 ? options.threads : at::get_num_threads())) {
        trained_.final_time = options.final_time;
        next_.initial = initial;
        next_.length = options.final_time / options.windows;
        parameters_ = initial_parameters(options.shape, options.seed);
    }

    TrainedNetwork run(std::istream* origin) {
        std::optional<StateReader> state;
        if (origin) {
            state.emplace(*origin, state_name, state_version);
            restore(*state);
        }
        for (;; ++window_) {
            next_.start = next_.length * window_;
            train_window(state ? &*state : nullptr);
            state.reset();
            if (trained_.failure || trained_.stopped) trained_.final_time = next_.start + next_.length;
            if (trained_.failure || trained_.stopped || window_ + 1 == options_.windows) break;
            hand_over();
        }
        trained_.seconds = seconds();
        return std::move(trained_);
    }

private:
    double uniform() { return static_cast<double>(bits_() >> 11U) * 0x1p-53; }
    double seconds() const { return seconds_before_ + seconds_since(begin_); }

    SqgResidual residual_of(const Window& window) const {
        ResidualOptions with_team = options_.residual;
        with_team.team = team_;
        return {options_.shape, with_team, window};
    }

    // From its start, or from where the checkpoint leaves it.
    void train_window(StateReader* state) {
        SqgResidual residual = residual_of(next_);
        const auto sample = [&] {
            const double cell = 2 * std::numbers::pi / options_.residual.grid, a = cell * uniform(),
                         b = cell * uniform();
            residual.shift(a, b);
        };
        Minimiser minimiser([&](std::span<const double> x, std::span<double> g) { return residual.loss(x, g); },
                            parameters_, options_.chain, options_.redraw, sample, {team_, blocks_of(options_.shape)});
        if (state) {
            restore_window(*state, residual, minimiser);
        } else {
            sample();
            window_begin_ = seconds();
            minimiser.begin();
        }
        while (!minimiser.finished() && keep_going(residual, minimiser)) minimiser.advance();
        const Minimisation& done = minimiser.done();
        trained_.iterations += done.iterations;
        trained_.evaluations += done.evaluations;
        if (done.failure) trained_.failure = done.failure;
        parameters_ = minimiser.point().x;
        trained_.parts.push_back({std::move(residual), parameters_});
    }

    bool keep_going(SqgResidual& residual, const Minimiser& minimiser) {
        const double left = static_cast<double>(options_.windows - window_);
        const double share = (options_.budget_seconds - window_begin_) / left;
        const auto most =
            static_cast<std::int64_t>(std::ceil(static_cast<double>(options_.iterations - trained_.iterations) / left));
        const std::int64_t iterations = minimiser.done().iterations;
        const double spent = seconds() - window_begin_;
        report(minimiser, std::max(static_cast<double>(iterations) / static_cast<double>(most), spent / share),
               residual.early_share());
        // Asked before the checkpoint: a stop that comes in between is seen after the next iteration, with a
        // checkpoint.
        const bool stopping = stop_.stop_requested();
        if (hooks_.show) hooks_.show([&] { return field_at_end(residual, minimiser.point()); });
        if (hooks_.checkpoint && trained_.iterations + iterations > 0) {
            hooks_.checkpoint(trained_.iterations + iterations - 1,
                              [&](std::ostream& out) { save(out, residual, minimiser); });
        }
        trained_.stopped = stopping;
        return !stopping && iterations < most && spent < share;
    }

    void report(const Minimiser& minimiser, double fraction, double early) const {
        if (!hooks_.observer) return;
        const Point& point = minimiser.point();
        TrainingStatus status;
        status.iteration = trained_.iterations + minimiser.done().iterations;
        status.evaluations = trained_.evaluations + minimiser.done().evaluations;
        status.window = window_;
        status.seconds = seconds();
        status.loss = point.value;
        status.early = early * point.value;
        status.late = point.value - status.early;
        double square = 0;
        for (const double g : point.gradient) square += g * g;
        status.gradient_norm = std::sqrt(square);
        status.fraction = (window_ + std::min(1.0, fraction)) / options_.windows;
        hooks_.observer(status);
    }

    at::Tensor field_at_end(SqgResidual& residual, const Point& point) const {
        const double end[1] = {next_.length};
        return residual.fields(point.x, end, 64, 0, 0).theta[0].to(at::kCPU);
    }

    void save(std::ostream& out, const SqgResidual& residual, const Minimiser& minimiser) const {
        StateWriter state(out, state_name, state_version);
        state.text(identity(options_));
        state.integer(window_);
        state.integer(trained_.iterations);
        state.integer(trained_.evaluations);
        state.number(seconds());
        state.number(window_begin_);
        std::ostringstream bits;
        bits << bits_;
        state.text(bits.str());
        for (const auto& part : trained_.parts) {
            save_coefficients(state, part.residual.window().initial);
            state.numbers(part.parameters);
        }
        save_coefficients(state, next_.initial);
        state.numbers(residual.shift());
        state.number(residual.early_share());
        minimiser.save(state);
        state.end();
    }

    // The windows before the one that was trained.
    void restore(StateReader& state) {
        if (state.text() != identity(options_)) state.refuse("it was written with other parameters");
        window_ = static_cast<int>(state.integer(0, options_.windows - 1));
        trained_.iterations = state.integer(0, most_iterations);
        trained_.evaluations = state.integer(0, most_iterations);
        seconds_before_ = state.number();
        window_begin_ = state.number();
        std::istringstream bits(state.text());
        if (!(bits >> bits_)) state.refuse("its random state can't be read");
        for (int w = 0; w <= window_; ++w) {
            const auto written = read_coefficients(state, w == 0 ? next_.initial.size(-2) : options_.handover);
            if (w == 0 && !at::equal(written, next_.initial.to(at::kCPU, at::kComplexDouble)))
                state.refuse("it was written with another initial field");
            next_.initial = written;
            if (w == window_) break;
            std::vector<double> parameters(parameters_.size());
            state.numbers(parameters);
            trained_.parts.push_back({residual_of({next_.length * w, next_.length, written}), std::move(parameters)});
        }
    }

    void restore_window(StateReader& state, SqgResidual& residual, Minimiser& minimiser) const {
        std::array<double, 2> shift{};
        state.numbers(shift);
        if (!std::isfinite(shift[0]) || !std::isfinite(shift[1])) state.refuse("its grid lies nowhere");
        residual.shift(shift[0], shift[1]);
        residual.set_early_share(state.number());
        minimiser.restore(state);
        state.end();
    }

    // The end of this window is the start of the next; its network starts from these weights.
    void hand_over() {
        auto& part = trained_.parts.back();
        const double end[1] = {next_.length};
        const auto fields = part.residual.fields(part.parameters, end, static_cast<int>(options_.handover), 0, 0);
        next_.initial = spectral::coefficients(fields.theta[0].to(at::kCPU, at::kDouble));
    }

    const TrainerOptions& options_;
    const TrainingHooks& hooks_;
    std::stop_token stop_;
    Clock::time_point begin_;
    double seconds_before_ = 0; // of the processes before this one
    double window_begin_ = 0;   // seconds() when the present window began
    int window_ = 0;
    std::mt19937_64 bits_;
    std::shared_ptr<Team> team_;
    TrainedNetwork trained_;
    Window next_;
    std::vector<double> parameters_;
};

} // namespace

SerialTorch::SerialTorch() : before_(at::get_num_threads()) { at::set_num_threads(1); }
SerialTorch::~SerialTorch() { at::set_num_threads(before_); }

TrainedNetwork train(const at::Tensor& initial, const TrainerOptions& options, const TrainingHooks& hooks,
                     std::stop_token stop, std::istream* origin) {
    Windows windows(initial, options, hooks, std::move(stop));
    // The transforms of an iteration take tens of microseconds each: threads of torch would wait for each other longer
    // than that.
    std::optional<SerialTorch> serial;
    if (options.residual.cuda < 0) serial.emplace();
    return windows.run(origin);
}

std::int64_t training_memory(const TrainerOptions& o) {
    const std::int64_t real = o.residual.precision == Precision::float32 ? 4 : 8, unknowns = o.shape.parameters();
    const std::int64_t points = std::int64_t{o.residual.grid} * o.residual.grid * o.residual.times;
    const std::int64_t optimizer = memory_needed(o.chain, unknowns, blocks_of(o.shape));
    const std::int64_t activations = points * real * (2 * o.shape.depth - 1) * o.shape.width;
    const std::int64_t fields = points * 8 * 60;            // of the residual and its linear part
    const std::int64_t reference = 8 * 10 * 11 * 256 * 256; // fields at eleven times
    const std::int64_t bound = 8 * 40 * 32 * 128 * 128;     // fields at 32 times, when the optimizer is gone
    return activations + fields + reference + std::max(optimizer, bound);
}

NetworkFields TrainedNetwork::fields(std::span<const double> times, int n, double a, double b) {
    std::vector<std::vector<at::Tensor>> pieces(6);
    std::size_t first = 0;
    for (std::size_t w = 0; w < parts.size() && first < times.size(); ++w) {
        const Window& window = parts[w].residual.window();
        const double end = window.start + window.length;
        std::vector<double> local;
        while (first + local.size() < times.size() && (w + 1 == parts.size() || times[first + local.size()] <= end)) {
            local.push_back(times[first + local.size()] - window.start);
        }
        if (local.empty()) continue;
        first += local.size();
        const auto f = parts[w].residual.fields(parts[w].parameters, local, n, a, b);
        const at::Tensor* all[] = {&f.theta, &f.velocity_x, &f.velocity_y, &f.theta_x, &f.theta_y, &f.residual};
        for (std::size_t i = 0; i < 6; ++i) pieces[i].push_back(*all[i]);
    }
    const auto join = [](const std::vector<at::Tensor>& list) { return list.size() == 1 ? list[0] : at::cat(list); };
    return {join(pieces[0]), join(pieces[1]), join(pieces[2]), join(pieces[3]), join(pieces[4]), join(pieces[5])};
}

} // namespace orrery::pinn::training
