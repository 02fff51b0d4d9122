// SPDX-License-Identifier: BSD-3-Clause
// A whole plugin in one file: counts, notices what it is told to do wrong.
#include "core/plugin.h"

#include <chrono>
#include <csignal>
#include <fstream>
#include <limits>
#include <thread>

ORRERY_PLUGIN("good", "1.0", "Sample for the tests")

namespace {
using namespace orrery;

struct Params {
    int steps = 10;
    double pause = 0;
    std::string end = "done";
    std::string odd = "";
    static void fields(Bind<Params>& f) {
        f("steps", &Params::steps).doc("Steps to take").range(1, 100000);
        f("pause", &Params::pause).doc("Pause after each step", "s").range(0, 10);
        f("end", &Params::end).doc("How it ends").choices({"done", "error", "exception", "segfault", "exit", "nan"});
        f("odd", &Params::odd).doc("A text of odd length, or nothing");
    }
    static void check(const Params& p, Problems& problems) {
        if (p.odd.size() % 2 == 0 && !p.odd.empty())
            problems.add("odd", "odd is '" + p.odd + "', of even length; accepted: a text of odd length");
    }
};

void count(const Params& params, Run& run) {
    for (int step = 0; step < params.steps; ++step) {
        run.stop_point();
        run.metric("count", step, step);
        run.progress((step + 1.0) / params.steps, "counting");
        std::this_thread::sleep_for(std::chrono::duration<double>(params.pause));
    }
    if (params.end == "error") throw Error("the count went wrong", "count again");
    if (params.end == "exception") throw std::runtime_error("something else\nand its second line");
    if (params.end == "segfault") std::raise(SIGSEGV);
    if (params.end == "exit") std::_Exit(7);
    if (params.end == "nan") run.metric("count", params.steps, std::numeric_limits<double>::quiet_NaN());
    const auto file = run.scratch() / "count.html";
    std::ofstream(file) << "<!DOCTYPE html>\n<p>" << params.steps << "</p>\n";
    run.artifact("result", Kind::report, file);
}

const auto declared = experiment<Params>("sample.count", "Counts", count)
                          .summary("Counts steps.")
                          .metric("count", "the step")
                          .artifact("result", Kind::report, "how far it counted");
} // namespace
