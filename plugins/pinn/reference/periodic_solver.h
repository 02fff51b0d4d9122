// SPDX-License-Identifier: BSD-3-Clause
// Pseudo-spectral solver of evolution equations of one periodic coordinate, and their solutions at any point and time.
#pragma once
#include "plugins/pinn/reference/etd.h"
#include "plugins/pinn/reference/solution.h"

#include <ATen/core/Tensor.h>

#include <complex>
#include <cstdint>
#include <functional>
#include <vector>

namespace orrery::pinn {

// u_t = L u + g(u), or u_t = L u + (g(u))_x where it is conservative; L has constant coefficients.
struct PeriodicEquation {
    double low = -1, period = 2;
    std::function<double(double)> initial;                      // u(x, 0)
    std::function<std::complex<double>(double)> symbol;         // of L: L e^{i kappa x} = symbol(kappa) e^{i kappa x}
    std::function<void(const double*, double*, std::size_t)> g; // pointwise: u, g(u), how many
    bool conservative = true;
};

// Fourier in space with the 2/3 rule, ETDRK4 in time (S. M. Cox and P. C. Matthews, J. Comput. Phys. 176, 2002;
// coefficients of etd.h). Order 4 in time, exponential in space for smooth data.
class PeriodicSolver {
public:
    PeriodicSolver(PeriodicEquation equation, std::int64_t n); // n even: points of the grid

    void step(double h);
    // Equal steps of at most `step` over the time `span`. Throws Error if the solution is no longer finite.
    void advance(double span, double step);

    // c[k] of e^{2 pi i k (x - low)/period}, k = 0 ... n/2; the others are their conjugates.
    const std::vector<std::complex<double>>& coefficients() const { return u_; }
    std::vector<double> field(std::int64_t points) const; // on a grid of at least n points from `low` on
    // rms of the outer sixth of the kept modes over that of all but the mean.
    double tail() const;

private:
    using Spectrum = std::vector<std::complex<double>>;
    struct Weights {
        Spectrum half, full, q, f1, f2, f3;
    };
    const Weights& weights_of(double h);
    void tendency(const Spectrum& u, Spectrum& result);

    PeriodicEquation equation_;
    std::int64_t n_ = 0;
    std::size_t kept_ = 0; // modes 0 ... kept - 1 pass the 2/3 rule
    std::map<double, Weights> weights_;
    Spectrum u_, a_, b_, c_, nu_, na_, nb_, nc_;
    std::vector<std::complex<double>> derivative_;
    at::Tensor spectrum_, grid_; // complex [n/2 + 1], real [n]
};

// How finely a solution is computed and kept.
struct PeriodicResolution {
    std::int64_t n = 512;
    double step = 1e-4;
    // Panels in time, each with Chebyshev points: the first one's length, twice as long from one to the next, at most
    // `longest`. A short first one resolves what data that aren't smooth do at t = 0.
    double first_panel = 0.02, longest_panel = 0.02;
};

// The solution for t in [0, final_time]: Chebyshev interpolation in time, and in space local polynomials of degree 15
// on a grid of 2 n points. Exactly the initial data at t = 0. The accuracy is estimated by computing it again with 3/4
// of the modes and twice the step. Throws Error if `n` doesn't resolve it.
std::unique_ptr<Solution> periodic_solution(const std::string& description, const PeriodicEquation& equation,
                                            const PeriodicResolution& resolution, double final_time);

} // namespace orrery::pinn
