// SPDX-License-Identifier: BSD-3-Clause
// The engine on a CUDA device against the fused engine of the processor; skipped where there is no device.
#include "tests/gpu/jet/device_cases.h"

#include <ATen/Context.h>

using namespace jet_test;

namespace {

bool no_device() {
    if (at::hasCUDA()) return false;
    WARN("skipped: there is no CUDA device");
    return true;
}

std::unique_ptr<Implementation> cuda(const Case& of, Precision precision = Precision::float64) {
    auto engine = make_cuda_engine(of.network, precision, 0);
    load(*engine, of);
    return engine;
}

Answers expected_of(const Case& of) {
    const auto engine = processor(of.network);
    load(*engine, of);
    return answers_of(*engine, of);
}

// Beyond shared memory, with tiles of more points than the processor's.
Case wide_case(Activation activation, bool gated, std::size_t count = 300) {
    return case_of("wide", network_of(activation, gated, true, 150, 4), channel_sets()[2].second, true, count);
}

} // namespace

TEST_CASE("a CUDA device computes what the fused engine does", "[gpu][jet][cuda]") {
    if (no_device()) return;
    for (const Case& of : all_cases()) {
        INFO(of.name);
        const Answers expected = expected_of(of);
        check_equal(answers_of(*cuda(of), of), expected, 1e-11);
        check_equal(answers_of(*cuda(of, Precision::float32), of), expected, 1e-4);
    }
}

TEST_CASE("wide networks on a CUDA device do too", "[gpu][jet][cuda]") {
    if (no_device()) return;
    for (const Activation activation : {Activation::tanh, Activation::sin, Activation::silu, Activation::gelu}) {
        for (const bool gated : {false, true}) {
            const Case of = wide_case(activation, gated);
            const Answers expected = expected_of(of);
            check_equal(answers_of(*cuda(of), of), expected, 1e-11);
            check_equal(answers_of(*cuda(of, Precision::float32), of), expected, 1e-4);
        }
    }
}

TEST_CASE("equal inputs give equal bits on a CUDA device, captured or not", "[gpu][jet][cuda]") {
    if (no_device()) return;
    const Case narrow =
        case_of("narrow", network_of(Activation::tanh, true, true, 20), channel_sets()[2].second, false, 20000);
    for (const Case& of : {narrow, wide_case(Activation::tanh, false, 5000)}) {
        for (const Precision precision : {Precision::float32, Precision::float64}) {
            const auto engine = cuda(of, precision), other = cuda(of, precision);
            const Answers plain = answers_of(*engine, of); // the first loss() is launched plainly
            check_same_bits(answers_of(*engine, of), plain);
            check_same_bits(answers_of(*other, of), plain);
            const Numbers p = parameters_of(of.network);
            Numbers gradient(p.size());
            for (int i = 0; i < 20; ++i) {
                CHECK(engine->loss(p, gradient) == plain.loss[0]);
                CHECK(gradient == plain.gradient);
            }
        }
    }
}

TEST_CASE("a captured step sees new weights, points and parameters", "[gpu][jet][cuda]") {
    if (no_device()) return;
    for (Case of : {case_of("narrow", network_of(Activation::sin, false, true), channel_sets()[1].second, false),
                    wide_case(Activation::sin, false)}) {
        const auto device = cuda(of), fused = processor(of.network);
        load(*fused, of);
        answers_of(*device, of);
        of.points[0] = points_of(of.network, of.terms[0], 200, true, 77);
        const Numbers p = noise(of.network.parameters(), 9, -0.3, 0.3);
        Numbers a(p.size()), b(p.size());
        for (Implementation* engine : {device.get(), fused.get()}) {
            engine->set_weights(0, Numbers{0.1, 3});
            engine->set_point_weights(1, noise(of.points[1].count, 8, 0, 1));
        }
        CHECK(std::abs(device->loss(p, a) - fused->loss(p, b)) < 1e-11);
        CHECK(relative(a, b) < 1e-11);
        for (Implementation* engine : {device.get(), fused.get()}) engine->set_points(0, of.points[0]);
        for (int i = 0; i < 3; ++i) {
            CHECK(std::abs(device->loss(p, a) / fused->loss(p, b) - 1) < 1e-11);
            CHECK(relative(a, b) < 1e-11);
        }
    }
}

TEST_CASE("Adam on a CUDA device takes the steps of Adam", "[gpu][jet][cuda]") {
    if (no_device()) return;
    const Case of = case_of("adam", network_of(Activation::tanh, false, true), channel_sets()[2].second, false);
    const auto device = cuda(of), fused = processor(of.network);
    load(*fused, of);
    Numbers p = parameters_of(of.network), q = p, g(q.size()), m(q.size()), v(q.size());
    AdamState state;
    AdamOptions options;
    double loss = 0;
    for (int t = 1; t <= 30; ++t) {
        loss = fused->loss(q, g);
        for (std::size_t i = 0; i < q.size(); ++i) {
            m[i] = options.beta1 * m[i] + (1 - options.beta1) * g[i];
            v[i] = options.beta2 * v[i] + (1 - options.beta2) * g[i] * g[i];
            q[i] -= (t <= 20 ? 1e-3 : 3e-4) * m[i] / (1 - std::pow(options.beta1, t)) /
                    (std::sqrt(v[i] / (1 - std::pow(options.beta2, t))) + options.epsilon);
        }
    }
    REQUIRE(device->adam_steps(p, state, options, 20));
    options.rate = 3e-4; // a captured step must see it
    const std::optional<double> last = device->adam_steps(p, state, options, 10);
    REQUIRE(last);
    CHECK(std::abs(*last / loss - 1) < 1e-9);
    CHECK(relative(p, q) < 1e-9);
}
