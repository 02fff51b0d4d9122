// SPDX-License-Identifier: BSD-3-Clause
// Network values, time derivatives and their adjoint: fused kernels against tensor operations, automatic and finite
// differences.
#include "plugins/pinn/training/kernels.h"
#include "plugins/pinn/training/network.h"
#include "tests/catch.h"

#include <ATen/ATen.h>

#include <cmath>
#include <random>

using namespace orrery::pinn::training;

namespace {

TensorGrid grid_of(int nx, int ny, int times) {
    TensorGrid grid;
    for (int i = 0; i < nx; ++i) grid.x.push_back(0.1 + 6.28 * i / nx);
    for (int i = 0; i < ny; ++i) grid.y.push_back(0.3 + 6.28 * i / ny);
    for (int i = 0; i < times; ++i) grid.tau.push_back(-1 + 2.0 * (i + 0.5) / times);
    return grid;
}

// The definition in network.h, one point at a time.
double network_at(const NetworkShape& shape, const std::vector<double>& p, double x, double y, double tau) {
    std::vector<double> a;
    for (int m = 1; m <= shape.modes; ++m) a.insert(a.end(), {std::cos(m * x), std::sin(m * x)});
    for (int m = 1; m <= shape.modes; ++m) a.insert(a.end(), {std::cos(m * y), std::sin(m * y)});
    a.push_back(tau);
    std::size_t at = 0;
    for (int l = 0; l < shape.depth; ++l) {
        const auto width = static_cast<std::size_t>(shape.width);
        std::vector<double> z(width);
        for (auto& v : z) {
            for (const double in : a) v += p[at++] * in;
        }
        for (auto& v : z) v = std::tanh(v + p[at++]);
        a = z;
    }
    double out = 0;
    for (const double v : a) out += p[at++] * v;
    return out + p[at];
}

std::vector<double> random_parameters(const NetworkShape& shape, std::uint64_t seed) {
    auto p = initial_parameters(shape, seed);
    std::mt19937_64 bits(seed);
    for (auto& v : p) v += 0.2 * (static_cast<double>(bits() >> 11U) * 0x1p-53 - 0.5); // biases too
    return p;
}

} // namespace

TEST_CASE("the network and its time derivative are what their definition says", "[pinn]") {
    const NetworkShape shape = GENERATE(NetworkShape{32, 2, 2}, NetworkShape{7, 1, 1}, NetworkShape{13, 4, 3});
    const auto p = random_parameters(shape, 11);
    const TensorGrid grid = grid_of(9, 11, 3);
    const bool tensors = GENERATE(false, true);
    PeriodicNetwork network(shape, Precision::float64, -1, tensors);
    network.set_grid(grid);
    const auto [value, dot] = network.evaluate(p);
    const auto v = value.accessor<double, 3>(), d = dot.accessor<double, 3>();
    double worst = 0, worst_dot = 0;
    for (int t = 0; t < 3; ++t) {
        for (int i = 0; i < 9; ++i) {
            for (int j = 0; j < 11; ++j) {
                const double x = grid.x[static_cast<std::size_t>(i)], y = grid.y[static_cast<std::size_t>(j)];
                const double tau = grid.tau[static_cast<std::size_t>(t)], h = 1e-5;
                worst = std::max(worst, std::abs(v[t][i][j] - network_at(shape, p, x, y, tau)));
                const double slope =
                    (network_at(shape, p, x, y, tau + h) - network_at(shape, p, x, y, tau - h)) / (2 * h);
                worst_dot = std::max(worst_dot, std::abs(d[t][i][j] - slope));
            }
        }
    }
    CHECK(worst < 1e-13);
    CHECK(worst_dot < 1e-8);
}

TEST_CASE("the network's adjoint agrees with finite differences in every parameter", "[pinn]") {
    const NetworkShape shape = GENERATE(NetworkShape{6, 1, 2}, NetworkShape{10, 2, 1}, NetworkShape{9, 3, 2});
    auto p = random_parameters(shape, 5);
    PeriodicNetwork network(shape, Precision::float64, -1, GENERATE(false, true));
    network.set_grid(grid_of(10, 12, 4));
    const auto options = at::TensorOptions(at::kDouble);
    const at::Tensor wave = at::linspace(-3, 2, 480, options).view({4, 10, 12});
    const at::Tensor gv = wave.cos(), gd = wave.sin();
    const auto objective = [&] {
        const auto [value, dot] = network.evaluate(p);
        return (gv * value + gd * dot).sum().item<double>();
    };
    objective();
    std::vector<double> gradient(p.size());
    network.backward(gv, gd, gradient);
    double worst = 0, size = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const double keep = p[i], h = 1e-5;
        p[i] = keep + h;
        const double above = objective();
        p[i] = keep - h;
        const double below = objective();
        p[i] = keep;
        worst = std::max(worst, std::abs(gradient[i] - (above - below) / (2 * h)));
        size = std::max(size, std::abs(gradient[i]));
    }
    CHECK(worst < 1e-7 * size);
}

TEST_CASE("automatic differentiation gives the gradient that the kernels give", "[pinn]") {
    const NetworkShape shape{12, 2, 2};
    const auto p = random_parameters(shape, 3);
    const TensorGrid grid = grid_of(8, 10, 3);
    PeriodicNetwork network(shape, Precision::float64);
    network.set_grid(grid);
    const auto [value, dot] = network.evaluate(p);
    const at::Tensor gv = value.cos().clone(), gd = dot.sin().clone();
    std::vector<double> gradient(p.size());
    network.backward(gv, gd, gradient);

    const at::Tensor flat = at::tensor(p, at::kDouble).requires_grad_(true);
    const at::Tensor x = at::tensor(grid.x, at::kDouble).view({1, -1, 1}).expand({3, 8, 10}).reshape({-1});
    const at::Tensor y = at::tensor(grid.y, at::kDouble).view({1, 1, -1}).expand({3, 8, 10}).reshape({-1});
    const at::Tensor t = at::tensor(grid.tau, at::kDouble).view({-1, 1, 1}).expand({3, 8, 10}).reshape({-1});
    at::Tensor a =
        at::stack({x.cos(), x.sin(), (2 * x).cos(), (2 * x).sin(), y.cos(), y.sin(), (2 * y).cos(), (2 * y).sin(), t});
    at::Tensor tangent = at::zeros_like(a);
    tangent[8].fill_(1);
    std::int64_t at = 0;
    for (const std::int64_t in : {9, 12}) {
        const at::Tensor w = flat.narrow(0, at, 12 * in).view({12, in}), b = flat.narrow(0, at + 12 * in, 12);
        at += 12 * in + 12;
        a = (at::mm(w, a) + b.unsqueeze(1)).tanh();
        tangent = (1 - a * a) * at::mm(w, tangent);
    }
    const at::Tensor c = flat.narrow(0, at, 12);
    const at::Tensor n = at::mv(a.t(), c) + flat[at + 12], n_dot = at::mv(tangent.t(), c);
    (n * gv.reshape({-1}) + n_dot * gd.reshape({-1})).sum().backward();
    const at::Tensor mine = at::tensor(gradient, at::kDouble);
    CHECK((flat.grad() - mine).abs().max().item<double>() < 1e-12 * mine.abs().max().item<double>());
}

TEST_CASE("every instruction set of this processor gives the same network to rounding", "[pinn]") {
    // One chunk of one row, fed to each table of kernels.
    constexpr int width = 8, fast = 21, lead = 32;
    alignas(64) double tx[width * fast], ty[width], wt[width], w[width * width], wtr[width * width], b[width], c[width],
        tau[1] = {0.3};
    std::mt19937_64 bits(1);
    const auto draw = [&] { return 2 * static_cast<double>(bits() >> 11U) * 0x1p-53 - 1; };
    for (double& v : tx) v = 3 * draw();
    for (int i = 0; i < width; ++i) ty[i] = draw(), wt[i] = draw(), b[i] = draw(), c[i] = draw();
    for (int o = 0; o < width; ++o) {
        for (int i = 0; i < width; ++i) w[o * width + i] = wtr[i * width + o] = draw();
    }
    const NetworkView<double> net{width, 2, fast, 1, tx, ty, wt, w, wtr, b, c, 0.25};
    std::vector<std::vector<double>> results;
    for (int k = 0; k < kernel_count(); ++k) {
        alignas(64) static double activation[2 * width * lead], tangent[width * lead], scratch[5 * width * lead];
        alignas(64) double value[lead], dot[lead], gx[width * fast] = {}, gy[width] = {}, gt[width] = {},
                                                              gw[width * width] = {}, gb[width] = {}, gc[width] = {},
                                                              g0[1] = {};
        const ChunkView<double> chunk{1, 0, lead, tau, activation, tangent, scratch};
        const auto& table = kernels_at(k).float64;
        table.forward(net, chunk, value, dot);
        std::vector<double> all(value, value + fast);
        all.insert(all.end(), dot, dot + fast);
        for (int i = fast; i < lead; ++i) value[i] = dot[i] = 0;
        table.backward(net, chunk, value, dot, {gx, gy, gt, gw, gb, gc, g0});
        for (const auto& [from, count] : {std::pair{gx, width * fast},
                                          {gy, width},
                                          {gt, width},
                                          {gw, width * width},
                                          {gb, width},
                                          {gc, width},
                                          {g0, 1}}) {
            all.insert(all.end(), from, from + count);
        }
        results.push_back(all);
    }
    for (const auto& other : results) {
        double worst = 0;
        for (std::size_t i = 0; i < other.size(); ++i) worst = std::max(worst, std::abs(other[i] - results[0][i]));
        CHECK(worst < 1e-12);
    }
    CHECK(std::abs(results[0][5] - 0.25) > 1e-3);
}

TEST_CASE("a network is periodic, keeps NaN, and float32 stays within its precision", "[pinn]") {
    const NetworkShape shape{32, 2, 2};
    auto p = random_parameters(shape, 8);
    PeriodicNetwork network(shape, Precision::float64), single(shape, Precision::float32);
    TensorGrid grid = grid_of(8, 8, 2);
    network.set_grid(grid);
    single.set_grid(grid);
    const at::Tensor first = network.evaluate(p).first.clone();
    const at::Tensor rough = single.evaluate(p).first;
    CHECK((rough.to(at::kDouble) - first).abs().max().item<double>() < 2e-6);
    CHECK((rough.to(at::kDouble) - first).abs().max().item<double>() > 1e-10);
    for (auto& x : grid.x) x += 2 * std::acos(-1.0);
    for (auto& y : grid.y) y -= 2 * std::acos(-1.0);
    network.set_grid(grid);
    CHECK((network.evaluate(p).first - first).abs().max().item<double>() < 1e-13);
    p[3] = std::nan("");
    CHECK(network.evaluate(p).first.isnan().all().item<bool>());
}

TEST_CASE("the gradient has the same bits for any number of threads", "[pinn]") {
    const NetworkShape shape{32, 2, 2};
    const auto p = random_parameters(shape, 8);
    std::vector<std::vector<double>> gradients;
    for (const int threads : {1, 2, 3}) {
        PeriodicNetwork network(shape, Precision::float64, -1, false, std::make_shared<orrery::Team>(threads));
        network.set_grid(grid_of(24, 24, 12));
        const auto [value, dot] = network.evaluate(p);
        gradients.emplace_back(p.size());
        network.backward(value, dot, gradients.back());
    }
    CHECK(gradients[0] == gradients[1]);
    CHECK(gradients[0] == gradients[2]);
}
