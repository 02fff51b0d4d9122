// SPDX-License-Identifier: BSD-3-Clause
#include "core/files/graph/builder.h"

#include "core/canonical_json.h"
#include "core/files/graph/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace orrery::graph_file {

std::int32_t GraphBuilder::place_of(std::string_view name, std::int64_t line) {
    if (const auto found = places_.find(name); found != places_.end()) return found->second;
    if (mentioned_.size() == static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        refuse(file_, line, "it has more than 2147483647 nodes, as many as a graph can have");
    const auto place = static_cast<std::int32_t>(mentioned_.size());
    places_.emplace(name, place);
    mentioned_.push_back({-1, line});
    return place;
}

std::size_t GraphBuilder::add_node(std::string_view name, std::int64_t line) {
    Name& known = mentioned_[static_cast<std::size_t>(place_of(name, line))];
    if (known.node >= 0)
        refuse(file_, line, fmt::format("there is a node '{}' already", quotable(name)), "Names of nodes must differ.");
    known.node = static_cast<std::int32_t>(names_.size());
    names_.emplace_back(name);
    return names_.size() - 1;
}

std::size_t GraphBuilder::add_edge(std::string_view from, std::string_view to, bool directed, std::int64_t line) {
    const std::int32_t begin = place_of(from, line);
    ends_.push_back({begin, place_of(to, line)});
    directed_.push_back(directed);
    return ends_.size() - 1;
}

void GraphBuilder::expect_nodes() const {
    const auto at = std::find_if(mentioned_.begin(), mentioned_.end(), [](const Name& name) { return name.node < 0; });
    if (at == mentioned_.end()) return;
    const auto named = std::find_if(places_.begin(), places_.end(),
                                    [&](const auto& entry) { return entry.second == at - mentioned_.begin(); });
    refuse(file_, at->line, fmt::format("an edge has the end '{}', and there is no such node", quotable(named->first)));
}

void GraphBuilder::lead_both_ways(Graph& made) const {
    std::vector<std::int64_t> rows;
    std::vector<Edge> all;
    for (std::size_t i = 0; i < made.edges.size(); ++i) {
        const Edge& edge = made.edges[i];
        rows.push_back(static_cast<std::int64_t>(i));
        all.push_back(edge);
        if (directed_[i] || edge.from == edge.to) continue;
        rows.push_back(static_cast<std::int64_t>(i));
        all.push_back({edge.to, edge.from});
    }
    made.edges = std::move(all);
    made.edge = rows_of(made.edge, rows);
}

Graph GraphBuilder::finish(bool directed) {
    expect_nodes();
    Graph made;
    made.nodes = static_cast<std::int32_t>(names_.size());
    const auto node_at = [&](std::int32_t place) { return mentioned_[static_cast<std::size_t>(place)].node; };
    made.edges.reserve(ends_.size());
    for (const Edge& ends : ends_) made.edges.push_back({node_at(ends.from), node_at(ends.to)});
    places_.clear();
    const std::size_t rows = names_.size();
    const bool has_own = nodes.has("id"); // an attribute of this name counts more than names inside of the file
    made.node = nodes.finish(rows);
    if (!has_own) {
        if (auto column = name_column(std::move(names_))) made.node.insert(made.node.begin(), std::move(*column));
    }
    made.edge = edges.finish(ends_.size());
    made.graph = graph.finish(1);
    made.directed =
        directed_.empty() ? directed : std::find(directed_.begin(), directed_.end(), true) != directed_.end();
    if (made.directed && std::find(directed_.begin(), directed_.end(), false) != directed_.end()) lead_both_ways(made);
    return made;
}

} // namespace orrery::graph_file
