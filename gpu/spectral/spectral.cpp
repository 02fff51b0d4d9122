// SPDX-License-Identifier: BSD-3-Clause
// Checks of arguments, and the public functions put together from the operators.
#include "gpu/spectral/spectral.h"

#include "core/error.h"
#include "gpu/spectral/spectral_ops.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace orrery::spectral {
namespace {

std::string shape_of(const at::Tensor& t) {
    return fmt::format("[{}]", fmt::join(t.sizes().begin(), t.sizes().end(), ", "));
}

void expect_field(const at::Tensor& field) {
    if (field.dim() < 2 || field.size(-1) != field.size(-2) || field.size(-1) % 2 != 0 || field.size(-1) < 2) {
        throw Error(
            fmt::format("A field must have the shape [..., n, n] with even n; this one has {}.", shape_of(field)));
    }
    if (field.scalar_type() != at::kDouble && field.scalar_type() != at::kFloat) {
        throw Error("A field must be float32 or float64.");
    }
}

std::int64_t expect_coefficients(const at::Tensor& c) {
    if (c.dim() < 2 || c.size(-2) % 2 != 0 || c.size(-1) != c.size(-2) / 2 + 1) {
        throw Error(
            fmt::format("Coefficients must have the shape [..., n, n/2 + 1] with even n; these have {}.", shape_of(c)));
    }
    if (!c.is_complex()) throw Error("Coefficients must be complex.");
    return c.size(-2);
}

void expect_symbols(const at::Tensor& of, const Symbols& symbols, std::int64_t n) {
    const at::Tensor& values = symbols.values;
    if (values.dim() != 3 || values.size(1) != n || values.size(2) != n / 2 + 1 ||
        static_cast<std::int64_t>(symbols.imaginary.size()) != values.size(0)) {
        throw Error(fmt::format("Symbols of shape {0} don't fit a grid of {1} x {1}.", shape_of(values), n));
    }
    if (values.scalar_type() != c10::toRealValueType(of.scalar_type()) || values.device() != of.device()) {
        throw Error("Symbols and field must have the same float type and lie on the same device.");
    }
}

void expect_stack(const at::Tensor& stack) {
    if (stack.dim() < 3 || stack.size(0) != 4) {
        throw Error(fmt::format("transport takes [4, ..., n, n] = (u, v, theta_x, theta_y), not {}.", shape_of(stack)));
    }
    expect_field(stack);
}

void expect_terms(const std::vector<at::Tensor>& spectra, const std::vector<at::Tensor>& weights) {
    if (spectra.empty() || spectra.size() != weights.size() || spectra.size() > ops::max_terms) {
        throw Error(fmt::format("combine takes 1 to {} spectra and as many weights.", ops::max_terms));
    }
    expect_coefficients(spectra[0]);
    const auto real = c10::toRealValueType(spectra[0].scalar_type());
    for (std::size_t j = 0; j < spectra.size(); ++j) {
        const at::Tensor &x = spectra[j], &w = weights[j];
        if (x.sizes() != spectra[0].sizes() || x.scalar_type() != spectra[0].scalar_type()) {
            throw Error("combine takes spectra of one shape and type.");
        }
        if (w.scalar_type() != real ||
            (w.numel() != 1 && w.sizes() != x.sizes().slice(static_cast<std::size_t>(x.dim() - 2)))) {
            throw Error("A weight of combine is a number or real [n, n/2 + 1] of the spectra's float type.");
        }
    }
}

at::Tensor single(const at::Tensor& field, const Symbols& symbols) { return multiply(field, symbols).select(0, 0); }

} // namespace

at::Tensor coefficients(const at::Tensor& field) {
    expect_field(field);
    return at::fft_rfft2(field, std::nullopt, {-2, -1}, "forward");
}

at::Tensor field_of(const at::Tensor& c) {
    const std::int64_t n = expect_coefficients(c);
    return at::fft_irfft2(c, at::IntArrayRef{n, n}, {-2, -1}, "forward");
}

at::Tensor multiply_coefficients(const at::Tensor& c, const Symbols& symbols) {
    expect_symbols(c, symbols, expect_coefficients(c));
    return ops::multiply(c, symbols.values, symbols.imaginary);
}

at::Tensor multiply(const at::Tensor& field, const Symbols& symbols) {
    expect_field(field);
    expect_symbols(field, symbols, field.size(-1));
    return ops::apply(field, symbols.values, symbols.imaginary);
}

at::Tensor multiply_adjoint(const at::Tensor& fields, const Symbols& symbols) {
    expect_field(fields);
    expect_symbols(fields, symbols, fields.size(-1));
    if (fields.dim() < 3 || fields.size(0) != symbols.count()) {
        throw Error(fmt::format("multiply_adjoint takes {} fields, not {}.", symbols.count(), shape_of(fields)));
    }
    return ops::apply_adjoint(fields, symbols.values, symbols.imaginary);
}

at::Tensor lambda(const at::Tensor& field, double s) {
    return single(field, symbol::lambda(field.size(-1), s, field.options()));
}
at::Tensor inverse_lambda(const at::Tensor& field) {
    return single(field, symbol::inverse_lambda(field.size(-1), field.options()));
}
at::Tensor riesz(const at::Tensor& field, int j) {
    return single(field, symbol::riesz(field.size(-1), j, field.options()));
}
at::Tensor gradient(const at::Tensor& field) {
    return multiply(field, symbol::gradient(field.size(-1), field.options()));
}
at::Tensor laplacian(const at::Tensor& field) {
    return single(field, symbol::laplacian(field.size(-1), field.options()));
}
at::Tensor helmholtz_inverse(const at::Tensor& field, double a) {
    return single(field, symbol::helmholtz_inverse(field.size(-1), a, field.options()));
}
at::Tensor velocity(const at::Tensor& theta) {
    return multiply(theta, symbol::velocity(theta.size(-1), theta.options()));
}

at::Tensor sobolev_norm_squared(const at::Tensor& field, double s) {
    return single(field, symbol::sobolev(field.size(-1), s, field.options())).square().mean({-2, -1});
}

at::Tensor transport(const at::Tensor& stack) {
    expect_stack(stack);
    return ops::transport(stack);
}

at::Tensor shift(const at::Tensor& c, double a, double b) {
    expect_coefficients(c);
    return ops::shift(c, a, b);
}

at::Tensor shifted(const at::Tensor& field, double a, double b) { return field_of(shift(coefficients(field), a, b)); }

at::Tensor pad(const at::Tensor& c, std::int64_t m) {
    const std::int64_t n = expect_coefficients(c);
    if (m == n) return c;
    if (m % 2 != 0 || m < n)
        throw Error(fmt::format(
            "Coefficients of an {0} x {0} grid can be padded to an even size of at least {0}, not {1}.", n, m));
    // The Nyquist row and column become two modes of half the amplitude each; the column's second one is implied.
    const at::Tensor row = c.narrow(-2, n / 2, 1) * 0.5;
    std::vector<std::int64_t> gap = c.sizes().vec();
    gap[gap.size() - 2] = m - n - 1;
    at::Tensor wide = at::cat(
        {c.narrow(-2, 0, n / 2), row, at::zeros(gap, c.options()), row, c.narrow(-2, n / 2 + 1, n / 2 - 1)}, -2);
    gap = wide.sizes().vec();
    gap.back() = m / 2 - n / 2;
    return at::cat({wide.narrow(-1, 0, n / 2), wide.narrow(-1, n / 2, 1) * 0.5, at::zeros(gap, c.options())}, -1);
}

at::Tensor truncate(const at::Tensor& c, std::int64_t m) {
    const std::int64_t n = expect_coefficients(c);
    if (m == n) return c;
    if (m % 2 != 0 || m > n || m < 2)
        throw Error(fmt::format(
            "Coefficients of an {0} x {0} grid can be truncated to an even size of at most {0}, not {1}.", n, m));
    const at::Tensor row = c.narrow(-2, m / 2, 1) + c.narrow(-2, n - m / 2, 1);
    const at::Tensor narrow = at::cat({c.narrow(-2, 0, m / 2), row, c.narrow(-2, n - m / 2 + 1, m / 2 - 1)}, -2);
    // Column m/2 plus its conjugate at (-k_1, -m/2).
    const at::Tensor column = narrow.narrow(-1, m / 2, 1);
    const at::Tensor mirrored = column.flip({-2}).roll(1, -2).conj();
    return at::cat({narrow.narrow(-1, 0, m / 2), column + mirrored}, -1);
}

at::Tensor resample(const at::Tensor& field, std::int64_t m) {
    expect_field(field);
    if (m == field.size(-1)) return field;
    const at::Tensor c = coefficients(field);
    return field_of(m > field.size(-1) ? pad(c, m) : truncate(c, m));
}

at::Tensor dealiased_product(const at::Tensor& f, const at::Tensor& g) {
    expect_field(f);
    expect_field(g);
    const std::int64_t n = f.size(-1), fine = n + 2 * ((n + 3) / 4);
    return resample(resample(f, fine) * resample(g, fine), n);
}

at::Tensor interpolate(const at::Tensor& c, const at::Tensor& points) {
    expect_coefficients(c);
    if (points.dim() != 2 || points.size(1) != 2)
        throw Error(fmt::format("Points must have the shape [p, 2], not {}.", shape_of(points)));
    if (points.device() != c.device()) throw Error("Points and coefficients must lie on the same device.");
    return ops::interpolate(c, points);
}

at::Tensor power(const at::Tensor& c, const at::Tensor& weights) {
    const std::int64_t n = expect_coefficients(c);
    if (weights.dim() != 3 || weights.size(1) != n || weights.size(2) != n / 2 + 1 ||
        weights.scalar_type() != c10::toRealValueType(c.scalar_type()) || weights.device() != c.device()) {
        throw Error(
            fmt::format("Weights of shape {0} don't fit coefficients of shape {1}.", shape_of(weights), shape_of(c)));
    }
    return ops::power(c, weights);
}

at::Tensor combine(const std::vector<at::Tensor>& spectra, const std::vector<at::Tensor>& weights) {
    expect_terms(spectra, weights);
    return ops::combine(spectra, weights);
}

namespace {
void expect_out(const at::Tensor& out, at::ScalarType type, at::IntArrayRef shape) {
    if (!out.defined() || out.scalar_type() != type || out.sizes() != shape || !out.is_contiguous()) {
        throw Error(fmt::format("The result needs a contiguous tensor of shape [{}].",
                                fmt::join(shape.begin(), shape.end(), ", ")));
    }
}
} // namespace

void multiply_coefficients_into(at::Tensor& out, const at::Tensor& c, const Symbols& symbols) {
    expect_symbols(c, symbols, expect_coefficients(c));
    std::vector<std::int64_t> shape = c.sizes().vec();
    shape.insert(shape.begin(), symbols.count());
    expect_out(out, c.scalar_type(), shape);
    ops::multiply_out(c, symbols.values, symbols.imaginary, out);
}

void transport_into(at::Tensor& out, const at::Tensor& stack) {
    expect_stack(stack);
    expect_out(out, stack.scalar_type(), stack.sizes().slice(1));
    ops::transport_out(stack, out);
}

void combine_into(at::Tensor& out, const std::vector<at::Tensor>& spectra, const std::vector<at::Tensor>& weights) {
    expect_terms(spectra, weights);
    expect_out(out, spectra[0].scalar_type(), spectra[0].sizes());
    ops::combine_out(spectra, weights, out);
}

} // namespace orrery::spectral
