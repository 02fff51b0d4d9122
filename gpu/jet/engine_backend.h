// SPDX-License-Identifier: BSD-3-Clause
// The seam between Engine and what computes: the fused CPU engine, or tensor operations with autograd.
#pragma once
#include "gpu/jet/engine.h"
#include "gpu/jet/kernels.h"
#include "gpu/jet/term.h"

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
    Network network;
    std::size_t parameter_count;
};

std::unique_ptr<Engine::Implementation> make_cpu_engine(Network network, Precision precision,
                                                        std::shared_ptr<Team> team, const Kernels& kernels);
// cuda: -1 for the CPU.
std::unique_ptr<Engine::Implementation> make_tensor_engine(Network network, Precision precision, int cuda);

} // namespace orrery::jet
