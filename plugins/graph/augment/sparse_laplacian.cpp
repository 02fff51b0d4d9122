// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/sparse_laplacian.h"

#include <algorithm>

namespace orrery::graph::augment {

SparseLaplacian::SparseLaplacian(const Graph& graph, bool use_weights) {
    const Column* weights = use_weights ? find(graph.edge, "weight") : nullptr;
    Adjacency adjacency = adjacency_of(graph);
    const auto n = static_cast<std::size_t>(graph.nodes);
    weight_.resize(adjacency.neighbour.size());
    degree_.assign(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        for (auto e = static_cast<std::size_t>(adjacency.first[i]);
             e < static_cast<std::size_t>(adjacency.first[i + 1]); ++e) {
            const bool loop = static_cast<std::size_t>(adjacency.neighbour[e]) == i;
            weight_[e] = loop ? 0 : weights ? weights->number(static_cast<std::size_t>(adjacency.edge[e])) : 1;
            degree_[i] += weight_[e];
        }
    }
    first_ = std::move(adjacency.first);
    neighbour_ = std::move(adjacency.neighbour);
}

void SparseLaplacian::apply(std::span<const double> x, std::span<double> y) const {
    for (std::size_t i = 0; i < degree_.size(); ++i) {
        double sum = degree_[i] * x[i];
        const auto end = static_cast<std::size_t>(first_[i + 1]);
        for (auto e = static_cast<std::size_t>(first_[i]); e < end; ++e)
            sum -= weight_[e] * x[static_cast<std::size_t>(neighbour_[e])];
        y[i] = sum;
    }
}

void SparseLaplacian::apply(std::span<const double> x, std::span<double> y, std::size_t width) const {
    for (std::size_t i = 0; i < degree_.size(); ++i) {
        double* out = y.data() + i * width;
        for (std::size_t c = 0; c < width; ++c) out[c] = degree_[i] * x[i * width + c];
        const auto end = static_cast<std::size_t>(first_[i + 1]);
        for (auto e = static_cast<std::size_t>(first_[i]); e < end; ++e) {
            const double* in = x.data() + static_cast<std::size_t>(neighbour_[e]) * width;
            const double w = weight_[e];
            for (std::size_t c = 0; c < width; ++c) out[c] -= w * in[c];
        }
    }
}

double SparseLaplacian::bound() const {
    double largest = 0;
    for (std::size_t i = 0; i < degree_.size(); ++i) {
        for (auto e = static_cast<std::size_t>(first_[i]); e < static_cast<std::size_t>(first_[i + 1]); ++e)
            largest = std::max(largest, degree_[i] + degree_[static_cast<std::size_t>(neighbour_[e])]);
    }
    return largest;
}

} // namespace orrery::graph::augment
