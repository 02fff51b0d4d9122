// SPDX-License-Identifier: GPL-3.0-or-later
// A graph, or an original and its augmentation, as a view draws it: the edges of both with what became of them, and a
// place for each node.
#pragma once
#include "core/graph/graph_names.h"

#include <QString>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace orrery::gui {

using Place = std::array<double, 2>;
using SharedGraph = std::shared_ptr<const Graph>;

// What became of an edge. weak: of a weighted augmentation, neither an edge before nor heavy enough to be one now.
enum class EdgeKind : std::uint8_t { kept, removed, added, weak };
constexpr std::size_t edge_kinds = 4;

enum class Shown { both, original, augmented };

struct DrawnGraph {
    QString key;                     // names it for commands: RUN/ARTIFACT/NUMBER
    SharedGraph original, augmented; // augmented: null where there is but one
    std::int32_t nodes = 0;
    std::vector<Edge> edges;                            // of either; those of a pair are simple, from < to
    std::vector<EdgeKind> kinds;                        // of the edges
    std::vector<float> weights;                         // of the edges, the largest size 1; empty: all alike
    bool directed = false;                              // from, to
    std::size_t loops = 0;                              // edges from a node to itself
    std::size_t parallels = 0;                          // edges with the ends of another one before them
    std::size_t negative = 0;                           // weights
    std::int64_t left_out = 0;                          // of a pair: loops and repetitions, which can't be compared
    Adjacency around;                                   // edges of each node, in any direction
    std::array<std::size_t, edge_kinds> count{};        // of edges by kind
    std::vector<std::int64_t> degree, augmented_degree; // [nodes]; the latter empty where there is but one
    std::vector<std::int32_t> by_degree;                // nodes, those of the most edges first
    std::vector<Place> places;                          // [nodes], where the first layout puts them
    bool placed = false;                                // they came with the graph

    bool is_pair() const { return augmented != nullptr; }
    bool is_seen(EdgeKind kind, Shown shown) const {
        if (shown == Shown::original) return kind == EdgeKind::kept || kind == EdgeKind::removed;
        return shown == Shown::both || kind != EdgeKind::removed;
    }
};

// The weight from which on a pair of nodes counts as an edge, as in the binarised output of Dual-Prism.
constexpr double edge_threshold = 0.5;

// Without places. Throws Error where the two have different numbers of nodes.
DrawnGraph draw_graph(const SharedGraph& original, const SharedGraph& augmented = {});

// The augmented graph on the original's nodes. Null where its nodes can't be told.
SharedGraph on_nodes_of(const Graph& original, const SharedGraph& augmented);

// As node_name() says.
QString name_of_node(const Graph& graph, std::int32_t node);
// Of its attributes, one a line: "name: value".
QString about_node(const Graph& graph, std::int32_t node);

} // namespace orrery::gui
