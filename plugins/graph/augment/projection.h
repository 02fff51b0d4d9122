// SPDX-License-Identifier: BSD-3-Clause
// Noise beside the low eigenvectors: L' = L + Pi S Pi with Pi = I - U_l U_l^T and any sparse symmetric S keeps the
// lowest l eigenpairs exactly, at the cost of products with L, S and U_l alone.
#pragma once
#include "plugins/graph/augment/augmentation.h"
#include "plugins/graph/augment/sparse_laplacian.h"

#include <memory>
#include <span>
#include <vector>

namespace orrery::graph::augment {

// The operator. It is no sparse graph: Pi S Pi has an entry for each pair of nodes.
class ComplementProjection {
public:
    // `low`: the lowest eigenpairs, all of which are kept; orthonormal. S has these entries at (from, to) and (to,
    // from), 0 elsewhere.
    ComplementProjection(const Graph& graph, spectrum::EigenPairs low, std::vector<Edge> entries,
                         std::vector<double> values);

    // y = L' x.
    void apply(std::span<const double> x, std::span<double> y) const;
    // The largest ||L' u_k - lambda_k u_k|| of the pairs kept.
    double residual() const;
    // (Pi S Pi)_ij off the diagonal, in O(l).
    double entry(std::int32_t i, std::int32_t j, double s_ij) const;
    // A bound of ||S||, its largest row sum: below the gap to the next eigenvalue the pairs kept stay the lowest
    // (Weyl).
    double norm_bound() const;

    std::span<const Edge> entries() const { return entries_; }
    std::span<const double> values() const { return values_; }

private:
    void project(std::span<double> x) const;
    void apply_s(std::span<const double> x, std::span<double> y) const;

    SparseLaplacian laplacian_;
    spectrum::EigenPairs low_;
    std::vector<Edge> entries_;
    std::vector<double> values_;
    std::vector<double> u_;     // [nodes][l]
    std::vector<double> s_u_;   // [nodes][l] S U
    std::vector<double> u_s_u_; // [l][l]     U^T S U
};

struct ProjectionOptions {
    int low_pairs = 16;       // kept
    double probability = 0.5; // of each edge to get an entry in S; as many pairs without an edge get one too
    double std = 1;           // of the entries
    bool weighted = false;    // else binarised at 1/2
};

// The graph of the entries of L' on the edges and where S has entries: there the low pairs are no longer exact, which
// the drift of the result tells. Certificates: "projection/residual" (of the operator), "projection/gap" to the next
// eigenvalue, "projection/norm" (the bound of ||S||).
std::unique_ptr<Augmentation> complement_projection(const ProjectionOptions& options);

} // namespace orrery::graph::augment
