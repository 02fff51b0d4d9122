// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/data/classics.h"

#include "plugins/graph/data/generators.h"
#include "plugins/graph/data/social_networks.h"

#include <algorithm>
#include <bit>
#include <functional>

namespace orrery::graph {

namespace {

Graph cycle_with(std::int32_t nodes, const std::vector<std::int32_t>& chords) {
    Graph graph = cycle_graph(nodes);
    const auto period = static_cast<std::int32_t>(chords.size());
    for (std::int32_t i = 0; i < nodes; ++i) {
        const std::int32_t chord = chords[static_cast<std::size_t>(i % period)];
        const std::int32_t other = (i + chord + nodes) % nodes;
        if (i < other) graph.edges.push_back({i, other}); // each chord is named at both of its ends
    }
    return graph;
}

// A cubic graph with a Hamiltonian cycle in LCF notation (Lederberg, Coxeter, Frucht): the chord of each node along the
// cycle, as an offset, repeated.
std::function<Graph()> lcf(std::int32_t nodes, std::vector<std::int32_t> chords) {
    return [nodes, chords = std::move(chords)] { return cycle_with(nodes, chords); };
}

std::function<Graph()> edges(std::int32_t nodes, std::string_view text) {
    return [nodes, text] { return graph_of_lists(nodes, text); };
}

// The generalised Petersen graph G(n, k): an outer cycle, spokes, and inner edges that skip k nodes.
std::function<Graph()> petersen(std::int32_t n, std::int32_t k) {
    return [n, k] {
        Graph graph = cycle_graph(n);
        graph.nodes = 2 * n;
        for (std::int32_t i = 0; i < n; ++i) graph.edges.push_back({i, n + i});
        for (std::int32_t i = 0; i < n; ++i) graph.edges.push_back({n + i, n + (i + k) % n});
        return graph;
    };
}

// Robertson's construction: five pentagons P and five pentagrams Q; node j of P_h is joined to node hi + j of Q_i.
Graph hoffman_singleton() {
    Graph graph;
    graph.nodes = 50;
    for (std::int32_t h = 0; h < 5; ++h) {
        for (std::int32_t j = 0; j < 5; ++j) {
            graph.edges.push_back({5 * h + j, 5 * h + (j + 1) % 5});
            graph.edges.push_back({25 + 5 * h + j, 25 + 5 * h + (j + 2) % 5});
            for (std::int32_t i = 0; i < 5; ++i) graph.edges.push_back({5 * h + j, 25 + 5 * i + (h * i + j) % 5});
        }
    }
    return graph;
}

// Strongly regular with parameters (16, 6, 2, 2), as Rook's graph of the 4 x 4 board, and not isomorphic to it: nodes
// of Z4 x Z4 that differ by (0, 1), (1, 0) or (1, 1).
Graph shrikhande() {
    Graph graph;
    graph.nodes = 16;
    const auto node = [](std::int32_t row, std::int32_t column) { return 4 * (row % 4) + column % 4; };
    for (std::int32_t row = 0; row < 4; ++row) {
        for (std::int32_t column = 0; column < 4; ++column) {
            for (const auto& [r, c] : {std::pair{0, 1}, {1, 0}, {1, 1}})
                graph.edges.push_back({node(row, column), node(row + r, column + c)});
        }
    }
    return graph;
}

// The triples of seven points that are no lines of the Fano plane, joined where they are disjoint.
Graph coxeter() {
    std::vector<unsigned> triples;
    for (unsigned set = 0; set < 128; ++set) {
        bool line = false;
        for (unsigned i = 0; i < 7; ++i) line |= set == (1U << i | 1U << (i + 1) % 7 | 1U << (i + 3) % 7);
        if (std::popcount(set) == 3 && !line) triples.push_back(set);
    }
    Graph graph;
    graph.nodes = static_cast<std::int32_t>(triples.size());
    for (std::int32_t i = 0; i < graph.nodes; ++i) {
        for (std::int32_t j = i + 1; j < graph.nodes; ++j) {
            if ((triples[static_cast<std::size_t>(i)] & triples[static_cast<std::size_t>(j)]) == 0)
                graph.edges.push_back({i, j});
        }
    }
    return graph;
}

// Nodes of the 4 x 4 board, joined along rows and columns.
Graph rook() {
    Graph graph;
    graph.nodes = 16;
    for (std::int32_t i = 0; i < 16; ++i) {
        for (std::int32_t j = i + 1; j < 16; ++j) {
            if (i / 4 == j / 4 || i % 4 == j % 4) graph.edges.push_back({i, j});
        }
    }
    return graph;
}

struct Entry {
    const char* name;
    std::function<Graph()> make;
};

const std::vector<Entry>& entries() {
    static const std::vector<Entry> list{
        {"karate", karate},
        {"les-miserables", les_miserables},
        {"davis", davis},
        {"florentine", florentine},
        {"petersen", petersen(5, 2)},
        {"tutte", edges(46, "0:1,2,3 1:4,26 2:10,11 3:18,19 4:5,40 5:6,29 6:7,27 7:8,14 8:9,41 9:10,35 10:42 11:12,42 "
                            "12:13,33 13:14,15 14:32 15:16,22 16:17,43 17:18,39 18:44 19:20,44 20:21,37 21:22,23 22:36 "
                            "23:24,27 24:25,45 25:26,31 26:40 27:28 28:29,45 29:30 30:31,40 31:45 32:33,41 33:34 "
                            "34:35,42 35:41 36:37,43 37:38 38:39,44 39:43")},
        {"bull", edges(5, "0:1,2 1:2,3 2:4")},
        {"chvatal", edges(12, "0:1,4,6,9 1:2,5,7 2:3,6,8 3:4,7,9 4:5,8 5:10,11 6:10,11 7:8,11 8:10 9:10,11")},
        {"coxeter", coxeter},
        {"cubical", lcf(8, {3, -3})},
        {"desargues", petersen(10, 3)},
        {"diamond", edges(4, "0:1,2 1:2,3 2:3")},
        {"dodecahedral", petersen(10, 2)},
        {"franklin", lcf(12, {5, -5})},
        {"frucht", lcf(12, {-5, -2, -4, 2, 5, -2, 2, 5, -2, -5, 4, 2})},
        {"heawood", lcf(14, {5, -5})},
        {"hoffman-singleton", hoffman_singleton},
        {"house", edges(5, "0:1,2 1:3 2:3,4 3:4")},
        {"house-x", edges(5, "0:1,2,3 1:2,3 2:3,4 3:4")},
        {"icosahedral", edges(12, "0:1,5,6,7,10 1:2,5,7,11 2:3,7,8,11 3:4,8,9,11 4:5,9,10,11 5:10,11 6:7,8,9,10 7:8 "
                                  "8:9 9:10")},
        {"krackhardt-kite", edges(10, "0:1,2,3,5 1:3,4,6 2:3,5 3:4,5,6 4:6 5:6,7 6:7 7:8 8:9")},
        {"mcgee", lcf(24, {12, 7, -7})},
        {"moebius-kantor", petersen(8, 3)},
        {"nauru", petersen(12, 5)},
        {"octahedral", edges(6, "0:1,2,3,4 1:2,3,5 2:4,5 3:4,5 4:5")},
        {"pappus", lcf(18, {5, 7, -7, 7, -7, -5})},
        {"rook", rook},
        {"sedgewick-maze", edges(8, "0:2,5,7 1:7 2:6 3:4,5 4:5,6,7")},
        {"shrikhande", shrikhande},
        {"tetrahedral", [] { return complete_graph(4); }},
        {"truncated-cube", edges(24, "0:1,2,4 1:11,14 2:3,4 3:6,8 4:5 5:16,18 6:7,8 7:10,12 8:9 9:17,20 10:11,12 11:14 "
                                     "12:13 13:21,22 14:15 15:19,23 16:17,18 17:20 18:19 19:23 20:21 21:22 22:23")},
        {"truncated-tetrahedron", edges(12, "0:1,2,9 1:2,6 2:3 3:4,11 4:5,11 5:6,7 6:7 7:8 8:9,10 9:10 10:11")},
        {"tutte-coxeter", lcf(30, {-13, -9, 7, -7, 9, 13})},
    };
    return list;
}

} // namespace

std::vector<std::string> classic_names() {
    std::vector<std::string> names;
    for (const Entry& entry : entries()) names.emplace_back(entry.name);
    return names;
}

std::optional<Graph> classic(std::string_view name) {
    const auto& list = entries();
    const auto found = std::find_if(list.begin(), list.end(), [&](const Entry& e) { return e.name == name; });
    if (found == list.end()) return std::nullopt;
    return found->make();
}

} // namespace orrery::graph
