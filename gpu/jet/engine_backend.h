// SPDX-License-Identifier: BSD-3-Clause
// The seam between Engine and what computes: the fused engine on the CPU or a device, or tensor operations with
// autograd.
#pragma once
#include "gpu/jet/adam.h"
#include "gpu/jet/engine.h"
#include "gpu/jet/kernels.h"
#include "gpu/jet/term.h"

#include <optional>

namespace orrery::jet {

struct Engine::Implementation {
    explicit Implementation(Network of) : network(std::move(of)), parameter_count(network.parameters()) {}
    virtual ~Implementation() = default;
    virtual std::size_t add(Term term) = 0;
    virtual void set_points(std::size_t term, const Points& points) = 0;
    virtual void set_weights(std::size_t term, std::span<const double> weights) = 0;
    virtual void set_point_weights(std::size_t term, std::span<const double> weights) = 0;
    virtual double loss(std::span<const double> parameters, std::span<double> gradient) = 0;
    virtual std::span<const double> mean_squares(std::size_t term) const = 0;
    virtual std::vector<double> residuals(std::size_t term, std::span<const double> parameters) = 0;
    virtual std::vector<double> variables(std::size_t term, std::span<const double> parameters) = 0;
    virtual void backward(std::size_t term, std::span<const double> parameters, std::span<const double> grad_variables,
                          std::span<double> gradient, std::span<double> grad_coordinates) = 0;
    virtual void residual_backward(std::size_t term, std::span<const double> parameters,
                                   std::span<const double> grad_residuals, std::span<double> gradient) = 0;
    // Adam on the sum of all terms where the parameters live, `steps` times; the loss before the last one. Nothing: not
    // offered here, loss() does the same.
    virtual std::optional<double> adam_steps(std::span<double> /*parameters*/, AdamState& /*state*/,
                                             const AdamOptions& /*options*/, int /*steps*/) {
        return std::nullopt;
    }
    Network network;
    std::size_t parameter_count;
};

ORRERY_API std::unique_ptr<Engine::Implementation> make_cpu_engine(Network network, Precision precision,
                                                                   std::shared_ptr<Team> team, const Kernels& kernels);
// cuda: -1 for the CPU.
std::unique_ptr<Engine::Implementation> make_tensor_engine(Network network, Precision precision, int cuda);
// Fused, on CUDA device `device`; throws Error where there is none, or where Orrery was built without CUDA.
ORRERY_API std::unique_ptr<Engine::Implementation> make_cuda_engine(Network network, Precision precision, int device);

} // namespace orrery::jet
