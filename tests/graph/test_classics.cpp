// SPDX-License-Identifier: BSD-3-Clause
// The built-in graphs against published values.
#include "plugins/graph/data/classics.h"
#include "plugins/graph/measure/properties.h"
#include "tests/catch.h"

#include <cmath>
#include <set>

using namespace orrery;
using namespace orrery::graph;

namespace {

struct Known {
    const char* name;
    std::int64_t nodes, edges, diameter, radius, periphery, center;
    double average_shortest_path, algebraic_connectivity, largest_eigenvalue;
};

// Combinatorial Laplacian, unweighted.
const Known known_values[] = {
    {"karate", 34, 78, 5, 3, 9, 8, 2.408199643, 0.468525226701, 18.136695973004},
    {"les-miserables", 77, 254, 5, 3, 20, 10, 2.641148325, 0.205000054360, 37.094556461894},
    {"davis", 32, 89, 4, 3, 21, 11, 2.306451613, 0.932000988901, 16.257843280431},
    {"florentine", 15, 20, 5, 3, 4, 4, 2.485714286, 0.345923164673, 7.268258844432},
    {"petersen", 10, 15, 2, 2, 10, 10, 1.666666667, 2, 5},
    {"tutte", 46, 69, 8, 5, 18, 1, 4.356521739, 0.136462580993, 5.682544696749},
};

// A wrong chord or edge changes one of these; -1: not compared.
struct Shape {
    const char* name;
    std::int64_t nodes, edges, diameter, triangles;
    double average_shortest_path;
};

} // namespace

TEST_CASE("the classic graphs have their published properties", "[graph]") {
    for (const Known& known : known_values) {
        CAPTURE(known.name);
        const auto graph = classic(known.name);
        REQUIRE(graph);
        CHECK_NOTHROW(check(*graph, known.name));
        const Properties p = properties_of(*graph);
        CHECK(p.nodes == known.nodes);
        CHECK(p.edges == known.edges);
        CHECK(p.diameter == known.diameter);
        CHECK(p.radius == known.radius);
        CHECK(p.periphery == known.periphery);
        CHECK(p.center == known.center);
        CHECK(std::abs(p.average_shortest_path - known.average_shortest_path) < 1e-9);
        CHECK(std::abs(p.algebraic_connectivity - known.algebraic_connectivity) < 1e-11);
        CHECK(std::abs(p.largest_eigenvalue - known.largest_eigenvalue) < 1e-11);
    }
}

TEST_CASE("all built-in graphs are simple, connected and without weights", "[graph]") {
    const auto names = classic_names();
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
    CHECK(names.size() >= 30);
    for (const std::string& name : names) {
        CAPTURE(name);
        const auto graph = classic(name);
        REQUIRE(graph);
        check(*graph, name);
        const Simplified simple = simplified(*graph);
        CHECK(simple.self_loops == 0);
        CHECK(simple.repeated == 0);
        CHECK_FALSE(graph->directed);
        CHECK(graph->edge.empty());
        CHECK(properties_of(*graph).components == 1);
    }
    CHECK_FALSE(classic("karat"));
}

TEST_CASE("the named regular graphs have their degree, diameter and girth's triangles", "[graph]") {
    // Facts of the literature: cages and distance-regular graphs have few possible diameters.
    const Shape shapes[] = {
        {"bull", 5, 5, 3, 1, 1.6},
        {"chvatal", 12, 24, 2, 0, -1},
        {"coxeter", 28, 42, 4, 0, -1},
        {"cubical", 8, 12, 3, 0, 12.0 / 7},
        {"desargues", 20, 30, 5, 0, -1},
        {"diamond", 4, 5, 2, 2, 7.0 / 6},
        {"dodecahedral", 20, 30, 5, 0, -1},
        {"franklin", 12, 18, 3, 0, -1},
        {"frucht", 12, 18, 4, 3, -1},
        {"heawood", 14, 21, 3, 0, -1},
        {"hoffman-singleton", 50, 175, 2, 0, (7 + 2 * 42) / 49.0},
        {"house", 5, 6, 2, 1, 1.4},
        {"house-x", 5, 8, 2, 5, 1.2},
        {"icosahedral", 12, 30, 3, 20, -1},
        {"krackhardt-kite", 10, 18, 4, 11, -1},
        {"mcgee", 24, 36, 4, 0, -1},
        {"moebius-kantor", 16, 24, 4, 0, -1},
        {"nauru", 24, 36, 4, 0, -1},
        {"octahedral", 6, 12, 2, 8, 1.2},
        {"pappus", 18, 27, 4, 0, -1},
        {"rook", 16, 48, 2, 32, 1.6},
        {"sedgewick-maze", 8, 10, 3, 1, -1},
        {"shrikhande", 16, 48, 2, 32, 1.6},
        {"tetrahedral", 4, 6, 1, 4, 1},
        {"truncated-cube", 24, 36, 6, 8, -1},
        {"truncated-tetrahedron", 12, 18, 3, 4, -1},
        {"tutte-coxeter", 30, 45, 4, 0, -1},
    };
    for (const Shape& shape : shapes) {
        CAPTURE(shape.name);
        const Properties p = properties_of(classic(shape.name).value());
        CHECK(p.nodes == shape.nodes);
        CHECK(p.edges == shape.edges);
        CHECK(p.diameter == shape.diameter);
        CHECK(p.triangles == shape.triangles);
        if (shape.average_shortest_path > 0) CHECK(p.average_shortest_path == Approx(shape.average_shortest_path));
    }
    // The Shrikhande graph is the rook's graph's twin: a node's neighbours form a hexagon there, two triangles here.
    const auto around = [](const Graph& graph) {
        const Adjacency a = adjacency_of(graph);
        std::vector<std::int32_t> first(a.neighbour.begin(), a.neighbour.begin() + a.degree(0));
        return properties_of(induced(graph, first)).components;
    };
    CHECK(around(classic("shrikhande").value()) == 1);
    CHECK(around(classic("rook").value()) == 2);
}

TEST_CASE("karate's factions and the characters' names stay with their nodes", "[graph]") {
    const Graph karate = classic("karate").value();
    const Column* faction = find(karate.node, "label");
    REQUIRE(faction != nullptr);
    double officers = 0, between = 0;
    for (std::size_t i = 0; i < 34; ++i) officers += faction->number(i);
    CHECK(officers == 17);
    CHECK(faction->number(0) == 0);
    CHECK(faction->number(33) == 1);
    for (const Edge& e : karate.edges)
        between += faction->number(static_cast<std::size_t>(e.from)) != faction->number(static_cast<std::size_t>(e.to));
    CHECK(between == 11); // of 78
    const Graph novel = classic("les-miserables").value();
    const Adjacency a = adjacency_of(novel);
    std::int32_t busiest = 0;
    for (std::int32_t i = 0; i < novel.nodes; ++i)
        if (a.degree(i) > a.degree(busiest)) busiest = i;
    CHECK(find(novel.node, "label")->text(static_cast<std::size_t>(busiest)) == "Valjean");
    CHECK(a.degree(busiest) == 36);
    const Graph families = classic("florentine").value();
    CHECK(find(families.node, "label")->text(1) == "Medici");
    CHECK(adjacency_of(families).degree(1) == 6);
    const Graph women = classic("davis").value();
    for (const Edge& e : women.edges) // bipartite
        CHECK(find(women.node, "side")->number(static_cast<std::size_t>(e.from)) !=
              find(women.node, "side")->number(static_cast<std::size_t>(e.to)));
}
