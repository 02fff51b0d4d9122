// SPDX-License-Identifier: BSD-3-Clause
// Where an augmented graph comes from, as attributes that go with it into every file that keeps attributes.
#pragma once
#include "plugins/graph/augment/judged.h"

#include <span>

namespace orrery::graph::augment {

struct Origin {
    std::size_t original = 0;     // place in the set that was augmented
    const Judged* made = nullptr; // how; null: left as it is
};

// Gives every graph the attributes
//   "original"  its original's place; a graph that is made of several has none
//   "copy"      which copy of it, from 0; -1: the original itself
// and where a graph of the set has lost nodes, every node the attribute "original": its number before. What an earlier
// augmentation wrote there goes.
void write_origins(std::span<Graph> graphs, std::span<const Origin> origins);

// Whether the graph has attributes that write_origins() replaces.
bool tells_origin(const Graph& graph);

} // namespace orrery::graph::augment
