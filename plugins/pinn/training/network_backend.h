// SPDX-License-Identifier: BSD-3-Clause
// The seam between PeriodicNetwork and its two implementations.
#pragma once
#include "plugins/pinn/training/network.h"

#include <ATen/ATen.h>

namespace orrery::pinn::training {

struct PeriodicNetwork::Backend {
    explicit Backend(NetworkShape of) : shape(of) {}
    virtual ~Backend() = default;
    virtual void set_grid(const TensorGrid& grid) = 0;
    virtual std::pair<at::Tensor, at::Tensor> evaluate(std::span<const double> parameters, bool for_backward) = 0;
    virtual void backward(const at::Tensor& grad_value, const at::Tensor& grad_dot, std::span<double> gradient) = 0;
    NetworkShape shape;
};

std::unique_ptr<PeriodicNetwork::Backend> make_cpu_backend(NetworkShape shape, Precision precision,
                                                           std::shared_ptr<Team> team);
std::unique_ptr<PeriodicNetwork::Backend> make_tensor_backend(NetworkShape shape, at::ScalarType type,
                                                              at::Device device);

// Where each part of the flat vector begins.
struct Layout {
    explicit Layout(const NetworkShape& s)
        : bias1(static_cast<std::size_t>(s.width) * static_cast<std::size_t>(s.features())),
          hidden(bias1 + static_cast<std::size_t>(s.width)), width(static_cast<std::size_t>(s.width)),
          output(hidden + static_cast<std::size_t>(s.depth - 1) * width * (width + 1)) {}
    std::size_t weights(int layer) const {
        return hidden + static_cast<std::size_t>(layer) * width * (width + 1);
    } // 0: W_2
    std::size_t biases(int layer) const { return weights(layer) + width * width; }
    std::size_t output_bias() const { return output + width; }
    std::size_t bias1, hidden, width, output;
};

} // namespace orrery::pinn::training
