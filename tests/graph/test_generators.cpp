// SPDX-License-Identifier: BSD-3-Clause
// Generators: what their models promise, seeds, and refusals.
#include "core/error.h"
#include "plugins/graph/data/generators.h"
#include "plugins/graph/measure/properties.h"
#include "tests/catch.h"

#include <cmath>
#include <functional>
#include <map>
#include <set>

using namespace orrery;
using namespace orrery::graph;

namespace {

Properties shape_of(const Graph& graph) {
    PropertyOptions options;
    options.eigenvalues = false;
    return properties_of(graph, options);
}

} // namespace

TEST_CASE("random models give simple graphs, the same for the same seed and others for others", "[graph]") {
    LfrOptions lfr;
    const std::map<std::string, std::function<Graph(std::uint64_t)>> models{
        {"er", [](std::uint64_t s) { return erdos_renyi(60, 0.1, s); }},
        {"er dense", [](std::uint64_t s) { return erdos_renyi(60, 0.9, s); }},
        {"ba", [](std::uint64_t s) { return barabasi_albert(60, 3, s); }},
        {"holme-kim", [](std::uint64_t s) { return holme_kim(60, 3, 0.7, s); }},
        {"ws", [](std::uint64_t s) { return watts_strogatz(60, 4, 0.3, s); }},
        {"geometric", [](std::uint64_t s) { return random_geometric(60, 0.2, s); }},
        {"regular", [](std::uint64_t s) { return random_regular(60, 3, s); }},
        {"regular dense", [](std::uint64_t s) { return random_regular(20, 15, s); }},
        {"tree", [](std::uint64_t s) { return random_tree(60, s); }},
        {"sbm",
         [](std::uint64_t s) {
             return stochastic_block_model({20, 30, 10}, 0.5, 0.05, s);
         }},
        {"lfr", [&](std::uint64_t s) { return lfr_graph(lfr, s); }},
    };
    for (const auto& [name, make] : models) {
        CAPTURE(name);
        const Graph graph = make(1);
        check(graph, name);
        const Simplified simple = simplified(graph);
        CHECK(simple.self_loops == 0);
        CHECK(simple.repeated == 0);
        CHECK(make(1) == graph);
        CHECK_FALSE(make(2) == graph);
    }
}

TEST_CASE("edges of G(n, p) come with probability p, wherever they lie", "[graph]") {
    const std::int32_t n = 12;
    const double p = 0.3;
    const int draws = 4000;
    std::map<Edge, int> counts;
    for (int i = 0; i < draws; ++i)
        for (const Edge& e : erdos_renyi(n, p, static_cast<std::uint64_t>(i)).edges) ++counts[e];
    CHECK(counts.size() == 66);
    const double deviation = std::sqrt(draws * p * (1 - p));
    for (const auto& [edge, count] : counts) CHECK(std::abs(count - draws * p) < 5 * deviation);
    CHECK(erdos_renyi(20, 1, 0) == complete_graph(20));
    CHECK(erdos_renyi(20, 0, 0).edges.empty());
    CHECK(static_cast<double>(erdos_renyi(200'000, 1e-5, 3).edges.size()) ==
          Approx(2e5).epsilon(0.02)); // not by trying all
}

TEST_CASE("attachment gives m edges a node and hubs; with triangles it clusters", "[graph]") {
    const Graph graph = barabasi_albert(3000, 3, 1);
    CHECK(graph.edges.size() == 3 * (3000 - 3));
    const Properties p = shape_of(graph), clustered = shape_of(holme_kim(3000, 3, 0.9, 1));
    CHECK(p.components == 1);
    CHECK(p.degree_max > 60); // a random graph of this density has about 17
    CHECK(clustered.edges == p.edges);
    CHECK(clustered.average_clustering > 5 * p.average_clustering);
}

TEST_CASE("Watts and Strogatz's ring keeps its edges and becomes small", "[graph]") {
    const Properties ring = shape_of(watts_strogatz(400, 6, 0, 1)), moved = shape_of(watts_strogatz(400, 6, 0.2, 1));
    CHECK(ring.degree_min == 6);
    CHECK(ring.degree_max == 6);
    CHECK(ring.average_clustering == Approx(0.6)); // 3 (k - 2) / (4 (k - 1))
    CHECK(moved.edges == ring.edges);
    CHECK(moved.average_shortest_path < 0.3 * ring.average_shortest_path);
}

TEST_CASE("random geometric graphs join exactly the near pairs", "[graph]") {
    for (const double radius : {0.0, 0.05, 0.31, 1.5}) {
        const Graph graph = random_geometric(150, radius, 4);
        const Column *x = find(graph.node, "x"), *y = find(graph.node, "y");
        std::set<Edge> near;
        for (std::int32_t i = 0; i < 150; ++i) {
            for (std::int32_t j = i + 1; j < 150; ++j) {
                const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
                const double dx = x->number(a) - x->number(b), dy = y->number(a) - y->number(b);
                if (dx * dx + dy * dy <= radius * radius) near.insert({i, j});
            }
        }
        CHECK((std::set<Edge>(graph.edges.begin(), graph.edges.end()) == near));
    }
}

TEST_CASE("regular graphs are, also nearly complete ones; labelled trees come equally often", "[graph]") {
    for (const auto& [n, d] : {std::pair{10, 3}, {11, 4}, {8, 7}, {50, 40}, {9, 0}, {200, 12}, {6, 4}}) {
        CAPTURE(n, d);
        const Properties p = shape_of(random_regular(n, d, 1));
        CHECK(p.degree_min == d);
        CHECK(p.degree_max == d);
    }
    std::map<std::vector<Edge>, int> trees;
    for (std::uint64_t seed = 0; seed < 5000; ++seed) {
        Graph tree = random_tree(5, seed);
        CHECK(shape_of(tree).components == 1);
        std::sort(tree.edges.begin(), tree.edges.end());
        ++trees[tree.edges];
    }
    CHECK(trees.size() == 125); // Cayley: n^(n-2)
    for (const auto& [tree, count] : trees) CHECK(std::abs(count - 40) < 35);
}

TEST_CASE("block models join within and between blocks as often as they say", "[graph]") {
    const Graph graph = stochastic_block_model({300, 200, 100}, 0.1, 0.01, 2);
    const Column* label = find(graph.node, "label");
    double inside = 0, between = 0;
    for (const Edge& e : graph.edges) {
        const bool same =
            label->number(static_cast<std::size_t>(e.from)) == label->number(static_cast<std::size_t>(e.to));
        ++(same ? inside : between);
    }
    CHECK(inside == Approx(0.1 * (300 * 299 + 200 * 199 + 100 * 99) / 2).epsilon(0.05));
    CHECK(between == Approx(0.01 * (300 * 200 + 300 * 100 + 200 * 100)).epsilon(0.1));
    CHECK((stochastic_block_model({7}, 1, 0, 1).edges == complete_graph(7).edges));
    CHECK((stochastic_block_model({3, 4}, 0, 1, 1).edges == complete_bipartite_graph(3, 4).edges));
}

TEST_CASE("communities after Lancichinetti have the mixing and the degrees asked for", "[graph]") {
    LfrOptions o;
    o.nodes = 2000;
    o.mu = 0.3;
    o.mean_degree = 12;
    const Graph graph = lfr_graph(o, 1);
    const Column* label = find(graph.node, "label");
    double between = 0;
    std::map<double, int> sizes;
    for (std::size_t i = 0; i < 2000; ++i) ++sizes[label->number(i)];
    for (const Edge& e : graph.edges)
        between += label->number(static_cast<std::size_t>(e.from)) != label->number(static_cast<std::size_t>(e.to));
    CHECK(between / static_cast<double>(graph.edges.size()) == Approx(0.3).margin(0.03));
    CHECK(shape_of(graph).degree_mean == Approx(12).epsilon(0.05));
    CHECK(shape_of(graph).degree_max <= 50);
    for (const auto& [community, size] : sizes) {
        CHECK(size >= 20);
        CHECK(size <= 51); // a rest that is too small is shared out
    }
}

TEST_CASE("fixed families have the sizes of their formulas", "[graph]") {
    const auto count = [](const Graph& graph) { return std::pair(graph.nodes, static_cast<int>(graph.edges.size())); };
    CHECK(count(path_graph(0)) == std::pair(0, 0));
    CHECK(count(cycle_graph(2)) == std::pair(2, 1));
    CHECK(count(cycle_graph(5)) == std::pair(5, 5));
    CHECK(count(grid_graph(3, 4)) == std::pair(12, 17));
    CHECK(count(torus_graph(3, 4)) == std::pair(12, 24));
    CHECK(count(hypercube_graph(4)) == std::pair(16, 32));
    CHECK(count(balanced_tree(3, 2)) == std::pair(13, 12));
    CHECK(count(ring_of_cliques(4, 5)) == std::pair(20, 44));
    CHECK(count(ring_of_cliques(2, 3)) == std::pair(6, 7));
    CHECK(count(circulant_graph(8, {1, 4})) == std::pair(8, 12));
    CHECK(shape_of(torus_graph(5, 6)).degree_min == 4);
    CHECK(shape_of(torus_graph(5, 6)).degree_max == 4);
}

TEST_CASE("graphs that can't be are refused with a sentence", "[graph]") {
    CHECK_THROWS_AS(barabasi_albert(5, 5, 0), Error);
    CHECK_THROWS_AS(watts_strogatz(10, 3, 0.1, 0), Error);
    CHECK_THROWS_AS(random_regular(5, 3, 0), Error);
    CHECK_THROWS_AS(erdos_renyi(-1, 0.1, 0), Error);
    CHECK_THROWS_AS(erdos_renyi(10, 1.1, 0), Error);
    CHECK_THROWS_AS(erdos_renyi(10'000'000, 0.5, 0), Error); // 25 petabytes
    CHECK_THROWS_AS(torus_graph(2, 5), Error);
    CHECK_THROWS_AS(hypercube_graph(21), Error);
    CHECK_THROWS_AS(grid_graph(100'000, 100'000), Error);
    LfrOptions o;
    o.max_degree = 1000;
    CHECK_THROWS_AS(lfr_graph(o, 0), Error);
}
