// SPDX-License-Identifier: BSD-3-Clause
// The pendulum x'' = -(g/l) sin x, let go at rest, by the leapfrog method: how well is its energy kept?
#include "core/plugin.h"

#include <cmath>
#include <fstream>

ORRERY_PLUGIN("pendulum", "1.0", "Pendulum")

namespace {
using namespace orrery;

struct Params {
    double length = 1, angle = 1, final_time = 10;
    int steps = 1000;
    static void fields(Bind<Params>& f) {
        f("length", &Params::length).doc("Length of the string", "m").range(0.01, 100).log10();
        f("angle", &Params::angle).doc("Angle at which it is let go", "rad").range(-3, 3);
        f("final_time", &Params::final_time).doc("End of the time interval", "s").range(0.1, 1000);
        f("steps", &Params::steps).doc("Time steps").range(1, 1000000);
    }
};

void swing(const Params& p, Run& run) {
    const double square = 9.81 / p.length, dt = p.final_time / p.steps; // square of the small oscillation's frequency
    const auto energy = [&](double x, double v) { return v * v / 2 - square * std::cos(x); };
    const auto file = run.scratch() / "angles.csv";
    std::ofstream table(file);
    table << "t,angle\n";
    double x = p.angle, v = 0;
    for (int step = 1; step <= p.steps; ++step) {
        run.stop_point();
        v -= dt / 2 * square * std::sin(x);
        x += dt * v;
        v -= dt / 2 * square * std::sin(x);
        table << step * dt << ',' << x << '\n';
        run.metric("error/energy", step, std::abs(energy(x, v) - energy(p.angle, 0)));
        run.progress(double(step) / p.steps, "swinging");
    }
    table.close();
    run.artifact("angles", Kind::table, file);
}

const auto declared = experiment<Params>("pendulum.swing", "Pendulum", swing)
                          .summary("Leapfrog steps of a pendulum that is let go at rest.")
                          .metric("error/energy", "change of the energy per mass and square length", "1/s2")
                          .lower_is_better()
                          .artifact("angles", Kind::table, "angle over time");
} // namespace
