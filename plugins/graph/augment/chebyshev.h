// SPDX-License-Identifier: BSD-3-Clause
// Noise on the spectrum without eigenvectors: delta is a polynomial of the eigenvalue, random above a cut and nearly
// zero below, so P = delta(L) takes as many products with L as the polynomial has terms.
#pragma once
#include "plugins/graph/augment/augmentation.h"
#include "plugins/graph/augment/binarise.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace orrery::graph::augment {

struct ChebyshevOptions {
    double frequency_ratio = 0.5; // the cut lies at (1 - ratio) of the spectrum's bound
    double std = 1;               // of delta where the filter passes
    int terms = 64;               // of the filter
    int waves = 8;                // random terms: how fast delta varies with the eigenvalue
    bool weighted = false;
    Rule rule = Rule::threshold;
    std::optional<double> edit_rate;
    int low_pairs = 16; // whose eigenvalues the certificate covers
};

// sum_k coefficient_k T_k(2 lambda / bound - 1).
class SpectralPolynomial {
public:
    // delta(lambda) = h(lambda) sum_c a_c T_c, where h is the step at `cut` with Jackson's damping (Weisse, Wellein,
    // Alvermann, Fehske, Rev. Mod. Phys. 78, 275, 2006, eq. 71) and a_c are normal; corrected by a multiple of
    // 1 - lambda / bound so that delta(0) = 0 and L'1 = 0.
    SpectralPolynomial(double bound, double cut, std::span<const double> amplitudes, int terms);

    double operator()(double lambda) const;
    // A bound of |delta| on [0, low], rigorous but for rounding: the largest value on a fine grid of angles and what
    // the second derivative allows between its points.
    double certificate(double low) const;
    std::span<const double> coefficients() const { return coefficients_; }
    double bound() const { return bound_; }

private:
    double bound_;
    std::vector<double> coefficients_;
};

// Certificate "chebyshev/certificate": how far any of the `low_pairs` lowest eigenpairs is moved, at most, in ||L'u -
// lambda u|| of weighted output.
std::unique_ptr<Augmentation> chebyshev_noise(const ChebyshevOptions& options);

} // namespace orrery::graph::augment
