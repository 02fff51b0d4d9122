// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/graph/drawn_graph.h"

#include "core/error.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
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

std::vector<float> sizes_of(const std::vector<double>& weights) {
    double largest = 0;
    for (const double w : weights)
        if (std::isfinite(w)) largest = std::max(largest, std::abs(w));
    if (largest == 0) return {};
    std::vector<float> sizes(weights.size());
    for (std::size_t e = 0; e < sizes.size(); ++e)
        sizes[e] = std::isfinite(weights[e]) ? static_cast<float>(std::abs(weights[e]) / largest) : 0.0F;
    return sizes;
}

EdgeKind kind_of(bool before, bool after, double weight) {
    const bool heavy = after && weight >= edge_threshold;
    if (before) return heavy ? EdgeKind::kept : EdgeKind::removed;
    return heavy ? EdgeKind::added : EdgeKind::weak;
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
    if (!weight.empty()) drawn.weights = sizes_of(merged);
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
        merge(drawn, simplified(*original).graph, simplified(*augmented).graph);
    } else {
        drawn.edges = original->edges;
        drawn.kinds.assign(drawn.edges.size(), EdgeKind::kept);
        drawn.degree = degrees(drawn.nodes, drawn.edges, {});
        drawn.weights = sizes_of(weights_of(*original));
    }
    for (const EdgeKind kind : drawn.kinds) ++drawn.count[static_cast<std::size_t>(kind)];
    return drawn;
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

SharedGraph on_nodes_of(const Graph& original, const SharedGraph& augmented) {
    const Column* column = find(augmented->node, "original");
    const auto* before = column ? std::get_if<std::vector<std::int64_t>>(&column->values) : nullptr;
    if (!before) return augmented->nodes == original.nodes ? augmented : nullptr;
    std::vector<char> taken(static_cast<std::size_t>(original.nodes), 0);
    for (const std::int64_t node : *before) {
        if (node < 0 || node >= original.nodes || std::exchange(taken[static_cast<std::size_t>(node)], 1))
            return nullptr;
    }
    auto whole = std::make_shared<Graph>();
    whole->nodes = original.nodes;
    whole->directed = augmented->directed;
    whole->edge = augmented->edge;
    whole->graph = augmented->graph;
    const auto number = [&](std::int32_t node) {
        return static_cast<std::int32_t>((*before)[static_cast<std::size_t>(node)]);
    };
    for (const Edge& e : augmented->edges) whole->edges.push_back({number(e.from), number(e.to)});
    return whole;
}

QString name_of_node(const Graph& graph, std::int32_t node) {
    const auto row = static_cast<std::size_t>(node);
    for (const auto* name : {"label", "name", "id"}) {
        const Column* column = find(graph.node, name);
        const bool any = column && (std::string_view(name) == "id" ||
                                    std::holds_alternative<std::vector<std::string>>(column->values));
        if (!any) continue;
        if (const auto text = column->text(row); !text.empty()) return QString::fromStdString(text);
    }
    return QString::number(node);
}

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
