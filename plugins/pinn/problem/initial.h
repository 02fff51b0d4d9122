// SPDX-License-Identifier: BSD-3-Clause
// The data of the critical SQG problem: initial fields by name or file, and a manufactured solution with its forcing.
//
//     theta_t + u . grad theta + kappa Lambda theta = f,   u = (-R_2 theta, R_1 theta),   on [0, 2 pi)^2.
//
// Fields are given by their coefficients, complex128 [n, n/2 + 1] on the CPU (gpu/spectral/spectral.h), so that they
// can be had on any grid, shifted grid or set of points: spectral::field_of, shift, interpolate, and symbol::decay for
// e^{-kappa Lambda t} theta_0. The mean of a field is kept; it is conserved and does not move anything.
#pragma once
#include "core/error.h"

#include <ATen/core/Tensor.h>

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

namespace orrery::pinn {

// c e^{i k.x} + its conjugate.
struct Mode {
    int k1 = 0, k2 = 0;
    std::complex<double> c;
};

// Names that `initial` knows besides .npy files:
//   cmt     sin x sin y + cos y (Constantin, Majda, Tabak 1994)
//   cmt2    cos 2x cos y + sin x sin y
//   cmt3    cmt2 + cos 2x sin 3y
//   shell   cos(3x + 4y) + 0.7 sin(4x - 3y) + 0.5 cos 5x + 0.3 sin 5y: all |k| = 5, so theta = e^{-5 kappa t} theta_0
//   exactly vortex  sum over m in {-1, 0, 1}^2 of exp(-(x - pi + 2 pi m_1)^2 - 16 (y - pi + 2 pi m_2)^2), minus its
//   mean random  sum over half of 0 < |k|_inf <= 8 of |k| e^{-|k|^2/4} cos(k.x + phi_k), scaled to rms sqrt(3/4)
const std::vector<std::string>& initial_names();

// The modes of a field that has finitely many (all names but vortex). The phases of `random` are
// phi_k = 2 pi (draw >> 11) / 2^53 with draws of std::mt19937_64(seed) in the order k_1 = 0 ... 8, k_2 = -8 ... 8 (k_2
// >= 1 where k_1 = 0), so they depend on the seed alone, not on the grid. Throws Error if there is no such name.
std::vector<Mode> initial_modes(const std::string& name, std::uint64_t seed);

// Coefficients of a sum of modes; throws Error if a mode lies at or above n/2.
at::Tensor coefficients_of(const std::vector<Mode>& modes, std::int64_t n);

// Coefficients of the named field or of an .npy file (square, any real type), resampled by trigonometric interpolation
// to n points per side. Throws Error if the name or file is not usable, if the field has more than `lost` (relative,
// rms) in modes that n points do not resolve, or if it is constant.
at::Tensor initial_coefficients(const std::string& initial, std::int64_t n, std::uint64_t seed, double lost = 1e-6);
// The same as values [n, n].
at::Tensor initial_field(const std::string& initial, std::int64_t n, std::uint64_t seed);

// Adds a problem under "initial" if initial_coefficients would throw; true if it would not.
bool check_initial(const std::string& initial, std::int64_t n, Problems& problems);
// Whether `initial` means a file (anything that has a dot or a slash).
bool is_file(const std::string& initial);

// A forcing f(x, t) = sum_j e^{-rates[j] t} shapes[j](x); shapes are coefficients [n, n/2 + 1]. Empty: none.
struct Forcing {
    std::vector<at::Tensor> shapes;
    std::vector<double> rates;
    bool empty() const { return shapes.empty(); }
};

// The forcing under which e^{-t} (sin x sin y + cos y) solves the equation: u . grad theta = e^{-2t} (1 - 1/sqrt 2) cos
// x sin^2 y.
Forcing manufactured_forcing(std::int64_t n, double kappa);
// Coefficients of that solution at time t.
at::Tensor manufactured_solution(std::int64_t n, double t);

} // namespace orrery::pinn
