// SPDX-License-Identifier: BSD-3-Clause
// Large arguments, numbers that are none, and terms that don't fit.
#include "tests/gpu/jet/jet_checks.h"

#include <functional>

using namespace jet_checks;
using jet::Activation;
using jet::Precision;

namespace {

// One unit that is fed `z` and passed on as it is: derivatives of the activation up to the fourth, by x = z.
Numbers activation_at(Activation kind, const Numbers& z, const jet::EngineOptions& options) {
    jet::Network net = network_of(1, 1, 1, 1, kind);
    net.features = {{{1.0}, 0.0, false}};
    jet::Term term = term_of({"", 1, {{0}, {1}, {2}, {3}, {4}}, {}}, 1);
    term.residuals = 0;
    jet::Engine engine(net, options);
    engine.add(term);
    jet::Points points;
    points.count = z.size();
    points.coordinates = z;
    engine.set_points(0, points);
    return engine.variables(0, Numbers{1, 0, 1, 0});
}

const Activation activations[] = {Activation::tanh, Activation::sin, Activation::silu, Activation::gelu};

bool has_nan(const Numbers& v) {
    return std::any_of(v.begin(), v.end(), [](double x) { return std::isnan(x); });
}

void check_refused(const jet::Network& net, const jet::Term& term, const std::string& sentence) {
    for (const jet::EngineOptions& options : {fused(), fused(Precision::float32), tensors()}) {
        jet::Engine engine(net, options);
        CHECK_THROWS_WITH(engine.add(term), contains_text(sentence));
    }
}

} // namespace

TEST_CASE("activations and their derivatives far from zero", "[gpu][jet]") {
    for (int set = 0; set < jet::kernel_count(); ++set) {
        const jet::EngineOptions wide = fused(Precision::float64, set), narrow = fused(Precision::float32, set);
        for (const jet::EngineOptions& options : {wide, narrow}) {
            for (const double z : {30.0, 100.0, 1e4, 1e30}) {
                INFO(z);
                CHECK(activation_at(Activation::tanh, {z, -z}, options) == Numbers{1, -1, 0, 0, 0, 0, 0, 0, 0, 0});
                const double x = options.precision == Precision::float32 ? static_cast<float>(z) : z;
                const Numbers expected = {x, 0, 1, 0, 0, 0, 0, 0, 0, 0};
                for (const Activation kind : {Activation::silu, Activation::gelu}) {
                    const Numbers got = activation_at(kind, {z, -z}, options);
                    CHECK(difference(got, expected) <= 1e-7);
                    for (std::size_t i = 2; i < got.size(); ++i) CHECK(got[i] == Approx(expected[i]).margin(1e-7));
                }
            }
        }
        for (const double z : {0.3, 3.0, 9.0, 40.0, 12345.0, 99999.0, 100001.0, 1e9, -7e12}) {
            INFO(z);
            const double s = std::sin(z), c = std::cos(z);
            CHECK(difference(activation_at(Activation::sin, {z}, wide), Numbers{s, c, -s, -c, s}) <= 1e-11);
        }
        // Where the exponential is the whole of the value.
        for (const double z : {-5.0, -12.0, -20.0}) {
            INFO(z);
            const double below = 0.5 * std::erfc(-z / std::sqrt(2.0)),
                         density = std::exp(-z * z / 2) * 0.3989422804014327;
            const Numbers g = activation_at(Activation::gelu, {z}, wide);
            CHECK(g[0] == Approx(z * below).epsilon(1e-13));
            CHECK(g[2] == Approx((2 - z * z) * density).epsilon(1e-13));
            CHECK(g[4] == Approx((-4 + z * z * (7 - z * z)) * density).epsilon(1e-13));
            CHECK(activation_at(Activation::silu, {z}, wide)[0] == Approx(z / (1 + std::exp(-z))).epsilon(1e-13));
        }
    }
}

TEST_CASE("what is not a number stays so, in the loss and in the gradient", "[gpu][jet]") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const Activation kind : activations) {
        for (const jet::EngineOptions& options : {fused(), fused(Precision::float32), tensors()}) {
            const jet::Network net = network_of(2, 5, 2, 1, kind);
            const jet::Term term = with_program(term_of(channel_sets()[2], 1), 2);
            jet::Engine engine(net, options);
            engine.add(term);
            jet::Points points = points_of(term, 2, 30);
            engine.set_points(0, points);
            Numbers p = parameters_of(net), g(p.size());
            CHECK(std::isfinite(engine.loss(p, g)));
            CHECK_FALSE(has_nan(g));
            p[3] = nan;
            CHECK(std::isnan(engine.loss(p, g)));
            CHECK(has_nan(g));
            p = parameters_of(net);
            points.coordinates[7] = nan;
            engine.set_points(0, points);
            CHECK(std::isnan(engine.loss(p, g)));
            CHECK(has_nan(g));
            CHECK(std::isnan(engine.residuals(0, p)[7]));
            CHECK_FALSE(std::isnan(engine.residuals(0, p)[8]));
        }
    }
}

TEST_CASE("a loss without a gradient is the same loss", "[gpu][jet]") {
    const jet::Network net = network_of(2, 7, 2, 1);
    const jet::Term term = with_program(term_of(channel_sets()[2], 1), 2);
    for (const jet::EngineOptions& options : {fused(), tensors()}) {
        jet::Engine engine(net, options);
        engine.add(term);
        engine.set_points(0, points_of(term, 2, 50));
        const Numbers p = parameters_of(net);
        Numbers g(p.size());
        const double with = engine.loss(p, g);
        CHECK(engine.loss(p, {}) == with);
        // The loss is the weighted mean of squares.
        engine.set_weights(0, Numbers{2, 3});
        const Numbers weights = noise(50, 3, 0, 2), r = engine.residuals(0, p);
        engine.set_point_weights(0, weights);
        double first = 0, second = 0;
        for (std::size_t i = 0; i < 50; ++i) {
            first += weights[i] * r[i] * r[i] / 50;
            second += weights[i] * r[50 + i] * r[50 + i] / 50;
        }
        CHECK(engine.loss(p, {}) == Approx(2 * first + 3 * second).epsilon(1e-13));
        CHECK(engine.mean_squares(0)[1] == Approx(second).epsilon(1e-13));
    }
}

TEST_CASE("terms and networks that don't fit are refused with a sentence", "[gpu][jet]") {
    const jet::Network net = network_of(2, 5, 2, 1);
    const jet::Term good = with_program(term_of(channel_sets()[2], 1), 2);
    const auto changed = [&](const std::function<void(jet::Term&)>& change) {
        jet::Term term = good;
        change(term);
        return term;
    };
    check_refused(net, changed([](auto& t) { t.variables[1].output = 1; }), "names output 1 of 1");
    check_refused(net, changed([](auto& t) { t.variables[1].row.push_back(1); }), "5 channels where the term has 4");
    check_refused(net, changed([](auto& t) { t.channels.directions[0].vector = {1}; }), "2 entries");
    check_refused(net, changed([](auto& t) { t.channels.directions[0].order = 13; }), "order 13 is beyond");
    check_refused(net, changed([](auto& t) { t.channels.directions[0].order = 0; }), "at least 1");
    check_refused(net, changed([](auto& t) { t.channels.collapsed.push_back({{1}, {}}); }), "each direction");
    check_refused(net, changed([](auto& t) { t.extra = 0; }), "program has 7 inputs and 2 outputs where 6");
    check_refused(net, changed([](auto& t) { t.residuals = 3; }), "2 outputs where 7 and 3 are needed");
    check_refused(net, changed([](auto& t) { t.program.code[3].b = 70; }), "reads what is not there");
    check_refused(net, changed([](auto& t) { t.program.outputs[0] = 700; }), "output is not there");
    check_refused(net, changed([](auto& t) {
                      t.program.code[1] = {jet::Op::integer_power, 0, 0, 0.5};
                  }),
                  "0.5 is not a whole number");
    check_refused(net, changed([](auto& t) { t.variables[0].derivative = {1}; }), "1 orders where there are 2");
    jet::Term half;
    half.variables = good.variables;
    half.channels = good.channels;
    half.code64.forward = [](const jet::ResidualTile<double>&) {};
    check_refused(net, half, "not given in the engine's precision");

    jet::Engine engine(net, fused());
    engine.add(good);
    jet::Points points = points_of(good, 2, 5);
    points.coordinates.pop_back();
    CHECK_THROWS_WITH(engine.set_points(0, points), contains_text("different lengths"));
    points = points_of(good, 2, 5);
    points.shift = Numbers(20, 0.0); // without a scale
    CHECK_THROWS_WITH(engine.set_points(0, points), contains_text("different lengths"));
    CHECK_NOTHROW(engine.set_points(0, points_of(good, 2, 5)));
    CHECK_THROWS_WITH(engine.set_weights(0, Numbers{1}), contains_text("1 weights"));
    CHECK_THROWS_WITH(engine.loss(Numbers(3), {}), contains_text("3 parameters"));
    Numbers short_gradient(3);
    CHECK_THROWS_WITH(engine.loss(parameters_of(net), short_gradient), contains_text("gradient"));

    jet::Network none = net;
    none.depth = 0;
    CHECK_THROWS_WITH(jet::Engine(none, fused()), contains_text("depth 0"));
    none = net;
    none.features[1].wave = {1};
    CHECK_THROWS_WITH(jet::Engine(none, tensors()), contains_text("1 entries where there are 2"));
    CHECK_THROWS_WITH(jet::plan(2, {{1}}), contains_text("one order from 0 on"));
    CHECK_THROWS_WITH(jet::plan(1, {{5}}), contains_text("goes up to order 4"));
}
