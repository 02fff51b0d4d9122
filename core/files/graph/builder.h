// SPDX-License-Identifier: BSD-3-Clause
// A graph while a file is read that names its nodes and may name ends of edges before their nodes.
#pragma once
#include "core/files/graph/columns.h"

#include <filesystem>

namespace orrery::graph_file {

class GraphBuilder {
public:
    explicit GraphBuilder(std::filesystem::path file) : nodes(file), edges(file), graph(file), file_(std::move(file)) {}

    // A node; its row in `nodes`. Throws Error, with the line, for a name that another node has.
    std::size_t add_node(std::string_view name, std::int64_t line);
    // An edge between nodes that are added at any time; its row in `edges`.
    std::size_t add_edge(std::string_view from, std::string_view to, bool directed, std::int64_t line);
    // Throws Error, with the line, for an end that is no node. Where some edges are directed all are: an undirected one
    // leads both ways. `directed` is that of a graph without edges.
    Graph finish(bool directed);

    Table nodes, edges, graph;

private:
    struct Name {
        std::int32_t node = -1; // in the order of the nodes; -1: not yet a node
        std::int64_t line = 0;  // that named it first
    };
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    std::int32_t place_of(std::string_view name, std::int64_t line);
    void expect_nodes() const;
    void lead_both_ways(Graph& graph) const;

    std::filesystem::path file_;
    std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> places_; // of names, in the order of mention
    std::vector<Name> mentioned_;
    std::vector<std::string> names_; // of the nodes
    std::vector<Edge> ends_;         // places
    std::vector<bool> directed_;     // edges
};

} // namespace orrery::graph_file
