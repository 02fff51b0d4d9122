// SPDX-License-Identifier: BSD-3-Clause
// Dual-Prism: a graph is changed through the eigenvalues of its Laplacian L = D - A, the high ones as a rule, while the
// eigenvectors stay (Xia et al., "Through the Dual-Prism: A Spectral Perspective on Graph Data Augmentation for Graph
// Classification", AAAI 39(20), 2025). L' = L + P, P = sum over clusters of delta_c times the projection on the
// cluster's eigenspace, A' = -offdiag(L').
#pragma once
#include "plugins/graph/augment/binarise.h"
#include "plugins/graph/augment/perturbation.h"

#include <memory>
#include <optional>

namespace orrery::graph::augment {

struct DualPrismOptions {
    enum class Kind { noise, mask };
    // paper: one change for each cluster of equal eigenvalues, so that the result doesn't depend on the eigensolver; a
    //        cluster that the band cuts, and the eigenvalue 0, stay.
    // port:  what the released code does. Eigenvalues in descending order; Band::high takes the *last* n_a, which are
    //        the lowest, Band::low the first; of those chosen the last is set to 0 (noise), others at or below 0 become
    //        0.01, then the chosen ones are sorted descending again; A' is rounded to 1e-5, an edge is A' >= 1/2. One
    //        draw for each eigenvector, so it depends on the eigensolver. Nodes at the end without edges are kept here.
    enum class Semantics { paper, port };

    Kind kind = Kind::noise;
    Band band = Band::high;
    Semantics semantics = Semantics::paper;
    double frequency_ratio = 0.5; // r_f: n_a = floor(r_f n) eigenvalues
    double probability = 0.5;     // r_a, of each eigenvalue
    double std = 1;               // sigma, of noise alone
    bool weighted = false;        // A' as it is, with an edge attribute "weight"; else binarised
    Rule rule = Rule::threshold;
    // Of binarised graphs: edits over edges; where it is set, all changes are scaled by one factor until about so many
    // edges come or go. A graph in which nothing was chosen stays as it is.
    std::optional<double> edit_rate;
    // Only the pairs that can change (band high, weighted or threshold): for graphs too large for all of them. The same
    // edges as with all pairs where no entry lies within 1e-9 of 1/2, weights within 1e-10 of the largest eigenvalue.
    bool low_rank = false;
};

std::unique_ptr<Augmentation> dual_prism(const DualPrismOptions& options);

// A lower bound of the probability that the graph comes back as it was, known before anything is drawn: if every
// |delta| < 1/2, then |P_ij| <= ||P|| < 1/2 and no entry of A' crosses 1/2. Nothing where that says nothing (another
// rule than the threshold, weighted output, semantics of the port, an edit rate).
std::optional<double> no_op_bound(const DualPrismOptions& options, const spectrum::EigenPairs& pairs);

} // namespace orrery::graph::augment
