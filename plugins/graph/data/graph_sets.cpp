// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/graph_sets.h"

#include "plugins/graph/data/generators.h"
#include "plugins/graph/data/limits.h"
#include "plugins/graph/random.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace orrery::graph {

namespace {

constexpr const char *block_name = "block", *motif_name = "motif", *module_name = "module";

std::size_t index(std::int32_t node) { return static_cast<std::size_t>(node); }

void add(GraphSet& set, Graph graph, std::int64_t label) {
    graph.graph.push_back({"label", std::vector<std::int64_t>{label}});
    set.graphs.push_back(std::move(graph));
}

// Seeds of the graphs of a set: each graph has its own.
std::uint64_t drawn_seed(Random& draws) { return static_cast<std::uint64_t>(draws.uniform() * 0x1p53); }

Graph renumbered(const Graph& graph, Random& draws) {
    std::vector<std::int32_t> number(index(graph.nodes));
    std::iota(number.begin(), number.end(), 0);
    draws.shuffle(number);
    Graph result = graph;
    for (Edge& e : result.edges) {
        const std::int32_t a = number[index(e.from)], b = number[index(e.to)];
        e = {std::min(a, b), std::max(a, b)};
    }
    std::sort(result.edges.begin(), result.edges.end());
    return result;
}

// The second graph's nodes come after the first one's; attributes are left out.
Graph beside(const Graph& first, const Graph& second) {
    Graph graph;
    graph.nodes = first.nodes + second.nodes;
    graph.edges = first.edges;
    for (const Edge& e : second.edges) graph.edges.push_back({e.from + first.nodes, e.to + first.nodes});
    return graph;
}

Graph house() {
    Graph graph = cycle_graph(5);
    graph.edges.push_back({1, 4});
    return graph;
}

// A small graph whose edges can be switched: rows of adjacency bits.
class Module {
public:
    // Connected, with so many nodes (at most 64) and edges.
    Module(std::int32_t nodes, std::size_t edges, Random& draws) : rows_(index(nodes), 0) {
        for (const Edge& e : random_tree(nodes, drawn_seed(draws)).edges) join(e);
        while (edges_.size() < edges) {
            const Edge e{draws.below(nodes), draws.below(nodes)};
            if (e.from != e.to && !joined(e.from, e.to)) join(e);
        }
    }

    // Swaps ends of pairs of edges where that leaves the module connected, and triangles don't go the wrong way.
    void switch_edges(bool more, Random& draws) {
        for (std::size_t tries = 0; tries < 100 * edges_.size(); ++tries) {
            const std::size_t i = draws.below(edges_.size()), j = draws.below(edges_.size());
            Edge a = edges_[i], b = edges_[j];
            if (draws.chance(0.5)) std::swap(b.from, b.to);
            const Edge c{a.from, b.to}, d{b.from, a.to};
            if (i == j || c.from == c.to || d.from == d.to || joined(c.from, c.to) || joined(d.from, d.to)) continue;
            const int before = triangles();
            replace(i, j, c, d);
            const int after = triangles();
            if ((more ? after < before : after > before) || !connected()) replace(i, j, a, b);
        }
    }

    const std::vector<Edge>& edges() const { return edges_; }

private:
    bool joined(std::int32_t a, std::int32_t b) const {
        return (rows_[index(a)] >> static_cast<unsigned>(b) & 1U) != 0;
    }
    void flip(const Edge& e) {
        rows_[index(e.from)] ^= std::uint64_t{1} << static_cast<unsigned>(e.to);
        rows_[index(e.to)] ^= std::uint64_t{1} << static_cast<unsigned>(e.from);
    }
    void join(const Edge& e) {
        flip(e);
        edges_.push_back(e);
    }
    void replace(std::size_t i, std::size_t j, const Edge& a, const Edge& b) {
        flip(edges_[i]);
        flip(edges_[j]);
        edges_[i] = a;
        edges_[j] = b;
        flip(a);
        flip(b);
    }
    int triangles() const { // three times their number
        int count = 0;
        for (const Edge& e : edges_) count += __builtin_popcountll(rows_[index(e.from)] & rows_[index(e.to)]);
        return count;
    }
    bool connected() const {
        std::uint64_t reached = 1;
        for (std::uint64_t before = 0; before != reached;) {
            before = reached;
            for (std::size_t i = 0; i < rows_.size(); ++i) {
                if ((before >> i & 1U) != 0) reached |= rows_[i];
            }
        }
        return static_cast<std::size_t>(__builtin_popcountll(reached)) == rows_.size();
    }

    std::vector<std::uint64_t> rows_;
    std::vector<Edge> edges_;
};

} // namespace

bool records_making(std::string_view node_attribute) {
    return node_attribute == block_name || node_attribute == motif_name || node_attribute == module_name;
}

GraphSet motif_set(std::int32_t graphs, std::int32_t nodes, std::int32_t m, std::uint64_t seed) {
    Random draws(seed);
    GraphSet set{"motifs", {}};
    const std::array motifs{house(), cycle_graph(5), grid_graph(3, 3)};
    for (std::size_t label = 0; label < motifs.size(); ++label) {
        for (std::int32_t i = 0; i < graphs; ++i) {
            const Graph& motif = motifs[label];
            Graph graph = beside(barabasi_albert(nodes, m, drawn_seed(draws)), motif);
            graph.edges.push_back({draws.below(nodes), nodes + draws.below(motif.nodes)});
            std::vector<std::int64_t> in_motif(index(nodes), 0);
            in_motif.resize(index(graph.nodes), 1);
            graph.node.push_back({motif_name, std::move(in_motif)});
            add(set, std::move(graph), static_cast<std::int64_t>(label));
        }
    }
    return set;
}

GraphSet csl_set(std::int32_t graphs, std::uint64_t seed) {
    Random draws(seed);
    GraphSet set{"csl", {}};
    std::int64_t label = 0;
    for (const std::int32_t skip : {2, 3, 4, 5, 6, 9, 11, 12, 13, 16}) {
        for (std::int32_t i = 0; i < graphs; ++i) add(set, renumbered(circulant_graph(41, {1, skip}), draws), label);
        ++label;
    }
    return set;
}

GraphSet cycle_set(std::int32_t graphs, std::int32_t longest, std::uint64_t seed) {
    Random draws(seed);
    GraphSet set{"cycles-vs-triangles", {}};
    for (std::int64_t label = 0; label < 2; ++label) {
        for (std::int32_t i = 0; i < graphs; ++i) {
            const std::int32_t length = 3 + draws.below(longest - 2);
            const Graph one = cycle_graph(length);
            add(set, renumbered(label == 0 ? cycle_graph(2 * length) : beside(one, one), draws), label);
        }
    }
    return set;
}

GraphSet block_count_set(std::int32_t graphs, std::int32_t nodes, double degree, double mu, std::uint64_t seed) {
    expect_probability(mu, "mu");
    Random draws(seed);
    GraphSet set{"block-counts", {}};
    for (std::int32_t blocks = 2; blocks <= 4; ++blocks) {
        const double size = static_cast<double>(nodes) / blocks;
        const double p_in = (1 - mu) * degree / (size - 1), p_out = mu * degree / (nodes - size);
        if (p_in > 1 || p_out > 1)
            throw Error(fmt::format("A mean degree of {} is too many for {} blocks of {} nodes.", degree, blocks,
                                    nodes / blocks),
                        "Take a smaller degree or more nodes.");
        for (std::int32_t i = 0; i < graphs; ++i) {
            std::vector<std::int32_t> sizes(index(blocks), nodes / blocks);
            for (std::int32_t rest = 0; rest < nodes % blocks; ++rest) ++sizes[index(rest)];
            Graph graph = stochastic_block_model(sizes, p_in, p_out, drawn_seed(draws));
            graph.node.front().name = block_name; // as labels they would tell the class
            add(set, std::move(graph), blocks - 2);
        }
    }
    return set;
}

GraphSet triangle_density_set(std::int32_t graphs, std::int32_t modules, std::int32_t size, double degree,
                              std::uint64_t seed) {
    const auto edges = static_cast<std::size_t>(std::lround(0.5 * degree * size));
    if (size < 4 || size > 64 || edges + 1 < index(size) || 2 * edges > index(size) * index(size - 1))
        throw Error(fmt::format("A mean degree of {} doesn't fit modules of {} nodes.", degree, size),
                    "Take modules of 4 to 64 nodes and a degree from 2 to their size less one.");
    Random draws(seed);
    GraphSet set{"triangle-density", {}};
    for (std::int64_t label = 0; label < 2; ++label) {
        for (std::int32_t i = 0; i < graphs; ++i) {
            Graph graph;
            std::vector<std::int64_t> module_of;
            for (std::int32_t m = 0; m < modules; ++m) {
                Module module(size, edges, draws);
                module.switch_edges(label == 1, draws);
                for (const Edge& e : module.edges()) graph.edges.push_back({e.from + graph.nodes, e.to + graph.nodes});
                graph.nodes += size;
                module_of.insert(module_of.end(), index(size), m);
            }
            std::vector<Edge> between = random_tree(modules, drawn_seed(draws)).edges;
            for (std::int32_t extra = 0; extra < modules / 2; ++extra)
                between.push_back({draws.below(modules), draws.below(modules)});
            for (const Edge& e : between) {
                if (e.from == e.to) continue;
                graph.edges.push_back({e.from * size + draws.below(size), e.to * size + draws.below(size)});
            }
            graph = simplified(graph).graph;
            graph.node.push_back({module_name, std::move(module_of)});
            add(set, std::move(graph), label);
        }
    }
    return set;
}

} // namespace orrery::graph
