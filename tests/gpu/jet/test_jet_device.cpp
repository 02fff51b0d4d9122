// SPDX-License-Identifier: BSD-3-Clause
// The engine of a device on the processor: the code of the CUDA kernels, its threads one after the other, against the
// fused engine.
#include "tests/gpu/jet/device_cases.h"
#include "tests/gpu/jet/host_device.h"

#include "core/error.h"
#include "gpu/jet/engine_device.h"

using namespace jet_test;

namespace {

constexpr std::size_t fast = 227 * 1024; // of a block on compute capability 9.0

struct Made {
    std::unique_ptr<Implementation> engine;
    HostDevice* device = nullptr;
};

Made made(const Case& of, std::size_t bytes, int blocks, Order order = Order::forwards,
          Precision precision = Precision::float64) {
    auto device = std::make_unique<HostDevice>(bytes, blocks, order);
    Made m{nullptr, device.get()};
    m.engine = make_device_engine(of.network, precision, std::move(device));
    load(*m.engine, of);
    return m;
}

Answers expected_of(const Case& of, Precision precision = Precision::float64) {
    const auto engine = processor(of.network, precision);
    load(*engine, of);
    return answers_of(*engine, of);
}

} // namespace

TEST_CASE("the kernel of narrow networks computes what the fused engine does", "[gpu][jet]") {
    for (const Case& of : all_cases()) {
        INFO(of.name);
        const Made narrow = made(of, fast, 3);
        check_equal(answers_of(*narrow.engine, of), expected_of(of), 1e-12);
        CHECK(narrow.device->narrow_runs > 0);
        CHECK(narrow.device->wide_runs == 0);
    }
}

TEST_CASE("the layers of wide networks compute what the fused engine does", "[gpu][jet]") {
    for (const Case& of : all_cases()) {
        INFO(of.name);
        const Made wide = made(of, 0, 3);
        check_equal(answers_of(*wide.engine, of), expected_of(of), 1e-12);
        CHECK(wide.device->narrow_runs == 0);
        CHECK(wide.device->wide_runs > 0);
    }
}

TEST_CASE("a device in single precision stays near the fused engine", "[gpu][jet]") {
    for (const Case& of : all_cases()) {
        INFO(of.name);
        const Answers expected = expected_of(of);
        check_equal(answers_of(*made(of, fast, 2, Order::forwards, Precision::float32).engine, of), expected, 1e-4);
        check_equal(answers_of(*made(of, 0, 2, Order::forwards, Precision::float32).engine, of), expected, 1e-4);
    }
}

TEST_CASE("the order of threads within a loop changes no bit", "[gpu][jet]") {
    for (const Case& of : all_cases()) {
        INFO(of.name);
        for (const std::size_t bytes : {fast, std::size_t(0)}) {
            const Answers forwards = answers_of(*made(of, bytes, 3).engine, of);
            for (const Order order : {Order::backwards, Order::odd_first})
                check_same_bits(answers_of(*made(of, bytes, 3, order).engine, of), forwards);
        }
    }
}

TEST_CASE("threads of a block that run at a time compute the same bits", "[gpu][jet]") {
    for (const bool gated : {false, true}) {
        const Case of =
            case_of("threads", network_of(Activation::tanh, gated, true, 6, 2), channel_sets()[2].second, gated);
        check_same_bits(answers_of(*made(of, fast, 2, Order::at_a_time).engine, of),
                        answers_of(*made(of, fast, 2).engine, of));
    }
}

TEST_CASE("blocks share the tiles whatever their number, and narrow and wide terms go together", "[gpu][jet]") {
    const Case of = case_of("shared", network_of(Activation::tanh, true, true), channel_sets()[2].second, false, 173);
    const Answers expected = expected_of(of);
    for (const int blocks : {1, 2, 5, 64}) check_equal(answers_of(*made(of, fast, blocks).engine, of), expected, 1e-12);
    int mixtures = 0;
    for (std::size_t bytes = 8 * 1024; bytes < fast && mixtures < 3; bytes += 2048) {
        const Made both = made(of, bytes, 4);
        check_equal(answers_of(*both.engine, of), expected, 1e-12);
        if (both.device->narrow_runs > 0 && both.device->wide_runs > 0) ++mixtures;
    }
    CHECK(mixtures == 3);
}

TEST_CASE("points and weights of a device's terms can change", "[gpu][jet]") {
    const Case of = case_of("changed", network_of(Activation::sin, false, false), channel_sets()[1].second, false);
    Case later = case_of("later", of.network, channel_sets()[1].second, true, 90);
    for (const std::size_t bytes : {fast, std::size_t(0)}) {
        const Made device = made(of, bytes, 4);
        const auto fused = processor(of.network);
        load(*fused, of);
        for (Implementation* engine : {device.engine.get(), fused.get()}) {
            answers_of(*engine, of);
            engine->set_points(0, later.points[0]);
            engine->set_weights(1, Numbers{0.1, 3});
            engine->set_point_weights(1, noise(later.points[1].count, 8, 0, 1));
        }
        check_equal(answers_of(*device.engine, later), answers_of(*fused, later), 1e-12);
    }
}

TEST_CASE("a term without points adds nothing", "[gpu][jet]") {
    Case of = case_of("empty", network_of(Activation::tanh, false, false), channel_sets()[1].second, false);
    of.terms.pop_back();
    of.points.pop_back();
    const Numbers p = parameters_of(of.network);
    for (const std::size_t bytes : {fast, std::size_t(0)}) {
        const Made device = made(of, bytes, 4);
        Numbers before(p.size()), after(p.size());
        const double loss = device.engine->loss(p, before);
        device.engine->add(of.terms[0]);
        CHECK(device.engine->loss(p, after) == loss);
        CHECK(after == before);
        device.engine->set_points(1, {});
        CHECK(device.engine->residuals(1, p).empty());
        CHECK(device.engine->variables(1, p).empty());
        CHECK(device.engine->loss(p, after) == loss);
        CHECK(after == before);
    }
}

TEST_CASE("a device takes a term without residuals for its variables", "[gpu][jet]") {
    Case of = case_of("variables", network_of(Activation::gelu, false, false), channel_sets()[3].second, false);
    of.terms[0].residuals = 0;
    of.terms[0].program.code.clear();
    of.terms[0].program.outputs.clear();
    const auto fused = processor(of.network);
    load(*fused, of, false);
    const Numbers p = parameters_of(of.network), expected = fused->variables(0, p);
    for (const std::size_t bytes : {fast, std::size_t(0)}) {
        const auto device = make_device_engine(of.network, Precision::float64, std::make_unique<HostDevice>(bytes, 4));
        load(*device, of, false);
        CHECK(relative(device->variables(0, p), expected) < 1e-12);
        Numbers a(p.size()), b(p.size());
        CHECK(relative(Numbers{device->loss(p, a)}, Numbers{fused->loss(p, b)}) < 1e-12);
        CHECK(relative(a, b) < 1e-12);
        fused->backward(0, p, expected, b, {});
        device->backward(0, p, expected, a, {});
        CHECK(relative(a, b) < 1e-12);
    }
}

TEST_CASE("what is not a number on a device stays so, and where it is", "[gpu][jet]") {
    Case of = case_of("nan", network_of(Activation::gelu, false, false), channel_sets()[2].second, false);
    of.points[0].coordinates[11] = std::nan("");
    const Numbers p = parameters_of(of.network);
    for (const std::size_t bytes : {fast, std::size_t(0)}) {
        const Made device = made(of, bytes, 3);
        Numbers g(p.size());
        CHECK(std::isnan(device.engine->loss(p, g)));
        CHECK(std::isnan(g[0]));
        const Numbers r = device.engine->residuals(0, p);
        CHECK(std::isnan(r[11]));
        CHECK(std::isfinite(r[10]));
        CHECK(std::isfinite(r[12]));
    }
}

TEST_CASE("a device takes compiled residuals by way of the processor", "[gpu][jet]") {
    Case of = case_of("compiled", network_of(Activation::tanh, false, false), channel_sets()[1].second, false);
    Term& term = of.terms[0];
    term.residuals = 2;
    term.code64.forward = [](const ResidualTile<double>& t) {
        for (int p = 0; p < t.lead; ++p) {
            const double *x = t.coordinates + p, *v = t.variables + p;
            t.residuals[p] = v[0] * v[t.lead] + t.extra[p] - std::sin(x[t.lead]);
            t.residuals[t.lead + p] = v[2 * t.lead] - x[0] * v[0];
        }
    };
    term.code64.backward = [](const ResidualTile<double>& t, const double* g, double* to) {
        std::fill_n(to, 6 * t.lead, 0.0);
        for (int p = 0; p < t.lead; ++p) {
            const double* v = t.variables + p;
            to[p] = g[p] * v[t.lead] - g[t.lead + p] * t.coordinates[p];
            to[t.lead + p] = g[p] * v[0];
            to[2 * t.lead + p] = g[t.lead + p];
        }
    };
    const Answers expected = expected_of(of);
    for (const std::size_t bytes : {fast, std::size_t(0)})
        check_equal(answers_of(*made(of, bytes, 3).engine, of), expected, 1e-12);
}

TEST_CASE("Adam on a device takes the steps of Adam", "[gpu][jet]") {
    const Case of = case_of("adam", network_of(Activation::tanh, false, true), channel_sets()[2].second, false);
    const AdamOptions first{2e-3, 0.9, 0.99, 1e-7, 0.01}, then{1e-3, 0.8, 0.999, 1e-8, 0};
    for (const std::size_t bytes : {fast, std::size_t(0)}) {
        const Made device = made(of, bytes, 3);
        Numbers p = parameters_of(of.network);
        AdamState state;
        const std::optional<double> early = device.engine->adam_steps(p, state, first, 7);
        const std::optional<double> late = device.engine->adam_steps(p, state, then, 4);
        REQUIRE(late);
        CHECK(*late < *early);
        CHECK(state.step == 11);

        const auto fused = processor(of.network);
        load(*fused, of);
        CHECK(!fused->adam_steps(p, state, first, 1));
        Numbers q = parameters_of(of.network), g(q.size()), m(q.size()), v(q.size());
        double loss = 0;
        for (int t = 1; t <= 11; ++t) {
            const AdamOptions& o = t <= 7 ? first : then;
            loss = fused->loss(q, g);
            for (std::size_t i = 0; i < q.size(); ++i) {
                m[i] = o.beta1 * m[i] + (1 - o.beta1) * g[i];
                v[i] = o.beta2 * v[i] + (1 - o.beta2) * g[i] * g[i];
                const double mean = m[i] / (1 - std::pow(o.beta1, t)), size = v[i] / (1 - std::pow(o.beta2, t));
                q[i] = (1 - o.rate * o.decay) * q[i] - o.rate * mean / (std::sqrt(size) + o.epsilon);
            }
        }
        CHECK(relative(p, q) < 1e-10);
        CHECK(std::abs(*late - loss) < 1e-10 * loss);
    }
}

TEST_CASE("a device says what it can't take", "[gpu][jet]") {
    const Network network = network_of(Activation::tanh, false, false);
    const auto engine = make_device_engine(network, Precision::float64, std::make_unique<HostDevice>(fast, 1));
    CHECK_THROWS_AS(engine->loss(Numbers(3), {}), orrery::Error);
    Network huge = network;
    huge.width = 40000;
    CHECK_THROWS_AS(make_device_engine(huge, Precision::float32, std::make_unique<HostDevice>(fast, 1)), orrery::Error);
    CHECK_THROWS_AS(make_cuda_engine(network, Precision::float64, 4711), orrery::Error);
}
