// SPDX-License-Identifier: BSD-3-Clause
// Lengths of shortest paths, in edges, between all pairs of nodes; of very large components bounds and a sample.
#pragma once
#include "core/graph/graph.h"
#include "gpu/parallel/team.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace orrery::graph {

// The nodes of each component of an undirected graph in breadth-first order from its least node, which orders them.
using Components = std::vector<std::vector<std::int32_t>>;
Components components_of(const Adjacency& adjacency);

struct DistanceOptions {
    std::int32_t exact_nodes = 50'000; // larger components get bounds of eccentricities and a sample of distances
    int searches = 512;                // most searches for the bounds, fewer on graphs of many edges
    int sources = 1024;                // of the sample, in groups of 64
    std::uint64_t seed = 0;            // of the sources
};

// Nodes count as reachable from each other where a path joins them; a node alone has eccentricity 0.
struct Distances {
    std::vector<std::int32_t> low, high; // [nodes] bounds of the eccentricity, equal where it is known
    double sum = 0;   // of distances over ordered pairs that reach each other; estimated where a component is sampled
    double pairs = 0; // how many these are
    double standard_error = 0; // of the sum; 0 if it is exact
    bool exact = true;         // no component was too large
};

// Small components: many breadth-first searches share their work, as bits of words (Then et al., The more the merrier:
// efficient multi-source graph traversal, PVLDB 8(4), 2014); O(nodes * edges) at worst. Large ones: bounds that each
// search narrows (Takes and Kosters, Computing the eccentricity distribution of large graphs, Algorithms 6(1), 2013).
// The same for any number of threads; without a team one.
Distances distances_of(const Adjacency& adjacency, const Components& components, const DistanceOptions& options = {},
                       const std::shared_ptr<Team>& team = {});

} // namespace orrery::graph
