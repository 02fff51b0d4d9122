// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/generators.h"
#include "plugins/graph/data/limits.h"

#include <fmt/format.h>

#include <cstdlib>

namespace orrery::graph {

Graph path_graph(std::int32_t nodes) {
    Graph graph = empty_graph(nodes);
    for (std::int32_t i = 1; i < nodes; ++i) graph.edges.push_back({i - 1, i});
    return graph;
}

Graph cycle_graph(std::int32_t nodes) {
    Graph graph = path_graph(nodes);
    if (nodes > 2) graph.edges.push_back({0, nodes - 1});
    return graph;
}

Graph star_graph(std::int32_t nodes) {
    Graph graph = empty_graph(nodes);
    for (std::int32_t i = 1; i < nodes; ++i) graph.edges.push_back({0, i});
    return graph;
}

Graph complete_graph(std::int32_t nodes) {
    Graph graph = empty_graph(nodes);
    expect_edges(0.5 * nodes * (nodes - 1.0));
    for (std::int32_t i = 0; i < nodes; ++i) {
        for (std::int32_t j = i + 1; j < nodes; ++j) graph.edges.push_back({i, j});
    }
    return graph;
}

Graph complete_bipartite_graph(std::int32_t left, std::int32_t right) {
    if (left < 0 || right < 0)
        throw Error(fmt::format("A complete bipartite graph can't have sides of {} and {} nodes.", left, right));
    expect_nodes(static_cast<double>(left) + right);
    expect_edges(static_cast<double>(left) * right);
    Graph graph = empty_graph(left + right);
    for (std::int32_t i = 0; i < left; ++i) {
        for (std::int32_t j = 0; j < right; ++j) graph.edges.push_back({i, left + j});
    }
    return graph;
}

Graph grid_graph(std::int32_t rows, std::int32_t columns) {
    if (rows < 1 || columns < 1) throw Error(fmt::format("A grid can't have {} x {} nodes.", rows, columns));
    expect_nodes(static_cast<double>(rows) * columns);
    Graph graph = empty_graph(rows * columns);
    for (std::int32_t i = 0; i < graph.nodes; ++i) {
        if (i % columns + 1 < columns) graph.edges.push_back({i, i + 1});
        if (i + columns < graph.nodes) graph.edges.push_back({i, i + columns});
    }
    return graph;
}

Graph torus_graph(std::int32_t rows, std::int32_t columns) {
    if (rows < 3 || columns < 3)
        throw Error(fmt::format("A torus of {} x {} nodes would have repeated edges.", rows, columns),
                    "Take at least 3 rows and 3 columns.");
    expect_nodes(static_cast<double>(rows) * columns);
    Graph graph = empty_graph(rows * columns);
    for (std::int32_t row = 0; row < rows; ++row) {
        for (std::int32_t column = 0; column < columns; ++column) {
            const std::int32_t i = row * columns + column;
            graph.edges.push_back({i, row * columns + (column + 1) % columns});
            graph.edges.push_back({i, (row + 1) % rows * columns + column});
        }
    }
    return graph;
}

Graph hypercube_graph(std::int32_t dimension) {
    if (dimension < 0 || dimension > 20)
        throw Error(fmt::format("A hypercube of dimension {} is not offered.", dimension), "Take one of 0 to 20.");
    Graph graph = empty_graph(std::int32_t{1} << dimension);
    for (std::int32_t i = 0; i < graph.nodes; ++i) {
        for (std::int32_t bit = 0; bit < dimension; ++bit) {
            const std::int32_t other = i ^ (1 << bit);
            if (i < other) graph.edges.push_back({i, other});
        }
    }
    return graph;
}

Graph balanced_tree(std::int32_t branching, std::int32_t depth) {
    if (branching < 1 || depth < 0)
        throw Error(fmt::format("There is no tree with {} branches at each node and depth {}.", branching, depth),
                    "Take at least 1 branch and depth 0.");
    double nodes = 1, level = 1;
    for (std::int32_t i = 0; i < depth; ++i) {
        level *= branching;
        nodes += level;
        expect_nodes(nodes);
    }
    Graph graph = empty_graph(static_cast<std::int32_t>(nodes));
    for (std::int32_t i = 1; i < graph.nodes; ++i) graph.edges.push_back({(i - 1) / branching, i});
    return graph;
}

Graph ring_of_cliques(std::int32_t cliques, std::int32_t size) {
    if (cliques < 1 || size < 1)
        throw Error(fmt::format("There is no ring of {} cliques of {} nodes.", cliques, size), "Take at least 1 each.");
    expect_nodes(static_cast<double>(cliques) * size);
    expect_edges(0.5 * cliques * size * (size + 1.0));
    Graph graph = empty_graph(cliques * size);
    std::vector<std::int64_t> label;
    for (std::int32_t c = 0; c < cliques; ++c) {
        for (std::int32_t i = 0; i < size; ++i) {
            label.push_back(c);
            for (std::int32_t j = i + 1; j < size; ++j) graph.edges.push_back({c * size + i, c * size + j});
        }
    }
    // From the last node of each clique to the first of the next; between two cliques once.
    for (std::int32_t c = 0; c < (cliques > 2 ? cliques : cliques - 1); ++c)
        graph.edges.push_back({c * size + size - 1, (c + 1) % cliques * size});
    graph.node.push_back({"label", std::move(label)});
    return graph;
}

Graph circulant_graph(std::int32_t nodes, const std::vector<std::int32_t>& skips) {
    Graph graph = empty_graph(nodes);
    for (std::int32_t i = 0; i < nodes; ++i) {
        for (const std::int32_t skip : skips) graph.edges.push_back({i, (i + skip) % nodes});
    }
    return simplified(graph).graph;
}

} // namespace orrery::graph
