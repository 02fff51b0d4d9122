// SPDX-License-Identifier: BSD-3-Clause
// Derivatives of random networks against Cauchy's integral over circles in the complex plane, which knows no chain
// rule.
#include "tests/gpu/jet/jet_checks.h"

#include <complex>
#include <numbers>

using namespace jet_checks;
using jet::Activation;
using Complex = std::complex<double>;

namespace {

Complex erf(Complex z) { // its series, for |z| < 2 or so
    Complex term = z, sum = z;
    for (int n = 1; n < 60; ++n) {
        term *= -z * z / static_cast<double>(n);
        sum += term / (2.0 * n + 1);
    }
    return sum * 2.0 / std::sqrt(std::numbers::pi);
}

Complex activate(Activation kind, Complex z) {
    switch (kind) {
    case Activation::tanh:
        return std::tanh(z);
    case Activation::sin:
        return std::sin(z);
    case Activation::silu:
        return z / (1.0 + std::exp(-z));
    case Activation::gelu:
        break;
    }
    return 0.5 * z * (1.0 + erf(z / std::numbers::sqrt2));
}

using Line = std::vector<Complex>;

// The network as network.h describes it, at a complex point.
Line evaluate(const jet::Network& net, const Numbers& p, const Line& x) {
    Line features;
    for (const jet::Feature& f : net.features) {
        Complex angle = f.phase;
        for (std::size_t i = 0; i < x.size(); ++i) angle += f.wave[i] * x[i];
        features.push_back(f.cosine ? std::cos(angle) : angle);
    }
    std::size_t at = 0;
    const auto affine = [&](const Line& a, std::size_t out) {
        Line z(out);
        for (std::size_t o = 0; o < out; ++o) {
            for (std::size_t i = 0; i < a.size(); ++i) z[o] += p[at + o * a.size() + i] * a[i];
            z[o] += p[at + out * a.size() + o];
        }
        at += out * (a.size() + 1);
        return z;
    };
    const auto applied = [&](Line z, double scale) {
        for (Complex& value : z) value = activate(net.activation, scale * value);
        return z;
    };
    const auto width = static_cast<std::size_t>(net.width), outputs = static_cast<std::size_t>(net.outputs);
    const auto depth = static_cast<std::size_t>(net.depth);
    Line u, v;
    if (net.gated) { // behind the output layer
        at = width * (features.size() + 1) + (depth - 1) * width * (width + 1) + outputs * (width + 1);
        u = applied(affine(features, width), 1);
        v = applied(affine(features, width), 1);
        at = 0;
    }
    Line a = features;
    for (std::size_t l = 0; l < depth; ++l) {
        a = applied(affine(a, width), net.adaptive ? p[p.size() - depth + l] : 1.0);
        for (std::size_t i = 0; i < width && net.gated; ++i) a[i] = (1.0 - a[i]) * u[i] + a[i] * v[i];
    }
    return affine(a, outputs);
}

// f^(k) = k! / (m r^k) sum_j f(x + r w^j) w^(-jk), w = exp(2 pi i / m), in each coordinate that is differentiated.
double by_circles(const std::function<Complex(const Line&)>& f, Line x, const jet::Derivative& orders) {
    const std::function<Complex(Line, std::size_t)> derive = [&](Line at, std::size_t i) -> Complex {
        while (i < orders.size() && orders[i] == 0) ++i;
        if (i == orders.size()) return f(at);
        constexpr int points = 20;
        const double radius = 0.25;
        Complex sum = 0;
        const Complex centre = at[i];
        for (int j = 0; j < points; ++j) {
            const double angle = 2 * std::numbers::pi * j / points;
            at[i] = centre + std::polar(radius, angle);
            sum += derive(at, i + 1) * std::polar(1.0, -angle * orders[i]);
        }
        return sum * std::tgamma(orders[i] + 1.0) / (points * std::pow(radius, orders[i]));
    };
    return derive(std::move(x), 0).real();
}

void check_set(const ChannelSet& set, const jet::Network& net, jet::EngineOptions options, double limit) {
    const jet::Term term = term_of(set, net.outputs);
    jet::Term bare = term;
    bare.residuals = 0;
    const std::size_t count = 2;
    const jet::Points points = points_of(bare, net.coordinates, count);
    const Numbers p = parameters_of(net);
    jet::Engine engine(net, options);
    engine.add(bare);
    engine.set_points(0, points);
    Numbers expected;
    for (int o = 0; o < net.outputs; ++o) {
        for (const jet::Derivative& d : set.derivatives) {
            for (std::size_t i = 0; i < count; ++i) {
                Line x;
                for (std::size_t c = 0; c < d.size(); ++c) x.push_back(points.coordinates[c * count + i]);
                const auto f = [&](const Line& at) { return evaluate(net, p, at)[static_cast<std::size_t>(o)]; };
                expected.push_back(by_circles(f, x, d));
            }
        }
    }
    INFO(fmt::format("{} {}", set.name, static_cast<int>(net.activation)));
    CHECK(difference(engine.variables(0, p), expected) <= limit);
}

} // namespace

TEST_CASE("derivatives of random networks are those of Cauchy's formula", "[gpu][jet]") {
    for (const ChannelSet& set : channel_sets()) {
        if (set.derivatives.empty()) continue;
        for (const Activation a : {Activation::tanh, Activation::sin, Activation::silu, Activation::gelu}) {
            jet::Network net = network_of(set.coordinates, 5, 2, 2, a);
            check_set(set, net, fused(), 1e-10);
            net.gated = net.adaptive = true;
            net.features.push_back({Numbers(static_cast<std::size_t>(set.coordinates), 0.7), 0.2, true});
            check_set(set, net, fused(), 1e-10);
        }
    }
}

TEST_CASE("the engine on tensors goes beyond the fourth order", "[gpu][jet]") {
    const jet::Network net = network_of(2, 5, 2, 1);
    const std::vector<jet::Derivative> high = {{5, 0}, {6, 0}, {2, 3}};
    CHECK_THROWS_WITH(jet::plan(2, high), contains_text("order 5 is beyond"));
    const jet::Plan plan = jet::plan(2, high, jet::max_tensor_order);
    for (const bool by_orders : {true, false}) {
        jet::Term term;
        term.residuals = 0;
        term.channels = plan.channels;
        Numbers expected;
        const Numbers p = parameters_of(net);
        const jet::Points points = points_of(term, 2, 2);
        for (std::size_t v = 0; v < high.size(); ++v) {
            term.variables.push_back({0, plan.rows[v], by_orders ? high[v] : jet::Derivative{}});
            for (std::size_t i = 0; i < 2; ++i) {
                const auto f = [&](const Line& at) { return evaluate(net, p, at)[0]; };
                expected.push_back(by_circles(f, {points.coordinates[i], points.coordinates[2 + i]}, high[v]));
            }
        }
        jet::Engine engine(net, tensors());
        engine.add(term);
        engine.set_points(0, points);
        CHECK(difference(engine.variables(0, p), expected) <= 1e-8);
        jet::Engine other(net, fused());
        CHECK_THROWS_WITH(other.add(term), contains_text("beyond this engine"));
    }
}

TEST_CASE("collapsed channels are the sums that they say", "[gpu][jet]") {
    const ChannelSet set = collapsed_set();
    const jet::Network net = network_of(3, 6, 2, 1);
    const Numbers p = parameters_of(net);
    jet::Term sums;
    sums.residuals = 0;
    sums.channels = set.channels;
    sums.variables = {{0, {0, 0, 0, 0, 0, 1, 0}, {}}, {0, {0, 0, 0, 0, 0, 0, 1}, {}}};
    jet::Term parts =
        term_of({"", 3, {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {2, 0, 0}, {0, 2, 0}, {0, 1, 1}, {0, 0, 2}}, {}}, 1);
    parts.residuals = 0;
    jet::Engine engine(net, fused());
    engine.add(sums);
    engine.add(parts);
    const jet::Points points = points_of(sums, 3, 1);
    engine.set_points(0, points);
    engine.set_points(1, points);
    const Numbers q = engine.variables(0, p), d = engine.variables(1, p);
    // D^2 along (0, 1/2, 1) is f_yy / 4 + f_yz + f_zz.
    CHECK(difference(q, Numbers{d[2] - 0.1 * d[3] - 0.2 * d[4],
                                0.3 * d[0] - d[1] + d[3] + 0.7 * (d[4] / 4 + d[5] + d[6])}) <= 1e-13);
}
