// SPDX-License-Identifier: BSD-3-Clause
#include "core/graph/graph_names.h"

#include <utility>

namespace orrery {

std::string node_name(const Graph& graph, std::int32_t node) {
    const auto row = static_cast<std::size_t>(node);
    for (const std::string_view name : {"label", "name", "id"}) {
        const Column* column = find(graph.node, name);
        if (!column || (name != "id" && !std::holds_alternative<std::vector<std::string>>(column->values))) continue;
        if (auto text = column->text(row); !text.empty()) return text;
    }
    return std::to_string(node);
}

std::optional<std::size_t> original_of(const GraphSet& originals, const GraphSet& augmented, std::size_t number) {
    const std::size_t before = originals.graphs.size(), after = augmented.graphs.size();
    const Column* said = number < after ? find(augmented.graphs[number].graph, "original") : nullptr;
    if (const auto* whole = said ? std::get_if<std::vector<std::int64_t>>(&said->values) : nullptr;
        whole && whole->size() == 1 && whole->front() >= 0 && static_cast<std::size_t>(whole->front()) < before)
        return static_cast<std::size_t>(whole->front());
    if (number < after && find(augmented.graphs[number].graph, "copy")) return std::nullopt; // made of several
    if (before == 0 || after % before != 0) return std::nullopt;
    return number / (after / before);
}

std::optional<Graph> on_nodes_of(const Graph& original, const Graph& augmented) {
    const Column* column = find(augmented.node, "original");
    const auto* before = column ? std::get_if<std::vector<std::int64_t>>(&column->values) : nullptr;
    if (!before) return augmented.nodes == original.nodes ? std::optional(augmented) : std::nullopt;
    std::vector<char> taken(static_cast<std::size_t>(original.nodes), 0);
    for (const std::int64_t node : *before) {
        if (node < 0 || node >= original.nodes || std::exchange(taken[static_cast<std::size_t>(node)], 1))
            return std::nullopt;
    }
    Graph whole;
    whole.nodes = original.nodes;
    whole.directed = augmented.directed;
    whole.edge = augmented.edge;
    whole.graph = augmented.graph;
    const auto number = [&](std::int32_t node) {
        return static_cast<std::int32_t>((*before)[static_cast<std::size_t>(node)]);
    };
    for (const Edge& e : augmented.edges) whole.edges.push_back({number(e.from), number(e.to)});
    return whole;
}

} // namespace orrery
