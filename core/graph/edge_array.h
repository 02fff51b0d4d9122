// SPDX-License-Identifier: BSD-3-Clause
// Edges as an array of numbers: how a graph without attributes goes from the window to an experiment and back.
#pragma once
#include "core/api.h"
#include "core/array.h"
#include "core/graph/graph.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace orrery {

// int32 [edges, 2]: from, to.
ORRERY_API Array edge_array(const std::vector<Edge>& edges);

// The undirected graph of such an array in an .npy file. Throws Error (usage) where it holds anything else, or where a
// number is none of a node.
ORRERY_API Graph read_edge_array(const std::filesystem::path& file, std::int64_t nodes);

} // namespace orrery
