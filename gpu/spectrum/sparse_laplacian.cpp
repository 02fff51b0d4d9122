// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/spectrum/sparse_laplacian.h"

#include <algorithm>

namespace orrery::spectrum {

namespace {

std::size_t size_of(std::int64_t n) { return static_cast<std::size_t>(n); }

// Rows without self-loops and repetitions; those of adjacency_of are ascending.
void keep_simple(Adjacency& rows) {
    std::int64_t to = 0, from = 0;
    for (std::size_t i = 0; i + 1 < rows.first.size(); ++i) {
        const std::int64_t begin = to, end = rows.first[i + 1];
        for (; from < end; ++from) {
            const std::int32_t j = rows.neighbour[size_of(from)];
            if (size_of(j) == i || (to > begin && rows.neighbour[size_of(to - 1)] == j)) continue;
            rows.neighbour[size_of(to++)] = j;
        }
        rows.first[i] = begin;
    }
    rows.first.back() = to;
}

struct Levels {
    std::int64_t levels = 0, widest = 0, reached = 0;
    std::int32_t last = 0; // the node reached last
};

// Breadth-first search among the nodes that are still there.
Levels levels_from(const Component& c, std::int32_t root, const std::vector<char>& removed) {
    Levels result;
    std::vector<char> seen = removed;
    std::vector<std::int32_t> queue{root};
    seen[size_of(root)] = 1;
    for (std::size_t begin = 0; begin < queue.size();) {
        const std::size_t end = queue.size();
        ++result.levels;
        result.widest = std::max(result.widest, static_cast<std::int64_t>(end - begin));
        for (; begin < end; ++begin) {
            const std::size_t i = size_of(queue[begin]);
            for (std::int64_t k = c.start[i]; k < c.start[i + 1]; ++k) {
                const std::int32_t j = c.neighbour[size_of(k)];
                if (seen[size_of(j)] != 0) continue;
                seen[size_of(j)] = 1;
                queue.push_back(j);
            }
        }
    }
    result.reached = static_cast<std::int64_t>(queue.size());
    result.last = queue.back();
    return result;
}

} // namespace

std::vector<Component> components_of(const Graph& graph) {
    check(graph, "the graph");
    Graph bare;
    bare.nodes = graph.nodes;
    bare.edges = graph.edges;
    Adjacency rows = adjacency_of(bare);
    bare.edges = {};
    rows.edge = {};
    keep_simple(rows);
    std::vector<Component> components;
    std::vector<std::int32_t> place(size_of(graph.nodes), -1);
    for (std::int32_t root = 0; root < graph.nodes; ++root) {
        if (place[size_of(root)] >= 0) continue;
        Component& c = components.emplace_back();
        c.node.push_back(root);
        place[size_of(root)] = 0;
        c.start.push_back(0);
        for (std::size_t i = 0; i < c.node.size(); ++i) {
            const std::size_t at = size_of(c.node[i]);
            for (std::int64_t k = rows.first[at]; k < rows.first[at + 1]; ++k) {
                const std::int32_t j = rows.neighbour[size_of(k)];
                if (place[size_of(j)] < 0) {
                    place[size_of(j)] = static_cast<std::int32_t>(c.node.size());
                    c.node.push_back(j);
                }
                c.neighbour.push_back(place[size_of(j)]);
            }
            c.start.push_back(static_cast<std::int64_t>(c.neighbour.size()));
            c.largest_degree = std::max(c.largest_degree, rows.first[at + 1] - rows.first[at]);
        }
    }
    return components;
}

Graph graph_of(const Component& component) {
    Graph graph;
    graph.nodes = static_cast<std::int32_t>(component.nodes());
    for (std::int32_t i = 0; i < graph.nodes; ++i) {
        for (std::int64_t k = component.start[size_of(i)]; k < component.start[size_of(i) + 1]; ++k) {
            const std::int32_t j = component.neighbour[size_of(k)];
            if (i < j) graph.edges.push_back({i, j});
        }
    }
    return graph;
}

Width width_of(const Component& component) {
    const std::size_t n = component.node.size();
    std::vector<std::int64_t> degree(n);
    std::vector<char> removed(n, 0);
    std::vector<std::int32_t> leaves;
    for (std::size_t i = 0; i < n; ++i) {
        degree[i] = component.start[i + 1] - component.start[i];
        if (degree[i] <= 1) leaves.push_back(static_cast<std::int32_t>(i));
    }
    while (!leaves.empty()) {
        const std::size_t i = size_of(leaves.back());
        leaves.pop_back();
        removed[i] = 1;
        for (std::int64_t k = component.start[i]; k < component.start[i + 1]; ++k) {
            const std::size_t j = size_of(component.neighbour[size_of(k)]);
            if (removed[j] == 0 && --degree[j] == 1) leaves.push_back(static_cast<std::int32_t>(j));
        }
    }
    const auto root = std::find(removed.begin(), removed.end(), 0);
    if (root == removed.end()) return {};
    const Levels near = levels_from(component, static_cast<std::int32_t>(root - removed.begin()), removed);
    const Levels far = levels_from(component, near.last, removed);
    return {far.reached, far.levels, far.widest};
}

} // namespace orrery::spectrum
