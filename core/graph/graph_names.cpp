// SPDX-License-Identifier: BSD-3-Clause
#include "core/graph/graph_names.h"

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
    if (before == 0 || after % before != 0) return std::nullopt;
    return number / (after / before);
}

} // namespace orrery
