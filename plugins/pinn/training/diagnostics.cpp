// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/diagnostics.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

namespace orrery::pinn::training {

namespace {

std::vector<double> values_of(const at::Tensor& t) {
    const at::Tensor host = t.to(at::kCPU, at::kDouble).contiguous();
    return {host.data_ptr<double>(), host.data_ptr<double>() + host.numel()};
}

// Largest value of each field [times, n, n] between the grid points: a parabola through the neighbours in each
// direction.
std::vector<double> peaks(const at::Tensor& fields) {
    const at::Tensor host = fields.to(at::kCPU, at::kDouble).contiguous();
    const std::int64_t n = host.size(-1);
    std::vector<double> out;
    for (std::int64_t t = 0; t < host.size(0); ++t) {
        const double* f = host.data_ptr<double>() + t * n * n;
        const std::int64_t best = std::max_element(f, f + n * n) - f, i = best / n, j = best % n;
        const auto at = [&](std::int64_t a, std::int64_t b) { return f[((a + n) % n) * n + (b + n) % n]; };
        double peak = f[best];
        for (const auto& [low, high] : {std::pair{at(i - 1, j), at(i + 1, j)}, std::pair{at(i, j - 1), at(i, j + 1)}}) {
            const double bend = low - 2 * f[best] + high;
            if (bend < 0) peak -= (high - low) * (high - low) / (8 * bend);
        }
        out.push_back(peak);
    }
    return out;
}

} // namespace

std::vector<double> gradient_supremum(const at::Tensor& theta_x, const at::Tensor& theta_y) {
    const std::int64_t n = theta_x.size(-1);
    const auto options = at::TensorOptions(at::kDouble);
    const at::Tensor x = theta_x.to(at::kCPU, at::kDouble), y = theta_y.to(at::kCPU, at::kDouble);
    const at::Tensor size =
        (spectral::coefficients(x).abs() + spectral::coefficients(y).abs()) * spectral::multiplicity(n, options);
    const at::Tensor degree =
        at::max(spectral::wavenumbers(n, 1).abs(), spectral::wavenumbers(n, 2).abs()).reshape({-1});
    // [times, n/2 + 1]: sum of coefficients by degree |k|_inf, then of all above each degree.
    at::Tensor by_degree = at::zeros({size.size(0), n / 2 + 1}, options);
    by_degree.index_add_(1, degree.to(at::kLong), size.reshape({size.size(0), -1}));
    const at::Tensor above = by_degree.sum(1, true) - by_degree.cumsum(1);
    const std::vector<double> grid = values_of((x.square() + y.square()).amax({1, 2}).sqrt());
    const std::vector<double> tail = values_of(above);
    std::vector<double> out;
    for (std::size_t t = 0; t < grid.size(); ++t) {
        double best = std::numeric_limits<double>::infinity();
        for (std::int64_t m = 0; m < n / 2; ++m) {
            const double rest =
                std::max(0.0, tail[t * static_cast<std::size_t>(n / 2 + 1) + static_cast<std::size_t>(m)]);
            const double c = std::cos(static_cast<double>(m) * std::numbers::pi / static_cast<double>(n));
            best = std::min(best, (grid[t] + rest) / (c * c) + rest);
        }
        out.push_back(best);
    }
    return out;
}

ErrorBound error_bound(TrainedNetwork& network, int n, int steps) {
    ErrorBound bound;
    const double kappa = network.parts.front().residual.options().kappa;
    double error = 0, sharp = 0, drift = 0; // drift: of the mean
    at::Tensor before;
    for (auto& part : network.parts) {
        const Window& window = part.residual.window();
        std::vector<double> sup, norm, mean;
        for (int first = 0; first <= steps; first += 32) {
            std::vector<double> times;
            for (int i = first; i < std::min(first + 32, steps + 1); ++i) times.push_back(window.length * i / steps);
            const auto f = part.residual.fields(part.parameters, times, n, 0, 0);
            const auto extend = [](std::vector<double>& to, const std::vector<double>& v) {
                to.insert(to.end(), v.begin(), v.end());
            };
            extend(sup, gradient_supremum(f.theta_x, f.theta_y));
            extend(norm, values_of(f.residual.to(at::kDouble).square().mean({1, 2}).sqrt()));
            extend(mean, values_of(f.residual.to(at::kDouble).mean({1, 2}).abs()));
            if (first == 0 && before.defined()) {
                const double jump = (f.theta[0] - before).to(at::kDouble).square().mean().sqrt().item<double>();
                error += jump;
                sharp += jump;
            }
            before = f.theta[-1];
        }
        const double h = window.length / steps;
        for (std::size_t i = 0; i + 1 < sup.size(); ++i) {
            const double g = h * (sup[i] + sup[i + 1]) / 2;
            // int e^{G(end) - G(s)} |r| ds over the interval, by the trapezoid.
            error = std::exp(g) * (error + h * norm[i] / 2) + h * norm[i + 1] / 2;
            // The mean of the error changes by the mean of r alone, and does not move the rest of it.
            const double decay = g - h * kappa;
            drift += h * (mean[i] + mean[i + 1]) / 2;
            sharp = std::exp(decay) * (sharp + h * norm[i] / 2) + h * norm[i + 1] / 2;
            bound.growth += g;
        }
    }
    bound.final = error;
    bound.sharp = std::hypot(sharp, drift);
    return bound;
}

LawDefects law_defects(TrainedNetwork& network, std::uint64_t seed) {
    LawDefects out;
    std::mt19937_64 bits(seed ^ 0x5eedULL);
    const auto uniform = [&] { return 2 * std::numbers::pi * static_cast<double>(bits() >> 11U) * 0x1p-53; };
    const auto& options = network.parts.front().residual.options();
    const int fine = std::max(64, 2 * options.grid);
    const auto energy = [&](const at::Tensor& theta) { return theta.to(at::kDouble).square().mean({1, 2}) / 2; };
    const auto hamiltonian = [&](const at::Tensor& theta) {
        const at::Tensor t = theta.to(at::kCPU, at::kDouble);
        return (t * spectral::inverse_lambda(t)).mean({1, 2}) / 2;
    };
    double dissipated = 0, dissipated_hamiltonian = 0, squared = 0;
    const double a = uniform(), b = uniform();
    for (auto& part : network.parts) {
        const Window& window = part.residual.window();
        const Quadrature rule = gauss_legendre_panels(8, 6, 0, window.length);
        const auto f = part.residual.fields(part.parameters, rule.points, fine, a, b);
        const at::Tensor theta = f.theta.to(at::kCPU, at::kDouble), weights = at::tensor(rule.weights, at::kDouble);
        dissipated += options.kappa * ((theta * spectral::lambda(theta)).mean({1, 2}) * weights).sum().item<double>();
        const at::Tensor wave = theta - theta.mean({1, 2}, true); // the mean has no part in the Hamiltonian
        dissipated_hamiltonian += options.kappa * (wave.square().mean({1, 2}) * weights).sum().item<double>();
        squared += (f.residual.to(at::kCPU, at::kDouble).square().mean({1, 2}) * weights).sum().item<double>();
    }
    const std::vector<double> ends = {0, network.final_time};
    const at::Tensor theta = network.fields(ends, fine, a, b).theta;
    const auto e = values_of(energy(theta)), h = values_of(hamiltonian(theta));
    out.balance_l2 = std::abs(e[1] - e[0] + dissipated) / e[0];
    out.balance_hamiltonian = std::abs(h[1] - h[0] + dissipated_hamiltonian) / h[0];
    out.residual_rms = std::sqrt(squared / network.final_time);

    std::vector<double> times;
    for (int i = 0; i <= 40; ++i) times.push_back(network.final_time * i / 40);
    const at::Tensor all = network.fields(times, std::max(96, fine), a, b).theta;
    const auto high = peaks(all), low = peaks(-all);
    double top = high[0], bottom = low[0];
    for (std::size_t i = 1; i < high.size(); ++i) {
        out.maximum_principle = std::max({out.maximum_principle, high[i] - top, low[i] - bottom});
        top = std::min(top, high[i]);
        bottom = std::min(bottom, low[i]);
    }
    out.maximum_principle /= std::max(high[0], low[0]);
    return out;
}

} // namespace orrery::pinn::training
