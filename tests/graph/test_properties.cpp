// SPDX-License-Identifier: BSD-3-Clause
// Properties against definitions that are tried out literally, and of graphs at the edge of having any.
#include "core/error.h"
#include "plugins/graph/measure/betweenness.h"
#include "plugins/graph/measure/local_counts.h"
#include "plugins/graph/measure/properties.h"
#include "tests/catch.h"
#include "tests/graph/random_graphs.h"

#include <cmath>
#include <set>

using namespace random_graphs;

namespace {

std::size_t index(std::int64_t n) { return static_cast<std::size_t>(n); }

std::vector<std::set<std::int32_t>> neighbour_sets(const Graph& graph) {
    std::vector<std::set<std::int32_t>> sets(index(graph.nodes));
    for (const Edge& e : graph.edges) {
        sets[index(e.from)].insert(e.to);
        sets[index(e.to)].insert(e.from);
    }
    return sets;
}

std::size_t component_count(const Graph& graph) { return components_of(adjacency_of(graph)).size(); }

} // namespace

TEST_CASE("triangles, cores, bridges and articulation points are what their definitions say", "[graph]") {
    for (std::uint64_t i = 0; i < 60; ++i) {
        CAPTURE(i);
        const Graph graph = simplified(any(i, 60)).graph;
        const Adjacency adjacency = adjacency_of(graph);
        const auto sets = neighbour_sets(graph);
        const auto triangles = triangles_of(adjacency);
        for (std::int32_t node = 0; node < graph.nodes; ++node) {
            std::int64_t count = 0;
            for (const std::int32_t a : sets[index(node)])
                for (const std::int32_t b : sets[index(node)]) count += a < b && sets[index(a)].count(b) > 0 ? 1 : 0;
            REQUIRE(triangles[index(node)] == count);
        }
        // A core number is the largest k at which the node survives removing nodes of smaller degree.
        const auto cores = core_numbers_of(adjacency);
        std::vector<std::int32_t> expected(index(graph.nodes), 0);
        for (std::int32_t k = 1; k <= 60; ++k) {
            auto left = sets;
            std::set<std::int32_t> alive;
            for (std::int32_t node = 0; node < graph.nodes; ++node) alive.insert(node);
            for (bool changed = true; changed;) {
                changed = false;
                for (const std::int32_t node : std::vector<std::int32_t>(alive.begin(), alive.end())) {
                    if (left[index(node)].size() >= index(k)) continue;
                    for (const std::int32_t other : left[index(node)]) left[index(other)].erase(node);
                    left[index(node)].clear();
                    alive.erase(node);
                    changed = true;
                }
            }
            for (const std::int32_t node : alive) expected[index(node)] = k;
        }
        REQUIRE(cores == expected);

        const CutParts cuts = cut_parts_of(adjacency);
        const std::size_t components = component_count(graph);
        std::vector<std::int64_t> bridges;
        for (std::size_t e = 0; e < graph.edges.size(); ++e) {
            Graph without = graph;
            without.edges.erase(without.edges.begin() + static_cast<std::ptrdiff_t>(e));
            if (component_count(without) > components) bridges.push_back(static_cast<std::int64_t>(e));
        }
        REQUIRE(cuts.bridges == bridges);
        std::vector<std::int32_t> points;
        for (std::int32_t node = 0; node < graph.nodes; ++node) {
            std::vector<std::int32_t> others;
            for (std::int32_t other = 0; other < graph.nodes; ++other)
                if (other != node) others.push_back(other);
            const std::size_t isolated = sets[index(node)].empty() ? 1 : 0; // a component that went with it
            if (component_count(induced(graph, others)) + isolated > components) points.push_back(node);
        }
        REQUIRE(cuts.articulation_points == points);
    }
}

TEST_CASE("betweenness sums shares of shortest paths, the same bits for any number of threads", "[graph]") {
    // On a path the node with a nodes before and b behind lies between a b pairs; on a star the centre between all.
    const auto path = betweenness_of(adjacency_of(path_graph(9)));
    for (int i = 0; i < 9; ++i) CHECK(path[index(i)] == i * (8 - i));
    const auto star = betweenness_of(adjacency_of(star_graph(7)));
    CHECK(star[0] == 15);
    CHECK(star[1] == 0);
    const auto square = betweenness_of(adjacency_of(cycle_graph(4)));
    for (const double value : square) CHECK(value == 0.5); // two paths between opposite corners
    const Graph graph = any(2, 500);
    const auto one = betweenness_of(adjacency_of(graph)),
               three = betweenness_of(adjacency_of(graph), std::make_shared<Team>(3));
    CHECK(one == three);
    // Every pair's paths have distance - 1 inner nodes, so all betweenness together is the sum of distances less pairs.
    const Adjacency a = adjacency_of(graph);
    const Distances d = distances_of(a, components_of(a));
    double sum = 0;
    for (const double value : one) sum += value;
    CHECK(sum == Approx((d.sum - d.pairs) / 2));
}

TEST_CASE("properties of the fixed families have their closed forms", "[graph]") {
    const Properties path = properties_of(path_graph(10));
    CHECK(path.diameter == 9);
    CHECK(path.radius == 5);
    CHECK(path.center == 2);
    CHECK(path.periphery == 2);
    CHECK(path.bridges == 9);
    CHECK(path.articulation_points == 8);
    CHECK(path.average_shortest_path == Approx(11.0 / 3).epsilon(1e-15));
    CHECK(path.algebraic_connectivity == Approx(2 - 2 * std::cos(std::acos(-1.0) / 10)).epsilon(1e-12));
    const Properties complete = properties_of(complete_graph(7));
    CHECK(complete.density == 1);
    CHECK(complete.triangles == 35);
    CHECK(complete.transitivity == 1);
    CHECK(complete.average_clustering == 1);
    CHECK(complete.core == 6);
    CHECK(complete.algebraic_connectivity == Approx(7).epsilon(1e-13));
    CHECK(std::isnan(complete.assortativity)); // all degrees equal
    const Properties star = properties_of(star_graph(6));
    CHECK(star.assortativity == -1);
    CHECK(star.algebraic_connectivity == Approx(1).epsilon(1e-13));
    CHECK(star.largest_eigenvalue == Approx(6).epsilon(1e-13));
    const Properties cube = properties_of(hypercube_graph(6));
    CHECK(cube.diameter == 6);
    CHECK(cube.algebraic_connectivity == Approx(2).epsilon(1e-12));
    CHECK(cube.largest_eigenvalue == Approx(12).epsilon(1e-12));
}

TEST_CASE("graphs with too little in them have defined properties", "[graph]") {
    const Properties none = properties_of(Graph{});
    CHECK(none.nodes == 0);
    CHECK(none.components == 0);
    CHECK(none.diameter == -1);
    CHECK(std::isnan(none.average_shortest_path));
    CHECK(std::isnan(none.algebraic_connectivity));
    const Properties one = properties_of(path_graph(1));
    CHECK(one.diameter == 0);
    CHECK(one.center == 1);
    CHECK(one.periphery == 1);
    CHECK(std::isnan(one.average_shortest_path));
    CHECK(std::isnan(one.algebraic_connectivity));
    CHECK(one.largest_eigenvalue == 0);
    Graph apart = path_graph(4);
    apart.nodes = 6; // two isolated nodes at the end
    const Properties p = properties_of(apart);
    CHECK(p.components == 3);
    CHECK(p.largest_component == Approx(4.0 / 6));
    CHECK(p.diameter == 3);
    CHECK(p.radius == 0);
    CHECK(p.center == 2);
    CHECK(p.algebraic_connectivity == 0); // exactly
    CHECK(p.average_shortest_path == Approx(20.0 / 12));
}

TEST_CASE("directions, weights, self-loops and repeated edges don't change properties", "[graph]") {
    Graph odd = path_graph(5);
    odd.directed = true;
    odd.edges.insert(odd.edges.end(), {{1, 0}, {0, 1}, {3, 3}});
    odd.edge.push_back({"weight", std::vector<double>{1, -2, undefined, 4, 5, 6, 7}});
    const Properties p = properties_of(odd), plain = properties_of(path_graph(5));
    CHECK(p.edges == 4);
    CHECK(p.diameter == plain.diameter);
    CHECK(p.algebraic_connectivity == plain.algebraic_connectivity);
    odd.edges.push_back({4, 5});
    CHECK_THROWS_AS(properties_of(odd), Error);
}

TEST_CASE("a list of graphs has the properties of each, for any number of threads", "[graph]") {
    std::vector<Graph> graphs;
    for (std::uint64_t i = 0; i < 300; ++i) graphs.push_back(any(i, 40));
    graphs[7] = barabasi_albert(2500, 2, 1); // one that all threads share
    graphs[8] = Graph{};
    PropertyOptions options;
    options.threads = 3;
    options.eigenvalues = false;
    options.betweenness = true;
    std::size_t told = 0;
    const auto all = properties_of(graphs, options, [&](std::size_t done) { told = done; });
    REQUIRE(all.size() == graphs.size());
    CHECK(told == graphs.size());
    options.threads = 1;
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        CAPTURE(i);
        const Properties one = properties_of(graphs[i], options);
        CHECK(one.diameter == all[i].diameter);
        CHECK(one.triangles == all[i].triangles);
        CHECK((one.betweenness_max == all[i].betweenness_max || std::isnan(one.betweenness_max)));
    }
}
