// SPDX-License-Identifier: BSD-3-Clause
// A tanh network that is exactly 2 pi-periodic in x and y, with its time derivative and the adjoint of both by hand.
#pragma once
#include "gpu/parallel/team.h"

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace at {
class Tensor;
}

namespace orrery::pinn::training {

// N(x, y, tau) = c . a_D + d with a_l = tanh(W_l a_{l-1} + b_l), a_0 = [cos(m x), sin(m x), cos(m y), sin(m y) for m
// = 1..modes, tau]. Parameters lie in one flat vector: W_1 [width, 4 modes + 1] (columns: cos x, sin x, cos 2x, ...,
// cos y, ..., tau), b_1, then W_l [width, width], b_l, then c, d.
struct NetworkShape {
    int width = 32, depth = 2, modes = 2;
    int features() const { return 4 * modes + 1; }
    int parameters() const { return width * (features() + 1) + (depth - 1) * width * (width + 1) + width + 1; }
};

// Glorot-normal weights, biases zero; equal seeds give equal bits.
std::vector<double> initial_parameters(const NetworkShape& shape, std::uint64_t seed);

// Points of a tensor grid: every x with every y at every tau.
struct TensorGrid {
    std::vector<double> x, y, tau;
    std::int64_t size() const { return static_cast<std::int64_t>(x.size() * y.size() * tau.size()); }
};

enum class Precision { float32, float64 };

// On the CPU by fused kernels (kernels.h), the same bits for any number of threads; elsewhere by tensor operations.
class PeriodicNetwork {
public:
    // cuda < 0: the CPU. `force_tensors` takes the tensor operations on the CPU too. `team` shares the fused kernels'
    // work.
    PeriodicNetwork(NetworkShape shape, Precision precision, int cuda = -1, bool force_tensors = false,
                    std::shared_ptr<Team> team = {});
    ~PeriodicNetwork();
    PeriodicNetwork(PeriodicNetwork&&) noexcept;
    PeriodicNetwork& operator=(PeriodicNetwork&&) noexcept;

    const NetworkShape& shape() const;
    void set_grid(const TensorGrid& grid);

    // N and dN/dtau at the grid, each [tau, x, y]; they stay valid until the next call. With `for_backward` the
    // activations are kept (8 (2 depth - 1) width bytes a point).
    std::pair<at::Tensor, at::Tensor> evaluate(std::span<const double> parameters, bool for_backward = true);

    // gradient [P] = sum over points of grad_value dN/dp + grad_dot d(dN/dtau)/dp, at the parameters of the last
    // evaluate.
    void backward(const at::Tensor& grad_value, const at::Tensor& grad_dot, std::span<double> gradient);

    struct Backend;

private:
    std::unique_ptr<Backend> backend_;
};

} // namespace orrery::pinn::training
