// SPDX-License-Identifier: BSD-3-Clause
// A trained network as a TorchScript file that plain PyTorch loads, and that is asked again here.
#pragma once
#include "plugins/graph/learn/features.h"
#include "plugins/graph/learn/network.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace orrery::graph::learn {

// Writes FOLDER/model.pt and returns its path. Its methods:
//     forward(x [nodes, features], edges int64 [2, entries], graph int64 [nodes]) -> logits [graphs, classes]
//     weighted(x, edges, graph, weight [entries]) -> the same
// An undirected edge is two entries; graphs are numbered from 0, each with a node or more. Attributes: features (what
// the columns of x are), plan (Features::plan()), classes. Throws Error where the file can't be written.
std::filesystem::path save_script(const Network& network, const Features& features,
                                  const std::vector<std::string>& classes, const std::filesystem::path& folder);

// Such a file, to be asked about one graph after another.
class ScriptModel {
public:
    // Throws Error where there is none, or it isn't one that save_script() wrote.
    explicit ScriptModel(const std::filesystem::path& file);
    ~ScriptModel();
    ScriptModel(const ScriptModel&) = delete;
    ScriptModel& operator=(const ScriptModel&) = delete;

    const std::vector<std::string>& classes() const;
    const Features& features() const;
    // Of each class, of an undirected simple graph with which features() has no problem; its weights count.
    std::vector<double> probabilities(const Graph& graph) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace orrery::graph::learn
