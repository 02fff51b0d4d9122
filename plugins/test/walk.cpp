// SPDX-License-Identifier: BSD-3-Clause
// test.walk: a random walk, the same for the same seed on every machine, however often it is stopped and resumed.
#include "core/experiment.h"
#include "core/state_stream.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <sstream>
#include <thread>
#include <vector>

namespace orrery::test {
namespace {

struct Walk {
    std::int64_t steps = 1000;
    double pause = 0;
    double bias = 0;
    static void fields(Bind<Walk>& f) {
        f("steps", &Walk::steps).doc("Steps of +1 or -1").range(1, 1e9);
        f("pause", &Walk::pause).doc("Pause after each step, on average", "s").range(0, 60);
        f("bias", &Walk::bias).doc("Mean of a step: +1 has the probability (1 + bias) / 2").range(-1, 1).live();
    }
};

class Walker {
public:
    Walker(const Walk& params, Run& run) : params_(params), run_(run), random_(run.seed()) {}

    void to_end() {
        if (const auto origin = run_.resume()) restore(*origin);
        for (; step_ < params_.steps; ++step_) {
            // Asked before the checkpoint, so that whoever stops leaves one.
            const bool stopping = run_.stop().stop_requested();
            if (step_ > 0) run_.checkpoint(step_ - 1, [this](std::ostream& out) { save(out); });
            if (stopping) throw Stopped();
            run_.live(params_, step_);
            take_step();
            if (params_.pause > 0) pause();
        }
        show();
    }

private:
    // Sleeping takes longer than asked for, by as much as the shortest pauses: what is behind catches up.
    void pause() {
        using Clock = std::chrono::steady_clock;
        constexpr std::chrono::milliseconds most_behind{50};
        const auto now = Clock::now();
        next_step_ = std::max(next_step_, now - most_behind) +
                     std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(params_.pause));
        if (next_step_ > now) std::this_thread::sleep_until(next_step_);
    }

    void take_step() {
        const double uniform = static_cast<double>(random_() >> 11U) * 0x1p-53;
        place_ += uniform >= (1 - params_.bias) / 2 ? 1 : -1;
        last_[static_cast<std::size_t>(step_) % last_.size()] = static_cast<double>(place_);
        run_.metric("place", step_, static_cast<double>(place_));
        run_.progress(static_cast<double>(step_ + 1) / static_cast<double>(params_.steps), "walking");
        const auto now = std::chrono::steady_clock::now();
        if (now < next_frame_) return;
        show();
        next_frame_ = now + std::chrono::milliseconds(20);
    }

    // The oldest place first; 0 before the first step.
    void show() {
        Array frame({static_cast<std::int64_t>(last_.size())}, DType::float64);
        const auto next = static_cast<std::size_t>(std::min(step_ + 1, params_.steps)) % last_.size();
        std::rotate_copy(last_.begin(), last_.begin() + static_cast<std::ptrdiff_t>(next), last_.end(),
                         frame.values<double>().begin());
        frame.name = "place";
        frame.axes = {"step"};
        run_.frame("place", frame);
    }

    void save(std::ostream& out) const {
        StateWriter state(out, "test.walk", 1);
        std::ostringstream random;
        random << random_;
        state.text(random.str());
        state.number(params_.bias);
        state.integer(place_);
        state.numbers(last_);
        state.end();
    }

    void restore(const Checkpoint& origin) {
        StateReader state(*origin.stream, "test.walk", 1);
        std::istringstream random(state.text());
        if (!(random >> random_)) state.refuse("its random state can't be read");
        params_.bias = state.number();
        step_ = origin.step + 1;
        place_ = state.integer(-step_, step_);
        state.numbers(last_);
        state.end();
    }

    Walk params_;
    Run& run_;
    std::mt19937_64 random_;
    std::int64_t step_ = 0, place_ = 0;
    std::vector<double> last_ = std::vector<double>(256); // a ring: place after step s is at s % 256
    std::chrono::steady_clock::time_point next_frame_, next_step_;
};

void walk(const Walk& params, Run& run) { Walker(params, run).to_end(); }

const auto declared = experiment<Walk>("test.walk", "Random walk", walk)
                          .summary("Steps of +1 or -1 by the run's seed.")
                          .metric("place", "sum of the steps so far");

} // namespace
} // namespace orrery::test
