// SPDX-License-Identifier: BSD-3-Clause
// Derivatives of the spectral operators against central differences.
#include "tests/gpu/spectral_checks.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/autograd/autograd.h>

using namespace spectral_checks;

namespace {

// A scalar function's gradient along a random direction, by reverse mode and by central differences; `of` may give a
// field.
template <class Function>
void check_derivative(const Function& of, const at::Tensor& at_point, double tolerance = 1e-8) {
    const at::Tensor direction = noise(at_point.sizes(), at::kCPU, 31);
    at::Tensor x = at_point.clone().set_requires_grad(true);
    const at::Tensor value = of(x);
    const at::Tensor weight = noise(value.sizes(), at::kCPU, 32);
    const auto scalar = [&](const at::Tensor& input) { return (of(input) * weight).sum(); };
    const at::Tensor gradient = torch::autograd::grad({scalar(x)}, {x})[0];
    const double by_reverse = item((gradient * direction).sum());
    const double h = 1e-3;
    const auto slope = [&](double step) {
        return (item(scalar(at_point + step * direction)) - item(scalar(at_point - step * direction))) / (2 * step);
    };
    const double by_difference = (4 * slope(h) - slope(2 * h)) / 3; // order 4
    CHECK(by_reverse == Approx(by_difference).epsilon(tolerance));
    CHECK(std::abs(by_reverse) > 1e-3); // not a comparison of zeros
}

} // namespace

TEST_CASE("multipliers have their adjoint as derivative", "[gpu]") {
    const std::int64_t n = 10;
    const sp::Symbols symbols = sp::symbol::join({sp::symbol::transport(n), sp::symbol::lambda(n, 0.7)});
    const at::Tensor f = noise({2, n, n}, at::kCPU, 33);
    check_derivative([&](const at::Tensor& x) { return sp::multiply(x, symbols); }, f);
    check_derivative([&](const at::Tensor& x) { return sp::transport(sp::multiply(x, symbols).narrow(0, 0, 4)); }, f);
    check_derivative([&](const at::Tensor& x) { return sp::multiply_adjoint(x, symbols); },
                     noise({5, n, n}, at::kCPU, 34));
    check_derivative([&](const at::Tensor& x) { return sp::sobolev_norm_squared(x, 1); }, f);
}

TEST_CASE("the chain through coefficients, shifts, padding and points is differentiable", "[gpu]") {
    const std::int64_t n = 10;
    const sp::Symbols symbols = sp::symbol::transport(n);
    const at::Tensor f = noise({n, n}, at::kCPU, 35);
    const at::Tensor points = noise({7, 2}, at::kCPU, 36);
    const at::Tensor weights = sp::symbol::lambda(n).values.square();
    const at::Tensor number = at::full({1}, 0.3, at::kDouble);
    check_derivative(
        [&](const at::Tensor& x) { return sp::field_of(sp::multiply_coefficients(sp::coefficients(x), symbols)); }, f);
    check_derivative([&](const at::Tensor& x) { return sp::shifted(x, 0.4, -0.2); }, f);
    check_derivative([&](const at::Tensor& x) { return sp::resample(x, 16); }, f);
    check_derivative([&](const at::Tensor& x) { return sp::resample(x, 6); }, f);
    check_derivative([&](const at::Tensor& x) { return sp::dealiased_product(x, x); }, f);
    check_derivative([&](const at::Tensor& x) { return sp::interpolate(sp::coefficients(x), points); }, f);
    check_derivative([&](const at::Tensor& x) { return sp::power(sp::coefficients(x), weights); }, f);
    check_derivative(
        [&](const at::Tensor& x) {
            const at::Tensor c = sp::coefficients(x);
            return sp::field_of(sp::combine({c, c}, {weights[0], number}));
        },
        f);
    const at::Tensor c = sp::coefficients(f);
    check_derivative([&](const at::Tensor& x) { return sp::interpolate(c, x); }, points, 1e-6);
}

TEST_CASE("second derivatives exist and are right", "[gpu]") {
    const std::int64_t n = 8;
    const sp::Symbols symbols = sp::symbol::transport(n);
    // The gradient of a function of the operator is itself differentiated.
    check_derivative(
        [&](const at::Tensor& x) {
            at::Tensor inner = x.requires_grad() ? x : x.clone().set_requires_grad(true);
            const at::Tensor energy = sp::transport(sp::multiply(inner, symbols)).square().sum();
            return torch::autograd::grad({energy}, {inner}, {}, std::nullopt, true)[0];
        },
        noise({n, n}, at::kCPU, 37), 1e-6);
}

TEST_CASE("the operators are in torch's registry under orrery", "[gpu]") {
    for (const char* name :
         {"spectral_multiply", "spectral_contract", "spectral_apply", "spectral_apply_adjoint", "spectral_transport",
          "spectral_combine", "spectral_shift", "spectral_interpolate", "spectral_power"}) {
        CHECK(c10::Dispatcher::singleton().findSchema({std::string("orrery::") + name, ""}).has_value());
    }
}
