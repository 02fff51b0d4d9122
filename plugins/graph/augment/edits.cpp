// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/augment/edits.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery::graph::augment {

namespace {

constexpr std::int32_t largest_table = 512;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

// Rows of the attributes by edge; -1 stands for an edge that has none yet.
Attributes rows_with_gaps(const Attributes& attributes, const std::vector<std::int64_t>& rows) {
    const bool gaps = std::any_of(rows.begin(), rows.end(), [](std::int64_t row) { return row < 0; });
    if (!gaps) return rows_of(attributes, rows);
    Attributes result;
    for (const Column& c : attributes) {
        Column& made = result.emplace_back();
        made.name = c.name;
        if (const auto* texts = std::get_if<std::vector<std::string>>(&c.values)) {
            std::vector<std::string> list;
            for (const std::int64_t row : rows)
                list.push_back(row < 0 ? std::string() : (*texts)[static_cast<std::size_t>(row)]);
            made.values = std::move(list);
        } else {
            std::vector<double> list;
            for (const std::int64_t row : rows)
                list.push_back(row < 0 ? (c.name == "weight" ? 1 : missing) : c.number(static_cast<std::size_t>(row)));
            made.values = std::move(list);
        }
    }
    return result;
}

void set_weights(Graph& graph, std::vector<double> weights) {
    const auto found =
        std::find_if(graph.edge.begin(), graph.edge.end(), [](const Column& c) { return c.name == "weight"; });
    if (found != graph.edge.end()) {
        found->values = std::move(weights);
    } else {
        graph.edge.push_back({"weight", std::move(weights)});
    }
}

std::vector<Edge> sorted_edges(const Graph& graph, std::span<const std::int32_t> number = {}) {
    std::vector<Edge> edges;
    edges.reserve(graph.edges.size());
    for (const Edge& e : graph.edges)
        edges.push_back(ascending(number.empty() ? e : Edge{number[at(e.from)], number[at(e.to)]}));
    std::sort(edges.begin(), edges.end());
    return edges;
}

} // namespace

EdgeIndex::EdgeIndex(const Graph& graph) : nodes_(graph.nodes) {
    if (nodes_ <= largest_table) {
        table_.assign(at(nodes_) * at(nodes_), -1);
        for (std::size_t k = 0; k < graph.edges.size(); ++k) {
            const Edge& e = graph.edges[k];
            table_[at(e.from) * at(nodes_) + at(e.to)] = table_[at(e.to) * at(nodes_) + at(e.from)] =
                static_cast<std::int32_t>(k);
        }
        return;
    }
    sorted_.reserve(graph.edges.size());
    for (std::size_t k = 0; k < graph.edges.size(); ++k)
        sorted_.emplace_back(ascending(graph.edges[k]), static_cast<std::int64_t>(k));
    std::sort(sorted_.begin(), sorted_.end());
    first_.assign(at(nodes_) + 1, 0);
    for (const auto& entry : sorted_) ++first_[at(entry.first.from) + 1];
    for (std::size_t i = 0; i < at(nodes_); ++i) first_[i + 1] += first_[i];
}

std::int64_t EdgeIndex::operator()(std::int32_t i, std::int32_t j) const {
    if (!table_.empty()) return table_[at(i) * at(nodes_) + at(j)];
    const Edge wanted = ascending({i, j});
    if (first_.empty()) return -1;
    const auto begin = sorted_.begin() + static_cast<std::ptrdiff_t>(first_[at(wanted.from)]);
    const auto end = sorted_.begin() + static_cast<std::ptrdiff_t>(first_[at(wanted.from) + 1]);
    const auto found =
        std::lower_bound(begin, end, wanted, [](const auto& entry, const Edge& e) { return entry.first < e; });
    return found != end && found->first == wanted ? found->second : -1;
}

Augmented edited(const Graph& graph, std::span<const std::int64_t> removed, std::span<const Edge> added) {
    Augmented result;
    result.changes.original_edges = static_cast<std::int64_t>(graph.edges.size());
    if (removed.empty() && added.empty()) {
        result.graph = graph;
        return result;
    }
    std::vector<char> gone(graph.edges.size(), 0);
    for (const std::int64_t k : removed) gone[static_cast<std::size_t>(k)] = 1;
    Graph& made = result.graph;
    made.nodes = graph.nodes;
    made.node = graph.node;
    made.graph = graph.graph;
    std::vector<std::int64_t> rows;
    rows.reserve(graph.edges.size() + added.size());
    made.edges.reserve(graph.edges.size() + added.size());
    for (std::size_t k = 0; k < graph.edges.size(); ++k) {
        if (gone[k]) continue;
        made.edges.push_back(graph.edges[k]);
        rows.push_back(static_cast<std::int64_t>(k));
    }
    made.edges.insert(made.edges.end(), added.begin(), added.end());
    rows.resize(made.edges.size(), -1);
    made.edge = rows_with_gaps(graph.edge, rows);
    result.changes.added = static_cast<std::int64_t>(added.size());
    result.changes.removed = static_cast<std::int64_t>(removed.size());
    result.changes.no_op = false;
    return result;
}

Augmented reweighted(const Graph& graph, const std::vector<Edge>& edges, std::vector<double> weights) {
    Augmented result;
    Graph& made = result.graph;
    made.nodes = graph.nodes;
    made.node = graph.node;
    made.graph = graph.graph;
    made.edges = edges;
    const EdgeIndex index(graph);
    std::vector<std::int64_t> rows;
    rows.reserve(edges.size());
    for (const Edge& e : edges) rows.push_back(index(e.from, e.to));
    made.edge = rows_with_gaps(graph.edge, rows);
    std::int64_t kept = 0, added = 0;
    for (std::size_t e = 0; e < rows.size(); ++e) {
        kept += rows[e] >= 0 && weights[e] > 0.5;
        added += rows[e] < 0 && weights[e] > 0.5;
    }
    set_weights(made, std::move(weights));
    result.changes.original_edges = static_cast<std::int64_t>(graph.edges.size());
    result.changes.added = added;
    result.changes.removed = result.changes.original_edges - kept;
    result.changes.no_op = false;
    return result;
}

Augmented unit_weights(const Graph& graph) {
    Augmented result{graph, {}};
    result.changes.original_edges = static_cast<std::int64_t>(graph.edges.size());
    set_weights(result.graph, std::vector<double>(graph.edges.size(), 1.0));
    return result;
}

std::int64_t edits_for(double rate, const Graph& graph, Random& random) {
    return static_cast<std::int64_t>(std::floor(rate * static_cast<double>(graph.edges.size()) + random.uniform()));
}

Changes changes_between(const Graph& before, const Graph& after, std::span<const std::int32_t> kept) {
    const std::vector<Edge> old = sorted_edges(before), now = sorted_edges(after, kept);
    Changes changes;
    changes.original_edges = static_cast<std::int64_t>(old.size());
    auto a = old.begin();
    auto b = now.begin();
    while (a != old.end() || b != now.end()) {
        if (b == now.end() || (a != old.end() && *a < *b)) {
            ++changes.removed;
            ++a;
        } else if (a == old.end() || *b < *a) {
            ++changes.added;
            ++b;
        } else {
            ++a;
            ++b;
        }
    }
    changes.no_op = changes.added + changes.removed == 0 && before.nodes == after.nodes;
    return changes;
}

} // namespace orrery::graph::augment
