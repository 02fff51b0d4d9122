// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/initial.h"

#include "core/files/npy.h"
#include "core/schema.h"
#include "gpu/spectral/spectral.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace orrery::pinn {
namespace {

using std::numbers::pi;
constexpr int random_modes = 8;

Mode cosine(int k1, int k2, double amplitude) { return {k1, k2, {amplitude / 2, 0}}; }
Mode sine(int k1, int k2, double amplitude) { return {k1, k2, {0, -amplitude / 2}}; }

std::vector<Mode> random_field(std::uint64_t seed) {
    std::mt19937_64 generator(seed);
    std::vector<Mode> modes;
    double mean_square = 0;
    for (int k1 = 0; k1 <= random_modes; ++k1) {
        for (int k2 = k1 == 0 ? 1 : -random_modes; k2 <= random_modes; ++k2) {
            const double phase = 2 * pi * static_cast<double>(generator() >> 11) * 0x1p-53;
            const double square = k1 * k1 + k2 * k2, amplitude = std::sqrt(square) * std::exp(-square / 4);
            modes.push_back({k1, k2, std::polar(amplitude / 2, phase)});
            mean_square += amplitude * amplitude / 2;
        }
    }
    for (Mode& mode : modes) mode.c *= std::sqrt(0.75 / mean_square);
    return modes;
}

// Resolved to rounding by 256 points: the coefficients fall as e^{-k_1^2/4 - k_2^2/64}.
at::Tensor vortex_coefficients() {
    constexpr std::int64_t n = 256;
    std::vector<double> along_x(n), along_y(n);
    for (std::size_t i = 0; i < n; ++i) {
        for (int m = -1; m <= 1; ++m) {
            const double d = 2 * pi * static_cast<double>(i) / n - pi + 2 * pi * m;
            along_x[i] += std::exp(-d * d);
            along_y[i] += std::exp(-16 * d * d);
        }
    }
    const at::Tensor x = at::tensor(along_x, at::kDouble), y = at::tensor(along_y, at::kDouble);
    at::Tensor c = spectral::coefficients(x.unsqueeze(1) * y.unsqueeze(0)); // the sum over images is a product
    c.select(0, 0).select(0, 0).zero_();
    return c;
}

// An odd grid has no Nyquist mode: its coefficients are those of the next even grid with zeros there.
at::Tensor file_coefficients(const std::string& file) {
    const Array array = read_square_field(file);
    const std::int64_t n = array.shape()[0];
    const at::Tensor values = at::from_blob(const_cast<void*>(array.data()), {n, n}, at::kDouble)
                                  .clone(); // the array dies with this function
    if (n % 2 == 0) return spectral::coefficients(values);
    const at::Tensor c = at::fft_rfft2(values, std::nullopt, {-2, -1}, "forward");
    const std::int64_t half = (n + 1) / 2;
    at::Tensor even = at::zeros({n + 1, half + 1}, c.options());
    even.narrow(0, 0, half).narrow(1, 0, half).copy_(c.narrow(0, 0, half));
    even.narrow(0, half + 1, half - 1).narrow(1, 0, half).copy_(c.narrow(0, half, half - 1));
    return even;
}

double mean_square(const at::Tensor& c) {
    const std::int64_t n = c.size(0);
    return spectral::power(c, spectral::multiplicity(n).expand({1, n, n / 2 + 1})).item<double>();
}

} // namespace

const std::vector<std::string>& initial_names() {
    static const std::vector<std::string> names{"cmt", "cmt2", "cmt3", "shell", "vortex", "random"};
    return names;
}

bool is_file(const std::string& initial) { return initial.find_first_of("./") != std::string::npos; }

std::vector<Mode> initial_modes(const std::string& name, std::uint64_t seed) {
    // sin x sin y = (cos(x - y) - cos(x + y)) / 2 and so on.
    if (name == "cmt") return {cosine(1, -1, 0.5), cosine(1, 1, -0.5), cosine(0, 1, 1)};
    if (name == "cmt2" || name == "cmt3") {
        std::vector<Mode> modes{cosine(2, 1, 0.5), cosine(2, -1, 0.5), cosine(1, -1, 0.5), cosine(1, 1, -0.5)};
        if (name == "cmt3") modes.insert(modes.end(), {sine(2, 3, 0.5), sine(-2, 3, 0.5)});
        return modes;
    }
    if (name == "shell") return {cosine(3, 4, 1), sine(4, -3, 0.7), cosine(5, 0, 0.5), sine(0, 5, 0.3)};
    if (name == "random") return random_field(seed);
    throw Error(fmt::format("There is no initial field '{}' made of finitely many modes.", name));
}

at::Tensor coefficients_of(const std::vector<Mode>& modes, std::int64_t n) {
    at::Tensor c = at::zeros({n, n / 2 + 1}, at::kComplexDouble);
    auto at = c.accessor<c10::complex<double>, 2>();
    const auto add = [&](std::int64_t k1, std::int64_t k2, std::complex<double> value) {
        if (k2 >= 0) at[(k1 + n) % n][k2] += c10::complex<double>(value.real(), value.imag());
    };
    for (const Mode& mode : modes) {
        if (2 * std::abs(mode.k1) >= n || 2 * std::abs(mode.k2) >= n) {
            throw Error(
                fmt::format("{0} x {0} points do not resolve the field's mode ({1}, {2}).", n, mode.k1, mode.k2),
                fmt::format("Use n >= {}.", 2 * std::max(std::abs(mode.k1), std::abs(mode.k2)) + 2));
        }
        add(mode.k1, mode.k2, mode.c);
        add(-mode.k1, -mode.k2, std::conj(mode.c));
    }
    return c;
}

at::Tensor initial_coefficients(const std::string& initial, std::int64_t n, std::uint64_t seed, double lost) {
    at::Tensor c;
    const auto& names = initial_names();
    if (is_file(initial)) {
        c = file_coefficients(initial);
    } else if (initial == "vortex") {
        c = vortex_coefficients();
    } else if (std::find(names.begin(), names.end(), initial) != names.end()) {
        return coefficients_of(initial_modes(initial, seed), n);
    } else {
        const auto near = did_you_mean(initial, names);
        throw Error(
            fmt::format("There is no initial field '{}'{}.", initial, near ? " (did you mean " + *near + "?)" : ""),
            fmt::format("Accepted: {}, or the path of an n x n .npy file.", fmt::join(names, ", ")), ExitCode::usage);
    }
    const std::int64_t own = c.size(0);
    const double before = mean_square(c), mean = at::real(c[0][0]).item<double>();
    if (!(before - mean * mean > 1e-28 * before)) {
        throw Error(fmt::format("The initial field {} is constant, so nothing would move.", initial), {},
                    ExitCode::usage);
    }
    if (n < own) {
        const at::Tensor kept = spectral::truncate(c, n);
        const double missing = mean_square(c - spectral::pad(kept, own));
        if (missing > lost * lost * before) {
            throw Error(
                fmt::format("{0} x {0} points do not resolve the initial field {1}: {2:.1e} of it would be lost.", n,
                            initial, std::sqrt(missing / before)),
                fmt::format("Use n >= {}.", own == 256 && initial == "vortex" ? 128 : own), ExitCode::usage);
        }
        return kept;
    }
    return spectral::pad(c, n).contiguous();
}

at::Tensor initial_field(const std::string& initial, std::int64_t n, std::uint64_t seed) {
    return spectral::field_of(initial_coefficients(initial, n, seed));
}

bool check_initial(const std::string& initial, std::int64_t n, Problems& problems) {
    try {
        initial_coefficients(initial, n, 0);
        return true;
    } catch (const Error& error) {
        problems.add("initial", error.hint().empty() ? error.what() : fmt::format("{} {}", error.what(), error.hint()));
        return false;
    }
}

Forcing manufactured_forcing(std::int64_t n, double kappa) {
    // f = theta_t + u . grad theta + kappa Lambda theta; cos x sin^2 y = (cos x)/2 - (cos x cos 2y)/2.
    const double root = std::numbers::sqrt2, wave = kappa * root - 1, drift = 1 - 1 / root;
    const std::vector<Mode> linear{cosine(1, -1, 0.5 * wave), cosine(1, 1, -0.5 * wave), cosine(0, 1, kappa - 1)};
    const std::vector<Mode> quadratic{cosine(1, 0, 0.5 * drift), cosine(1, 2, -0.25 * drift),
                                      cosine(1, -2, -0.25 * drift)};
    return {{coefficients_of(linear, n), coefficients_of(quadratic, n)}, {1, 2}};
}

at::Tensor manufactured_solution(std::int64_t n, double t) {
    return coefficients_of(initial_modes("cmt", 0), n) * std::exp(-t);
}

} // namespace orrery::pinn
