// SPDX-License-Identifier: BSD-3-Clause
// The spectrum brush: a band of the eigenvalues of one graph's Laplacian is changed as Dual-Prism does it, again and
// again. What a stroke doesn't change is computed once.
//
//     const Brush brush(graph);
//     const Brush::Result result = brush.paint({.low = 20, .high = 34, .std = 2});
#pragma once
#include "plugins/graph/augment/binarise.h"
#include "plugins/graph/augment/perturbation.h"

#include <cstdint>
#include <vector>

namespace orrery::graph::augment {

struct Stroke {
    // noise  lambda + sigma epsilon, but not below 0, epsilon ~ N(0, 1) drawn once for each cluster
    // mask   0
    // scale  factor lambda
    enum class Change { noise, mask, scale };

    // The band [low, high) of eigenvalues, ascending and counted from 0. A cluster that it cuts, and the eigenvalue 0,
    // stay as they are.
    std::size_t low = 0, high = 0;
    Change change = Change::noise;
    double std = 2, factor = 1.5;
    double probability = 1; // of each cluster in the band to be changed, with noise and mask
    std::uint64_t seed = 0; // a cluster draws its own numbers, wherever the band lies: a moved band doesn't draw anew
    bool weighted = false;  // A' as it is, with an edge attribute "weight"; else binarised
    Rule rule = Rule::threshold;
    double edit_rate = 0; // of binarised graphs: edits over edges that one factor on all changes aims at; 0: no factor
    bool operator==(const Stroke&) const = default;
};

class Brush {
public:
    // As many nodes as may be: all eigenpairs are needed.
    static constexpr std::int32_t most_nodes = 3000;

    // Computes all eigenpairs. Throws Error if the graph isn't undirected and simple, or too large.
    explicit Brush(Graph graph, int threads = 1);

    const Graph& graph() const { return graph_; }
    const spectrum::EigenPairs& pairs() const { return pairs_; }
    // Of equal eigenvalues, without those that are 0; ascending.
    const std::vector<Cluster>& clusters() const { return clusters_; }

    struct Result {
        Augmented augmented;                 // changes.delta: of each eigenvalue
        std::size_t low = 0, high = 0;       // the band of whole clusters that the stroke's band holds
        std::size_t clusters = 0;            // how many these are
        double scale = 1;                    // the factor that an edit rate led to
        std::int64_t added = 0, removed = 0; // of edges; a weight above 1/2 counts as one
        double low_drift = 0;                // largest ||L' u - lambda u|| of the pairs outside of the band
        double edit_rate() const;
        std::int64_t original_edges = 0;
    };
    Result paint(const Stroke& stroke) const;

private:
    std::vector<double> draw(const Stroke& stroke) const;
    Graph graph_;
    spectrum::EigenPairs pairs_;
    std::vector<Cluster> clusters_;
    EdgeIndex index_;
};

} // namespace orrery::graph::augment
