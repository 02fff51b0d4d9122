// SPDX-License-Identifier: BSD-3-Clause
// Tables of the multipliers' symbols, made once in float64 on the CPU and then moved.
#include "core/error.h"
#include "gpu/spectral/spectral.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>

namespace orrery::spectral {
namespace {

void expect_size(std::int64_t n) {
    if (n < 2 || n % 2 != 0) throw Error(fmt::format("A grid needs an even number of points per side, not {}.", n));
}

void expect_direction(int j) {
    if (j != 1 && j != 2) throw Error(fmt::format("A direction is 1 (x) or 2 (y), not {}.", j));
}

// One table from symbol(k1, k2).
template <class Symbol>
Symbols table(std::int64_t n, bool imaginary, at::TensorOptions options, const Symbol& symbol) {
    expect_size(n);
    at::Tensor values = at::empty({1, n, n / 2 + 1}, at::kDouble);
    double* at = values.mutable_data_ptr<double>();
    for (std::int64_t i = 0; i < n; ++i) {
        const double k1 = static_cast<double>(i < n / 2 ? i : i - n);
        for (std::int64_t k2 = 0; k2 <= n / 2; ++k2) *at++ = symbol(k1, static_cast<double>(k2));
    }
    return {values.to(options.device(), c10::typeMetaToScalarType(options.dtype())), {imaginary ? 1 : 0}};
}

// An odd symbol in direction j is zero at that direction's Nyquist mode: the mode is a cosine, whose odd image is a
// sine that vanishes on the grid.
template <class Symbol>
Symbols odd_table(std::int64_t n, int j, at::TensorOptions options, const Symbol& symbol) {
    expect_direction(j);
    const double nyquist = static_cast<double>(n / 2);
    return table(n, true, options, [&](double k1, double k2) {
        const double k = j == 1 ? k1 : k2;
        return std::abs(k) == nyquist ? 0.0 : symbol(k, std::hypot(k1, k2));
    });
}

} // namespace

namespace symbol {

Symbols radial(std::int64_t n, const std::function<double(double)>& of_length, at::TensorOptions options) {
    return table(n, false, options, [&](double k1, double k2) { return of_length(std::sqrt(k1 * k1 + k2 * k2)); });
}

Symbols identity(std::int64_t n, at::TensorOptions options) {
    return radial(
        n, [](double) { return 1.0; }, options);
}

Symbols lambda(std::int64_t n, double s, at::TensorOptions options) {
    if (!(s > 0 && s <= 2))
        throw Error(fmt::format("The power of Lambda must be greater than 0 and at most 2, not {}.", s));
    if (s == 1)
        return radial(
            n, [](double k) { return k; }, options);
    return radial(
        n, [s](double k) { return k == 0 ? 0.0 : std::pow(k * k, s / 2); }, options);
}

Symbols inverse_lambda(std::int64_t n, at::TensorOptions options) {
    return radial(
        n, [](double k) { return k == 0 ? 0.0 : 1 / k; }, options);
}

Symbols laplacian(std::int64_t n, at::TensorOptions options) {
    return table(n, false, options, [](double k1, double k2) { return -(k1 * k1 + k2 * k2); });
}

Symbols helmholtz_inverse(std::int64_t n, double a, at::TensorOptions options) {
    if (!(a > 0))
        throw Error(fmt::format("The Helmholtz operator a - Laplacian has an inverse for a > 0, not for {}.", a));
    return table(n, false, options, [a](double k1, double k2) { return 1 / (a + k1 * k1 + k2 * k2); });
}

Symbols sobolev(std::int64_t n, double s, at::TensorOptions options) {
    return table(n, false, options, [s](double k1, double k2) { return std::pow(1 + k1 * k1 + k2 * k2, s / 2); });
}

Symbols dealias(std::int64_t n, at::TensorOptions options) {
    const double size = static_cast<double>(n);
    return table(n, false, options,
                 [size](double k1, double k2) { return 3 * std::abs(k1) < size && 3 * k2 < size ? 1.0 : 0.0; });
}

Symbols derivative(std::int64_t n, int j, at::TensorOptions options) {
    return odd_table(n, j, options, [](double k, double) { return k; });
}

Symbols riesz(std::int64_t n, int j, at::TensorOptions options) {
    return odd_table(n, j, options, [](double k, double length) { return k == 0 ? 0.0 : k / length; });
}

Symbols gradient(std::int64_t n, at::TensorOptions options) {
    return join({derivative(n, 1, options), derivative(n, 2, options)});
}

Symbols velocity(std::int64_t n, at::TensorOptions options) {
    Symbols first = riesz(n, 2, options);
    first.values = first.values.neg();
    return join({first, riesz(n, 1, options)});
}

Symbols transport(std::int64_t n, at::TensorOptions options) {
    return join({velocity(n, options), gradient(n, options)});
}

Symbols decay(std::int64_t n, double kappa, const std::vector<double>& times, at::TensorOptions options) {
    std::vector<Symbols> list;
    for (const double t : times) {
        list.push_back(radial(
            n, [rate = kappa * t](double k) { return std::exp(-rate * k); }, options));
    }
    return join(list);
}

Symbols join(const std::vector<Symbols>& list) {
    if (list.empty()) throw Error("There are no symbols to join.");
    std::vector<at::Tensor> values;
    std::vector<std::int64_t> imaginary;
    for (const Symbols& symbols : list) {
        values.push_back(symbols.values);
        imaginary.insert(imaginary.end(), symbols.imaginary.begin(), symbols.imaginary.end());
    }
    return {at::cat(values, 0), std::move(imaginary)};
}

Symbols scaled(const Symbols& symbols, const Symbols& factor) {
    if (factor.count() != 1 || factor.imaginary[0] != 0 || factor.n() != symbols.n()) {
        throw Error("Symbols can be scaled by one even symbol of the same grid.");
    }
    return {symbols.values * factor.values, symbols.imaginary};
}

} // namespace symbol

at::Tensor wavenumbers(std::int64_t n, int j, at::TensorOptions options) {
    expect_size(n);
    expect_direction(j);
    if (j == 2) return at::arange(0, n / 2 + 1, options).unsqueeze(0);
    return at::fft_fftfreq(n, 1.0 / static_cast<double>(n), options).unsqueeze(1);
}

at::Tensor multiplicity(std::int64_t n, at::TensorOptions options) {
    expect_size(n);
    at::Tensor weight = at::full({n / 2 + 1}, 2.0, options);
    weight[0] = 1;
    weight[n / 2] = 1;
    return weight;
}

} // namespace orrery::spectral
