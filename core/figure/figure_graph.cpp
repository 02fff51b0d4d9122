// SPDX-License-Identifier: BSD-3-Clause
#include "core/figure/figure_graph.h"

#include "core/canonical_json.h"
#include "core/figure/figure_csv.h"
#include "core/files/graph_file.h"
#include "core/graph/graph_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace orrery {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& hint) { throw Error(what, hint, ExitCode::usage); }

std::string hint_of(const RunRow& row) {
    if (row.artifacts_removed)
        return fmt::format("They were removed; `orrery restore {} --artifacts` brings them back.", row.id);
    std::vector<std::string> names;
    for (const auto& artifact : row.artifacts)
        if (artifact.kind == Kind::graph) names.push_back(artifact.name);
    return names.empty() ? "It has no graphs." : fmt::format("Its graphs are: {}.", fmt::join(names, ", "));
}

struct OpenedSet {
    std::string sha256;
    GraphSet set;
};

OpenedSet opened(const Project& project, const RunRow& row, const std::string& name) {
    const auto found =
        std::find_if(row.artifacts.begin(), row.artifacts.end(), [&](const auto& each) { return each.name == name; });
    if (found == row.artifacts.end())
        refuse(fmt::format("Run {} has no artifact '{}'.", row.id, quotable(name)), hint_of(row));
    if (found->kind != Kind::graph)
        refuse(
            fmt::format("The artifact '{}' of run {} is a {}, not a graph.", found->name, row.id, name_of(found->kind)),
            hint_of(row));
    const std::string ending = std::filesystem::path(found->file).extension().string();
    return {found->sha256, read_graphs(project.sound_artifact(*found), ending)};
}

nlohmann::json packed(const Attributes& attributes) {
    auto list = nlohmann::json::array();
    for (const Column& column : attributes) {
        nlohmann::json entry{{"name", column.name}, {"type", column.values.index()}};
        if (const auto* reals = std::get_if<std::vector<double>>(&column.values))
            entry["values"] = packed_numbers(reals->data(), reals->size());
        else if (const auto* wholes = std::get_if<std::vector<std::int64_t>>(&column.values))
            entry["values"] = packed_numbers(wholes->data(), wholes->size());
        else
            entry["values"] = std::get<std::vector<std::string>>(column.values);
        list.push_back(std::move(entry));
    }
    return list;
}

Attributes unpacked(const nlohmann::json& list) {
    Attributes attributes;
    for (const auto& entry : list) {
        Column column{entry.at("name"), {}};
        const auto& values = entry.at("values");
        switch (entry.at("type").get<std::size_t>()) {
        case 0:
            column.values = unpacked_numbers<double>(values);
            break;
        case 1:
            column.values = unpacked_numbers<std::int64_t>(values);
            break;
        default:
            column.values = values.get<std::vector<std::string>>();
        }
        attributes.push_back(std::move(column));
    }
    return attributes;
}

nlohmann::json packed(const Graph& graph) {
    static_assert(sizeof(Edge) == 2 * sizeof(std::int32_t));
    return {{"nodes", graph.nodes},
            {"directed", graph.directed},
            {"edges", packed_numbers(graph.edges.data(), graph.edges.size())},
            {"node", packed(graph.node)},
            {"edge", packed(graph.edge)},
            {"graph", packed(graph.graph)}};
}

Graph unpacked_one(const nlohmann::json& json) {
    Graph graph{json.at("nodes"),          json.at("directed"),       unpacked_numbers<Edge>(json.at("edges")),
                unpacked(json.at("node")), unpacked(json.at("edge")), unpacked(json.at("graph"))};
    check(graph, "The graph of the figure");
    return graph;
}

Table::Cell cell_of(const Column* column, std::size_t row) {
    if (!column) return {};
    return std::visit([row](const auto& values) -> Table::Cell { return values.at(row); }, column->values);
}

} // namespace

FigureGraph read_figure_graph(const Project& project, const RunRow& row, const Figure& figure) {
    OpenedSet read = opened(project, row, figure.artifact);
    const auto at = static_cast<std::size_t>(figure.graph);
    const std::size_t count = read.set.graphs.size();
    if (at >= count)
        refuse(fmt::format("The artifact '{}' has no graph {}.", figure.artifact, figure.graph),
               count == 1 ? "It has one: 0." : fmt::format("It has {}, counted from 0.", count));
    FigureGraph made{row.id, figure.artifact, read.sha256, {}, {}, figure.graph, {}, {}};
    if (!figure.original.empty()) {
        OpenedSet before = opened(project, row, figure.original);
        const auto from = original_of(before.set, read.set, at);
        if (!from)
            refuse(fmt::format("Which graph of '{}' graph {} of '{}' was made from can't be told.", figure.original,
                               figure.graph, figure.artifact),
                   "Leave \"original\" empty to show it alone.");
        made.original = figure.original;
        made.original_sha256 = before.sha256;
        made.before = std::move(before.set.graphs[*from]);
        auto whole = on_nodes_of(*made.before, read.set.graphs[at]);
        if (!whole)
            refuse(fmt::format("Graph {} of '{}' has {} nodes, and what it was made from {}: they have no places in "
                               "common.",
                               figure.graph, figure.artifact, read.set.graphs[at].nodes, made.before->nodes),
                   "Leave \"original\" empty to show it alone.");
        made.graph = std::move(*whole);
    } else {
        made.graph = std::move(read.set.graphs[at]);
    }
    const Graph& nodes = made.before ? *made.before : made.graph;
    for (const auto& name : {figure.colour_by, figure.size_by}) {
        if (name.empty() || name == "degree" || find(nodes.node, name)) continue;
        std::vector<std::string> names{"degree"};
        for (const Column& column : nodes.node) names.push_back(column.name);
        refuse(fmt::format("The nodes of the graph have no '{}'.", quotable(name)),
               fmt::format("They have: {}.", fmt::join(names, ", ")));
    }
    if (!figure.places.empty() && figure.places.size() != static_cast<std::size_t>(made.graph.nodes))
        refuse(fmt::format("The figure has places for {} nodes, and the graph has {}.", figure.places.size(),
                           made.graph.nodes),
               "Leave \"places\" empty, or give one for each node.");
    return made;
}

void write_graph_csv(std::ostream& out, const FigureGraph& shown, const Figure& figure) {
    const Graph& nodes = shown.before ? *shown.before : shown.graph;
    std::vector<Table::Column> columns{{"part"}, {"artifact"}, {"node"}, {"to"}, {"weight"}, {"name"}, {"x"}, {"y"}};
    std::vector<const Column*> values;
    for (const auto& name : {figure.colour_by, figure.size_by}) {
        const Column* column = find(nodes.node, name);
        if (!column || std::find(values.begin(), values.end(), column) != values.end()) continue;
        const bool taken = std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return c.name == name; });
        values.push_back(column);
        columns.push_back({taken ? "node/" + name : name});
    }
    CsvWriter csv(out, columns);
    for (std::int32_t node = 0; node < nodes.nodes; ++node) {
        const auto row = static_cast<std::size_t>(node);
        std::vector<Table::Cell> cells{"node", {}, std::int64_t{node}, {}, {}, node_name(nodes, node), {}, {}};
        if (!figure.places.empty()) {
            cells[6] = figure.places[row][0];
            cells[7] = figure.places[row][1];
        }
        for (const Column* column : values) cells.push_back(cell_of(column, row));
        csv.add(std::move(cells));
    }
    const auto add_edges = [&](const Graph& graph, const std::string& artifact) {
        const Column* weight = find(graph.edge, "weight");
        for (std::size_t e = 0; e < graph.edges.size(); ++e)
            csv.add({"edge", artifact, std::int64_t{graph.edges[e].from}, std::int64_t{graph.edges[e].to},
                     cell_of(weight, e)});
    };
    if (shown.before) add_edges(*shown.before, shown.original);
    add_edges(shown.graph, shown.artifact);
    csv.flush();
}

nlohmann::json packed_graph(const FigureGraph& shown) {
    nlohmann::json json{{"graph", packed(shown.graph)}};
    if (shown.before) json["before"] = packed(*shown.before);
    return json;
}

FigureGraph unpacked_graph(const nlohmann::json& json) {
    FigureGraph shown;
    shown.graph = unpacked_one(json.at("graph"));
    if (json.contains("before")) shown.before = unpacked_one(json.at("before"));
    return shown;
}

} // namespace orrery
