// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/reference/sqg_solver.h"

#include "core/error.h"
#include "plugins/pinn/reference/etd.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace orrery::pinn {
namespace {

using std::numbers::pi;

bool is_smooth(std::int64_t n) {
    for (const std::int64_t prime : {2, 3, 5, 7}) {
        while (n % prime == 0) n /= prime;
    }
    return n == 1;
}

std::int64_t next_good_size(std::int64_t n) {
    n += n % 2;
    while (!is_smooth(n)) n += 2;
    return n;
}

// 1, 2, 5 times a power of ten, at most x.
double round_down(double x) {
    const double power = std::pow(10, std::floor(std::log10(x)));
    for (const double digit : {5.0, 2.0}) {
        if (digit * power <= x) return digit * power;
    }
    return power;
}

// (sum over the forcing's terms) at time t.
at::Tensor forcing_at(const Forcing& forcing, double t) {
    at::Tensor sum = forcing.shapes[0] * std::exp(-forcing.rates[0] * t);
    for (std::size_t j = 1; j < forcing.shapes.size(); ++j)
        sum.add_(forcing.shapes[j], std::exp(-forcing.rates[j] * t));
    return sum;
}

} // namespace

Scheme scheme_named(const std::string& name) {
    if (name == "ifrk4") return Scheme::ifrk4;
    if (name == "etdrk4") return Scheme::etdrk4;
    throw Error(fmt::format("There is no scheme '{}'.", name), "Accepted: ifrk4, etdrk4.", ExitCode::usage);
}

std::optional<std::string> problem_of_grid(std::int64_t n) {
    if (n >= 2 && n % 2 == 0 && is_smooth(n)) return std::nullopt;
    return fmt::format("{} is {}; the next size that is even with factors 2, 3, 5 and 7 only is {}.", n,
                       n % 2 != 0 ? "odd" : "slow to transform", next_good_size(n));
}

std::int64_t steps_to(double final_time, double dt) {
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(final_time / dt * (1 - 1e-12))));
}

SqgSolver::SqgSolver(const at::Tensor& initial, SolverOptions options)
    : options_(std::move(options)), n_(initial.size(-2)) {
    const at::TensorOptions real = at::TensorOptions(at::kDouble).device(options_.device);
    const at::TensorOptions complex = at::TensorOptions(at::kComplexDouble).device(options_.device);
    mask_ = spectral::symbol::dealias(n_, real).values[0].contiguous();
    theta_ = (initial.to(complex) * mask_).contiguous();
    for (at::Tensor* t : {&next_, &stage_[0], &stage_[1], &stage_[2], &slope_[0], &slope_[1], &slope_[2], &slope_[3]}) {
        *t = at::empty_like(theta_);
    }
    spectra_ = at::empty({4, n_, n_ / 2 + 1}, complex);
    product_ = at::empty({n_, n_}, real);
    integrals_ = at::zeros({2}, real);
    transport_ = spectral::symbol::transport(n_, real);
    set_forcing(std::move(options_.forcing));
    make_tables();
    make_weights();
    const at::Tensor measured = spectral::power(theta_, measures_).cpu();
    first_l2_ = 0.5 * measured[0].item<double>();
    first_hamiltonian_ = 0.5 * measured[1].item<double>();
}

void SqgSolver::set_forcing(Forcing forcing) {
    options_.forcing = std::move(forcing);
    for (at::Tensor& shape : options_.forcing.shapes) shape = (shape.to(theta_.options()) * mask_).contiguous();
}

void SqgSolver::set_kappa(double kappa, Forcing forcing) {
    options_.kappa = kappa;
    set_forcing(std::move(forcing));
    make_tables();
    make_weights();
    has_slope_ = false; // the forcing is part of it
}

// Weights of spectral::power: measures: mean theta^2, mean theta Lambda^-1 theta, outer modes; rates: kappa mean theta
// Lambda theta and kappa mean (theta less its mean)^2.
void SqgSolver::make_tables() {
    const at::TensorOptions real = mask_.options();
    const at::Tensor counted = spectral::multiplicity(n_, real).expand({n_, n_ / 2 + 1}) * mask_;
    const at::Tensor length = spectral::symbol::lambda(n_, 1, real).values[0];
    const at::Tensor inverse = spectral::symbol::inverse_lambda(n_, real).values[0];
    const at::Tensor largest =
        at::maximum(spectral::wavenumbers(n_, 1, real).abs(), spectral::wavenumbers(n_, 2, real));
    const double last = static_cast<double>((n_ - 1) / 3);
    measures_ = at::stack({counted, counted * inverse, counted * (largest > last * 5 / 6)}).contiguous();
    rates_ = (at::stack({counted * length, counted * (length > 0)}) * options_.kappa).contiguous();
}

// A stage is a combination of theta and of M = -N; its weights, with mask and sign in them.
void SqgSolver::make_weights() {
    const double h = options_.dt, kappa = options_.kappa;
    const at::TensorOptions real = mask_.options();
    const auto propagator = [&](double t) { return spectral::symbol::decay(n_, kappa, {t}, real).values[0]; };
    const at::Tensor half = propagator(h / 2).contiguous(), full = propagator(h).contiguous();
    const auto masked = [&](const at::Tensor& t) { return (t * mask_).contiguous(); };
    if (options_.scheme == Scheme::ifrk4) {
        weights_ = {{half, masked(half * (-h / 2))},
                    {half, masked(at::full_like(half, -h / 2))},
                    {full, masked(half * -h)},
                    {full, masked(full * (-h / 6)), masked(half * (-h / 3)), masked(half * (-h / 3)),
                     masked(at::full_like(half, -h / 6))}};
        return;
    }
    // One evaluation for each |k|^2 that occurs.
    const std::int64_t columns = n_ / 2 + 1, largest = 2 * (n_ / 2) * (n_ / 2);
    std::vector<std::optional<EtdCoefficients>> known(static_cast<std::size_t>(largest + 1));
    at::Tensor tables = at::zeros({4, n_, columns}, at::kDouble);
    auto table = tables.accessor<double, 3>();
    for (std::int64_t i = 0; i < n_; ++i) {
        const std::int64_t k1 = i < n_ / 2 ? i : i - n_;
        if (3 * std::abs(k1) >= n_) continue;
        for (std::int64_t k2 = 0; 3 * k2 < n_; ++k2) {
            auto& entry = known[static_cast<std::size_t>(k1 * k1 + k2 * k2)];
            if (!entry) entry = etd_coefficients(-kappa * h * std::sqrt(static_cast<double>(k1 * k1 + k2 * k2)), h);
            table[0][i][k2] = entry->q;
            table[1][i][k2] = entry->f1;
            table[2][i][k2] = entry->f2;
            table[3][i][k2] = entry->f3;
        }
    }
    const auto weight = [&](std::int64_t which, double factor) {
        return (tables[which] * factor).to(real.device()).contiguous();
    };
    weights_ = {{half, weight(0, -1)},
                {half, weight(0, -1)},
                {half, weight(0, -2), weight(0, 1)}, // of stage a, M_b, M_v
                {full, weight(1, -1), weight(2, -2), weight(2, -2), weight(3, -1)}};
}

const at::Tensor& SqgSolver::tendency(int slot, const at::Tensor& theta, double t) {
    spectral::multiply_coefficients_into(spectra_, theta, transport_);
    const at::Tensor fields = at::_fft_c2r(spectra_, {1, 2}, 0, n_);
    spectral::transport_into(product_, fields);
    if (slot == 0) speed_ = std::sqrt(at::addcmul(fields[0].square(), fields[1], fields[1]).max().item<double>());
    slope_[slot] = at::_fft_r2c(product_, {0, 1}, 2, true);
    slope_[slot][0][0].zero_(); // u has no divergence, so the mean is conserved to the last bit
    if (!options_.forcing.empty()) slope_[slot].sub_(forcing_at(options_.forcing, t));
    return slope_[slot];
}

at::Tensor SqgSolver::dissipation(const at::Tensor& theta, double t) const {
    at::Tensor rate = spectral::power(theta, rates_);
    if (options_.forcing.empty()) return rate;
    const at::Tensor work = at::real(forcing_at(options_.forcing, t).conj() * theta);
    return rate - (measures_.narrow(0, 0, 2) * work).sum({1, 2});
}

void SqgSolver::combine(at::Tensor& out, const std::vector<at::Tensor>& terms, std::size_t stage) const {
    spectral::combine_into(out, terms, weights_[stage]);
}

void SqgSolver::step() {
    const double h = options_.dt, t = time();
    const bool etd = options_.scheme == Scheme::etdrk4;
    at::Tensor &a = stage_[0], &b = stage_[1], &c = stage_[2];
    if (!has_slope_) tendency(0, theta_, t);
    integrals_.add_(dissipation(theta_, t), h / 6);
    combine(a, {theta_, slope_[0]}, 0);
    tendency(1, a, t + h / 2);
    integrals_.add_(dissipation(a, t + h / 2), h / 3);
    combine(b, {theta_, slope_[1]}, 1);
    tendency(2, b, t + h / 2);
    integrals_.add_(dissipation(b, t + h / 2), h / 3);
    if (etd) {
        combine(c, {a, slope_[2], slope_[0]}, 2);
    } else {
        combine(c, {theta_, slope_[2]}, 2);
    }
    tendency(3, c, t + h);
    integrals_.add_(dissipation(c, t + h), h / 6);
    combine(next_, {theta_, slope_[0], slope_[1], slope_[2], slope_[3]}, 3);
    std::swap(theta_, next_);
    ++steps_;
    has_slope_ = false;
}

at::Tensor SqgSolver::field() const { return spectral::field_of(theta_); }

SolverState SqgSolver::state() {
    if (!has_slope_) tendency(0, theta_, time());
    has_slope_ = true;
    const at::Tensor measured = spectral::power(theta_, measures_).cpu(), integrals = integrals_.cpu();
    const at::Tensor point = at::tensor({pi / 2, pi / 4}, at::kDouble).view({1, 2}).to(theta_.device());
    const double square = measured[0].item<double>();
    SolverState state;
    state.time = time();
    state.mean = at::real(theta_[0][0]).item<double>();
    state.rms = std::sqrt(square);
    state.hamiltonian = 0.5 * measured[1].item<double>();
    state.probe = spectral::interpolate(theta_, point).item<double>();
    state.balance_l2 = std::abs(0.5 * square - first_l2_ + integrals[0].item<double>()) / first_l2_;
    state.balance_hamiltonian =
        std::abs(state.hamiltonian - first_hamiltonian_ + integrals[1].item<double>()) / first_hamiltonian_;
    state.cfl = options_.dt * speed_ * static_cast<double>(n_) / (2 * pi);
    state.tail = std::sqrt(measured[2].item<double>() / square);
    return state;
}

Extremes SqgSolver::extremes() const {
    const at::Tensor c = theta_.cpu();
    const std::int64_t fine = 2 * n_;
    const at::Tensor values = spectral::field_of(spectral::pad(c, fine)).flatten();
    const at::Tensor k1 = spectral::wavenumbers(n_, 1), k2 = spectral::wavenumbers(n_, 2);
    const c10::complex<double> i(0, 1);
    // f, f_x, f_y, f_xx, f_xy, f_yy; the 2/3 rule has left no Nyquist modes.
    const at::Tensor jet = at::stack({c, c * k1 * i, c * k2 * i, -c * k1 * k1, -c * k1 * k2, -c * k2 * k2});
    const auto refined = [&](std::int64_t index) {
        double x = 2 * pi * static_cast<double>(index / fine) / static_cast<double>(fine);
        double y = 2 * pi * static_cast<double>(index % fine) / static_cast<double>(fine);
        double best = values[index].item<double>();
        const double sign = best >= at::real(c[0][0]).item<double>() ? 1 : -1;
        for (int iteration = 0; iteration < 6; ++iteration) {
            const at::Tensor at = spectral::interpolate(jet, at::tensor({x, y}, at::kDouble).view({1, 2})).flatten();
            const double* f = at.const_data_ptr<double>();
            best = sign * std::max(sign * best, sign * f[0]);
            const double determinant = f[3] * f[5] - f[4] * f[4];
            if (!(determinant > 0)) break; // a ridge: its grid value is as good as any
            const double dx = (f[5] * f[1] - f[4] * f[2]) / determinant, dy = (f[3] * f[2] - f[4] * f[1]) / determinant;
            if (std::hypot(dx, dy) > 2 * pi / static_cast<double>(n_)) break;
            x -= dx;
            y -= dy;
        }
        return best;
    };
    return {refined(values.argmax().item<std::int64_t>()), refined(values.argmin().item<std::int64_t>())};
}

void SqgSolver::expect_resolved(const SolverState& state) const {
    const ExitCode code = steps_ == 0 ? ExitCode::usage : ExitCode::failed;
    if (!std::isfinite(state.rms) || !std::isfinite(state.cfl)) {
        throw Error(fmt::format("The solution is no longer finite at t = {:.4g}.", state.time),
                    fmt::format("Use a smaller dt than {:.4g}.", options_.dt), code);
    }
    if (state.cfl > cfl_limit) {
        throw Error(
            fmt::format(
                "The time step is too long: the CFL number dt max|u| / dx is {:.3g} at t = {:.4g} and must be at "
                "most {:g}.",
                state.cfl, state.time, cfl_limit),
            fmt::format("Use dt <= {:g}.", round_down(options_.dt * cfl_limit / state.cfl)), code);
    }
    if (state.tail > tail_limit) {
        throw Error(
            fmt::format("{0} x {0} points do not resolve the solution: at t = {1:.4g} the outer sixth of its spectrum "
                        "holds {2:.1e} of its rms and must hold at most {3:g}.",
                        n_, state.time, state.tail, tail_limit),
            fmt::format("Use n >= {}.", next_good_size(state.tail > 10 * tail_limit ? 2 * n_ : n_ + n_ / 2)), code);
    }
}

void SqgSolver::save(StateWriter& state) const {
    const at::Tensor host = theta_.cpu().contiguous(), integrals = integrals_.cpu().contiguous();
    state.integer(n_);
    state.integer(steps_);
    state.number(options_.dt);
    state.number(first_l2_);
    state.number(first_hamiltonian_);
    const double* values = reinterpret_cast<const double*>(host.const_data_ptr<c10::complex<double>>());
    state.numbers({values, static_cast<std::size_t>(2 * host.numel())});
    state.numbers({integrals.const_data_ptr<double>(), 2});
}

void SqgSolver::restore(StateReader& state) {
    if (state.integer(0, std::int64_t{1} << 20) != n_) state.refuse("it was written for another grid");
    steps_ = state.integer(0, std::int64_t{1} << 60);
    if (state.number() != options_.dt) state.refuse("it was written with another time step");
    // Exact: a field that is not finite was refused before any step.
    if (state.number() != first_l2_ || state.number() != first_hamiltonian_)
        state.refuse("it was written with another initial field");
    at::Tensor host = at::empty({n_, n_ / 2 + 1}, at::kComplexDouble), integrals = at::empty({2}, at::kDouble);
    double* values = reinterpret_cast<double*>(host.data_ptr<c10::complex<double>>());
    state.numbers({values, static_cast<std::size_t>(2 * host.numel())});
    state.numbers({integrals.data_ptr<double>(), 2});
    theta_.copy_(host);
    integrals_.copy_(integrals);
    has_slope_ = false;
}

at::Tensor solve(const at::Tensor& initial, const SolverOptions& options, const std::vector<double>& times) {
    std::vector<at::Tensor> fields;
    at::Tensor c = initial;
    double reached = 0;
    for (const double t : times) {
        if (t < reached) throw Error("Times of a solution must increase from 0.");
        if (t > reached) {
            SolverOptions part = options;
            const std::int64_t steps = steps_to(t - reached, options.dt);
            part.dt = (t - reached) / static_cast<double>(steps);
            for (std::size_t j = 0; j < part.forcing.shapes.size(); ++j) {
                part.forcing.shapes[j] = part.forcing.shapes[j] * std::exp(-part.forcing.rates[j] * reached);
            }
            SqgSolver solver(c, part);
            for (std::int64_t s = 0; s < steps; ++s) solver.step();
            solver.expect_resolved(solver.state());
            c = solver.coefficients().clone();
            reached = t;
        }
        fields.push_back(spectral::field_of(c));
    }
    return at::stack(fields);
}

} // namespace orrery::pinn
