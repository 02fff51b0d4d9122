// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/pde_trainer.h"

#include "core/error.h"
#include "plugins/pinn/problem/problem_file.h"
#include "plugins/pinn/training/minimiser.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace orrery::pinn::training {

namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

constexpr char state_name[] = "the training of pinn.solve";
constexpr std::int64_t state_version = 1;
constexpr std::int64_t most_iterations = std::int64_t{1} << 60;

// All that must be the same for a checkpoint to belong to this training; numbers bit for bit.
std::string identity(const Problem& problem, const PdeOptions& o) {
    const NetworkOptions& n = o.network;
    return fmt::format(
        "{}\nnetwork {} {} {} {} {} {} {} {:a} points {} {} {} {:a} redraw {} hard {} balance {} causality "
        "{:a} bits {} engine {} windows {} chain {} seed {}",
        to_toml(problem), n.width, n.depth, static_cast<int>(n.activation), n.adaptive, n.gated, n.waves, n.fourier,
        n.fourier_scale, o.points, o.face_points, o.sampler, o.adaptivity, o.redraw, o.hard, o.balance, o.causality,
        o.precision == jet::Precision::float32 ? 32 : 64, o.engine, o.windows, identity_of(o.chain), o.seed);
}

class PdeWindows {
public:
    PdeWindows(const Problem& problem, const PdeOptions& options, const PdeHooks& hooks, std::stop_token stop)
        : options_(options), hooks_(hooks), stop_(std::move(stop)), problem_(std::make_shared<Problem>(problem)),
          whole_(constrain(problem, options.hard)), team_(std::make_shared<Team>(options.threads)),
          sampler_(options.seed), result_(PdeSolution(problem_)) {
        if (const auto time = problem.time()) {
            const Coordinate& t = problem.coordinates[static_cast<std::size_t>(*time)];
            start_ = t.low;
            end_ = t.high;
            length_ = (t.high - t.low) / options.windows;
        }
    }

    PdeResult run(std::istream* origin) {
        std::optional<StateReader> state;
        if (origin) {
            state.emplace(*origin, state_name, state_version);
            restore(*state);
        }
        for (;; ++window_) {
            add_window();
            train_window(state ? &*state : nullptr);
            state.reset();
            if (result_.failure || result_.stopped || window_ + 1 == options_.windows) break;
        }
        result_.seconds = seconds();
        return std::move(result_);
    }

private:
    double seconds() const { return seconds_before_ + seconds_since(begin_); }

    void add_window() {
        auto& windows = result_.solution.windows;
        const auto before = windows.empty() ? nullptr : windows.back();
        const double start = start_ + window_ * length_;
        const double end = window_ + 1 == options_.windows ? end_ : start + length_;
        windows.push_back(
            std::make_shared<PdeNetwork>(problem_on(*problem_, whole_, start, end), options_, before, team_));
        windows.back()->set_parameters(before ? before->parameters()
                                              : initial_parameters(windows.back()->network(), options_.seed));
        result_.parameters = windows.back()->parameters().size();
    }

    PdeNetwork& network() { return *result_.solution.windows.back(); }

    void train_window(StateReader* state) {
        PdeObjective objective(network(), options_, team_);
        objective.set_weights(weights_); // those of the window before
        std::vector<double> here = network().parameters();
        fraction_ = 0;
        const auto sample = [&] { objective.sample(sampler_, minimiser_->point().x, fraction_ > last_part); };
        minimiser_.emplace([&](std::span<const double> x, std::span<double> g) { return objective.loss(x, g); }, here,
                           options_.chain, options_.redraw, sample,
                           Workplace{team_, weight_blocks(network().network())});
        if (state) {
            objective.restore(*state);
            weights_ = objective.weights();
            minimiser_->restore(*state);
            state->end();
        } else {
            objective.sample(sampler_, {});
            window_begin_ = seconds();
            if (rate_ != 0) minimiser_->set_rate(rate_);
            minimiser_->begin();
        }
        while (!minimiser_->finished() && keep_going(objective)) {
            take_live(objective);
            minimiser_->advance();
        }
        report(objective, true);
        const Minimisation& done = minimiser_->done();
        result_.iterations += done.iterations;
        result_.evaluations += done.evaluations;
        if (done.failure) result_.failure = fmt::format("{} There {}.", *done.failure, objective.describe_failure());
        minimiser_.reset();
    }

    void take_live(PdeObjective& objective) {
        if (!hooks_.live) return;
        LossWeights weights = weights_;
        double rate = rate_;
        hooks_.live(result_.iterations + minimiser_->done().iterations, weights, rate);
        if (!(weights == weights_)) {
            weights_ = weights;
            objective.set_weights(weights);
            minimiser_->objective_changed();
        }
        if (rate != rate_) {
            rate_ = rate;
            minimiser_->set_rate(rate);
        }
    }

    bool keep_going(PdeObjective& objective) {
        const double left = static_cast<double>(options_.windows - window_);
        const double share = (options_.budget_seconds - window_begin_) / left;
        const auto most =
            static_cast<std::int64_t>(std::ceil(static_cast<double>(options_.iterations - result_.iterations) / left));
        const std::int64_t iterations = minimiser_->done().iterations;
        const double spent = seconds() - window_begin_;
        fraction_ = std::max(static_cast<double>(iterations) / static_cast<double>(most), spent / share);
        report(objective);
        // Asked before the checkpoint: a stop that comes in between is seen after the next iteration, with a
        // checkpoint.
        const bool stopping = stop_.stop_requested();
        if (hooks_.checkpoint && result_.iterations + iterations > 0) {
            hooks_.checkpoint(result_.iterations + iterations - 1, [&](std::ostream& out) { save(out, objective); });
        }
        result_.stopped = stopping;
        return !stopping && iterations < most && spent < share;
    }

    void report(PdeObjective& objective, bool last = false) {
        if (!hooks_.observer) return;
        const Point& point = minimiser_->point();
        PdeStatus status;
        status.iteration = result_.iterations + minimiser_->done().iterations;
        status.evaluations = result_.evaluations + minimiser_->done().evaluations;
        status.window = window_;
        status.seconds = seconds();
        status.loss = point.value;
        double square = 0;
        for (const double g : point.gradient) square += g * g;
        status.gradient_norm = std::sqrt(square);
        status.fraction = (window_ + std::min(1.0, fraction_)) / options_.windows;
        status.last = last;
        status.terms = [&] { return objective.report(point.x); };
        network().set_parameters(point.x);
        hooks_.observer(status, result_.solution);
    }

    void save(std::ostream& out, const PdeObjective& objective) const {
        StateWriter state(out, state_name, state_version);
        state.text(identity(*problem_, options_));
        state.integer(window_);
        state.integer(result_.iterations);
        state.integer(result_.evaluations);
        state.number(seconds());
        state.number(window_begin_);
        state.number(rate_);
        sampler_.save(state);
        for (const auto& window : result_.solution.windows) {
            state.integer(static_cast<std::int64_t>(window->parameters().size()));
            state.numbers(window->parameters());
        }
        objective.save(state);
        minimiser_->save(state);
        state.end();
    }

    // The windows before the one that was trained.
    void restore(StateReader& state) {
        if (state.text(1 << 22) != identity(*problem_, options_)) state.refuse("it was written with other parameters");
        const int window = static_cast<int>(state.integer(0, options_.windows - 1));
        result_.iterations = state.integer(0, most_iterations);
        result_.evaluations = state.integer(0, most_iterations);
        seconds_before_ = state.number();
        window_begin_ = state.number();
        rate_ = state.number();
        sampler_.restore(state);
        for (window_ = 0; window_ <= window; ++window_) {
            add_window();
            std::vector<double> parameters(network().parameters().size());
            const auto size = static_cast<std::int64_t>(parameters.size());
            state.integer(size, size);
            state.numbers(parameters);
            network().set_parameters(std::move(parameters));
        }
        window_ = window;
        result_.solution.windows.pop_back(); // made anew by the caller, parameters come with the optimizer
    }

    const PdeOptions& options_;
    const PdeHooks& hooks_;
    std::stop_token stop_;
    std::shared_ptr<const Problem> problem_;
    Constraints whole_;
    std::shared_ptr<Team> team_;
    Sampler sampler_;
    PdeResult result_;
    std::optional<Minimiser> minimiser_;
    Clock::time_point begin_ = Clock::now();
    double seconds_before_ = 0; // of the processes before this one
    double window_begin_ = 0;   // seconds() when the present window began
    double start_ = 0, end_ = 0, length_ = 0, fraction_ = 0;
    double rate_ = options_.rate;
    LossWeights weights_ = options_.weights;
    int window_ = 0;
};

} // namespace

std::vector<double> PdeSolution::values(std::span<const double> coordinates, std::size_t count) const {
    if (windows.size() == 1 || !problem_->time()) return windows.back()->values(coordinates, count);
    const std::size_t rows = problem_->coordinates.size(), unknowns = problem_->unknowns.size();
    const auto time = static_cast<std::size_t>(*problem_->time());
    std::vector<double> result(unknowns * count);
    for (std::size_t w = 0; w < windows.size(); ++w) {
        std::vector<std::size_t> inside;
        for (std::size_t p = 0; p < count; ++p) {
            const double t = coordinates[time * count + p];
            if ((w == 0 || t > windows[w]->start()) && (w + 1 == windows.size() || t <= windows[w + 1]->start()))
                inside.push_back(p);
        }
        std::vector<double> points;
        for (std::size_t i = 0; i < rows; ++i) {
            for (const std::size_t p : inside) points.push_back(coordinates[i * count + p]);
        }
        if (inside.empty()) continue;
        const std::vector<double> values = windows[w]->values(points, inside.size());
        for (std::size_t u = 0; u < unknowns; ++u) {
            for (std::size_t j = 0; j < inside.size(); ++j)
                result[u * count + inside[j]] = values[u * inside.size() + j];
        }
    }
    return result;
}

PdeResult train_pde(const Problem& problem, const PdeOptions& options, const PdeHooks& hooks, std::stop_token stop,
                    std::istream* origin) {
    PdeWindows windows(problem, options, hooks, std::move(stop));
    return windows.run(origin);
}

} // namespace orrery::pinn::training
