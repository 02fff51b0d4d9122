// SPDX-License-Identifier: BSD-3-Clause
// test.live: shows a frame each step, has live fields, and reads an array.
#include "core/experiment.h"
#include "core/files/npy.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

namespace orrery::test {
namespace {

struct Live {
    std::int64_t steps = 1000;
    double pause = 0.01;
    std::int64_t size = 8;
    double gain = 1;
    std::string mood = "calm";
    std::string input;
    static void fields(Bind<Live>& f) {
        f("steps", &Live::steps).doc("Steps").range(1, 1e9);
        f("pause", &Live::pause).doc("Pause after each step", "s").range(0, 60);
        f("size", &Live::size).doc("Frames of this height and width").range(0, 16384);
        f("gain", &Live::gain).doc("What the walk adds each step").range(-10, 10).live();
        f("mood", &Live::mood).doc("What the log says").choices({"calm", "wild"}).live();
        f("input", &Live::input).doc("Array that is added up first; may be left out").path("field");
    }
    static void check(const Live& p, Problems& problems) {
        if (p.steps == 13) problems.add("steps", "steps is '13'; accepted: a number that brings no bad luck");
    }
};

void run_live(const Live& given, Run& run) {
    Live p = given;
    double place = 0;
    if (!p.input.empty()) {
        const auto array = read_npy(p.input);
        for (const float value : array.values<float>()) place += static_cast<double>(value);
        run.metric("input", 0, place);
    }
    Array shown({p.size, p.size}, DType::float32);
    shown.name = "place";
    shown.axes = {"x", "y"};
    for (std::int64_t step = 0; step < p.steps; ++step) {
        run.stop_point();
        if (run.live(p, step)) run.log("the mood is " + p.mood);
        place += p.gain;
        run.metric("place", step, place);
        auto values = shown.values<float>();
        std::fill(values.begin(), values.end(), static_cast<float>(step));
        run.frame("place", shown);
        run.progress(static_cast<double>(step + 1) / static_cast<double>(p.steps), "living");
        if (p.pause > 0) std::this_thread::sleep_for(std::chrono::duration<double>(p.pause));
    }
    const auto file = run.scratch() / "place.txt";
    std::ofstream(file) << place << '\n';
    run.artifact("place", Kind::report, file);
}

const auto declared = experiment<Live>("test.live", "Live run", run_live)
                          .summary("Adds up a gain that can be changed while it runs, and shows a frame each step.")
                          .metric("place", "sum of the gains so far")
                          .metric("input", "sum of the input")
                          .artifact("place", Kind::report, "the last place");

} // namespace
} // namespace orrery::test
