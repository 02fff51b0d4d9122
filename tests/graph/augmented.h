// SPDX-License-Identifier: BSD-3-Clause
// Graphs and matrices that tests of augmentations share.
#pragma once
#include "core/graph/graph.h"
#include "gpu/spectrum/spectrum.h"
#include "plugins/graph/augment/augmentation.h"
#include "plugins/graph/augment/dual_prism.h"
#include "plugins/graph/augment/edits.h"
#include "plugins/graph/data/generators.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

namespace augmented {

using namespace orrery;
using namespace orrery::graph::augment;
using orrery::graph::Random;
using orrery::graph::seed_of;

inline std::size_t size_of(std::int32_t n) { return static_cast<std::size_t>(n); }

// [n][n], with weights if there are some.
inline std::vector<double> adjacency(const Graph& g) {
    const std::size_t n = size_of(g.nodes);
    std::vector<double> a(n * n, 0.0);
    const Column* weight = find(g.edge, "weight");
    for (std::size_t k = 0; k < g.edges.size(); ++k) {
        const std::size_t i = size_of(g.edges[k].from), j = size_of(g.edges[k].to);
        a[i * n + j] = a[j * n + i] = weight ? weight->number(k) : 1;
    }
    return a;
}

inline std::vector<double> laplacian(const Graph& g) {
    const std::size_t n = size_of(g.nodes);
    std::vector<double> l = adjacency(g);
    for (std::size_t i = 0; i < n; ++i) {
        double degree = 0;
        for (std::size_t j = 0; j < n; ++j) {
            degree += l[i * n + j];
            l[i * n + j] = -l[i * n + j];
        }
        l[i * n + i] = degree;
    }
    return l;
}

inline std::set<Edge> edge_set(const Graph& g) {
    std::set<Edge> edges;
    for (const Edge& e : g.edges) edges.insert(ascending(e));
    return edges;
}

// Node i becomes node place[i].
inline Graph renumbered(const Graph& g, const std::vector<std::int32_t>& place) {
    Graph result;
    result.nodes = g.nodes;
    for (const Edge& e : g.edges) result.edges.push_back(ascending({place[size_of(e.from)], place[size_of(e.to)]}));
    return result;
}

inline std::vector<std::int32_t> shuffled(std::int32_t nodes, std::uint64_t seed) {
    std::vector<std::int32_t> place(size_of(nodes));
    std::iota(place.begin(), place.end(), 0);
    Random random(seed);
    for (std::size_t i = place.size(); i > 1; --i) std::swap(place[i - 1], place[random.below(i)]);
    return place;
}

inline Augmented apply(const Augmentation& augmentation, const Graph& graph, std::uint64_t seed) {
    Random random(seed);
    return augmentation.apply(graph, pairs_for(augmentation, graph), random);
}

// Node attributes of every type that tell the node, a graph label, edge attributes.
inline Graph with_attributes(Graph graph) {
    std::vector<double> numbers;
    std::vector<std::int64_t> integers;
    std::vector<std::string> texts, edges;
    for (std::int32_t i = 0; i < graph.nodes; ++i) {
        numbers.push_back(0.5 + i);
        integers.push_back(100 + i);
        texts.push_back("node " + std::to_string(i));
    }
    for (const Edge& e : graph.edges) edges.push_back(std::to_string(e.from) + "-" + std::to_string(e.to));
    graph.node = {{"value", numbers}, {"label", integers}, {"name", texts}};
    graph.edge = {{"ends", edges}};
    graph.graph = {{"label", std::vector<std::int64_t>{7}}};
    return graph;
}

} // namespace augmented
