// SPDX-License-Identifier: BSD-3-Clause
#include "core/graph/graph.h"

#include "core/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace orrery {

namespace {

std::size_t size_of(std::int32_t n) { return static_cast<std::size_t>(n); }

void check_lengths(const Attributes& attributes, std::size_t rows, std::string_view of, std::string_view name) {
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        const Column& c = attributes[i];
        if (c.size() != rows)
            throw Error(fmt::format("{}: the {} attribute '{}' has {} values where there are {}.", name, of, c.name,
                                    c.size(), rows));
        for (std::size_t j = 0; j < i; ++j) {
            if (attributes[j].name == c.name)
                throw Error(fmt::format("{}: there are two {} attributes '{}'.", name, of, c.name));
        }
    }
}

} // namespace

std::size_t Column::size() const {
    return std::visit([](const auto& list) { return list.size(); }, values);
}

double Column::number(std::size_t row) const {
    if (const auto* list = std::get_if<std::vector<double>>(&values)) return list->at(row);
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&values)) return static_cast<double>(list->at(row));
    const std::string& text = std::get<std::vector<std::string>>(values).at(row);
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size())
        throw Error(fmt::format("'{}' of the attribute '{}' is no number.", text, name));
    return value;
}

std::string Column::text(std::size_t row) const {
    return std::visit(
        [row](const auto& list) {
            if constexpr (std::is_same_v<std::decay_t<decltype(list)>, std::vector<std::string>>) {
                return list.at(row);
            } else {
                return fmt::format("{}", list.at(row));
            }
        },
        values);
}

const Column* find(const Attributes& attributes, std::string_view name) {
    const auto at = std::find_if(attributes.begin(), attributes.end(), [&](const Column& c) { return c.name == name; });
    return at == attributes.end() ? nullptr : &*at;
}

Attributes rows_of(const Attributes& attributes, const std::vector<std::int64_t>& rows) {
    Attributes result;
    for (const Column& c : attributes) {
        Column& made = result.emplace_back();
        made.name = c.name;
        std::visit(
            [&](const auto& list) {
                std::decay_t<decltype(list)> kept;
                kept.reserve(rows.size());
                for (const std::int64_t row : rows) kept.push_back(list.at(static_cast<std::size_t>(row)));
                made.values = std::move(kept);
            },
            c.values);
    }
    return result;
}

void check(const Graph& graph, std::string_view name) {
    if (graph.nodes < 0) throw Error(fmt::format("{}: a graph can't have {} nodes.", name, graph.nodes));
    for (const Edge& e : graph.edges) {
        if (e.from < 0 || e.to < 0 || e.from >= graph.nodes || e.to >= graph.nodes)
            throw Error(
                fmt::format("{}: an edge from {} to {} where there are {} nodes.", name, e.from, e.to, graph.nodes));
    }
    check_lengths(graph.node, size_of(graph.nodes), "node", name);
    check_lengths(graph.edge, graph.edges.size(), "edge", name);
    check_lengths(graph.graph, 1, "graph", name);
}

Adjacency adjacency_of(const Graph& graph) {
    Adjacency result;
    result.first.assign(size_of(graph.nodes) + 1, 0);
    const auto both = [&](const Edge& e) { return !graph.directed && e.from != e.to; };
    for (const Edge& e : graph.edges) {
        ++result.first[size_of(e.from) + 1];
        if (both(e)) ++result.first[size_of(e.to) + 1];
    }
    std::partial_sum(result.first.begin(), result.first.end(), result.first.begin());
    const auto entries = static_cast<std::size_t>(result.first.back());
    result.neighbour.resize(entries);
    result.edge.resize(entries);
    // By counting twice, first by neighbour, then by node: rows end up ascending without a comparison.
    std::vector<std::int64_t> place(size_of(graph.nodes) + 1, 0);
    for (const Edge& e : graph.edges) {
        ++place[size_of(e.to) + 1];
        if (both(e)) ++place[size_of(e.from) + 1];
    }
    std::partial_sum(place.begin(), place.end(), place.begin());
    std::vector<std::int64_t> order(entries); // 2 edge + (1 if read backwards), by neighbour
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const Edge& e = graph.edges[i];
        order[static_cast<std::size_t>(place[size_of(e.to)]++)] = 2 * static_cast<std::int64_t>(i);
        if (both(e)) order[static_cast<std::size_t>(place[size_of(e.from)]++)] = 2 * static_cast<std::int64_t>(i) + 1;
    }
    std::vector<std::int64_t> next(result.first.begin(), result.first.end() - 1);
    for (const std::int64_t entry : order) {
        const Edge& e = graph.edges[static_cast<std::size_t>(entry / 2)];
        const bool backwards = entry % 2 == 1;
        const auto at = static_cast<std::size_t>(next[size_of(backwards ? e.to : e.from)]++);
        result.neighbour[at] = backwards ? e.from : e.to;
        result.edge[at] = entry / 2;
    }
    return result;
}

Simplified simplified(const Graph& graph) {
    Simplified result;
    result.was_directed = graph.directed;
    std::vector<std::int64_t> kept;
    const auto ascending = [&](std::int64_t i) {
        const Edge& e = graph.edges[static_cast<std::size_t>(i)];
        return e.from < e.to ? e : Edge{e.to, e.from};
    };
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        if (graph.edges[i].from == graph.edges[i].to) {
            ++result.self_loops;
        } else {
            kept.push_back(static_cast<std::int64_t>(i));
        }
    }
    std::stable_sort(kept.begin(), kept.end(),
                     [&](std::int64_t a, std::int64_t b) { return ascending(a) < ascending(b); });
    const auto end = std::unique(kept.begin(), kept.end(),
                                 [&](std::int64_t a, std::int64_t b) { return ascending(a) == ascending(b); });
    result.repeated = kept.end() - end;
    kept.erase(end, kept.end());
    result.graph.nodes = graph.nodes;
    result.graph.node = graph.node;
    result.graph.graph = graph.graph;
    result.graph.edge = rows_of(graph.edge, kept);
    result.graph.edges.reserve(kept.size());
    for (const std::int64_t i : kept) result.graph.edges.push_back(ascending(i));
    return result;
}

Graph induced(const Graph& graph, const std::vector<std::int32_t>& nodes) {
    std::vector<std::int32_t> place(size_of(graph.nodes), -1);
    std::vector<std::int64_t> rows, kept;
    Graph result;
    for (const std::int32_t node : nodes) {
        if (node < 0 || node >= graph.nodes || place[size_of(node)] >= 0)
            throw Error(fmt::format("Node {} of {} can't be chosen, or was chosen before.", node, graph.nodes));
        place[size_of(node)] = result.nodes++;
        rows.push_back(node);
    }
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        const Edge e{place[size_of(graph.edges[i].from)], place[size_of(graph.edges[i].to)]};
        if (e.from < 0 || e.to < 0) continue;
        result.edges.push_back(e);
        kept.push_back(static_cast<std::int64_t>(i));
    }
    result.directed = graph.directed;
    result.node = rows_of(graph.node, rows);
    result.edge = rows_of(graph.edge, kept);
    result.graph = graph.graph;
    return result;
}

} // namespace orrery
