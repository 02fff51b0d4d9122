// SPDX-License-Identifier: BSD-3-Clause
// A graph as arrays: edges in the order in which they were read or made, and attributes of nodes, edges and the graph.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace orrery {

// An attribute: one value a row. NaN is a number that is missing; a text that is missing is empty.
struct Column {
    std::string name;
    std::variant<std::vector<double>, std::vector<std::int64_t>, std::vector<std::string>> values;

    ORRERY_API std::size_t size() const;
    // Throws Error for a text that is no number.
    ORRERY_API double number(std::size_t row) const;
    ORRERY_API std::string text(std::size_t row) const;
    bool operator==(const Column&) const = default;
};

// Columns of equal length with different names, in the order in which they came.
using Attributes = std::vector<Column>;
ORRERY_API const Column* find(const Attributes& attributes, std::string_view name); // null if there is none
// Those rows, in that order.
ORRERY_API Attributes rows_of(const Attributes& attributes, const std::vector<std::int64_t>& rows);

struct Edge {
    std::int32_t from = 0, to = 0;
    bool operator==(const Edge&) const = default;
    auto operator<=>(const Edge&) const = default;
};

// Nodes are 0 .. nodes - 1, isolated ones included. By convention the node attribute "id" holds the names that a file
// gives them, "label" what they are called or, in data sets, their class; the edge attribute "weight" the weights; the
// graph attribute "label" a data set's class.
struct Graph {
    std::int32_t nodes = 0;
    bool directed = false;
    std::vector<Edge> edges; // of an undirected graph each once, in either order
    Attributes node, edge, graph;
    bool operator==(const Graph&) const = default;
};

// One graph, or the graphs of a data set.
struct GraphSet {
    std::string name;
    std::vector<Graph> graphs;
    bool operator==(const GraphSet&) const = default;
};

// Throws Error, with `name` in its sentence, where ends of edges or lengths of attributes don't fit.
ORRERY_API void check(const Graph& graph, std::string_view name);

// Neighbours in compressed sparse rows: those of node i lie from first[i] to first[i + 1], in ascending order, each
// with the index of its edge. An undirected edge counts for both ends, a self-loop once; of a directed graph the nodes
// that edges lead to.
struct Adjacency {
    std::vector<std::int64_t> first;     // [nodes + 1]
    std::vector<std::int32_t> neighbour; // [entries]
    std::vector<std::int64_t> edge;      // [entries]
    std::int64_t degree(std::int32_t node) const {
        const auto i = static_cast<std::size_t>(node);
        return first[i + 1] - first[i];
    }
};
ORRERY_API Adjacency adjacency_of(const Graph& graph);

// The undirected simple graph beneath: ascending edges (from < to) without directions, self-loops and repetitions;
// attributes of nodes and graph stay, of several equal edges the first one's.
struct Simplified {
    Graph graph;
    std::int64_t self_loops = 0, repeated = 0; // edges left out; of a directed graph a <-> b counts as one repetition
    bool was_directed = false;
};
ORRERY_API Simplified simplified(const Graph& graph);

// The graph between these nodes, renumbered in their order; each at most once.
ORRERY_API Graph induced(const Graph& graph, const std::vector<std::int32_t>& nodes);

} // namespace orrery
