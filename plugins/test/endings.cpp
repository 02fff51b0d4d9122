// SPDX-License-Identifier: BSD-3-Clause
// test.crash, test.segfault, test.hang, test.slow, test.leak: the ways in which a run can go wrong.
#include "core/experiment.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

namespace orrery::test {
namespace {

using Seconds = std::chrono::duration<double>;

struct Steps {
    std::int64_t steps = 10;
    static void fields(Bind<Steps>& f) { f("steps", &Steps::steps).doc("Steps before the end").range(0, 1e9); }
};

struct Time {
    double seconds = 60;
    static void fields(Bind<Time>& f) { f("seconds", &Time::seconds).doc("How long", "s").range(0, 86400); }
};

struct Memory {
    std::int64_t mebibytes = 64;
    static std::int64_t memory(const Memory& params) { return params.mebibytes << 20; }
    static void fields(Bind<Memory>& f) {
        f("mebibytes", &Memory::mebibytes).doc("Memory taken and never given back", "MiB").range(1, 1 << 24);
    }
};

void take(std::int64_t steps, Run& run) {
    for (std::int64_t step = 0; step < steps; ++step) run.metric("step", step, static_cast<double>(step));
}

void crash(const Steps& params, Run& run) {
    take(params.steps, run);
    std::abort();
}

void segfault(const Steps& params, Run& run) {
    take(params.steps, run);
    std::raise(SIGSEGV);
}

// Ignores every request to stop: only a kill ends it before its time.
void hang(const Time& params, Run& run) {
    run.metric("step", 0, 0);
    run.progress(0, "hanging");
    std::this_thread::sleep_for(Seconds(params.seconds));
}

// A hundredth of the time is one step, and it stops between two. Its checkpoints hold nothing but their step.
void slow(const Time& params, Run& run) {
    constexpr int steps = 100;
    const auto origin = run.resume();
    for (auto step = origin ? origin->step + 1 : 0; step < steps; ++step) {
        const bool stopping = run.stop().stop_requested();
        if (step > 0) run.checkpoint(step - 1, [](std::ostream&) {});
        if (stopping) throw Stopped();
        run.metric("step", step, static_cast<double>(step));
        run.progress(static_cast<double>(step) / steps, "waiting");
        std::this_thread::sleep_for(Seconds(params.seconds / steps));
    }
}

void leak(const Memory& params, Run& run) {
    constexpr std::size_t mebibyte = 1 << 20;
    static std::vector<std::unique_ptr<char[]>> taken; // of the process: until it ends
    for (std::int64_t step = 0; step < params.mebibytes; ++step) {
        run.stop_point();
        taken.push_back(std::make_unique_for_overwrite<char[]>(mebibyte));
        std::fill_n(taken.back().get(), mebibyte, 'x'); // touched, so that it is really there
        run.metric("mebibytes", step, static_cast<double>(step + 1));
    }
}

const auto crashes = experiment<Steps>("test.crash", "Crash", crash)
                         .summary("Takes some steps, then aborts.")
                         .metric("step", "the step");
const auto segfaults = experiment<Steps>("test.segfault", "Segmentation fault", segfault)
                           .summary("Takes some steps, then raises SIGSEGV.")
                           .metric("step", "the step");
const auto hangs = experiment<Time>("test.hang", "Hang", hang)
                       .summary("Does nothing, and doesn't stop when asked to.")
                       .metric("step", "0 when it hangs");
const auto slows = experiment<Time>("test.slow", "Slow run", slow)
                       .summary("Waits in a hundred steps; stops when asked to, and can be resumed.")
                       .metric("step", "the step");
const auto leaks = experiment<Memory>("test.leak", "Leak", leak)
                       .summary("Takes memory and never gives it back.")
                       .metric("mebibytes", "memory taken", "MiB");

} // namespace
} // namespace orrery::test
