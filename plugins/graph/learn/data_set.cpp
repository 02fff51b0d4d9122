// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/data_set.h"

#include "core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace orrery::graph::learn {

namespace {

std::string text_of_label(const Graph& graph, std::size_t index) {
    const Column* column = find(graph.graph, "label");
    std::string text = column != nullptr && column->size() == 1 ? column->text(0) : std::string();
    if (text.empty() || text == "nan")
        throw Error(fmt::format("Graph {} has no label: there is nothing to learn.", index),
                    "Every graph needs a class in its attribute 'label', as in a TU data set's _graph_labels.txt.",
                    ExitCode::usage);
    return text;
}

std::vector<Graph> simple_graphs(const GraphSet& set, std::vector<std::string>& remarks) {
    std::vector<Graph> graphs;
    std::int64_t directed = 0, loops = 0, repeated = 0;
    for (const Graph& graph : set.graphs) {
        Simplified simple = simplified(graph);
        directed += simple.was_directed ? 1 : 0;
        loops += simple.self_loops;
        repeated += simple.repeated;
        graphs.push_back(std::move(simple.graph));
    }
    if (directed > 0) remarks.push_back(fmt::format("{} directed graphs were read as undirected.", directed));
    if (loops + repeated > 0)
        remarks.push_back(fmt::format("{} self-loops and {} repeated edges were left out.", loops, repeated));
    return graphs;
}

// Copies of one graph on both sides of a split make a test of what was learned by heart.
void tell_copies(const std::vector<Graph>& graphs, std::vector<std::string>& remarks) {
    std::set<std::string> originals;
    std::size_t copies = 0;
    for (const Graph& graph : graphs) {
        const Column* original = find(graph.graph, "original");
        if (original != nullptr && original->size() == 1 && !originals.insert(original->text(0)).second) ++copies;
    }
    if (copies > 0)
        remarks.push_back(fmt::format("{} graphs are further copies of {} originals, by their attribute 'original': a "
                                      "copy of a graph that is tested on may be trained on. Classify the originals "
                                      "and let the training augment them.",
                                      copies, originals.size()));
}

} // namespace

DataSet data_set_of(const GraphSet& set, const FeatureOptions& options, Propagation propagation, int threads) {
    if (set.graphs.size() < 2)
        throw Error(
            fmt::format("There is {} graph: classes of graphs need several.", set.graphs.empty() ? "no" : "only one"),
            "Give a data set, such as a TU folder.", ExitCode::usage);
    std::vector<std::string> texts, remarks;
    for (std::size_t g = 0; g < set.graphs.size(); ++g) texts.push_back(text_of_label(set.graphs[g], g));
    std::vector<std::string> names = texts;
    std::sort(names.begin(), names.end(), LabelOrder());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (names.size() < 2)
        throw Error(fmt::format("All {} graphs have the label {}: there is nothing to tell apart.", texts.size(),
                                names.front()),
                    "Give a data set with two classes or more.", ExitCode::usage);
    std::vector<std::int64_t> labels;
    std::vector<float> targets(texts.size() * names.size(), 0.0F);
    for (std::size_t g = 0; g < texts.size(); ++g) {
        labels.push_back(std::lower_bound(names.begin(), names.end(), texts[g], LabelOrder()) - names.begin());
        targets[g * names.size() + static_cast<std::size_t>(labels.back())] = 1;
    }
    std::vector<Graph> graphs = simple_graphs(set, remarks);
    const auto empty = std::count_if(graphs.begin(), graphs.end(), [](const Graph& g) { return g.nodes == 0; });
    if (static_cast<std::size_t>(empty) == graphs.size())
        throw Error("No graph has a node.", "Give a data set with nodes.", ExitCode::usage);
    if (empty > 0) remarks.push_back(fmt::format("{} graphs have no nodes; their readout is 0.", empty));
    tell_copies(graphs, remarks);
    Features features(graphs, options);
    for (const std::string& name : features.passed_over())
        remarks.push_back(fmt::format("The node attribute '{}' records how the graphs were made and is no feature; "
                                      "features=attributes takes it nevertheless.",
                                      name));
    std::vector<float> written = features.write(graphs, threads);
    Collection collection(graphs, std::move(written), features.count(), std::move(targets),
                          static_cast<std::int64_t>(names.size()), propagation);
    return {std::move(graphs),   std::move(labels),     std::move(names),
            std::move(features), std::move(collection), std::move(remarks)};
}

} // namespace orrery::graph::learn
