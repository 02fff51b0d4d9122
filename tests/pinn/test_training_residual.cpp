// SPDX-License-Identifier: BSD-3-Clause
// The SQG residual of a network against plain sums, exact fields and symmetries; its loss against finite differences.
#include "plugins/pinn/problem/initial.h"
#include "plugins/pinn/training/residual.h"
#include "tests/catch.h"

#include <ATen/ATen.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>

using namespace orrery;
using namespace orrery::pinn;
using namespace orrery::pinn::training;

namespace {

constexpr double pi = std::numbers::pi;

SqgResidual residual_of(const char* initial, double kappa, int grid, int times, double length, double sobolev = 0,
                        bool tensors = false, NetworkShape shape = {8, 2, 1}) {
    ResidualOptions options;
    options.kappa = kappa;
    options.grid = grid;
    options.times = times;
    options.sobolev = sobolev;
    options.force_tensors = tensors;
    return SqgResidual(shape, options, Window{0, length, initial_coefficients(initial, 64, 4)});
}

std::vector<double> drawn_parameters(const NetworkShape& shape, std::uint64_t seed) {
    auto p = initial_parameters(shape, seed);
    for (auto& v : p) v *= 0.7; // smooth enough for small grids
    return p;
}

double largest(const at::Tensor& t) { return t.abs().max().item<double>(); }

// theta_t + u . grad theta + kappa Lambda theta by direct Fourier sums over one n x n field; `flip` and `power` make
// mutants.
std::vector<double> spatial_terms(const double* theta, int n, double kappa, double flip = 1, double power = 1) {
    using C = std::complex<double>;
    const auto size = static_cast<std::size_t>(n) * static_cast<std::size_t>(n);
    std::vector<std::vector<C>> wave(static_cast<std::size_t>(n), std::vector<C>(static_cast<std::size_t>(n)));
    for (int k = 0; k < n; ++k) {
        for (int i = 0; i < n; ++i)
            wave[static_cast<std::size_t>(k)][static_cast<std::size_t>(i)] = std::polar(1.0, 2 * pi * k * i / n);
    }
    std::vector<double> u(size), v(size), tx(size), ty(size), dissipation(size), out(size);
    for (int k1 = -n / 2 + 1; k1 < n / 2; ++k1) {
        for (int k2 = -n / 2 + 1; k2 < n / 2; ++k2) {
            const auto& w1 = wave[static_cast<std::size_t>((k1 + n) % n)];
            const auto& w2 = wave[static_cast<std::size_t>((k2 + n) % n)];
            C c = 0;
            for (int i = 0; i < n; ++i) {
                for (int j = 0; j < n; ++j) {
                    c +=
                        theta[i * n + j] * std::conj(w1[static_cast<std::size_t>(i)] * w2[static_cast<std::size_t>(j)]);
                }
            }
            c /= static_cast<double>(n) * n;
            const double k = std::hypot(k1, k2), inverse = k > 0 ? 1 / k : 0;
            for (int i = 0; i < n; ++i) {
                for (int j = 0; j < n; ++j) {
                    const C e = c * w1[static_cast<std::size_t>(i)] * w2[static_cast<std::size_t>(j)];
                    const auto at = static_cast<std::size_t>(i * n + j);
                    u[at] += flip * (C(0, -k2 * inverse) * e).real();
                    v[at] += flip * (C(0, k1 * inverse) * e).real();
                    tx[at] += (C(0, k1) * e).real();
                    ty[at] += (C(0, k2) * e).real();
                    dissipation[at] += kappa * std::pow(k, power) * e.real();
                }
            }
        }
    }
    for (std::size_t i = 0; i < size; ++i) out[i] = u[i] * tx[i] + v[i] * ty[i] + dissipation[i];
    return out;
}

} // namespace

TEST_CASE("the residual is theta_t + u.grad theta + kappa Lambda theta by plain sums, and no mutant of it", "[pinn]") {
    std::mt19937_64 bits(std::random_device{}());
    const double kappa = 0.05 + 0.5 * static_cast<double>(bits() >> 11U) * 0x1p-53;
    CAPTURE(kappa);
    constexpr int n = 24;
    auto residual = residual_of("cmt", kappa, n, 6, 1.5);
    const auto p = drawn_parameters(residual.shape(), bits() % 1000);
    const double t = 0.8, h = 1e-4;
    const double times[] = {t - h, t, t + h};
    const auto f = residual.fields(p, times, n, 0, 0);
    const at::Tensor theta = f.theta.contiguous(), slope = ((theta[2] - theta[0]) / (2 * h)).contiguous();
    const double* now = theta.data_ptr<double>() + n * n;
    const auto difference = [&](double used_kappa, double flip, double power) {
        const auto terms = spatial_terms(now, n, used_kappa, flip, power);
        double worst = 0;
        const at::Tensor r = f.residual[1].contiguous();
        for (std::size_t i = 0; i < terms.size(); ++i) {
            worst = std::max(worst, std::abs(slope.data_ptr<double>()[i] + terms[i] - r.data_ptr<double>()[i]));
        }
        return worst;
    };
    CHECK(difference(kappa, 1, 1) < 1e-5);
    CHECK(difference(kappa, -1, 1) > 1e-2); // sign of u
    CHECK(difference(0, 1, 1) > 1e-2);      // no Lambda
    CHECK(difference(kappa, 1, 2) > 1e-2);  // |k|^2 for |k|
}

TEST_CASE("without a network the residual is the nonlinear term of the linear flow alone", "[pinn]") {
    const double kappa = 0.3, t = 0.7;
    const double times[] = {0, t};
    auto cmt = residual_of("cmt", kappa, 24, 6, 1);
    const std::vector<double> zero(static_cast<std::size_t>(cmt.shape().parameters()), 0.0);
    const auto f = cmt.fields(zero, times, 24, 0.2, 0.1);
    // a(t) sin x sin y + b(t) cos y moves itself by a b (1 - 1/sqrt 2) cos x sin^2 y (reference/pinn.md 4.2).
    const double ab = std::exp(-kappa * std::sqrt(2.0) * t) * std::exp(-kappa * t) * (1 - 1 / std::sqrt(2.0));
    at::Tensor exact = at::empty({24, 24}, at::kDouble);
    auto e = exact.accessor<double, 2>();
    for (int i = 0; i < 24; ++i) {
        for (int j = 0; j < 24; ++j) {
            const double x = 0.2 + 2 * pi * i / 24, y = 0.1 + 2 * pi * j / 24;
            e[i][j] = ab * std::cos(x) * std::sin(y) * std::sin(y);
        }
    }
    CHECK(largest(f.residual[1] - exact) < 1e-13);
    CHECK(largest(exact) > 0.05);

    auto shell = residual_of("shell", kappa, 24, 6, 1);
    CHECK(largest(shell.fields(zero, times, 24, 0.2, 0.1).residual) < 1e-12); // one shell: an exact solution
}

TEST_CASE("the residual moves with shifts and turns with the flow, but not with reflections", "[pinn]") {
    auto residual = residual_of("cmt2", 0.2, 24, 6, 1);
    const auto p = drawn_parameters(residual.shape(), 6);
    const double times[] = {0.6};
    constexpr int n = 48;
    const auto plain = residual.fields(p, times, n, 0, 0);
    const auto moved = residual.fields(p, times, n, 0.7, -1.1);
    CHECK(largest(spectral::shifted(plain.residual, 0.7, -1.1) - moved.residual) < 1e-8);

    // theta'(x, y) = theta(y, -x): columns of x waves become those of y waves, y waves those of -x.
    auto turned = p;
    const auto features = static_cast<std::size_t>(residual.shape().features());
    for (std::size_t o = 0; o < static_cast<std::size_t>(residual.shape().width); ++o) {
        const double* from = p.data() + o * features;
        double* to = turned.data() + o * features;
        to[0] = from[2];
        to[1] = -from[3];
        to[2] = from[0];
        to[3] = from[1];
    }
    const auto turn = [](const at::Tensor& f) { return f.transpose(-1, -2).flip({-2}).roll(1, -2).contiguous(); };
    const auto field = spectral::field_of(residual.window().initial);
    ResidualOptions options = residual.options();
    SqgResidual other(residual.shape(), options, Window{0, 1, spectral::coefficients(turn(field))});
    const auto f = other.fields(turned, times, n, 0, 0);
    CHECK(largest(f.theta - turn(plain.theta)) < 1e-12);
    CHECK(largest(f.residual - turn(plain.residual)) < 1e-10);

    auto mirrored = p; // theta'(x, y) = theta(y, x)
    for (std::size_t o = 0; o < static_cast<std::size_t>(residual.shape().width); ++o) {
        double* to = mirrored.data() + o * features;
        std::swap(to[0], to[2]);
        std::swap(to[1], to[3]);
    }
    SqgResidual mirror(residual.shape(), options, Window{0, 1, spectral::coefficients(field.t().contiguous())});
    const auto g = mirror.fields(mirrored, times, n, 0, 0);
    CHECK(largest(g.theta - plain.theta.transpose(-1, -2)) < 1e-12);
    CHECK(largest(g.residual - plain.residual.transpose(-1, -2)) > 1e-2);
}

TEST_CASE("the loss's gradient agrees with finite differences in every parameter", "[pinn]") {
    const double sobolev = GENERATE(0.0, 1.0, -0.5);
    const bool tensors = GENERATE(false, true);
    auto residual = residual_of("cmt3", 0.15, 12, 5, 0.9, sobolev, tensors, {6, 2, 2});
    residual.shift(0.3, 0.2);
    auto p = drawn_parameters(residual.shape(), 2);
    std::vector<double> gradient(p.size()), unused(p.size());
    residual.loss(p, gradient);
    double worst = 0, size = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const double keep = p[i], h = 2e-5;
        p[i] = keep + h;
        const double above = residual.loss(p, unused);
        p[i] = keep - h;
        const double below = residual.loss(p, unused);
        p[i] = keep;
        worst = std::max(worst, std::abs(gradient[i] - (above - below) / (2 * h)));
        size = std::max(size, std::abs(gradient[i]));
    }
    CHECK(worst < 1e-6 * size);
}

TEST_CASE("the loss is the mean square of the residual at Gauss times, in the Sobolev norm", "[pinn]") {
    const double sobolev = GENERATE(0.0, 0.7);
    auto residual = residual_of("cmt", 0.4, 16, 7, 1.3, sobolev);
    const auto p = drawn_parameters(residual.shape(), 9);
    residual.shift(0.1, 0.25);
    std::vector<double> gradient(p.size());
    const double loss = residual.loss(p, gradient);
    const Quadrature rule = gauss_legendre(7, 0, 1.3);
    const at::Tensor r = residual.fields(p, rule.points, 16, 0.1, 0.25).residual;
    const at::Tensor square = spectral::sobolev_norm_squared(r, sobolev);
    const double mean_square_of_cmt = 0.75;
    const double expected =
        (square * at::tensor(rule.weights, at::kDouble)).sum().item<double>() / 1.3 / mean_square_of_cmt;
    CHECK(loss == Approx(expected).epsilon(1e-12));
    CHECK(residual.early_share() > 0);
    CHECK(residual.early_share() < 1);
}
