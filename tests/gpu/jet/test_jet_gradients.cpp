// SPDX-License-Identifier: BSD-3-Clause
// The fused engine against autograd: values, residuals, losses, and gradients by parameters and by points.
#include "tests/gpu/jet/jet_checks.h"

using namespace jet_checks;
using jet::Activation;
using jet::Precision;

namespace {

constexpr std::size_t count = 37; // not a multiple of a tile

// The same term by tensors, and fused with every instruction set in both precisions.
void compare(const std::string& name, const jet::Network& net, const jet::Term& term, const jet::Points& points) {
    const Numbers p = parameters_of(net);
    const auto run = [&](const jet::EngineOptions& options) {
        jet::Engine engine(net, options);
        engine.add(term);
        engine.set_points(0, points);
        engine.set_weights(0, Numbers{0.7, 1.9});
        engine.set_point_weights(0, noise(points.count, 11, 0.5, 2));
        return result_of(engine, 0, p);
    };
    const Result expected = run(tensors());
    REQUIRE(std::isfinite(expected.loss));
    REQUIRE(expected.loss > 1e-6);
    // Where sums cancel, no further off than autograd in the same precision.
    const double narrow = std::max(1e-5, 4 * difference(run(tensors(Precision::float32)), expected));
    CHECK(narrow < 1e-3);
    for (int set = 0; set < jet::kernel_count(); ++set) {
        INFO(name << ", " << jet::kernels_at(set).name);
        CHECK(difference(run(fused(Precision::float64, set)), expected) <= 1e-12);
        CHECK(difference(run(fused(Precision::float32, set)), expected) <= narrow);
    }
}

void compare(const std::string& name, const jet::Network& net, const ChannelSet& set, bool constrained = false) {
    const jet::Term term = with_program(term_of(set, net.outputs), net.coordinates);
    jet::Points points = points_of(term, net.coordinates, count);
    if (constrained) constrain(points, term, net.outputs);
    compare(name, net, term, points);
}

const Activation activations[] = {Activation::tanh, Activation::sin, Activation::silu, Activation::gelu};
const char* const names[] = {"tanh", "sin", "silu", "gelu"};

std::string described(const ChannelSet& set, const jet::Network& net) {
    return fmt::format("{}: {} {}x{}{}{}", set.name, names[static_cast<int>(net.activation)], net.width, net.depth,
                       net.gated ? " gated" : "", net.adaptive ? " adaptive" : "");
}

} // namespace

TEST_CASE("the fused engine is autograd for every channel set and activation", "[gpu][jet]") {
    for (const ChannelSet& set : channel_sets()) {
        for (const Activation activation : activations) {
            for (const int kind : {0, 1, 2, 3}) {
                if ((kind == 1 || kind == 2) && activation != Activation::tanh) continue;
                jet::Network net = network_of(set.coordinates, 7, 2, 2, activation);
                net.gated = (kind & 1) != 0;
                net.adaptive = (kind & 2) != 0;
                compare(described(set, net), net, set);
            }
        }
    }
}

TEST_CASE("the fused engine is autograd for every width, depth and number of outputs", "[gpu][jet]") {
    const ChannelSet set = channel_sets()[3];
    for (const int width : {1, 3, 7, 20, 48, 49, 64, 130}) {
        for (const int depth : {1, 2, 3, 4}) {
            if (width > 64 && depth == 4) continue;
            jet::Network net = network_of(2, width, depth, 1 + (width + depth) % 3);
            net.gated = depth == 3;
            net.adaptive = depth != 2;
            compare(described(set, net), net, set);
        }
    }
}

TEST_CASE("the fused engine is autograd with cosine features and hard constraints", "[gpu][jet]") {
    for (const ChannelSet& set : channel_sets()) {
        jet::Network net = network_of(set.coordinates, 9, 2, 2);
        compare(described(set, net) + " constrained", net, set, true);
        net.gated = true;
        Numbers wave(static_cast<std::size_t>(set.coordinates), 0.6);
        wave[0] = -1.1;
        net.features.push_back({wave, 0.4, true});
        net.features[0].cosine = true;
        compare(described(set, net) + " cosines", net, set);
        compare(described(set, net) + " cosines, constrained", net, set, true);
    }
}

TEST_CASE("the gradient by variables and by points is autograd's", "[gpu][jet]") {
    for (const ChannelSet& set : channel_sets()) {
        for (const bool gated : {false, true}) {
            jet::Network net = network_of(set.coordinates, 8, 3, 2, Activation::silu);
            net.gated = gated;
            net.adaptive = gated;
            net.features.push_back({Numbers(static_cast<std::size_t>(set.coordinates), 0.8), -0.3, true});
            jet::Term term = term_of(set, net.outputs);
            term.residuals = 0;
            const jet::Points points = points_of(term, net.coordinates, count);
            const Numbers p = parameters_of(net), g = noise(term.variables.size() * count, 13);
            const auto run = [&](const jet::EngineOptions& options) {
                jet::Engine engine(net, options);
                engine.add(term);
                engine.set_points(0, points);
                Numbers gradient(p.size(), 2.0), at_points(points.coordinates.size());
                engine.backward(0, p, g, gradient, at_points);
                for (double& x : gradient) x -= 2; // it is added to
                gradient.insert(gradient.end(), at_points.begin(), at_points.end());
                return gradient;
            };
            INFO(described(set, net));
            const Numbers expected = run(tensors());
            CHECK(difference(run(fused()), expected) <= 1e-12);
            CHECK(difference(run(fused(Precision::float32)), expected) <= 1e-5);
        }
    }
}

TEST_CASE("several terms, numbers of points and threads", "[gpu][jet]") {
    const std::vector<ChannelSet> sets = channel_sets();
    const jet::Network net = network_of(2, 20, 3, 1);
    const Numbers p = parameters_of(net);
    const auto run = [&](const jet::EngineOptions& options, std::vector<std::size_t> counts) {
        jet::Engine engine(net, options);
        for (std::size_t t = 0; t < counts.size(); ++t) {
            const jet::Term term = with_program(term_of(sets[t], 1), 2);
            engine.add(term);
            engine.set_points(t, points_of(term, 2, counts[t], 20 + t));
        }
        Numbers gradient(p.size(), 1.0);
        gradient.push_back(engine.loss(p, gradient));
        return gradient;
    };
    for (const std::vector<std::size_t>& counts :
         {std::vector<std::size_t>{1}, {16}, {17, 0, 48}, {0, 128, 129}, {300, 1, 700, 5}}) {
        INFO(fmt::format("{} points", fmt::join(counts, ", ")));
        const Numbers expected = run(tensors(), counts);
        CHECK(difference(run(fused(), counts), expected) <= 1e-12);
        for (const int threads : {1, 2, 3, 5}) {
            jet::EngineOptions options = fused();
            options.team = std::make_shared<orrery::Team>(threads);
            const Numbers once = run(options, counts);
            CHECK(difference(once, expected) <= 1e-12);
            CHECK(once == run(options, counts)); // the same bits
        }
    }
    CHECK(difference(run(fused(), {0, 0}), Numbers(p.size() + 1, 0.0)) == 0);
}

TEST_CASE("two hundred steps of Adam are the same fused and by tensors", "[gpu][jet]") {
    const jet::Network net = network_of(2, 12, 2, 1);
    const jet::Term term = with_program(term_of(channel_sets()[2], 1), 2);
    const auto train = [&](const jet::EngineOptions& options) {
        jet::Engine engine(net, options);
        engine.add(term);
        engine.set_points(0, points_of(term, 2, 90));
        Numbers p = parameters_of(net), g(p.size()), m(p.size()), v(p.size()), losses;
        for (int step = 1; step <= 200; ++step) {
            losses.push_back(engine.loss(p, g));
            const double first = 1 - std::pow(0.9, step), second = 1 - std::pow(0.999, step);
            for (std::size_t i = 0; i < p.size(); ++i) {
                m[i] = 0.9 * m[i] + 0.1 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                p[i] -= 1e-3 * (m[i] / first) / (std::sqrt(v[i] / second) + 1e-8);
            }
        }
        losses.insert(losses.end(), p.begin(), p.end());
        return losses;
    };
    const Numbers fast = train(fused()), slow = train(tensors());
    CHECK(fast[199] < 0.8 * fast[0]);
    CHECK(difference(fast, slow) <= 1e-9);
}
