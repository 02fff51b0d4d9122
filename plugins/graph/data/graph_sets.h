// SPDX-License-Identifier: BSD-3-Clause
// Data sets for classifying graphs, made instead of downloaded. The graph attribute "label" holds the class, from 0.
#pragma once
#include "core/graph/graph.h"

#include <cstdint>
#include <string_view>

namespace orrery::graph {

// Whether a node attribute of that name records how one of these sets was made: "block", "motif", "module". It may say
// a graph's class outright, so it is nothing to learn from.
bool records_making(std::string_view node_attribute);

// All of these make `graphs` of each class, in order of the classes, and throw Error as the generators do.

// A Barabasi-Albert graph of `nodes` nodes to one of which a motif is joined by an edge: house, 5-cycle or 3 x 3 grid.
// Node attribute "motif": 1 in the motif, else 0.
GraphSet motif_set(std::int32_t graphs, std::int32_t nodes, std::int32_t m, std::uint64_t seed);

// Circular skip links (Murphy et al., Relational pooling, 2019): cycles of 41 nodes with skips of length 2, 3, 4, 5, 6,
// 9, 11, 12, 13 or 16, renumbered at random. All degrees are 4: colour refinement can't tell the classes.
GraphSet csl_set(std::int32_t graphs, std::uint64_t seed);

// One cycle of 2 L nodes, or two cycles of L, with L from 3 to `longest`.
GraphSet cycle_set(std::int32_t graphs, std::int32_t longest, std::uint64_t seed);

// Block models of 2, 3 and 4 equal blocks; equal expected degrees, so the number of edges doesn't tell the class, but
// the number of eigenvalues near 0 does. Node attribute "block".
GraphSet block_count_set(std::int32_t graphs, std::int32_t nodes, double degree, double mu, std::uint64_t seed);

// Random modules, joined by a random tree and half as many further edges; the edges in each are switched, which keeps
// all degrees, until it has as few (class 0) or as many (class 1) triangles as a hundred tries for each edge find.
// What joins the modules, and so the low eigenvalues, has the same law in both classes. Node attribute "module".
GraphSet triangle_density_set(std::int32_t graphs, std::int32_t modules, std::int32_t size, double degree,
                              std::uint64_t seed);

} // namespace orrery::graph
