// SPDX-License-Identifier: BSD-3-Clause
// Cases on which the engine of a device is compared with the fused engine of the processor.
#pragma once
#include "gpu/jet/engine_backend.h"

#include "tests/catch.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>

namespace jet_test {

using namespace orrery::jet;
using Implementation = Engine::Implementation;
using Numbers = std::vector<double>;

inline Numbers noise(std::size_t count, std::uint64_t seed, double low = -1, double high = 1) {
    std::mt19937_64 bits(seed);
    Numbers v(count);
    for (double& x : v) x = low + (high - low) * static_cast<double>(bits() >> 11U) * 0x1p-53;
    return v;
}

// Largest difference as part of the largest number; not a number where one side is none.
inline double relative(std::span<const double> a, std::span<const double> b) {
    REQUIRE(a.size() == b.size());
    double most = 0, size = 1e-300;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!std::isfinite(a[i]) || !std::isfinite(b[i])) return std::nan("");
        most = std::max(most, std::abs(a[i] - b[i]));
        size = std::max(size, std::abs(b[i]));
    }
    return most / size;
}

struct Case {
    std::string name;
    Network network;
    std::vector<Term> terms;
    std::vector<Points> points;
};

// Every entry of every channel of every output is a variable; two residuals with known parts, constants, products and
// functions of them.
inline Term term_of(const Network& network, Channels channels, int extra = 1) {
    Term term;
    term.channels = std::move(channels);
    const auto count = static_cast<std::size_t>(term.channels.count());
    for (int o = 0; o < network.outputs; ++o) {
        for (std::size_t c = 0; c < count; ++c) {
            term.variables.push_back({o, Numbers(count, 0.0), {}});
            term.variables.back().row[c] = 1;
            term.variables.back().row[(c + 1) % count] += 0.25;
        }
    }
    term.extra = extra;
    term.residuals = 2;
    const int given = network.coordinates + extra, variables = static_cast<int>(term.variables.size());
    std::vector<Instruction>& code = term.program.code;
    const auto put = [&](Op op, int a = 0, int b = 0, double value = 0) {
        code.push_back({op, a, b, value});
        return static_cast<int>(code.size()) - 1;
    };
    int known = put(Op::sin, put(Op::input, 0));
    for (int i = 1; i < given; ++i) known = put(Op::add, known, put(Op::multiply, known, put(Op::input, i)));
    int sum = known;
    for (int v = 0; v < variables; ++v) {
        const int factor = put(Op::constant, 0, 0, 0.3 + 0.05 * v);
        sum = put(v % 2 == 0 ? Op::add : Op::subtract, sum, put(Op::multiply, factor, put(Op::input, given + v)));
    }
    const int first = put(Op::input, given), last = put(Op::input, given + variables - 1);
    const int wave = put(Op::cos, put(Op::multiply, known, first));
    term.program.outputs = {put(Op::add, sum, put(Op::multiply, first, last)),
                            put(Op::subtract, put(Op::integer_power, first, 0, 3), put(Op::multiply, sum, wave))};
    term.program.inputs = given + variables;
    return term;
}

inline Points points_of(const Network& network, const Term& term, std::size_t count, bool constrained,
                        std::uint64_t seed) {
    Points points;
    points.count = count;
    points.coordinates = noise(static_cast<std::size_t>(network.coordinates) * count, seed);
    points.extra = noise(static_cast<std::size_t>(term.extra) * count, seed + 1);
    points.weights = noise(count, seed + 2, 0.5, 1.5);
    if (!constrained) return points;
    const std::size_t size =
        static_cast<std::size_t>(network.outputs) * static_cast<std::size_t>(term.channels.count()) * count;
    points.shift = noise(size, seed + 3);
    points.scale = noise(size, seed + 4, 0.5, 1.5);
    return points;
}

inline std::vector<std::pair<std::string, Channels>> channel_sets() {
    Channels collapsed;
    collapsed.directions = {{{1, 0}, 1}, {{0.6, 0.8}, 2}};
    collapsed.collapsed = {{{0, 1}, {-0.3, 0.2}}, {{1, 0.5}, {0, 1}}};
    return {{"value", {}},
            {"first", {{{{1, 0}, 1}, {{0, 1}, 1}}, {}}},
            {"second", {{{{1, 0}, 2}, {{0, 1}, 1}}, {}}},
            {"third", {{{{1, 0}, 3}, {{1, 1}, 2}}, {}}},
            {"fourth", {{{{1, 0}, 4}, {{1, -1}, 4}}, {}}},
            {"collapsed", collapsed}};
}

inline Network network_of(Activation activation, bool gated, bool adaptive, int width = 11, int depth = 3) {
    Network network;
    network.coordinates = 2;
    network.features = linear_features({-1, -1}, {1, 1});
    network.features.push_back({{2.0, 0.5}, 0.3, true});
    network.width = width;
    network.depth = depth;
    network.outputs = 2;
    network.activation = activation;
    network.gated = gated;
    network.adaptive = adaptive;
    return network;
}

// Two terms of unequal size: channels of the case, and values alone.
inline Case case_of(const std::string& name, const Network& network, const Channels& channels, bool constrained,
                    std::size_t count = 53) {
    Case made{name, network, {term_of(network, channels), term_of(network, {}, 0)}, {}};
    made.points = {points_of(network, made.terms[0], count, constrained, 5),
                   points_of(network, made.terms[1], 7, false, 15)};
    return made;
}

inline std::vector<Case> all_cases() {
    std::vector<Case> cases;
    const char* const names[] = {"tanh", "sin", "silu", "gelu"};
    for (const Activation activation : {Activation::tanh, Activation::sin, Activation::silu, Activation::gelu}) {
        for (const auto& [set, channels] : channel_sets()) {
            for (int kind = 0; kind < 4; ++kind) {
                const std::string name = std::string(names[static_cast<int>(activation)]) + " " + set +
                                         (kind % 2 == 1 ? " gated" : "") + (kind / 2 == 1 ? " adaptive" : "");
                const Network network = network_of(activation, kind % 2 == 1, kind / 2 == 1);
                cases.push_back(case_of(name, network, channels, kind == 1 || kind == 2));
            }
        }
    }
    return cases;
}

inline Numbers parameters_of(const Network& network) {
    Numbers p = initial_parameters(network, 3);
    const Numbers more = noise(p.size(), 103, -0.1, 0.1);
    for (std::size_t i = 0; i < p.size(); ++i) p[i] += more[i];
    return p;
}

inline void load(Implementation& engine, const Case& of, bool weighted = true) {
    for (std::size_t t = 0; t < of.terms.size(); ++t) {
        engine.add(of.terms[t]);
        engine.set_points(t, of.points[t]);
    }
    if (weighted) engine.set_weights(0, Numbers{0.7, 1.9});
}

inline std::unique_ptr<Implementation> processor(const Network& network, Precision precision = Precision::float64) {
    return make_cpu_engine(network, precision, {}, kernels_at(0));
}

// Everything an engine can say of a case, one after the other.
struct Answers {
    Numbers loss, gradient, mean_squares, residuals, variables, backward, residual_backward, coordinates;
};

inline Answers answers_of(Implementation& engine, const Case& of) {
    const Numbers p = parameters_of(of.network);
    Answers a;
    a.gradient.resize(p.size());
    a.loss = {engine.loss(p, a.gradient), engine.loss(p, {})};
    for (std::size_t t = 0; t < of.terms.size(); ++t) {
        const auto squares = engine.mean_squares(t);
        a.mean_squares.insert(a.mean_squares.end(), squares.begin(), squares.end());
        const Numbers residuals = engine.residuals(t, p), variables = engine.variables(t, p);
        a.residuals.insert(a.residuals.end(), residuals.begin(), residuals.end());
        a.variables.insert(a.variables.end(), variables.begin(), variables.end());
        Numbers gradient(p.size(), 0.5), coordinates(of.points[t].coordinates.size());
        engine.backward(t, p, noise(variables.size(), 33), gradient,
                        of.points[t].scale.empty() ? std::span<double>(coordinates) : std::span<double>());
        a.backward.insert(a.backward.end(), gradient.begin(), gradient.end());
        engine.residual_backward(t, p, noise(residuals.size(), 34), gradient);
        a.residual_backward.insert(a.residual_backward.end(), gradient.begin(), gradient.end());
        a.coordinates.insert(a.coordinates.end(), coordinates.begin(), coordinates.end());
    }
    return a;
}

inline void check_equal(const Answers& a, const Answers& b, double limit) {
    CHECK(relative(a.loss, b.loss) <= limit);
    CHECK(relative(a.gradient, b.gradient) <= limit);
    CHECK(relative(a.mean_squares, b.mean_squares) <= limit);
    CHECK(relative(a.residuals, b.residuals) <= limit);
    CHECK(relative(a.variables, b.variables) <= limit);
    CHECK(relative(a.backward, b.backward) <= limit);
    CHECK(relative(a.residual_backward, b.residual_backward) <= limit);
    CHECK(relative(a.coordinates, b.coordinates) <= limit);
}

inline void check_same_bits(const Answers& a, const Answers& b) {
    CHECK(a.loss == b.loss);
    CHECK(a.gradient == b.gradient);
    CHECK(a.mean_squares == b.mean_squares);
    CHECK(a.residuals == b.residuals);
    CHECK(a.variables == b.variables);
    CHECK(a.backward == b.backward);
    CHECK(a.residual_backward == b.residual_backward);
    CHECK(a.coordinates == b.coordinates);
}

} // namespace jet_test
