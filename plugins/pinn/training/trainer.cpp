// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/trainer.h"

#include "core/error.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <numbers>
#include <random>

namespace orrery::pinn::training {

namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

bool finite(const Point& point) {
    if (!std::isfinite(point.value)) return false;
    for (const double g : point.gradient) {
        if (!std::isfinite(g)) return false;
    }
    return true;
}

} // namespace

Minimisation minimise(const Objective& objective, Point& point, const std::vector<Stage>& chain, std::int64_t redraw,
                      const std::function<void()>& sample,
                      const std::function<bool(const Minimisation&, const Point&)>& keep_going,
                      const std::shared_ptr<Team>& team) {
    Minimisation done;
    bool last_finite = true;
    std::int64_t on_this_sample = 0;
    const Objective counted = [&](std::span<const double> x, std::span<double> gradient) {
        ++done.evaluations;
        const double value = objective(x, gradient);
        last_finite = std::isfinite(value);
        return value;
    };
    const auto fail = [&](const Point& good) {
        point = good;
        done.failure =
            fmt::format("The loss became not a number at iteration {}; the state before it is kept.", done.iterations);
        return done;
    };
    point.gradient.resize(point.x.size());
    point.value = counted(point.x, point.gradient);
    if (!finite(point)) return fail(point);
    for (const Stage& stage : chain) {
        const auto optimizer = make_optimizer(stage.name, team);
        for (std::int64_t i = 0; stage.iterations < 0 || i < stage.iterations; ++i) {
            if (!keep_going(done, point)) return done;
            const Point good = point;
            if (sample && on_this_sample >= redraw) {
                sample();
                on_this_sample = 0;
                point.value = counted(point.x, point.gradient);
                if (!finite(point)) return fail(good);
                optimizer->objective_changed();
            }
            const StepResult result = optimizer->step(counted, point);
            ++done.iterations;
            ++on_this_sample;
            if (!finite(point)) return fail(good);
            if (result == StepResult::stalled) {
                if (!last_finite) return fail(good);
                // Nothing lower can be found on this sample to rounding: another one may go on, without one it is the
                // end.
                if (!sample) break;
                on_this_sample = redraw;
            }
        }
    }
    return done;
}

namespace {

class Windows {
public:
    Windows(const at::Tensor& initial, const TrainerOptions& options, const TrainingObserver& observer,
            std::stop_token stop)
        : options_(options), observer_(observer), stop_(std::move(stop)), begin_(Clock::now()), bits_(options.seed),
          team_(std::make_shared<Team>(options.threads > 0 ? options.threads : at::get_num_threads())) {
        trained_.final_time = options.final_time;
        next_.initial = initial;
        next_.length = options.final_time / options.windows;
        parameters_ = initial_parameters(options.shape, options.seed);
    }

    TrainedNetwork run() {
        for (int w = 0; w < options_.windows; ++w) {
            next_.start = next_.length * w;
            train_window(w);
            if (trained_.failure || trained_.stopped) trained_.final_time = next_.start + next_.length;
            if (trained_.failure || trained_.stopped || w + 1 == options_.windows) break;
            hand_over();
        }
        trained_.seconds = seconds_since(begin_);
        return std::move(trained_);
    }

private:
    double uniform() { return static_cast<double>(bits_() >> 11U) * 0x1p-53; }

    void train_window(int w) {
        ResidualOptions with_team = options_.residual;
        with_team.team = team_;
        SqgResidual residual(options_.shape, with_team, next_);
        const auto sample = [&] {
            const double cell = 2 * std::numbers::pi / options_.residual.grid, a = cell * uniform(),
                         b = cell * uniform();
            residual.shift(a, b);
        };
        sample();
        const double left = static_cast<double>(options_.windows - w);
        const double begin = seconds_since(begin_), share = (options_.budget_seconds - begin) / left;
        const auto most =
            static_cast<std::int64_t>(std::ceil(static_cast<double>(options_.iterations - trained_.iterations) / left));
        const auto keep_going = [&](const Minimisation& done, const Point& point) {
            trained_.stopped = stop_.stop_requested();
            if (trained_.stopped) return false;
            const double spent = seconds_since(begin_) - begin;
            report(w, done, point,
                   std::max(static_cast<double>(done.iterations) / static_cast<double>(most), spent / share),
                   residual.early_share());
            return done.iterations < most && spent < share;
        };
        Point point{parameters_, {}, 0};
        const auto done = minimise([&](std::span<const double> x, std::span<double> g) { return residual.loss(x, g); },
                                   point, options_.chain, options_.redraw, sample, keep_going, team_);
        trained_.iterations += done.iterations;
        trained_.evaluations += done.evaluations;
        if (done.failure) trained_.failure = done.failure;
        parameters_ = point.x;
        trained_.parts.push_back({std::move(residual), point.x});
    }

    void report(int w, const Minimisation& done, const Point& point, double fraction, double early) const {
        if (!observer_) return;
        TrainingStatus status;
        status.iteration = trained_.iterations + done.iterations;
        status.evaluations = trained_.evaluations + done.evaluations;
        status.window = w;
        status.seconds = seconds_since(begin_);
        status.loss = point.value;
        status.early = early * point.value;
        status.late = point.value - status.early;
        double square = 0;
        for (const double g : point.gradient) square += g * g;
        status.gradient_norm = std::sqrt(square);
        status.fraction = (w + std::min(1.0, fraction)) / options_.windows;
        observer_(status);
    }

    // The end of this window is the start of the next; its network starts from these weights.
    void hand_over() {
        auto& part = trained_.parts.back();
        const double end[1] = {next_.length};
        const auto fields = part.residual.fields(part.parameters, end, static_cast<int>(options_.handover), 0, 0);
        next_.initial = spectral::coefficients(fields.theta[0].to(at::kCPU, at::kDouble));
    }

    const TrainerOptions& options_;
    const TrainingObserver& observer_;
    std::stop_token stop_;
    Clock::time_point begin_;
    std::mt19937_64 bits_;
    std::shared_ptr<Team> team_;
    TrainedNetwork trained_;
    Window next_;
    std::vector<double> parameters_;
};

} // namespace

SerialTorch::SerialTorch() : before_(at::get_num_threads()) { at::set_num_threads(1); }
SerialTorch::~SerialTorch() { at::set_num_threads(before_); }

TrainedNetwork train(const at::Tensor& initial, const TrainerOptions& options, const TrainingObserver& observer,
                     std::stop_token stop) {
    Windows windows(initial, options, observer, std::move(stop));
    // The transforms of an iteration take tens of microseconds each: threads of torch would wait for each other longer
    // than that.
    std::optional<SerialTorch> serial;
    if (options.residual.cuda < 0) serial.emplace();
    return windows.run();
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
