// SPDX-License-Identifier: BSD-3-Clause
// The usual augmentations of edges, nodes and attributes, as GraphCL (You et al., NeurIPS 2020) and DropEdge (Rong et
// al., ICLR 2020) made them known.
#pragma once
#include "plugins/graph/augment/augmentation.h"

#include <memory>

namespace orrery::graph::augment {

// `rate` is a share of the edges, met exactly but for rounding at random.
std::unique_ptr<Augmentation> drop_edge(double rate);
std::unique_ptr<Augmentation> add_edge(double rate);   // between nodes without one
std::unique_ptr<Augmentation> flip_edges(double rate); // of pairs of nodes, so sparse graphs gain

// What a share is a share of.
enum class Share { nodes, edges };
// Nodes go with their edges and attributes, the others keep their order. With Share::edges nodes go until about that
// share of the edges is gone.
std::unique_ptr<Augmentation> drop_node(double rate, Share share = Share::nodes);

enum class Walk { random, breadth_first };
// All but that share of the nodes stay: those that a random walk, or a breadth-first search, from a random node meets
// first. A walk can't leave its component.
std::unique_ptr<Augmentation> subgraph(double rate, Walk walk = Walk::random);

// The attributes (but "id") of that share of nodes: numbers become 0, integers -1, texts empty.
std::unique_ptr<Augmentation> mask_attributes(double rate);
// Normal noise on numbers of nodes, `std` times the standard deviation of the attribute in this graph.
std::unique_ptr<Augmentation> feature_noise(double std);

} // namespace orrery::graph::augment
