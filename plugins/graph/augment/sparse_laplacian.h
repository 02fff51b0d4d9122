// SPDX-License-Identifier: BSD-3-Clause
// A graph's Laplacian, with weights if it has them, as a sparse operator.
#pragma once
#include "core/graph/graph.h"

#include <span>
#include <vector>

namespace orrery::graph::augment {

class SparseLaplacian {
public:
    // D - A with the edge attribute "weight" if `use_weights` and there is one, else each edge counts 1. Self-loops
    // don't count.
    explicit SparseLaplacian(const Graph& graph, bool use_weights = false);

    std::size_t nodes() const { return degree_.size(); }
    // y = L x.
    void apply(std::span<const double> x, std::span<double> y) const;
    // The same of `width` vectors at once, node by node: [nodes][width].
    void apply(std::span<const double> x, std::span<double> y, std::size_t width) const;
    // A bound of the largest eigenvalue of an unweighted graph: the largest sum of the degrees of an edge's ends
    // (Anderson and Morley, Linear and Multilinear Algebra 18, 1985).
    double bound() const;

private:
    std::vector<std::int64_t> first_;
    std::vector<std::int32_t> neighbour_;
    std::vector<double> weight_; // [entries]
    std::vector<double> degree_; // [nodes]
};

} // namespace orrery::graph::augment
