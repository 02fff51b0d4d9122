// SPDX-License-Identifier: BSD-3-Clause
// Checks of the spectral operators that run on any device: test_spectral.cpp on the CPU, test_spectral_cuda.cpp on
// CUDA.
#pragma once
#include "gpu/spectral/spectral.h"
#include "tests/catch.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace spectral_checks {

namespace sp = orrery::spectral;
using std::numbers::pi;

inline double item(const at::Tensor& t) { return t.item<double>(); }
// Largest difference over the largest value.
inline double relative(const at::Tensor& is, const at::Tensor& should) {
    return item((is - should).abs().max()) / item(should.abs().max());
}

struct Grid {
    at::Tensor x, y; // [n, n]
    explicit Grid(std::int64_t n, at::Device device = at::kCPU) {
        const at::Tensor line =
            at::arange(n, at::TensorOptions(at::kDouble).device(device)) * (2 * pi / static_cast<double>(n));
        x = line.unsqueeze(1).expand({n, n});
        y = line.unsqueeze(0).expand({n, n});
    }
};

// A field with a spectrum that reaches every mode, Nyquist included.
inline at::Tensor noise(at::IntArrayRef shape, at::Device device, std::uint64_t seed = 1) {
    at::manual_seed(seed);
    return at::randn(shape, at::kDouble).to(device);
}
// Without Nyquist modes and mean.
inline at::Tensor smooth_noise(std::int64_t n, at::Device device, std::uint64_t seed = 2) {
    const at::Tensor c = sp::coefficients(noise({n, n}, device, seed));
    at::Tensor kept =
        (c * sp::symbol::dealias(n, at::TensorOptions(at::kDouble).device(device)).values[0]).contiguous();
    kept[0][0].zero_();
    return sp::field_of(kept);
}

inline void plane_waves(at::Device device) {
    const std::int64_t n = 32;
    const Grid grid(n, device);
    for (const auto& [k1, k2] : {std::pair{3, 4}, {-5, 2}, {0, 7}, {6, 0}, {1, -1}}) {
        const at::Tensor phase = grid.x * k1 + grid.y * k2, wave = at::cos(phase), sine = at::sin(phase);
        const double length = std::hypot(k1, k2);
        for (const double s : {0.5, 1.0, 1.5, 2.0}) {
            CHECK(relative(sp::lambda(wave, s), wave * std::pow(length, s)) < 1e-12);
        }
        CHECK(relative(sp::inverse_lambda(wave), wave / length) < 1e-12);
        CHECK(relative(sp::laplacian(wave), wave * -(length * length)) < 1e-12);
        CHECK(relative(sp::helmholtz_inverse(wave, 2.5), wave / (2.5 + length * length)) < 1e-12);
        // i k_j / |k| turns the cosine into -k_j / |k| times the sine.
        CHECK(item((sp::riesz(wave, 1) + sine * (k1 / length)).abs().max()) < 1e-13);
        CHECK(item((sp::riesz(wave, 2) + sine * (k2 / length)).abs().max()) < 1e-13);
        const at::Tensor slope = sp::gradient(wave), u = sp::velocity(wave);
        CHECK(item((slope[0] + sine * k1).abs().max()) < 1e-12);
        CHECK(item((slope[1] + sine * k2).abs().max()) < 1e-12);
        CHECK(item((u[0] - sine * (k2 / length)).abs().max()) < 1e-13); // -R_2
        CHECK(item((u[1] + sine * (k1 / length)).abs().max()) < 1e-13); // R_1
    }
}

// Poisson kernels F_r(k.x): every mode counts, so no table of single modes passes (reference formulas: F_r(a) =
// (1 - r^2)/(1 - 2r cos a + r^2), Lambda F and R_j F follow from F = 1 + 2 sum r^m cos m a).
inline void closed_forms(at::Device device) {
    const std::int64_t n = 256;
    const Grid grid(n, device);
    const double r = 0.3;
    for (const auto& [k1, k2] : {std::pair{1, 1}, {2, -1}, {3, 1}, {0, 1}}) {
        const at::Tensor a = grid.x * k1 + grid.y * k2;
        const at::Tensor cosine = at::cos(a), base = 1 - 2 * r * cosine + r * r;
        const double length = std::hypot(k1, k2);
        const at::Tensor f = (1 - r * r) / base;
        const at::Tensor lambda = length * 2 * r * ((1 + r * r) * cosine - 2 * r) / base.square();
        CHECK(relative(sp::lambda(f), lambda) < 1e-12);
        const at::Tensor riesz = -2 * r * at::sin(a) / (base * length);
        const at::Tensor slope = -(1 - r * r) * 2 * r * at::sin(a) / base.square();
        for (const int j : {1, 2}) {
            const double k = j == 1 ? k1 : k2;
            CHECK(item((sp::riesz(f, j) - riesz * k).abs().max()) < 1e-12);
            CHECK(item((sp::gradient(f)[j - 1] - slope * k).abs().max()) < 1e-12 * length * 2);
        }
    }
}

inline void identities(at::Device device) {
    const std::int64_t n = 48;
    const at::Tensor f = smooth_noise(n, device), g = smooth_noise(n, device, 7);
    const at::Tensor squares = sp::riesz(sp::riesz(f, 1), 1) + sp::riesz(sp::riesz(f, 2), 2);
    CHECK(relative(squares, -f) < 1e-12); // R.R = -1
    const at::Tensor slope = sp::gradient(f);
    CHECK(relative(-(sp::riesz(slope[0], 1) + sp::riesz(slope[1], 2)), sp::lambda(f)) < 1e-12); // Lambda = -R.grad
    CHECK(relative(sp::lambda(sp::lambda(f)), -sp::laplacian(f)) < 1e-12);
    CHECK(relative(sp::lambda(sp::lambda(f, 0.7), 0.3), sp::lambda(f)) < 1e-12);
    CHECK(relative(sp::inverse_lambda(sp::lambda(f)), f) < 1e-12);
    CHECK(relative(sp::helmholtz_inverse(1.5 * f - sp::laplacian(f), 1.5), f) < 1e-12);
    const at::Tensor u = sp::velocity(f);
    CHECK(item((sp::gradient(u[0])[0] + sp::gradient(u[1])[1]).abs().max()) < 1e-11); // div u = 0
    CHECK(item(u.square().sum()) == Approx(item(f.square().sum())).epsilon(1e-13));   // |u| = |theta|
    // Translation by whole cells.
    for (const auto& operation :
         {+[](const at::Tensor& t) { return sp::lambda(t); }, +[](const at::Tensor& t) { return sp::riesz(t, 1); },
          +[](const at::Tensor& t) { return sp::gradient(t)[1]; }}) {
        CHECK(relative(operation(f.roll({3, -5}, {0, 1})), operation(f).roll({3, -5}, {0, 1})) < 1e-12);
    }
}

// On all of the grid space, Nyquist modes included.
inline void adjoints(at::Device device) {
    const std::int64_t n = 16;
    const at::Tensor f = noise({n, n}, device, 3), g = noise({n, n}, device, 4);
    const auto inner = [](const at::Tensor& a, const at::Tensor& b) { return item((a * b).sum()); };
    const double scale = item(f.norm()) * item(g.norm()) * static_cast<double>(n);
    CHECK(std::abs(inner(sp::lambda(f, 1.3), g) - inner(f, sp::lambda(g, 1.3))) < 1e-13 * scale);
    for (const int j : {1, 2}) CHECK(std::abs(inner(sp::riesz(f, j), g) + inner(f, sp::riesz(g, j))) < 1e-13 * scale);
    const at::TensorOptions real = f.options();
    const sp::Symbols all = sp::symbol::join({sp::symbol::transport(n, real), sp::symbol::lambda(n, 1, real)});
    const at::Tensor many = noise({5, n, n}, device, 5);
    CHECK(std::abs(inner(sp::multiply(f, all), many) - inner(f, sp::multiply_adjoint(many, all))) < 1e-13 * scale);
    // Real in, real out: applying twice what the half spectrum says agrees with the real field (nothing is lost at
    // Nyquist).
    const at::Tensor c = sp::multiply_coefficients(sp::coefficients(f), all);
    CHECK(relative(sp::coefficients(sp::field_of(c)), c) < 1e-13);
}

inline void batches(at::Device device) {
    const std::int64_t n = 20;
    const at::Tensor f = noise({3, 2, n, n}, device, 6);
    const sp::Symbols symbols = sp::symbol::transport(n, f.options());
    const at::Tensor all = sp::multiply(f, symbols);
    REQUIRE(all.sizes() == at::IntArrayRef{4, 3, 2, n, n});
    const at::Tensor product = sp::transport(all);
    for (std::int64_t i = 0; i < 3; ++i) {
        for (std::int64_t j = 0; j < 2; ++j) {
            const at::Tensor one = sp::multiply(f[i][j], symbols);
            CHECK(item((one - all.select(1, i).select(1, j)).abs().max()) < 1e-13);
            CHECK(item((product[i][j] - (one[0] * one[2] + one[1] * one[3])).abs().max()) < 1e-12);
        }
    }
    const at::Tensor single = sp::multiply(f.to(at::kFloat), sp::symbol::transport(n, f.options().dtype(at::kFloat)));
    CHECK(single.scalar_type() == at::kFloat);
    CHECK(relative(single.to(at::kDouble), all) < 1e-5);
    CHECK(at::equal(sp::multiply(f, symbols), all)); // the same bits again
}

inline void grids(at::Device device) {
    const std::int64_t n = 24;
    const Grid grid(n, device);
    const double a = 0.0719, b = -1.3;
    const auto f = [](const at::Tensor& x, const at::Tensor& y) {
        return at::sin(3 * x - 2 * y) + 0.3 * at::cos(5 * y) + 0.2 * at::cos(7 * x + y) + 0.4;
    };
    const at::Tensor values = f(grid.x, grid.y);
    CHECK(relative(sp::shifted(values, a, b), f(grid.x + a, grid.y + b)) < 1e-13);
    // Nyquist modes are cosines: shifting them by a whole cell flips their sign.
    const at::Tensor wild = noise({2, n, n}, device, 8);
    const double cell = 2 * pi / static_cast<double>(n);
    CHECK(relative(sp::shifted(wild, 2 * cell, -cell), wild.roll({-2, 1}, {1, 2})) < 1e-12);
    // An operator on a shifted grid is the shifted result.
    CHECK(relative(sp::lambda(sp::shifted(values, a, b)), sp::shifted(sp::lambda(values), a, b)) < 1e-12);

    for (const std::int64_t m : {26, 36, 96}) {
        const Grid fine(m, device);
        CHECK(relative(sp::resample(values, m), f(fine.x, fine.y)) < 1e-13);
        CHECK(relative(sp::resample(sp::resample(wild, m), n), wild) < 1e-13); // Nyquist modes too
    }
    const at::Tensor twice = sp::resample(wild, 2 * n);
    CHECK(relative(twice.slice(1, 0, 2 * n, 2).slice(2, 0, 2 * n, 2), wild) < 1e-13); // interpolates

    const at::Tensor points =
        at::tensor({0.3, 1.0, 2.0, 6.1, -4.0, 0.0, 0.0, 0.0}, at::kDouble).view({4, 2}).to(device);
    CHECK(relative(sp::interpolate(sp::coefficients(values), points), f(points.select(1, 0), points.select(1, 1))) <
          1e-13);
    const at::Tensor nodes = at::stack({grid.x.flatten(), grid.y.flatten()}, 1);
    CHECK(relative(sp::interpolate(sp::coefficients(wild), nodes).view({2, n, n}), wild) < 1e-12);
}

inline void dealiasing(at::Device device) {
    const std::int64_t n = 24;
    const Grid grid(n, device);
    // cos 7x cos 7x = 1/2 + (cos 14x)/2, and 14 aliases to 10 on 24 points.
    const at::Tensor wave = at::cos(7 * grid.x);
    const at::Tensor mode = at::cos(10 * grid.x);
    CHECK(item((wave * wave * mode).mean()) == Approx(0.25)); // the trap is there
    CHECK(item((sp::dealiased_product(wave, wave) - 0.5).abs().max()) < 1e-14);
    const at::Tensor mask = sp::symbol::dealias(n, grid.x.options().dtype(at::kDouble)).values[0];
    for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t k1 = std::min(i, n - i);
        for (std::int64_t k2 = 0; k2 <= n / 2; ++k2) CHECK(item(mask[i][k2]) == (k1 < 8 && k2 < 8 ? 1.0 : 0.0));
    }
}

inline void sums(at::Device device) {
    const std::int64_t n = 40;
    const at::Tensor f = noise({2, n, n}, device, 9);
    const at::Tensor c = sp::coefficients(f);
    const at::Tensor weight = sp::multiplicity(n, f.options()).expand({1, n, n / 2 + 1});
    CHECK(relative(sp::power(c, weight).squeeze(-1), f.square().mean({1, 2})) < 1e-13);
    const at::Tensor sobolev = sp::symbol::sobolev(n, 1.5, f.options()).values.square() * weight;
    CHECK(relative(sp::power(c, sobolev).squeeze(-1), sp::sobolev_norm_squared(f, 1.5)) < 1e-12);
    const at::Tensor a = sp::coefficients(noise({n, n}, device, 10)), b = sp::coefficients(noise({n, n}, device, 11));
    const at::Tensor w = noise({n, n / 2 + 1}, device, 12), number = at::full({1}, -0.25, w.options());
    CHECK(relative(sp::combine({a, b, a}, {w, number, w}), 2 * a * w - 0.25 * b) < 1e-14);
    at::Tensor in_place = a.clone();
    sp::combine_into(in_place, {in_place, b}, {number, w});
    CHECK(relative(in_place, a * -0.25 + b * w) < 1e-14);
    CHECK(at::equal(sp::power(c, weight), sp::power(c, weight)));
}

} // namespace spectral_checks
