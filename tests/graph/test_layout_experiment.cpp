// SPDX-License-Identifier: BSD-3-Clause
// graph.layout as an experiment: places for every node, the same for the same seed, as frames and as an artifact.
#include "core/files/npy.h"
#include "core/graph/edge_array.h"
#include "plugins/graph/data/classics.h"
#include "tests/experiments.h"
#include "tests/graph/set_file.h"

#include <cmath>
#include <numbers>

using namespace orrery;
using namespace experiments;

namespace {

const std::string layout = "graph.layout";

std::vector<float> places_of(const MemoryRun& run) {
    const Array frame = run.frames().at("places");
    const auto values = frame.values<float>();
    return {values.begin(), values.end()};
}

// Mean distance over edges over that over all pairs: below 1 where neighbours lie together.
double closeness(const Graph& graph, const std::vector<float>& places) {
    const auto apart = [&](std::size_t i, std::size_t j) {
        return std::hypot(static_cast<double>(places[2 * i] - places[2 * j]),
                          static_cast<double>(places[2 * i + 1] - places[2 * j + 1]));
    };
    double edges = 0, pairs = 0, count = 0;
    for (const Edge& e : graph.edges) edges += apart(static_cast<std::size_t>(e.from), static_cast<std::size_t>(e.to));
    const auto n = static_cast<std::size_t>(graph.nodes);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i + 1; j < n; ++j) {
            pairs += apart(i, j);
            ++count;
        }
    }
    return edges / static_cast<double>(graph.edges.size()) / (pairs / count);
}

} // namespace

TEST_CASE("graph.layout finds places that the artifact carries, neighbours near each other", "[graph][layout]") {
    const Graph karate = *graph::classic("karate");
    for (const char* algorithm : {"forceatlas2", "spectral"}) {
        INFO(algorithm);
        const auto run = ran(layout, {"input=karate", std::string("algorithm=") + algorithm, "steps=400"}, 1);
        const auto places = places_of(*run);
        REQUIRE(places.size() == 68);
        for (const float x : places) REQUIRE(std::isfinite(x));
        CHECK(closeness(karate, places) < 0.8);
        CHECK(run->last("nodes") == 34);
        CHECK(run->last("edges") == 78);
        const Graph made = read_graphs(run->artifacts().at("layout").file).graphs.at(0);
        CHECK((made.edges == karate.edges));
        for (std::size_t i = 0; i < 34; ++i) {
            CHECK(find(made.node, "x")->number(i) == static_cast<double>(places[2 * i]));
            CHECK(find(made.node, "y")->number(i) == static_cast<double>(places[2 * i + 1]));
        }
    }
    const auto ring = places_of(*ran(layout, {"input=petersen", "algorithm=circle"}));
    const double radius = std::hypot(static_cast<double>(ring[0]), static_cast<double>(ring[1]));
    for (std::size_t i = 0; i < 10; ++i)
        CHECK(std::hypot(static_cast<double>(ring[2 * i]), static_cast<double>(ring[2 * i + 1])) == Approx(radius));
}

TEST_CASE("the same seed gives the same layout, another one another", "[graph][layout]") {
    const std::vector<std::string> few{"input=les-miserables", "steps=60"};
    const auto a = ran(layout, few, 1), b = ran(layout, few, 1), c = ran(layout, few, 2);
    check_same(layout, *a, *b);
    CHECK(places_of(*a) != places_of(*c));
    CHECK(a->last("steps") <= 60);
    CHECK(a->last("settled") == 0);
    CHECK(a->metrics().at("displacement").size() == static_cast<std::size_t>(a->last("steps")));
}

TEST_CASE("a layout of edges as an array is that of the graph, without an artifact", "[graph][layout]") {
    const ScratchFolder folder;
    const Graph karate = *graph::classic("karate");
    write_npy(folder / "edges.npy", edge_array(karate.edges));
    const auto by_edges = ran(layout, {"edges=" + (folder / "edges.npy").string(), "nodes=34", "steps=50"}, 3);
    const auto by_name = ran(layout, {"input=karate", "steps=50"}, 3);
    CHECK(places_of(*by_edges) == places_of(*by_name));
    CHECK(by_edges->artifacts().empty());
    CHECK_THROWS_WITH(ran(layout, {"edges=" + (folder / "edges.npy").string(), "nodes=5"}), contains_text("edges.npy"));
    write_npy(folder / "numbers.npy", Array({3}, DType::float64));
    CHECK_THROWS_WITH(ran(layout, {"edges=" + (folder / "numbers.npy").string(), "nodes=5"}),
                      contains_text("holds no edges"));
}

TEST_CASE("a layout that is stopped ends where it is; wrong input gets a sentence", "[graph][layout][P9]") {
    MemoryRun run(0);
    run.request_stop();
    CHECK_THROWS_AS(experiment_named(layout).run(values_of(layout, {"input=karate"}), run), Stopped);
    CHECK(some_contains(sentences_of(layout, {"input=karat"}), "Did you mean karate?"));
    CHECK(some_contains(sentences_of(layout, {"algorithm=magic"}), "algorithm"));
    CHECK_THROWS_WITH(ran(layout, {"input=karate", "graph=4"}), contains_text("There is no graph 4 in karate"));
}
