// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/residual.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace orrery::pinn::training {

namespace {

// u_1, u_2, theta_x, theta_y, kappa Lambda theta of a field on an n x n grid.
spectral::Symbols equation_symbols(std::int64_t n, double kappa, at::TensorOptions options) {
    const auto dissipation = spectral::symbol::radial(
        n, [kappa](double k) { return kappa * k; }, options);
    return spectral::symbol::join({spectral::symbol::transport(n, options), dissipation});
}

TensorGrid tensor_grid(std::span<const double> times, double length, int n, double a, double b) {
    TensorGrid grid;
    for (int i = 0; i < n; ++i) {
        grid.x.push_back(a + 2 * std::numbers::pi * i / n);
        grid.y.push_back(b + 2 * std::numbers::pi * i / n);
    }
    for (const double t : times) grid.tau.push_back(2 * t / length - 1);
    return grid;
}

} // namespace

SqgResidual::SqgResidual(NetworkShape shape, ResidualOptions options, Window window)
    : options_(options), window_(std::move(window)), rule_(gauss_legendre(options.times, 0, window_.length)),
      network_(shape, options.precision, options.cuda, options.force_tensors, options.team),
      symbols_(equation_symbols(options.grid, options.kappa, tensor_options())) {
    const double s = options.sobolev;
    if (s != 0) {
        sobolev_ = spectral::symbol::radial(
            options.grid, [s](double k) { return std::pow(1 + k * k, s / 2); }, tensor_options());
    }
    const auto multiplicity = spectral::multiplicity(window_.initial.size(-2));
    const double size = (window_.initial.abs().square() * multiplicity).sum().item<double>();
    const double points = static_cast<double>(options.grid) * options.grid;
    time_ = at::tensor(rule_.points, at::kDouble).view({-1, 1, 1}).to(tensor_options());
    weight_ = (at::tensor(rule_.weights, at::kDouble) / (window_.length * points * (size > 0 ? size : 1)))
                  .view({-1, 1, 1})
                  .to(tensor_options());
    shift(0, 0);
}

at::TensorOptions SqgResidual::tensor_options() const {
    const auto type = options_.precision == Precision::float32 ? at::kFloat : at::kDouble;
    const at::Device device =
        options_.cuda < 0 ? at::Device(at::kCPU) : at::Device(at::kCUDA, static_cast<at::DeviceIndex>(options_.cuda));
    return at::TensorOptions().dtype(type).device(device);
}

at::Tensor SqgResidual::linear_part(std::span<const double> times, int n, double a, double b) const {
    // The start may have more modes than the grid: pointwise values come from the nearest finer grid that holds this
    // one.
    const std::int64_t have = window_.initial.size(-2), stride = (have + n - 1) / n, fine = stride * n;
    const auto moved = spectral::pad(spectral::shift(window_.initial, a, b), fine);
    const auto decay = spectral::symbol::decay(fine, options_.kappa, {times.begin(), times.end()});
    const auto symbols = spectral::symbol::join({spectral::symbol::identity(fine), spectral::symbol::transport(fine)});
    const auto all =
        spectral::field_of(spectral::multiply_coefficients(spectral::multiply_coefficients(moved, decay), symbols));
    return all.slice(-2, 0, fine, stride).slice(-1, 0, fine, stride).contiguous().to(tensor_options());
}

void SqgResidual::shift(double a, double b) {
    network_.set_grid(tensor_grid(rule_.points, window_.length, options_.grid, a, b));
    base_ = linear_part(rule_.points, options_.grid, a, b);
    shift_ = {a, b};
}

double SqgResidual::loss(std::span<const double> parameters, std::span<double> gradient) {
    const auto [value, dot] = network_.evaluate(parameters);
    const at::Tensor parts = spectral::multiply(time_ * value, symbols_); // of the network's part t N
    const at::Tensor full = parts.narrow(0, 0, 4) + base_.narrow(0, 1, 4);
    const double rate = 2 / window_.length;
    at::Tensor r =
        value + (time_ * rate) * dot + parts[4] + spectral::transport(full); // (e^{-kappa Lambda t} theta)_t cancels
    if (options_.sobolev != 0) r = spectral::multiply(r, sobolev_)[0];
    const at::Tensor weighted = weight_ * r;
    const at::Tensor by_time = (weighted * r).sum(std::vector<std::int64_t>{1, 2}).to(at::kCPU, at::kDouble);
    const double loss = by_time.sum().item<double>();
    early_share_ = loss > 0 ? by_time.narrow(0, 0, (options_.times + 1) / 2).sum().item<double>() / loss : 0;
    at::Tensor g = 2 * weighted;
    if (options_.sobolev != 0) g = spectral::multiply_adjoint(g.unsqueeze(0), sobolev_);
    // u . grad theta in the order u_1, u_2, theta_x, theta_y, then kappa Lambda theta.
    const at::Tensor back =
        spectral::multiply_adjoint(at::stack({g * full[2], g * full[3], g * full[0], g * full[1], g}), symbols_);
    network_.backward(time_ * back + g, (time_ * rate) * g, gradient);
    return loss;
}

NetworkFields SqgResidual::fields(std::span<const double> parameters, std::span<const double> times, int n, double a,
                                  double b) {
    PeriodicNetwork network(network_.shape(), options_.precision, options_.cuda, options_.force_tensors, options_.team);
    network.set_grid(tensor_grid(times, window_.length, n, a, b));
    const auto [value, dot] = network.evaluate(parameters, false);
    const at::Tensor time =
        at::tensor(std::vector<double>(times.begin(), times.end()), at::kDouble).view({-1, 1, 1}).to(tensor_options());
    const at::Tensor base = linear_part(times, n, a, b), part = time * value;
    const at::Tensor own = spectral::multiply(part, equation_symbols(n, options_.kappa, tensor_options()));
    const at::Tensor full = own.narrow(0, 0, 4) + base.narrow(0, 1, 4);
    NetworkFields out;
    out.theta = base[0] + part;
    out.velocity_x = full[0];
    out.velocity_y = full[1];
    out.theta_x = full[2];
    out.theta_y = full[3];
    out.residual = value + (time * (2 / window_.length)) * dot + own[4] + spectral::transport(full);
    return out;
}

} // namespace orrery::pinn::training
