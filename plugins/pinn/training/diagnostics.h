// SPDX-License-Identifier: BSD-3-Clause
// What a trained network says about itself: a computable bound of its error, exact laws, and its residual at unseen
// points. None of it needs a solution.
#pragma once
#include "plugins/pinn/training/trainer.h"

namespace orrery::pinn::training {

// ||theta^ - theta|| <= e^{G(t)} (||R_t|| + int_0^t e^{-G} ||r|| ds), G(t) = int_0^t sup |grad theta^|: norms are root
// mean squares. From d/dt ||e|| <= sup |grad theta^| ||e|| + ||r||, as div u = 0, ||u_e|| = ||e|| and Lambda >= 0. For
// an error without mean kappa ||Lambda^{1/2} e||^2 >= kappa ||e||^2 allows sup |grad theta^| - kappa instead: the sharp
// one. The mean of the error changes by the mean of r alone and moves nothing, so it is bounded apart.
struct ErrorBound {
    double final = 0, sharp = 0; // absolute, at final_time
    double growth = 0;           // G(final_time)
};

// sup |grad theta^| is estimated from above: its maximum over an n x n grid, with the part of degree at most m divided
// by cos(m pi / n)^2 (Ehlich and Zeller, Math. Z. 86 (1964): a trigonometric polynomial of degree m is at most its grid
// maximum over cos(m h / 2) in each variable), the rest bounded by the sum of its coefficients; m is the best one.
// Coefficients beyond n/2 are not seen, so it is an estimate to rounding for a resolved network, not an interval
// computation. Time integrals: trapezoids on `steps` equal intervals of each window. R_t is the jump of theta^ between
// windows.
ErrorBound error_bound(TrainedNetwork& network, int n = 128, int steps = 160);

// Upper estimate of sup |grad f| for each of the fields' two derivatives [times, n, n]: see error_bound.
std::vector<double> gradient_supremum(const at::Tensor& theta_x, const at::Tensor& theta_y);

struct LawDefects {
    double balance_l2 = 0;          // |change + dissipation| of 1/2 mean theta^2 over its first value
    double balance_hamiltonian = 0; // the same of 1/2 mean theta Lambda^{-1} theta
    double maximum_principle =
        0; // largest rise of max theta^ or fall of min theta^ over their earlier values, over max |theta_0|
    double residual_rms = 0; // root mean square of r over space and time, on a grid twice as fine with another shift
};
LawDefects law_defects(TrainedNetwork& network, std::uint64_t seed);

} // namespace orrery::pinn::training
