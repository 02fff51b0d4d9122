// SPDX-License-Identifier: BSD-3-Clause
// test.walk: a random walk, the same for the same seed on every machine.
#include "core/experiment.h"

#include <chrono>
#include <random>
#include <thread>

namespace orrery::test {
namespace {

struct Walk {
    std::int64_t steps = 1000;
    double pause = 0;
    static void fields(Bind<Walk>& f) {
        f("steps", &Walk::steps).doc("Steps of +1 or -1").range(1, 1e9);
        f("pause", &Walk::pause).doc("Pause after each step", "s").range(0, 60);
    }
};

void walk(const Walk& params, Run& run) {
    std::mt19937_64 random(run.seed());
    std::int64_t place = 0;
    for (std::int64_t step = 0; step < params.steps; ++step) {
        run.stop_point();
        place += (random() >> 63) != 0 ? 1 : -1;
        run.metric("place", step, static_cast<double>(place));
        run.progress(static_cast<double>(step + 1) / static_cast<double>(params.steps), "walking");
        if (params.pause > 0) std::this_thread::sleep_for(std::chrono::duration<double>(params.pause));
    }
}

const auto declared = experiment<Walk>("test.walk", "Random walk", walk)
                          .summary("Steps of +1 or -1 by the run's seed.")
                          .metric("place", "sum of the steps so far");

} // namespace
} // namespace orrery::test
