// SPDX-License-Identifier: BSD-3-Clause
// Augmentations of graphs: one interface for all, composable, drawing from a stream of random numbers.
//
//     const auto noise = dual_prism({.frequency_ratio = 0.5, .probability = 1, .std = 2});
//     const spectrum::EigenPairs pairs = pairs_for(*noise, graph);       // once for many copies
//     Random random(seed_of({seed, index, copy}));
//     const Augmented result = noise->apply(graph, pairs, random);
#pragma once
#include "core/graph/graph.h"
#include "gpu/spectrum/spectrum.h"
#include "plugins/graph/random.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace orrery::graph::augment {

// What an augmentation wants to know of a graph's Laplacian.
struct SpectrumNeed {
    enum class Pairs { none, all, lowest, highest };
    Pairs pairs = Pairs::none;
    std::int64_t count = 0; // of lowest and highest
};

// What was done to a graph.
struct Changes {
    std::int64_t original_edges = 0, added = 0, removed = 0;  // edges, by nodes of the original
    bool no_op = true;                                        // edges, weights and attributes are as they were
    bool mixed = false;                                       // made of several graphs: its nodes are nobody's
    std::vector<std::int32_t> kept;                           // nodes of the original that stayed; empty: all of them
    std::vector<double> delta;                                // what was added to each eigenvalue of the pairs given
    std::vector<std::pair<std::string, double>> certificates; // what a method knows of its own exactness, by name
    // Edges edited over edges there were; 0 where there were none and none came.
    double edit_rate() const;
};

struct Augmented {
    Graph graph; // weighted: edge attribute "weight", which may be negative; else simple
    Changes changes;
};

// An augmentation of undirected simple graphs; thread-safe. Attributes stay aligned: nodes keep their rows, isolated
// nodes at the end included, or lose them together with themselves; kept edges keep theirs; of an edge that is added
// numbers are NaN (weight: 1), integers become numbers for it, and texts are empty.
class Augmentation {
public:
    virtual ~Augmentation() = default;
    virtual std::string name() const = 0;
    virtual SpectrumNeed need(const Graph& graph) const = 0;
    // `pairs` as need() asks for them, ascending: its `values` may be fewer than nodes. The same stream gives the same
    // graph. Throws Error if the graph isn't undirected and simple, or can't be augmented this way.
    virtual Augmented apply(const Graph& graph, const spectrum::EigenPairs& pairs, Random& random) const = 0;
};

// The undirected simple graph beneath; the very same if it is one already, also in the order of its edges.
Graph simple_graph(const Graph& graph);
// Throws Error, with the method's name in it, unless the graph is undirected and simple.
void require_simple(const Graph& graph, const std::string& method);

// What the augmentation needs of this graph (small ones: all pairs, by whatever it asks).
spectrum::EigenPairs pairs_for(const Augmentation& augmentation, const Graph& graph);
// The same of many graphs, all pairs batched.
std::vector<spectrum::EigenPairs> pairs_for(const Augmentation& augmentation, std::span<const Graph> graphs,
                                            const spectrum::Options& options);

// One after the other; later ones see what earlier ones made, and its spectrum.
std::unique_ptr<Augmentation> compose(std::vector<std::unique_ptr<Augmentation>> parts);

// Copies of each graph, graph after graph: result[graph * copies + copy]. Which thread does what changes nothing.
// Graphs draw from streams by their place in the whole set, where the first of these has the place `first`.
struct Copies {
    std::int64_t copies = 1;
    std::uint64_t seed = 0;
    std::size_t first = 0;
    int threads = 1;
};
std::vector<Augmented> augment_all(const Augmentation& augmentation, std::span<const Graph> graphs,
                                   std::span<const spectrum::EigenPairs> pairs, const Copies& options);

} // namespace orrery::graph::augment
