// SPDX-License-Identifier: BSD-3-Clause
// Generators of graphs: lattices and other fixed families, random models, models with communities. All graphs are
// simple and undirected; the same seed gives the same graph everywhere.
#pragma once
#include "core/graph/graph.h"

#include <cstdint>
#include <vector>

namespace orrery::graph {

// All of these throw Error with a sentence for parameters under which there is no such graph.

// Fixed families
Graph path_graph(std::int32_t nodes);
Graph cycle_graph(std::int32_t nodes); // of two nodes one edge, of one none
Graph star_graph(std::int32_t nodes);  // node 0 is the centre
Graph complete_graph(std::int32_t nodes);
Graph complete_bipartite_graph(std::int32_t left, std::int32_t right);
Graph grid_graph(std::int32_t rows, std::int32_t columns);
Graph torus_graph(std::int32_t rows, std::int32_t columns); // at least 3 x 3
Graph hypercube_graph(std::int32_t dimension);
Graph balanced_tree(std::int32_t branching, std::int32_t depth);
Graph ring_of_cliques(std::int32_t cliques, std::int32_t size); // neighbours in the ring joined by one edge
Graph circulant_graph(std::int32_t nodes, const std::vector<std::int32_t>& skips);

// Random models
// G(n, p): each pair with probability p.
Graph erdos_renyi(std::int32_t nodes, double probability, std::uint64_t seed);
// Each new node is joined to m others chosen by degree, after a star of m + 1 nodes (Barabasi and Albert, 1999).
Graph barabasi_albert(std::int32_t nodes, std::int32_t m, std::uint64_t seed);
// The same, each choice after the first of a node followed with this probability by a neighbour of the last one
// (Holme and Kim, 2002).
Graph holme_kim(std::int32_t nodes, std::int32_t m, double triangle_probability, std::uint64_t seed);
// A ring where each node is joined to its k nearest (k even), each edge's end moved with this probability (Watts and
// Strogatz, 1998).
Graph watts_strogatz(std::int32_t nodes, std::int32_t k, double probability, std::uint64_t seed);
// Uniform points of the unit square, joined where they are at most `radius` apart; node attributes "x" and "y".
Graph random_geometric(std::int32_t nodes, double radius, std::uint64_t seed);
// All degrees equal: the pairing model, repaired by switching edges.
Graph random_regular(std::int32_t nodes, std::int32_t degree, std::uint64_t seed);
// Uniform among the labelled trees, by Pruefer's sequence.
Graph random_tree(std::int32_t nodes, std::uint64_t seed);

// Models with communities; node attribute "label": the community
// Pairs within a block with probability p_in, between blocks p_out.
Graph stochastic_block_model(const std::vector<std::int32_t>& sizes, double p_in, double p_out, std::uint64_t seed);
// After Lancichinetti, Fortunato and Radicchi (2008): degrees and sizes of communities by power laws, the share mu of
// each node's edges leading out of its community. Pairs that can't be placed are left out, so degrees are kept nearly.
struct LfrOptions {
    std::int32_t nodes = 250;
    double mu = 0.1, degree_exponent = 2.5, size_exponent = 1.5;
    std::int32_t mean_degree = 10, max_degree = 50, min_community = 20, max_community = 50;
};
Graph lfr_graph(const LfrOptions& options, std::uint64_t seed);

} // namespace orrery::graph
