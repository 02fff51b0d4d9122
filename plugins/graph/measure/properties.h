// SPDX-License-Identifier: BSD-3-Clause
// Properties of a graph: degrees, clustering, distances, connectivity.
//
// All are of the simple undirected graph beneath: directions, weights, self-loops and repeated edges don't count.
// Distances are over pairs of nodes that reach each other: of a disconnected graph the diameter is the largest of its
// components', the radius the least (0 with an isolated node), so connectivity belongs beside them.
#pragma once
#include "core/graph/graph.h"
#include "plugins/graph/measure/distances.h"

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

namespace orrery::graph {

struct PropertyOptions {
    int threads = 1;         // at least 1; the result is the same for any number
    bool eigenvalues = true; // of the Laplacian: the slowest part of dense graphs
    bool betweenness = false;
    DistanceOptions distances = {};
};

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

struct Properties {
    std::int64_t nodes = 0, edges = 0;
    double density = undefined; // edges of all pairs of nodes; needs two nodes
    // Connectivity
    std::int64_t components = 0;
    double largest_component = undefined; // its share of the nodes
    std::int64_t bridges = 0, articulation_points = 0;
    // Degrees; core: the largest k for which there is a k-core
    std::int64_t degree_min = 0, degree_max = 0, core = 0;
    double degree_mean = undefined;
    double assortativity = undefined; // by degree (Newman, 2002); undefined where all edges join equal degrees
    // Triangles; transitivity: closed share of the paths of two edges, 0 if there are none; clustering: mean over nodes
    // of the share of joined pairs of neighbours, 0 of a node with fewer than two
    std::int64_t triangles = 0;
    double transitivity = undefined, average_clustering = undefined;
    // Distances; -1: undefined (no nodes), or not known (periphery and centre of a huge graph)
    std::int64_t diameter = -1, radius = -1, periphery = -1, center = -1;
    std::int64_t diameter_high = -1, radius_low = -1; // what they are at most, at least: other than they if not known
    double average_shortest_path = undefined;         // undefined without a pair
    double average_shortest_path_error = 0;           // standard error where it is sampled
    bool distances_exact = true;
    // Laplacian eigenvalues, combinatorial
    double algebraic_connectivity = undefined, largest_eigenvalue = undefined;
    // Betweenness as a share of the pairs of other nodes, if it was asked for; undefined below three nodes
    double betweenness_mean = undefined, betweenness_max = undefined;
};

// Throws Error for a graph that is none (check).
Properties properties_of(const Graph& graph, const PropertyOptions& options = {});
// Of each by itself, in parallel. `done`, if given, is called now and then with how many are, on the calling thread.
std::vector<Properties> properties_of(std::span<const Graph> graphs, const PropertyOptions& options = {},
                                      const std::function<void(std::size_t)>& done = {});

} // namespace orrery::graph
