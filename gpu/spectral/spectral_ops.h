// SPDX-License-Identifier: BSD-3-Clause
// The operators' schemas as C++ calls through the dispatcher, shared by the sources of this module.
#pragma once
#include <ATen/core/Tensor.h>
#include <c10/util/ArrayRef.h>

namespace orrery::spectral::ops {

constexpr int max_terms = 8; // of combine

// orrery::spectral_multiply(Tensor spectrum, Tensor symbols, int[] imaginary) -> Tensor
at::Tensor multiply(const at::Tensor& spectrum, const at::Tensor& symbols, at::IntArrayRef imaginary);
at::Tensor& multiply_out(const at::Tensor& spectrum, const at::Tensor& symbols, at::IntArrayRef imaginary,
                         at::Tensor& out);
// orrery::spectral_contract: the adjoint of spectral_multiply: sum_j conj(symbol_j) spectra[j].
at::Tensor contract(const at::Tensor& spectra, const at::Tensor& symbols, at::IntArrayRef imaginary);
// orrery::spectral_apply, spectral_apply_adjoint: the same from field to field.
at::Tensor apply(const at::Tensor& field, const at::Tensor& symbols, at::IntArrayRef imaginary);
at::Tensor apply_adjoint(const at::Tensor& fields, const at::Tensor& symbols, at::IntArrayRef imaginary);
at::Tensor transport(const at::Tensor& stack);
at::Tensor& transport_out(const at::Tensor& stack, at::Tensor& out);
// Adjoint of transport at `stack`: [..., n, n] -> [4, ..., n, n].
at::Tensor transport_adjoint(const at::Tensor& grad, const at::Tensor& stack);
at::Tensor combine(at::TensorList spectra, at::TensorList weights);
at::Tensor& combine_out(at::TensorList spectra, at::TensorList weights, at::Tensor& out);
at::Tensor shift(const at::Tensor& spectrum, double a, double b);
at::Tensor interpolate(const at::Tensor& spectrum, const at::Tensor& points);
// sum over stored modes of weights[q] |c|^2: [..., n, n/2 + 1], real [q, n, n/2 + 1] -> real [..., q].
at::Tensor power(const at::Tensor& spectrum, const at::Tensor& weights);
// Adjoint of interpolate in its first argument: [..., p], points [p, 2] -> [..., n, n/2 + 1].
at::Tensor interpolate_adjoint(const at::Tensor& values, const at::Tensor& points, std::int64_t n);

} // namespace orrery::spectral::ops
