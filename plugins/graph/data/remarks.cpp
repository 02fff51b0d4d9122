// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/remarks.h"

#include <fmt/format.h>

#include <cmath>

namespace orrery::graph {

namespace {

// "The graph has", "12 of 188 graphs have".
std::string subject(std::int64_t count, std::size_t graphs) {
    if (graphs == 1) return "The graph has";
    return fmt::format("{} of {} graphs {}", count, graphs, count == 1 ? "has" : "have");
}

struct Counts {
    std::int64_t empty = 0, directed = 0, weighted = 0, odd_weights = 0;
    std::int64_t with_loops = 0, loops = 0, with_repeated = 0, repeated = 0;
};

void count_weights(const Graph& graph, Counts& counts) {
    const Column* weight = find(graph.edge, "weight");
    if (weight == nullptr || std::holds_alternative<std::vector<std::string>>(weight->values)) return;
    bool other_than_one = false;
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const double value = weight->number(i);
        other_than_one |= value != 1;
        if (!(value >= 0) || std::isinf(value)) ++counts.odd_weights;
    }
    if (other_than_one) ++counts.weighted;
}

} // namespace

std::vector<std::string> remarks_on(const GraphSet& set) {
    Counts c;
    for (const Graph& graph : set.graphs) {
        if (graph.nodes == 0) ++c.empty;
        if (graph.directed) ++c.directed;
        count_weights(graph, c);
        Graph bare;
        bare.nodes = graph.nodes;
        bare.directed = graph.directed;
        bare.edges = graph.edges;
        const Simplified simple = simplified(bare);
        if (simple.self_loops > 0) ++c.with_loops;
        if (simple.repeated > 0) ++c.with_repeated;
        c.loops += simple.self_loops;
        c.repeated += simple.repeated;
    }
    const std::size_t graphs = set.graphs.size();
    std::vector<std::string> remarks;
    if (graphs == 0) remarks.push_back("The input holds no graph.");
    if (c.empty > 0) remarks.push_back(subject(c.empty, graphs) + " no nodes.");
    if (c.directed > 0) remarks.push_back(subject(c.directed, graphs) + " directed edges: directions are ignored.");
    if (c.with_loops > 0)
        remarks.push_back(
            fmt::format("{} self-loops, {} in all: they are left out.", subject(c.with_loops, graphs), c.loops));
    if (c.with_repeated > 0)
        remarks.push_back(fmt::format("{} several edges between the same nodes: {} are left out.",
                                      subject(c.with_repeated, graphs), c.repeated));
    if (c.weighted > 0) remarks.push_back(subject(c.weighted, graphs) + " edge weights: they are ignored.");
    if (c.odd_weights > 0)
        remarks.push_back(fmt::format("{} of the weights are negative, infinite or no numbers.", c.odd_weights));
    return remarks;
}

} // namespace orrery::graph
