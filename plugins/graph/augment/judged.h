// SPDX-License-Identifier: BSD-3-Clause
// What an augmentation did to the graphs of a set: edits, drift of the spectrum, change of properties.
#pragma once
#include "plugins/graph/augment/augmentation.h"
#include "plugins/graph/augment/perturbation.h"
#include "plugins/graph/measure/properties.h"

#include <array>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace orrery::graph::augment {

// The properties that Dual-Prism wants kept, by name: connected (1 or 0), diameter, radius, periphery,
// average_shortest_path, algebraic_connectivity.
constexpr std::size_t shape_size = 6;
using Shape = std::array<double, shape_size>;
const std::array<std::string, shape_size>& shape_names();
Shape shape_of(const Properties& properties);
// The edges with weight > 1/2, without attributes; a graph without weights as it is.
Graph thresholded(const Graph& graph);
// Of each. Of a graph with weights that of its edges with weight > 1/2: the thresholded one.
std::vector<Shape> shapes_of(std::span<const Graph> graphs, const PropertyOptions& options,
                             const std::function<void(std::size_t)>& done = {});

// One augmented graph.
struct Judged {
    std::size_t graph = 0; // its original's place
    std::int64_t copy = 0, edges = 0, original_edges = 0, added = 0, removed = 0, nodes = 0;
    bool no_op = true;
    double edit_rate = 0;
    double low_drift = 0, low_drift_relative = 0, sorted_drift = 0; // NaN where it isn't known
    std::vector<std::pair<std::string, double>> certificates;
    std::vector<std::int32_t> kept; // as in Changes
    bool mixed = false;
    Shape before{}, after{};
};

struct AugmentedSet {
    std::vector<Graph> graphs; // [chosen * copies], graph after graph
    std::vector<Judged> judged;
    double no_op_bound = 0; // mean over the graphs; NaN where the theorem says nothing
    double eigen_seconds = 0, augment_seconds = 0;
};

struct AugmentJob {
    std::int64_t copies = 1;
    std::uint64_t seed = 0;
    int threads = 1, cuda = -1;
    double frequency_ratio = 0.5; // pairs outside this part of the spectrum count as untouched
    Band band = Band::high;
    int low_pairs = 16;                                                  // of large graphs these alone are looked at
    std::function<double(const spectrum::EigenPairs&)> no_op_bound = {}; // of one graph
    // Called before anything is drawn, with what no_op_bound says of the graphs on average.
    std::function<void(double)> before = {};
    std::function<void(double fraction, const std::string& what)> progress = {}; // may throw to stop
};

// Augments all graphs, in portions that fit the memory, and measures edits and drift (not shapes).
AugmentedSet augment_set(const Augmentation& augmentation, std::span<const Graph> graphs, const AugmentJob& job);

} // namespace orrery::graph::augment
