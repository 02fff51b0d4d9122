// SPDX-License-Identifier: BSD-3-Clause
// Social networks of the literature that every tool for graphs knows, without their weights.
#pragma once
#include "core/graph/graph.h"

#include <string_view>

namespace orrery::graph {

// Friendships in a karate club (Zachary, 1977). "label": 0 who stayed with the instructor, 1 who left with the officer.
Graph karate();
// Characters of Les Miserables who appear in one chapter (Knuth, The Stanford GraphBase, 1993). "label": their names.
Graph les_miserables();
// Eighteen women and the fourteen events they attended (Davis, Gardner and Gardner, Deep South, 1941), bipartite.
// "label": names of women and events, "side": 0 woman, 1 event.
Graph davis();
// Marriages between families of Florence (Padgett and Ansell, 1993), without Pucci, who married none. "label": names.
Graph florentine();

// Edges as text: "0:1,2 1:4" joins 0 with 1 and 2, and 1 with 4. For texts of this library, which are sound.
Graph graph_of_lists(std::int32_t nodes, std::string_view lists);

} // namespace orrery::graph
