// SPDX-License-Identifier: BSD-3-Clause
// Operators on the torus [0, 2 pi)^2: Fourier multipliers, shifted grids, dealiasing, interpolation, transport.
//
// A field is a real tensor [..., n, n], float32 or float64, n even, with field[..., i, j] = f(x_i, y_j), x_i = 2 pi i /
// n: the first of the last two dimensions is x. Its coefficients are complex [..., n, n/2 + 1]: f = sum_k c_k e^{i
// k.x}, rows k_1 = 0 ... n/2 - 1, -n/2 ... -1, columns k_2 = 0 ... n/2, the rest by c_{-k} = conj(c_k). Leading
// dimensions are a batch.
//
// Everything works on the CPU and on CUDA devices, is differentiable (any number of times, by reverse mode), and gives
// the same bits for the same inputs on the same device whatever the number of threads. CPU and CUDA agree to 1e-12
// relative in float64 and 1e-5 in float32. The operators are also torch.ops.orrery.spectral_* in Python.
//
// Nyquist modes (k_1 = -n/2 or k_2 = n/2) stand for a cosine: odd symbols are zero in the ambiguous direction there, so
// every operator maps real fields to real fields, even symbols are symmetric and odd ones skew on the whole grid space.
//
// All functions throw orrery::Error where a shape, type or range is wrong.
#pragma once
#include "core/api.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace orrery::spectral {

// Symbols of m multipliers that share one transform. A multiplier that maps real fields to real ones and has a parity
// is either real and even or imaginary and odd, so one real table and a flag say it.
struct Symbols {
    at::Tensor values;                   // real [m, n, n/2 + 1]
    std::vector<std::int64_t> imaginary; // m flags: 0: the symbol is values[j]; 1: it is i * values[j]

    std::int64_t count() const { return values.size(0); }
    std::int64_t n() const { return values.size(1); }
};

// Builders. `options` says float type and device of the table (default float64 on the CPU). k = (k_1, k_2), |k| its
// length.
namespace symbol {
ORRERY_API Symbols radial(std::int64_t n, const std::function<double(double)>& of_length,
                          at::TensorOptions options = at::kDouble);
ORRERY_API Symbols identity(std::int64_t n, at::TensorOptions options = at::kDouble);
ORRERY_API Symbols lambda(std::int64_t n, double s = 1, at::TensorOptions options = at::kDouble); // |k|^s, 0 < s <= 2
ORRERY_API Symbols inverse_lambda(std::int64_t n, at::TensorOptions options = at::kDouble);       // 1/|k|, 0 at k = 0
ORRERY_API Symbols laplacian(std::int64_t n, at::TensorOptions options = at::kDouble);            // -|k|^2
ORRERY_API Symbols helmholtz_inverse(std::int64_t n, double a,
                                     at::TensorOptions options = at::kDouble);                 // 1/(a + |k|^2), a > 0
ORRERY_API Symbols sobolev(std::int64_t n, double s, at::TensorOptions options = at::kDouble); // (1 + |k|^2)^(s/2)
ORRERY_API Symbols dealias(std::int64_t n,
                           at::TensorOptions options = at::kDouble); // 1 where 3 |k_j| < n for both j, else 0
ORRERY_API Symbols derivative(std::int64_t n, int j, at::TensorOptions options = at::kDouble); // i k_j, j = 1 or 2
ORRERY_API Symbols riesz(std::int64_t n, int j, at::TensorOptions options = at::kDouble); // i k_j / |k|, 0 at k = 0
ORRERY_API Symbols gradient(std::int64_t n, at::TensorOptions options = at::kDouble);     // two: i k_1, i k_2
// Two: (-R_2, R_1), the velocity u = grad^perp Lambda^-1 theta of surface quasi-geostrophic flow (Constantin, Majda,
// Tabak, Nonlinearity 7, 1994, with the sign psi = +Lambda^-1 theta).
ORRERY_API Symbols velocity(std::int64_t n, at::TensorOptions options = at::kDouble);
// Four, in the order that transport() takes: -R_2, R_1, d/dx, d/dy.
ORRERY_API Symbols transport(std::int64_t n, at::TensorOptions options = at::kDouble);
// One per time: e^{-kappa |k| t}, the propagator of d/dt + kappa Lambda.
ORRERY_API Symbols decay(std::int64_t n, double kappa, const std::vector<double>& times,
                         at::TensorOptions options = at::kDouble);
// All symbols of the list, in order.
ORRERY_API Symbols join(const std::vector<Symbols>& list);
// Each symbol of `symbols` times the single even symbol `factor`.
ORRERY_API Symbols scaled(const Symbols& symbols, const Symbols& factor);
} // namespace symbol

// Fields <-> coefficients.
ORRERY_API at::Tensor coefficients(const at::Tensor& field);    // [..., n, n] -> complex [..., n, n/2 + 1]
ORRERY_API at::Tensor field_of(const at::Tensor& coefficients); // and back
ORRERY_API at::Tensor multiply_coefficients(const at::Tensor& coefficients,
                                            const Symbols& symbols); // -> [m, ..., n, n/2 + 1]

// [..., n, n] -> [m, ..., n, n]: all m multipliers of a field at the cost of one forward and m inverse transforms.
ORRERY_API at::Tensor multiply(const at::Tensor& field, const Symbols& symbols);
// Its adjoint (transpose): [m, ..., n, n] -> [..., n, n].
ORRERY_API at::Tensor multiply_adjoint(const at::Tensor& fields, const Symbols& symbols);

// The common ones, for single use; where several act on one field, join() their symbols and multiply() once.
ORRERY_API at::Tensor lambda(const at::Tensor& field, double s = 1); // Lambda^s = (-Laplacian)^(s/2)
ORRERY_API at::Tensor inverse_lambda(const at::Tensor& field);
ORRERY_API at::Tensor riesz(const at::Tensor& field, int j);
ORRERY_API at::Tensor gradient(const at::Tensor& field); // -> [2, ..., n, n]
ORRERY_API at::Tensor laplacian(const at::Tensor& field);
ORRERY_API at::Tensor helmholtz_inverse(const at::Tensor& field, double a); // (a - Laplacian)^-1
ORRERY_API at::Tensor velocity(const at::Tensor& theta);                    // -> [2, ..., n, n]
ORRERY_API at::Tensor sobolev_norm_squared(const at::Tensor& field,
                                           double s); // -> [...]: mean of |(1 - Laplacian)^(s/2) f|^2

// Pointwise u theta_x + v theta_y in one pass: [4, ..., n, n] = (u, v, theta_x, theta_y) -> [..., n, n].
ORRERY_API at::Tensor transport(const at::Tensor& stack);

// Coefficients of f(. + a, . + b): evaluate on a grid shifted by (a, b). On the grid of the result the values are those
// of the trigonometric interpolant.
ORRERY_API at::Tensor shift(const at::Tensor& coefficients, double a, double b);
// The same for fields.
ORRERY_API at::Tensor shifted(const at::Tensor& field, double a, double b);

// Coefficients on a finer (pad) or coarser (truncate) grid; Nyquist modes are split in halves and put together again,
// so that truncate(pad(c, m), n) = c and pad interpolates. m and n even.
ORRERY_API at::Tensor pad(const at::Tensor& coefficients, std::int64_t m);
ORRERY_API at::Tensor truncate(const at::Tensor& coefficients, std::int64_t m);
// The field on an m x m grid by the trigonometric interpolant (m > n) or its truncation (m < n).
ORRERY_API at::Tensor resample(const at::Tensor& field, std::int64_t m);
// Product of two fields without aliasing: transforms of 3/2 n, result truncated to n.
ORRERY_API at::Tensor dealiased_product(const at::Tensor& f, const at::Tensor& g);

// The trigonometric interpolant at scattered points: [..., n, n/2 + 1], points [p, 2] -> real [..., p].
ORRERY_API at::Tensor interpolate(const at::Tensor& coefficients, const at::Tensor& points);

// sum over stored modes of weights[q] |c|^2, one pass for all q: [..., n, n/2 + 1], real [q, n, n/2 + 1] -> real [...,
// q]. With multiplicity() in the weights these are means over the torus: energies, norms, shells of the spectrum.
ORRERY_API at::Tensor power(const at::Tensor& coefficients, const at::Tensor& weights);

// sum_j weights[j] * spectra[j] in one pass: what a stage of an exponential integrator is. Spectra are complex of one
// shape
// [..., n, n/2 + 1]; each weight is real [n, n/2 + 1] or a single number. At most 8 terms.
ORRERY_API at::Tensor combine(const std::vector<at::Tensor>& spectra, const std::vector<at::Tensor>& weights);

// Without allocation and without derivative, for time stepping.
ORRERY_API void multiply_coefficients_into(at::Tensor& out, const at::Tensor& coefficients, const Symbols& symbols);
ORRERY_API void transport_into(at::Tensor& out, const at::Tensor& stack);
ORRERY_API void combine_into(at::Tensor& out, const std::vector<at::Tensor>& spectra,
                             const std::vector<at::Tensor>& weights);

// Wave numbers: k_1 as [n, 1] and k_2 as [1, n/2 + 1], real.
ORRERY_API at::Tensor wavenumbers(std::int64_t n, int j, at::TensorOptions options = at::kDouble);
// How often a stored coefficient counts in a sum over all modes: [n/2 + 1], 1 in the first and last column, 2 between
// them: mean(f^2) = sum of multiplicity * |c|^2.
ORRERY_API at::Tensor multiplicity(std::int64_t n, at::TensorOptions options = at::kDouble);

} // namespace orrery::spectral
