// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/training/network.h"

#include "gpu/jet/random.h"
#include "plugins/pinn/training/network_backend.h"

#include <cmath>

namespace orrery::pinn::training {

std::vector<double> initial_parameters(const NetworkShape& shape, std::uint64_t seed) {
    const Layout at(shape);
    std::vector<double> p(static_cast<std::size_t>(shape.parameters()), 0.0);
    jet::RandomNumbers random(seed);
    const auto fill = [&](std::size_t first, std::size_t count, int in, int out) {
        const double deviation = std::sqrt(2.0 / (in + out));
        for (std::size_t i = 0; i < count; ++i) p[first + i] = deviation * random.normal();
    };
    fill(0, at.bias1, shape.features(), shape.width);
    for (int l = 0; l + 1 < shape.depth; ++l) fill(at.weights(l), at.width * at.width, shape.width, shape.width);
    fill(at.output, at.width, shape.width, 1);
    return p;
}

PeriodicNetwork::PeriodicNetwork(NetworkShape shape, Precision precision, int cuda, bool force_tensors,
                                 std::shared_ptr<Team> team) {
    if (cuda < 0 && !force_tensors) {
        backend_ = make_cpu_backend(shape, precision, std::move(team));
    } else {
        const at::Device device =
            cuda < 0 ? at::Device(at::kCPU) : at::Device(at::kCUDA, static_cast<at::DeviceIndex>(cuda));
        backend_ = make_tensor_backend(shape, precision == Precision::float32 ? at::kFloat : at::kDouble, device);
    }
}
PeriodicNetwork::~PeriodicNetwork() = default;
PeriodicNetwork::PeriodicNetwork(PeriodicNetwork&&) noexcept = default;
PeriodicNetwork& PeriodicNetwork::operator=(PeriodicNetwork&&) noexcept = default;

const NetworkShape& PeriodicNetwork::shape() const { return backend_->shape; }
void PeriodicNetwork::set_grid(const TensorGrid& grid) { backend_->set_grid(grid); }
std::pair<at::Tensor, at::Tensor> PeriodicNetwork::evaluate(std::span<const double> parameters, bool for_backward) {
    return backend_->evaluate(parameters, for_backward);
}
void PeriodicNetwork::backward(const at::Tensor& grad_value, const at::Tensor& grad_dot, std::span<double> gradient) {
    backend_->backward(grad_value, grad_dot, gradient);
}

} // namespace orrery::pinn::training
