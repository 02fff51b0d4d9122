// SPDX-License-Identifier: BSD-3-Clause
// G-Mixup: graphs drawn from a mixture of two classes' graphons (Han et al., "G-Mixup: Graph Data Augmentation for
// Graph Classification", ICML 2022).
#pragma once
#include "plugins/graph/augment/augmentation.h"

#include <memory>
#include <span>
#include <vector>

namespace orrery::graph::augment {

// A symmetric function on the unit square, constant on `cells` x `cells` squares.
struct Graphon {
    std::size_t cells = 0;
    std::vector<double> values; // [cells][cells]
};

// Each graph's nodes in descending order of degree, its adjacency matrix as a step function, averaged over the graphs
// on the cells (Chan and Airoldi's sorting and smoothing, ICML 2014).
Graphon estimate_graphon(std::span<const Graph> graphs, std::size_t cells);
// Only eigenvalues that noise can't make are kept, values within [0, 1] (universal singular value thresholding,
// Chatterjee, Annals of Statistics 43(1), 2015): above 2.01 sqrt(cells mean(w (1 - w)) / graphs).
Graphon thresholded(const Graphon& graphon, std::size_t graphs);

struct GMixupOptions {
    double mix = 0.2;      // weight of the other class's graphon
    std::size_t cells = 0; // 0: the median number of nodes
    bool threshold = true; // singular values
};

// Learns a graphon of each class of the set (graph attribute "label"), and what the nodes of each cell carry. An
// augmented graph has as many nodes as the one it replaces, positions and edges drawn from the mixture of its class's
// graphon with another class's, no edge attributes, its graph's attributes, and two more of them: "mix_label" the other
// class, "mix_weight" its weight. Node attributes are drawn from what graphs of the two classes have at that place.
// Throws Error if the set has fewer than two classes.
std::unique_ptr<Augmentation> g_mixup(std::span<const Graph> set, const GMixupOptions& options = {});

} // namespace orrery::graph::augment
