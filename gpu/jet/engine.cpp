// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/engine_backend.h"

#include "core/error.h"

#include <fmt/format.h>

namespace orrery::jet {

namespace {

void expect_lengths(std::size_t expected, std::span<const double> parameters, std::span<const double> gradient = {}) {
    if (parameters.size() != expected)
        throw Error(fmt::format("{} parameters were given for a network that has {}.", parameters.size(), expected));
    if (!gradient.empty() && gradient.size() != expected)
        throw Error(fmt::format("The gradient has {} numbers for {} parameters.", gradient.size(), expected));
}

} // namespace

Engine::Engine(Network network, const EngineOptions& options) {
    check(network);
    if (options.cuda >= 0 && !options.tensors) {
        implementation_ = make_cuda_engine(std::move(network), options.precision, options.cuda);
    } else if (options.tensors) {
        implementation_ = make_tensor_engine(std::move(network), options.precision, options.cuda);
    } else {
        implementation_ =
            make_cpu_engine(std::move(network), options.precision, options.team, kernels_at(options.instruction_set));
    }
}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

const Network& Engine::network() const { return implementation_->network; }
std::size_t Engine::add(Term term) { return implementation_->add(std::move(term)); }
void Engine::set_points(std::size_t term, const Points& points) { implementation_->set_points(term, points); }
void Engine::set_weights(std::size_t term, std::span<const double> weights) {
    implementation_->set_weights(term, weights);
}
void Engine::set_point_weights(std::size_t term, std::span<const double> weights) {
    implementation_->set_point_weights(term, weights);
}
double Engine::loss(std::span<const double> parameters, std::span<double> gradient) {
    expect_lengths(implementation_->parameter_count, parameters, gradient);
    return implementation_->loss(parameters, gradient);
}
std::span<const double> Engine::mean_squares(std::size_t term) const { return implementation_->mean_squares(term); }
std::vector<double> Engine::residuals(std::size_t term, std::span<const double> parameters) {
    expect_lengths(implementation_->parameter_count, parameters);
    return implementation_->residuals(term, parameters);
}
std::vector<double> Engine::variables(std::size_t term, std::span<const double> parameters) {
    expect_lengths(implementation_->parameter_count, parameters);
    return implementation_->variables(term, parameters);
}
void Engine::backward(std::size_t term, std::span<const double> parameters, std::span<const double> grad_variables,
                      std::span<double> gradient, std::span<double> grad_coordinates) {
    expect_lengths(implementation_->parameter_count, parameters, gradient);
    implementation_->backward(term, parameters, grad_variables, gradient, grad_coordinates);
}
void Engine::residual_backward(std::size_t term, std::span<const double> parameters,
                               std::span<const double> grad_residuals, std::span<double> gradient) {
    implementation_->residual_backward(term, parameters, grad_residuals, gradient);
}

} // namespace orrery::jet
