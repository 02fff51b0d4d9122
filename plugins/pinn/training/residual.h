// SPDX-License-Identifier: BSD-3-Clause
// The critical SQG residual of a network on a shifted grid, its squared norm as loss, and the loss's gradient by hand.
#pragma once
#include "gpu/spectral/spectral.h"
#include "plugins/pinn/training/network.h"
#include "plugins/pinn/training/quadrature.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <span>
#include <vector>

namespace orrery::pinn::training {

// theta(x, y, start + t) = e^{-kappa Lambda t} theta_start + t N(x, y, tau), tau = 2 t / length - 1, for t in [0,
// length]: the state at the start and the linear part of the equation are exact whatever the network is.
struct Window {
    double start = 0, length = 1;
    at::Tensor initial; // coefficients of theta_start, complex128 [m, m/2 + 1] as in gpu/spectral/spectral.h
};

struct ResidualOptions {
    double kappa = 0.1;
    int grid = 24, times = 12;
    double sobolev = 0; // s of the H^s norm of the residual; negative ones weigh high modes less
    Precision precision = Precision::float64;
    int cuda = -1;
    bool force_tensors = false; // as in PeriodicNetwork
    std::shared_ptr<Team> team; // for the network's kernels
};

// Fields over [times, n, n] at given times and shift.
struct NetworkFields {
    at::Tensor theta, velocity_x, velocity_y, theta_x, theta_y, residual;
};

class SqgResidual {
public:
    SqgResidual(NetworkShape shape, ResidualOptions options, Window window);

    // Moves the grid: points (a + 2 pi i / n, b + 2 pi j / n). Multipliers commute with shifts, so this is resampling
    // for free.
    void shift(double a, double b);
    // The present shift.
    std::array<double, 2> shift() const { return shift_; }

    // Loss = sum_s w_s mean_xy |(1 - Laplacian)^{sobolev/2} r|^2 / mean |theta_start|^2 with Gauss-Legendre times
    // (weights sum to one) and r = theta_t + u . grad theta + kappa Lambda theta, u = (-R_2 theta, R_1 theta). Fills
    // gradient [P].
    double loss(std::span<const double> parameters, std::span<double> gradient);

    // The part of the last loss that comes from the first half of the times.
    double early_share() const { return early_share_; }
    // Of the loss before a checkpoint.
    void set_early_share(double share) { early_share_ = share; }

    // Everything at once elsewhere: an n x n grid with this shift at times (from the window's start).
    NetworkFields fields(std::span<const double> parameters, std::span<const double> times, int n, double a, double b);

    const Window& window() const { return window_; }
    const NetworkShape& shape() const { return network_.shape(); }
    const ResidualOptions& options() const { return options_; }

private:
    at::TensorOptions tensor_options() const;
    // theta, u_1, u_2, theta_x, theta_y of e^{-kappa Lambda t} theta_start: [5, times, n, n].
    at::Tensor linear_part(std::span<const double> times, int n, double a, double b) const;

    ResidualOptions options_;
    Window window_;
    Quadrature rule_;
    PeriodicNetwork network_;
    spectral::Symbols symbols_, sobolev_;
    at::Tensor base_, time_, weight_;
    std::array<double, 2> shift_{0, 0};
    double early_share_ = 0;
};

} // namespace orrery::pinn::training
