// SPDX-License-Identifier: BSD-3-Clause
// A plugin whose opening ends as $ORRERY_TEST_OPENING says: abort (also when it says nothing), segfault, overflow,
// kill, exit, throw; with "well" it opens.
#include "core/plugin.h"

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <unistd.h>

ORRERY_PLUGIN("moody", "1.0", "Crashes while it is opened")

namespace {
using namespace orrery;

// Deeper than any stack, in a way that can't become a loop.
int overflow(int depth) { // NOLINT(misc-no-recursion)
    volatile char wide[4096] = {};
    wide[depth % 4096] = 1;
    return depth > 10000000 ? 0 : overflow(depth + 1) + wide[(depth + 1) % 4096];
}

struct Params {
    int steps = 1;
    static void fields(Bind<Params>& f) { f("steps", &Params::steps).doc("Steps to take").range(1, 100); }
};

void walk(const Params& params, Run& run) {
    for (int step = 0; step < params.steps; ++step) run.metric("step", step, step);
}

const bool opened = [] {
    const char* text = std::getenv("ORRERY_TEST_OPENING");
    const std::string_view how = text ? text : "abort";
    if (how == "well") return true;
    if (how == "segfault") *static_cast<volatile int*>(nullptr) = 1;
    if (how == "overflow") return overflow(0) > 0;
    if (how == "kill") std::raise(SIGKILL);
    if (how == "exit") _exit(7);
    for (int second = 0; how == "wait" && second < 60; ++second) sleep(1); // a signal wakes it up for a moment only
    if (how == "throw") throw std::runtime_error("the licence server is away");
    std::abort();
}();

const auto declared = experiment<Params>("moody.walk", "Walks, if it is opened at all", walk)
                          .summary("Walks.")
                          .metric("step", "the step");
} // namespace
