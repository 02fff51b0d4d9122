// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/periodic_solver.h"

#include "core/error.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace orrery::pinn {
namespace {

using std::numbers::pi;
using Complex = std::complex<double>;

Complex* data_of(at::Tensor& spectrum) {
    return reinterpret_cast<Complex*>(spectrum.mutable_data_ptr<c10::complex<double>>());
}

} // namespace

PeriodicSolver::PeriodicSolver(PeriodicEquation equation, std::int64_t n)
    : equation_(std::move(equation)), n_(n), kept_(static_cast<std::size_t>((n + 2) / 3)) {
    const auto modes = static_cast<std::size_t>(n / 2 + 1);
    for (Spectrum* s : {&u_, &a_, &b_, &c_, &nu_, &na_, &nb_, &nc_}) s->assign(modes, 0);
    for (std::size_t k = 0; k < modes; ++k) {
        derivative_.emplace_back(0, 2 * pi * static_cast<double>(k) / equation_.period);
    }
    spectrum_ = at::zeros({n / 2 + 1}, at::kComplexDouble);
    grid_ = at::empty({n}, at::kDouble);
    // Sampled finely: at a kink the modes decay so slowly that those above n would be folded onto the lowest.
    const std::int64_t fine = 32 * n;
    const at::Tensor sampled = at::empty({fine}, at::kDouble);
    double* u = sampled.mutable_data_ptr<double>();
    for (std::int64_t i = 0; i < fine; ++i) {
        u[i] = equation_.initial(equation_.low + equation_.period * static_cast<double>(i) / static_cast<double>(fine));
    }
    at::Tensor first = at::_fft_r2c(sampled, {0}, 2, true);
    std::copy_n(data_of(first), kept_, u_.begin());
}

const PeriodicSolver::Weights& PeriodicSolver::weights_of(double h) {
    const auto known = weights_.find(h);
    if (known != weights_.end()) return known->second;
    Weights w;
    for (std::size_t k = 0; k < kept_; ++k) {
        const Complex z = h * equation_.symbol(derivative_[k].imag());
        const auto c = etd_coefficients(z, h);
        w.half.push_back(std::exp(z / 2.0));
        w.full.push_back(std::exp(z));
        w.q.push_back(c.q);
        w.f1.push_back(c.f1);
        w.f2.push_back(2.0 * c.f2);
        w.f3.push_back(c.f3);
    }
    return weights_.emplace(h, std::move(w)).first->second;
}

void PeriodicSolver::tendency(const Spectrum& u, Spectrum& result) {
    std::copy(u.begin(), u.end(), data_of(spectrum_));
    at::_fft_c2r_out(grid_, spectrum_, {0}, 0, n_);
    double* values = grid_.mutable_data_ptr<double>();
    equation_.g(values, values, static_cast<std::size_t>(n_));
    at::_fft_r2c_out(spectrum_, grid_, {0}, 2, true);
    const Complex* transformed = data_of(spectrum_);
    for (std::size_t k = 0; k < kept_; ++k) {
        result[k] = equation_.conservative ? derivative_[k] * transformed[k] : transformed[k];
    }
}

void PeriodicSolver::step(double h) {
    const Weights& w = weights_of(h);
    tendency(u_, nu_);
    for (std::size_t k = 0; k < kept_; ++k) a_[k] = w.half[k] * u_[k] + w.q[k] * nu_[k];
    tendency(a_, na_);
    for (std::size_t k = 0; k < kept_; ++k) b_[k] = w.half[k] * u_[k] + w.q[k] * na_[k];
    tendency(b_, nb_);
    for (std::size_t k = 0; k < kept_; ++k) c_[k] = w.half[k] * a_[k] + w.q[k] * (2.0 * nb_[k] - nu_[k]);
    tendency(c_, nc_);
    for (std::size_t k = 0; k < kept_; ++k) {
        u_[k] = w.full[k] * u_[k] + w.f1[k] * nu_[k] + w.f2[k] * (na_[k] + nb_[k]) + w.f3[k] * nc_[k];
    }
}

void PeriodicSolver::advance(double span, double step_at_most) {
    const auto steps = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(span / step_at_most - 1e-9)));
    for (std::int64_t s = 0; s < steps; ++s) step(span / static_cast<double>(steps));
    if (!std::all_of(u_.begin(), u_.end(), [](const Complex& c) { return std::isfinite(std::abs(c)); })) {
        throw Error("The reference solution is no longer finite.",
                    "Its parameters are beyond what the reference solver resolves.");
    }
}

std::vector<double> PeriodicSolver::field(std::int64_t points) const {
    at::Tensor padded = at::zeros({points / 2 + 1}, at::kComplexDouble);
    std::copy_n(u_.begin(), kept_, data_of(padded));
    const at::Tensor values = at::_fft_c2r(padded, {0}, 0, points);
    return {values.const_data_ptr<double>(), values.const_data_ptr<double>() + points};
}

double PeriodicSolver::tail() const {
    double all = 0, outer = 0;
    for (std::size_t k = 1; k < kept_; ++k) {
        all += std::norm(u_[k]);
        if (6 * k > 5 * kept_) outer += std::norm(u_[k]);
    }
    return all > 0 ? std::sqrt(outer / all) : 0;
}

} // namespace orrery::pinn
