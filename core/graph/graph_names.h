// SPDX-License-Identifier: BSD-3-Clause
// What graphs and their nodes are known by: names of nodes, and which graph of a data set another one was made from.
#pragma once
#include "core/graph/graph.h"

#include <optional>

namespace orrery {

// What a node is called: its text "label" or "name", else its "id", else its number.
ORRERY_API std::string node_name(const Graph& graph, std::int32_t node);

// The graph of the first set that graph `number` of the second was made from: what its graph attribute "original" says;
// else its own number, or as many copies of each in a row. Nothing where that can't be told, as of a graph that has a
// "copy" but no "original", which is made of several.
ORRERY_API std::optional<std::size_t> original_of(const GraphSet& originals, const GraphSet& augmented,
                                                  std::size_t number);

// The augmented graph on the original's nodes, of which those that were dropped have no edges: by its node attribute
// "original", or as it is where both have equally many nodes. Nothing where its nodes can't be told.
ORRERY_API std::optional<Graph> on_nodes_of(const Graph& original, const Graph& augmented);

} // namespace orrery
