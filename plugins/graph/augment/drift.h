// SPDX-License-Identifier: BSD-3-Clause
// How far an augmented graph's Laplacian is from keeping eigenpairs of the original.
#pragma once
#include "gpu/spectrum/spectrum.h"
#include "plugins/graph/augment/augmentation.h"
#include "plugins/graph/augment/perturbation.h"

#include <span>
#include <vector>

namespace orrery::graph::augment {

// Places in `pairs` that an augmentation of this band leaves alone: all but the clusters within it.
std::vector<std::size_t> untouched_pairs(const spectrum::EigenPairs& pairs, double frequency_ratio, Band band);

// The largest ||L' u_k - lambda_k u_k|| of these pairs, where L' is the Laplacian of the augmented graph, by its
// weights if it has them. NaN if the number of nodes has changed.
double low_drift(const Graph& augmented, const spectrum::EigenPairs& pairs, std::span<const std::size_t> kept);

// The largest |lambda'_k - lambda_k| at these places, both spectra sorted.
double sorted_drift(std::span<const double> before, std::span<const double> after, std::span<const std::size_t> kept);

// Eigenvalues of each Laplacian, by weights where there are some, ascending.
std::vector<std::vector<double>> spectra_of(std::span<const Graph* const> graphs, int threads);

} // namespace orrery::graph::augment
