// SPDX-License-Identifier: BSD-3-Clause
// Training steps a second of the jet engine on Burgers' equation, one JSON document on stdout:
// bench_jet_cuda narrow|wide float32|float64 cpu|cuda:N [SECONDS]. narrow: DeepXDE's demo, 2-20-20-20-1 and 2,780
// points; wide: five layers of 100 and 8,192 points. tests/bench/jet_cuda_peer.py does the same in DeepXDE.
#include "core/error.h"
#include "gpu/jet/engine_backend.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <random>
#include <string>
#include <thread>

using namespace orrery;
using namespace orrery::jet;

namespace {

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// u_t + u u_x - nu u_xx
Term equation() {
    Term term;
    const Plan p = plan(2, {{0, 0}, {1, 0}, {0, 1}, {2, 0}});
    term.channels = p.channels;
    for (const auto& row : p.rows) term.variables.push_back({0, row, {}});
    term.program.inputs = 6;
    term.program.code = {
        {Op::input, 2, 0, 0},    {Op::input, 3, 0, 0},    {Op::input, 4, 0, 0},
        {Op::input, 5, 0, 0},    {Op::multiply, 0, 1, 0}, {Op::constant, 0, 0, 0.01 / std::numbers::pi},
        {Op::multiply, 5, 3, 0}, {Op::add, 2, 4, 0},      {Op::subtract, 7, 6, 0}};
    term.program.outputs = {8};
    return term;
}

// u minus the value that is given with the point.
Term condition() {
    Term term;
    term.variables = {{0, {1.0}, {}}};
    term.extra = 1;
    term.program.inputs = 4;
    term.program.code = {{Op::input, 3, 0, 0}, {Op::input, 2, 0, 0}, {Op::subtract, 0, 1, 0}};
    term.program.outputs = {2};
    return term;
}

// Where `place` puts the i-th point: x in [-1, 1], t in [0, 1], value wanted.
template <class Place>
Points points_of(std::size_t count, Place place, bool values) {
    std::mt19937_64 bits(11);
    const auto uniform = [&] { return static_cast<double>(bits() >> 11U) * 0x1p-53; };
    Points points;
    points.count = count;
    points.coordinates.resize(2 * count);
    points.extra.resize(values ? count : 0);
    for (std::size_t i = 0; i < count; ++i) {
        double x = 2 * uniform() - 1, t = uniform(), value = 0;
        place(i, x, t, value);
        points.coordinates[i] = x;
        points.coordinates[count + i] = t;
        if (values) points.extra[i] = value;
    }
    return points;
}

struct Training {
    std::unique_ptr<Engine::Implementation> engine;
    std::vector<double> parameters, gradient;
    AdamState state;
    double loss = 0;

    void steps(int count) {
        const AdamOptions options;
        if (const auto last = engine->adam_steps(parameters, state, options, count)) {
            loss = *last;
            return;
        }
        state.first.resize(parameters.size());
        state.second.resize(parameters.size());
        gradient.resize(parameters.size());
        for (int i = 0; i < count; ++i) {
            loss = engine->loss(parameters, gradient);
            const auto t = static_cast<double>(++state.step);
            const double a = 1 - std::pow(options.beta1, t), b = 1 - std::pow(options.beta2, t);
            for (std::size_t k = 0; k < gradient.size(); ++k) {
                double &m = state.first[k], &v = state.second[k];
                m += (1 - options.beta1) * (gradient[k] - m);
                v += (1 - options.beta2) * (gradient[k] * gradient[k] - v);
                parameters[k] -= options.rate * (m / a) / (std::sqrt(v / b) + options.epsilon);
            }
        }
    }
};

Training training_of(bool wide, Precision precision, const std::string& device) {
    Network network;
    network.coordinates = 2;
    network.features = linear_features({-1, 0}, {1, 1});
    network.width = wide ? 100 : 20;
    network.depth = wide ? 5 : 3;
    Training made;
    if (device == "cpu") {
        const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
        made.engine =
            make_cpu_engine(network, precision, std::make_shared<Team>(static_cast<int>(threads)), kernels_at(0));
    } else {
        if (device.rfind("cuda:", 0) != 0) throw Error("The device is cpu or cuda:N, not " + device + ".");
        made.engine = make_cuda_engine(network, precision, std::atoi(device.c_str() + 5));
    }
    made.parameters = initial_parameters(network, 0);
    const auto free = [](std::size_t, double&, double&, double&) {};
    const auto edges = [](std::size_t i, double& x, double&, double&) { x = i % 2 == 0 ? -1 : 1; };
    const auto start = [](std::size_t, double& x, double& t, double& value) {
        t = 0;
        value = -std::sin(std::numbers::pi * x);
    };
    made.engine->set_points(made.engine->add(equation()), points_of(wide ? 8192 : 2780, free, false));
    made.engine->set_points(made.engine->add(condition()), points_of(80, edges, true));
    made.engine->set_points(made.engine->add(condition()), points_of(160, start, true));
    return made;
}

int run(const std::vector<std::string>& words) {
    if (words.size() < 3) throw Error("Usage: bench_jet_cuda narrow|wide float32|float64 cpu|cuda:N [SECONDS]");
    const double seconds = words.size() > 3 ? std::atof(words[3].c_str()) : 2;
    Training training =
        training_of(words[0] == "wide", words[1] == "float32" ? Precision::float32 : Precision::float64, words[2]);
    training.steps(10);
    double begin = seconds_now();
    training.steps(10);
    const int block = std::max(10, static_cast<int>(seconds / 5 / ((seconds_now() - begin) / 10)));
    std::vector<double> rates;
    for (int i = 0; i < 5; ++i) {
        begin = seconds_now();
        training.steps(block);
        rates.push_back(block / (seconds_now() - begin));
    }
    std::sort(rates.begin(), rates.end());
    fmt::print(
        "{{\"case\": \"{}\", \"precision\": \"{}\", \"device\": \"{}\", \"steps_per_second\": {{\"median\": {:.2f}, "
        "\"least\": {:.2f}, \"largest\": {:.2f}}}, \"steps\": {}, \"loss\": {:.6e}}}\n",
        words[0], words[1], words[2], rates[2], rates[0], rates[4], training.state.step, training.loss);
    return 0;
}

} // namespace

int main(int count, char** words) {
    try {
        return run({words + 1, words + count});
    } catch (const Error& error) {
        fmt::print(stderr, "{} {}\n", error.what(), error.hint());
        return 1;
    }
}
