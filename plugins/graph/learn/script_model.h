// SPDX-License-Identifier: BSD-3-Clause
// A trained network as a TorchScript file that plain PyTorch loads.
#pragma once
#include "plugins/graph/learn/network.h"

#include <filesystem>
#include <string>
#include <vector>

namespace orrery::graph::learn {

// Writes FOLDER/model.pt and returns its path. Its methods:
//     forward(x [nodes, features], edges int64 [2, entries], graph int64 [nodes]) -> logits [graphs, classes]
//     weighted(x, edges, graph, weight [entries]) -> the same
// An undirected edge is two entries; graphs are numbered from 0, each with a node or more. Attributes: features (what
// the columns of x are), classes. Throws Error where the file can't be written.
std::filesystem::path save_script(const Network& network, const std::vector<std::string>& features,
                                  const std::vector<std::string>& classes, const std::filesystem::path& folder);

} // namespace orrery::graph::learn
