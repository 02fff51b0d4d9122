// SPDX-License-Identifier: BSD-3-Clause
// A data set of labelled graphs with everything that training reads of it.
#pragma once
#include "core/graph/graph.h"
#include "plugins/graph/learn/batches.h"
#include "plugins/graph/learn/features.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::graph::learn {

struct DataSet {
    std::vector<Graph> graphs;            // undirected and simple
    std::vector<std::int64_t> labels;     // [graphs]: from 0
    std::vector<std::string> class_names; // [classes]: ascending, by number where they are numbers
    Features features;
    Collection collection;
    std::vector<std::string> remarks; // what was changed or passed over, and what to beware of
};

// Classes are the graph attribute "label". Throws Error (wrong usage) for fewer than two graphs, a graph without a
// class, a single class, no nodes at all, or features that the graphs don't have.
DataSet data_set_of(const GraphSet& set, const FeatureOptions& features, Propagation propagation, int threads);

} // namespace orrery::graph::learn
