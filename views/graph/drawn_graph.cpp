// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/drawn_graph.h"

#include "core/error.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace orrery::gui {

namespace {

constexpr std::size_t longest_value = 80;

std::vector<std::int64_t> degrees(std::int32_t nodes, const std::vector<Edge>& edges,
                                  const std::vector<double>& weight) {
    std::vector<std::int64_t> degree(static_cast<std::size_t>(nodes));
    for (std::size_t e = 0; e < edges.size(); ++e) {
        if (!weight.empty() && !(weight[e] >= edge_threshold)) continue;
        ++degree[static_cast<std::size_t>(edges[e].from)];
        if (edges[e].from != edges[e].to) ++degree[static_cast<std::size_t>(edges[e].to)];
    }
    return degree;
}

// Of the edges, where they have weights that are numbers and not all 1.
std::vector<double> weights_of(const Graph& graph) {
    const Column* column = find(graph.edge, "weight");
    if (!column || std::holds_alternative<std::vector<std::string>>(column->values)) return {};
    std::vector<double> weights(graph.edges.size());
    for (std::size_t e = 0; e < weights.size(); ++e) weights[e] = column->number(e);
    if (std::all_of(weights.begin(), weights.end(), [](double w) { return w == 1; })) return {};
    return weights;
}

std::vector<float> relative(const std::vector<double>& weights) {
    double largest = 0;
    for (const double w : weights)
        if (std::isfinite(w)) largest = std::max(largest, std::abs(w));
    if (largest == 0) return {};
    std::vector<float> sizes(weights.size());
    for (std::size_t e = 0; e < sizes.size(); ++e)
        sizes[e] = std::isfinite(weights[e]) ? static_cast<float>(weights[e] / largest) : 0.0F;
    return sizes;
}

EdgeKind kind_of(bool before, bool after, double weight) {
    const bool heavy = after && weight >= edge_threshold;
    if (before) return heavy ? EdgeKind::kept : EdgeKind::removed;
    return heavy ? EdgeKind::added : EdgeKind::weak;
}

void look_around(DrawnGraph& drawn) {
    drawn.around = adjacency_of(Graph{drawn.nodes, false, drawn.edges, {}, {}, {}});
    for (const Edge& edge : drawn.edges) drawn.loops += edge.from == edge.to;
    // Neighbours are ascending: those of parallel edges follow each other.
    std::size_t repeated = 0;
    for (std::size_t node = 0; node + 1 < drawn.around.first.size(); ++node)
        for (auto k = drawn.around.first[node] + 1; k < drawn.around.first[node + 1]; ++k) {
            const auto at = static_cast<std::size_t>(k);
            const bool loop = drawn.around.neighbour[at] == static_cast<std::int32_t>(node);
            if (drawn.around.neighbour[at] == drawn.around.neighbour[at - 1]) repeated += loop ? 2 : 1;
        }
    drawn.parallels = repeated / 2;
    drawn.by_degree.resize(static_cast<std::size_t>(drawn.nodes));
    std::iota(drawn.by_degree.begin(), drawn.by_degree.end(), 0);
    const auto degree = [&](std::int32_t node) { return drawn.degree[static_cast<std::size_t>(node)]; };
    std::stable_sort(drawn.by_degree.begin(), drawn.by_degree.end(),
                     [&](std::int32_t a, std::int32_t b) { return degree(a) > degree(b); });
}

void merge(DrawnGraph& drawn, const Graph& before, const Graph& after) {
    const auto weight = weights_of(after);
    std::vector<double> merged;
    std::size_t a = 0, b = 0;
    while (a < before.edges.size() || b < after.edges.size()) {
        const bool in_a = a < before.edges.size() && (b == after.edges.size() || before.edges[a] <= after.edges[b]);
        const bool in_b = b < after.edges.size() && (a == before.edges.size() || after.edges[b] <= before.edges[a]);
        drawn.edges.push_back(in_a ? before.edges[a] : after.edges[b]);
        const double w = !in_b ? 0 : weight.empty() ? 1 : weight[b];
        drawn.kinds.push_back(kind_of(in_a, in_b, w));
        // What is gone is drawn as strongly as an edge, or it would not be seen.
        merged.push_back(drawn.kinds.back() == EdgeKind::removed ? 1 : w);
        a += in_a;
        b += in_b;
    }
    if (!weight.empty()) drawn.weights = relative(merged);
    drawn.degree = degrees(drawn.nodes, before.edges, {});
    drawn.augmented_degree = degrees(drawn.nodes, after.edges, weight);
}

} // namespace

DrawnGraph draw_graph(const SharedGraph& original, const SharedGraph& augmented) {
    DrawnGraph drawn;
    drawn.original = original;
    drawn.augmented = augmented;
    drawn.nodes = original->nodes;
    if (augmented) {
        if (augmented->nodes != original->nodes)
            throw Error("The augmented graph has " + std::to_string(augmented->nodes) + " nodes and the original " +
                            std::to_string(original->nodes) + ": they can't be drawn on one layout.",
                        "Choose one of them.");
        const Simplified before = simplified(*original), after = simplified(*augmented);
        merge(drawn, before.graph, after.graph);
        drawn.left_out = before.self_loops + after.self_loops;
        for (const auto* each : {&before, &after}) drawn.left_out += each->was_directed ? 0 : each->repeated;
    } else {
        drawn.edges = original->edges;
        drawn.kinds.assign(drawn.edges.size(), EdgeKind::kept);
        drawn.degree = degrees(drawn.nodes, drawn.edges, {});
        drawn.weights = relative(weights_of(*original));
        drawn.directed = original->directed;
    }
    look_around(drawn);
    for (const float weight : drawn.weights) drawn.negative += weight < 0;
    for (const EdgeKind kind : drawn.kinds) ++drawn.count[static_cast<std::size_t>(kind)];
    return drawn;
}

SharedGraph on_nodes_of(const Graph& original, const SharedGraph& augmented) {
    if (augmented->nodes == original.nodes && !find(augmented->node, "original")) return augmented; // not a copy
    auto whole = orrery::on_nodes_of(original, *augmented);
    return whole ? std::make_shared<const Graph>(std::move(*whole)) : nullptr;
}

QString name_of_node(const Graph& graph, std::int32_t node) { return QString::fromStdString(node_name(graph, node)); }

QString about_node(const Graph& graph, std::int32_t node) {
    QStringList lines;
    for (const Column& column : graph.node) {
        auto text = QString::fromStdString(column.text(static_cast<std::size_t>(node)));
        if (text.size() > static_cast<qsizetype>(longest_value))
            text = text.left(static_cast<qsizetype>(longest_value)) + QChar(0x2026);
        lines << QStringLiteral("%1: %2").arg(QString::fromStdString(column.name), text);
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace orrery::gui
