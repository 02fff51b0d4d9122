// SPDX-License-Identifier: BSD-3-Clause
// The parameter `input` of the graph experiments: a built-in graph, a generator's text, a file or a data set's folder.
#pragma once
#include "core/graph/graph.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace orrery::graph {

// A classic graph ("karate"), a generator ("er(n=30,p=0.1,seed=1)"; `seed` counts where it names none), else a path: a
// file of graphs or a folder of a TU data set. Throws Error that says what is wrong.
GraphSet load_input(const std::string& input, std::uint64_t seed = 0);

// Throws Error (usage) unless it has a graph of that number, from 0.
void expect_graph(const GraphSet& set, std::int64_t graph, const std::string& input);

// What is wrong with it, in a sentence. Small files are read, of others only name and ending are looked at.
std::optional<std::string> check_input(const std::string& input);

// The files behind it, for a run's provenance: none of what is built in.
std::vector<std::filesystem::path> input_files(const std::string& input);

// The help of the parameter.
std::string input_help();

} // namespace orrery::graph
