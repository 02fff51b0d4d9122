// SPDX-License-Identifier: BSD-3-Clause
// Pseudo-spectral solver of critical SQG on [0, 2 pi)^2: the reference that trained networks are judged by.
//
//     theta_t + u . grad theta + kappa Lambda theta = f,   u = (-R_2 theta, R_1 theta).
//
// Fourier in space, dealiased by the 2/3 rule, float64. In time classical Runge-Kutta of order 4 on e^{kappa Lambda t}
// theta (ifrk4), or the exponential time differencing of Cox and Matthews with the contour integrals of Kassam and
// Trefethen, SIAM J. Sci. Comput. 26 (2005), eqs. 2.3-2.5 (etdrk4). The dissipation integrals of the balance laws are
// extra components of the same Runge-Kutta step, so they have order 4 too.
#pragma once
#include "core/state_stream.h"
#include "gpu/spectral/spectral.h"
#include "plugins/pinn/problem/initial.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace orrery::pinn {

enum class Scheme { ifrk4, etdrk4 };
Scheme scheme_named(const std::string& name); // "ifrk4", "etdrk4"; throws Error

struct SolverOptions {
    double kappa = 0.1;
    double dt = 0.01;
    Scheme scheme = Scheme::ifrk4;
    Forcing forcing;
    at::Device device = at::kCPU;
};

// Everything that is measured at one time; norms are means over the torus.
struct SolverState {
    double time = 0;
    double mean = 0, rms = 0;
    double hamiltonian = 0;         // 1/2 mean theta Lambda^-1 theta
    double probe = 0;               // theta(pi/2, pi/4)
    double balance_l2 = 0;          // |change + dissipated - done by forcing| of 1/2 mean theta^2, over its first value
    double balance_hamiltonian = 0; // the same of the Hamiltonian
    double cfl = 0;                 // dt max|u| / (2 pi / n)
    double tail = 0; // rms of the outer sixth of the kept modes (largest |k_j| > 5/6 of the last), over rms
};

// Above these a result is not resolved.
constexpr double cfl_limit = 1.0;
constexpr double tail_limit = 1e-3;

struct Extremes {
    double max = 0, min = 0;
};

class SqgSolver {
public:
    // `initial`: coefficients complex128 [n, n/2 + 1]; modes that the 2/3 rule cuts are dropped.
    SqgSolver(const at::Tensor& initial, SolverOptions options);

    void step(); // from time t to t + dt
    std::int64_t n() const { return n_; }
    double time() const { return static_cast<double>(steps_) * options_.dt; }
    std::int64_t steps() const { return steps_; }

    const at::Tensor& coefficients() const { return theta_; } // on the solver's device; changes with step()
    at::Tensor field() const;                                 // [n, n] on the solver's device
    // Costs no transform that step() would not make anyway: the tendency at the present time is kept for the next step.
    SolverState state();
    // Of the trigonometric interpolant: grid of 2n, then Newton's method, so they don't depend on the grid.
    Extremes extremes() const;

    // Throws Error with what n or dt would do if the state is not resolved or not finite. Before the first step the
    // error's exit code is that of wrong usage.
    void expect_resolved(const SolverState& state) const;

    // From the present time on. The forcing is given anew, as a manufactured one depends on kappa.
    void set_kappa(double kappa, Forcing forcing);

    // All that the next steps depend on besides initial field and options. restore() throws Error if those that it can
    // see are others.
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    void set_forcing(Forcing forcing);
    void make_tables();
    void make_weights();
    const at::Tensor& tendency(int slot, const at::Tensor& theta, double time); // minus N, into slope_[slot]
    at::Tensor dissipation(const at::Tensor& theta, double time) const; // [2]: d/dt of the two balances' integrals
    void combine(at::Tensor& out, const std::vector<at::Tensor>& terms, std::size_t stage) const;

    SolverOptions options_;
    std::int64_t n_ = 0, steps_ = 0;
    spectral::Symbols transport_;
    at::Tensor theta_, next_, stage_[3], slope_[4]; // coefficients
    at::Tensor spectra_, product_;                  // [4, n, n/2 + 1] and [n, n], made once
    at::Tensor mask_;                               // of the 2/3 rule
    at::Tensor rates_, measures_;                   // weights of spectral::power
    at::Tensor integrals_;                          // [2]: dissipated less done by the forcing: L2, Hamiltonian
    std::vector<std::vector<at::Tensor>> weights_;  // of each stage
    double first_l2_ = 0, first_hamiltonian_ = 0, speed_ = 0;
    bool has_slope_ = false; // slope_[0] is the tendency at theta_
};

// What is wrong with a grid size: odd, or with a prime factor above 7 (slow transforms); the sentence names the next
// good one.
std::optional<std::string> problem_of_grid(std::int64_t n);
// Number of equal steps of at most dt that end at final_time.
std::int64_t steps_to(double final_time, double dt);

// Values of the solution at `times` (increasing, each a whole number of steps of at most dt is chosen between them):
// [times, n, n].
at::Tensor solve(const at::Tensor& initial, const SolverOptions& options, const std::vector<double>& times);

} // namespace orrery::pinn
