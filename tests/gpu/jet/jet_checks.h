// SPDX-License-Identifier: BSD-3-Clause
// Networks, terms and points for the tests of the jet engine.
#pragma once
#include "gpu/jet/engine.h"
#include "gpu/jet/kernels.h"

#include <ATen/Parallel.h>

#include "tests/catch.h" // behind torch's headers, if there are any

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace jet_checks {

namespace jet = orrery::jet;
using Numbers = std::vector<double>;

inline Numbers noise(std::size_t count, std::uint64_t seed, double low = -1, double high = 1) {
    std::mt19937_64 bits(seed);
    Numbers v(count);
    for (double& x : v) x = low + (high - low) * static_cast<double>(bits() >> 11U) * 0x1p-53;
    return v;
}

// Largest difference as part of the largest number.
inline double difference(std::span<const double> a, std::span<const double> b) {
    REQUIRE(a.size() == b.size());
    double most = 0, size = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (std::isnan(a[i]) != std::isnan(b[i])) return std::numeric_limits<double>::infinity();
        if (std::isnan(a[i])) continue;
        most = std::max(most, std::abs(a[i] - b[i]));
        size = std::max(size, std::abs(b[i]));
    }
    return size == 0 ? most : most / size;
}

inline jet::Network network_of(int coordinates, int width, int depth, int outputs,
                               jet::Activation activation = jet::Activation::tanh) {
    jet::Network net;
    net.coordinates = coordinates;
    net.features = jet::linear_features(Numbers(static_cast<std::size_t>(coordinates), -1.0),
                                        Numbers(static_cast<std::size_t>(coordinates), 1.5));
    net.width = width;
    net.depth = depth;
    net.outputs = outputs;
    net.activation = activation;
    return net;
}

// Glorot weights with biases and scales that are not all equal.
inline Numbers parameters_of(const jet::Network& net, std::uint64_t seed = 1) {
    Numbers p = jet::initial_parameters(net, seed);
    const Numbers more = noise(p.size(), seed + 100, -0.1, 0.1);
    for (std::size_t i = 0; i < p.size(); ++i) p[i] += more[i];
    return p;
}

struct ChannelSet {
    const char* name;
    int coordinates;
    std::vector<jet::Derivative> derivatives; // of a plan
    jet::Channels channels;                   // where they are empty: every channel is a variable
};

inline ChannelSet collapsed_set() {
    ChannelSet set{"collapsed", 3, {}, {}};
    set.channels.directions = {{{1, 0, 0}, 1}, {{0, 1, 0}, 2}, {{0, 0.5, 1}, 1}};
    set.channels.collapsed = {{{0, 0, 1}, {-0.1, -0.2, 0}}, {{0.3, -1, 0}, {1, 0, 0.7}}};
    return set;
}

inline std::vector<ChannelSet> channel_sets() {
    return {{"value", 2, {{0, 0}}, {}},
            {"first", 2, {{0, 0}, {1, 0}, {0, 1}}, {}},
            {"second", 2, {{0, 0}, {1, 0}, {0, 1}, {2, 0}}, {}},
            {"mixed", 2, {{0, 0}, {1, 1}, {0, 2}}, {}},
            {"third", 1, {{0}, {1}, {3}}, {}},
            {"third mixed", 2, {{2, 1}, {0, 1}, {3, 0}}, {}},
            {"fourth", 2, {{0, 0}, {4, 0}, {0, 1}}, {}},
            {"xxyy", 2, {{4, 0}, {2, 2}, {0, 4}}, {}},
            {"three coordinates", 3, {{0, 0, 0}, {1, 0, 0}, {0, 2, 0}, {0, 1, 1}, {1, 1, 1}}, {}},
            {"four coordinates", 4, {{0, 0, 0, 0}, {0, 0, 0, 1}, {2, 0, 0, 0}, {0, 2, 0, 0}, {0, 0, 2, 0}}, {}},
            collapsed_set()};
}

// Every variable of the set for every output. With orders, so that the engine on tensors takes them its own way.
inline jet::Term term_of(const ChannelSet& set, int outputs) {
    jet::Term term;
    jet::Plan plan{set.channels, {}};
    if (!set.derivatives.empty()) plan = jet::plan(set.coordinates, set.derivatives);
    term.channels = plan.channels;
    const auto count = static_cast<std::size_t>(plan.channels.count());
    for (std::size_t c = 0; set.derivatives.empty() && c < count; ++c) {
        plan.rows.emplace_back(count, 0.0);
        plan.rows.back()[c] = 1;
    }
    for (int o = 0; o < outputs; ++o) {
        for (std::size_t r = 0; r < plan.rows.size(); ++r)
            term.variables.push_back(
                {o, plan.rows[r], set.derivatives.empty() ? jet::Derivative{} : set.derivatives[r]});
    }
    return term;
}

// Writes programs.
class Code {
public:
    explicit Code(int inputs) { program.inputs = inputs; }
    int put(jet::Op op, int a = 0, int b = 0, double value = 0) {
        program.code.push_back({op, a, b, value});
        return static_cast<int>(program.code.size()) - 1;
    }
    int input(int i) { return put(jet::Op::input, i); }
    int number(double value) { return put(jet::Op::constant, 0, 0, value); }
    jet::Program program;
};

// Two residuals in which every variable, coordinate and extra number has a part, and known parts that can be hoisted.
inline jet::Program mixed_program(int coordinates, int extra, int variables) {
    Code code(coordinates + extra + variables);
    const int given = coordinates + extra;
    int known = code.put(jet::Op::sin, code.input(0));
    for (int i = 1; i < given; ++i)
        known = code.put(jet::Op::add, known, code.put(jet::Op::multiply, known, code.input(i)));
    int sum = known;
    for (int v = 0; v < variables; ++v) {
        const int weighted = code.put(jet::Op::multiply, code.number(0.3 + 0.1 * v), code.input(given + v));
        sum = code.put(v % 2 == 0 ? jet::Op::add : jet::Op::subtract, sum, weighted);
    }
    const int first = code.input(given), last = code.input(given + variables - 1);
    const int product = code.put(jet::Op::multiply, first, last);
    const int wave = code.put(jet::Op::sin, code.put(jet::Op::multiply, known, first));
    code.program.outputs = {code.put(jet::Op::add, sum, product), code.put(jet::Op::multiply, sum, wave)};
    return code.program;
}

inline jet::Term with_program(jet::Term term, int coordinates, int extra = 1) {
    term.extra = extra;
    term.residuals = 2;
    term.program = mixed_program(coordinates, extra, static_cast<int>(term.variables.size()));
    return term;
}

inline jet::Points points_of(const jet::Term& term, int coordinates, std::size_t count, std::uint64_t seed = 5) {
    jet::Points points;
    points.count = count;
    points.coordinates = noise(static_cast<std::size_t>(coordinates) * count, seed, -1, 1.5);
    points.extra = noise(static_cast<std::size_t>(term.extra) * count, seed + 1);
    return points;
}

// Jets of a shift and a scale that could be those of a hard condition: any numbers do.
inline void constrain(jet::Points& points, const jet::Term& term, int outputs, std::uint64_t seed = 7) {
    const std::size_t size =
        static_cast<std::size_t>(outputs) * static_cast<std::size_t>(term.channels.count()) * points.count;
    points.shift = noise(size, seed);
    points.scale = noise(size, seed + 1, 0.5, 1.5);
}

struct Result {
    double loss = 0;
    Numbers gradient, mean_squares, residuals, variables;
};

inline Result result_of(jet::Engine& engine, std::size_t term, std::span<const double> parameters) {
    Result r;
    r.gradient.resize(parameters.size());
    r.loss = engine.loss(parameters, r.gradient);
    const auto squares = engine.mean_squares(term);
    r.mean_squares.assign(squares.begin(), squares.end());
    r.residuals = engine.residuals(term, parameters);
    r.variables = engine.variables(term, parameters);
    return r;
}

inline double difference(const Result& a, const Result& b) {
    return std::max({difference(a.gradient, b.gradient), difference(a.mean_squares, b.mean_squares),
                     difference(a.residuals, b.residuals), difference(a.variables, b.variables),
                     difference(Numbers{a.loss}, Numbers{b.loss})});
}

inline jet::EngineOptions fused(jet::Precision precision = jet::Precision::float64, int instruction_set = 0) {
    return {precision, nullptr, instruction_set, false, -1};
}
inline jet::EngineOptions tensors(jet::Precision precision = jet::Precision::float64) {
    at::set_num_threads(1); // the tensors are small
    return {precision, nullptr, 0, true, -1};
}

} // namespace jet_checks
