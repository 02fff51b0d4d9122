// SPDX-License-Identifier: BSD-3-Clause
// The experiment graph.properties as a whole.
#include "core/files/csv.h"
#include "core/files/graph_file.h"
#include "tests/catch.h"
#include "tests/experiments.h"
#include "tests/graph/set_file.h"

#include <cmath>

using namespace experiments;

TEST_CASE("graph.properties measures a built-in graph", "[graph]") {
    const auto run = ran("graph.properties", {"input=karate", "betweenness=true"});
    const std::map<std::string, double> expected{{"graphs", 1},     {"nodes", 34},    {"edges", 78},  {"diameter", 5},
                                                 {"radius", 3},     {"periphery", 9}, {"center", 8},  {"components", 1},
                                                 {"triangles", 45}, {"core", 4},      {"bridges", 1}, {"connected", 1}};
    for (const auto& [key, value] : expected) {
        CAPTURE(key);
        CHECK(run->last(key) == value);
    }
    CHECK(std::abs(run->last("average_shortest_path") - 2.408199643) < 1e-9);
    CHECK(std::abs(run->last("algebraic_connectivity") - 0.468525226701) < 1e-11);
    CHECK(std::abs(run->last("betweenness/max") - 0.43763528138528146) < 1e-12);
    CHECK(run->log_lines().empty());
    const auto& declaration = experiment_named("graph.properties").declaration;
    for (const auto& [key, series] : run->metrics()) {
        CAPTURE(key);
        CHECK(declaration.find_metric(key) != nullptr);
    }
    const GraphSet kept = read_graphs(run->artifacts().at("graph").file);
    CHECK(kept.graphs.at(0).edges.size() == 78);
}

TEST_CASE("graph.properties sums sizes of a data set and averages the rest, with a row for each graph", "[graph]") {
    const auto run = ran("graph.properties", {"input=er(n=20,p=0.1,graphs=7,seed=2)"});
    CHECK(run->last("graphs") == 7);
    CHECK(run->last("nodes") == 140);
    CsvReader reader(run->artifacts().at("properties").file);
    std::vector<std::string> cells;
    double rows = 0, edges = 0, diameters = 0;
    const auto column = [&](const std::string& name) {
        const auto& header = reader.header();
        return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin());
    };
    while (reader.next(cells)) {
        ++rows;
        edges += std::stod(cells.at(column("edges")));
        diameters += std::stod(cells.at(column("diameter")));
    }
    CHECK(rows == 7);
    CHECK(run->last("edges") == edges);
    CHECK(run->last("diameter") == Approx(diameters / 7).epsilon(1e-15));
}

TEST_CASE("graph.properties says what it leaves out, and what is undefined is no number", "[graph]") {
    Graph odd;
    odd.nodes = 3;
    odd.directed = true;
    odd.edges = {{0, 1}, {1, 0}, {2, 2}};
    odd.edge.push_back({"weight", std::vector<double>{1, -1, std::nan("")}});
    const SetFile file({"odd", {odd, Graph{}}});
    const auto run = ran("graph.properties", {file.parameter()});
    CHECK(run->last("graphs") == 2);
    CHECK(run->last("edges") == 1);
    CHECK(run->last("diameter") == 1); // of the one that has one
    CHECK(run->inputs().size() == 1);
    std::string log;
    for (const std::string& line : run->log_lines()) log += line + "\n";
    for (const char* word : {"no nodes", "directed edges", "self-loops", "same nodes", "weights", "negative"}) {
        CAPTURE(word);
        CHECK_THAT(log, contains_text(word));
    }
    const auto none = ran("graph.properties", {"input=path(n=0)"});
    CHECK(std::isnan(none->last("diameter")));
    CHECK(none->last("nodes") == 0);
}

TEST_CASE("graph.properties bounds what is too large, and says so", "[graph]") {
    const auto run = ran("graph.properties", {"input=ba(n=6000,m=2,seed=1)", "exact_nodes=4096", "eigenvalues=false"});
    CHECK(run->last("nodes") == 6000);
    CHECK(run->last("average_shortest_path") > 3);
    REQUIRE_FALSE(run->log_lines().empty());
    CHECK_THAT(run->log_lines().front(), contains_text("standard error"));
}

TEST_CASE("graph.properties refuses wrong inputs before it begins", "[graph]") {
    const std::string id = "graph.properties";
    CHECK(some_contains(sentences_of(id, {"input=karat"}), "Did you mean karate?"));
    CHECK(some_contains(sentences_of(id, {"input=er(n=-1)"}), "integer"));
    const ScratchFolder folder;
    const auto cut = folder.write("cut.graphml", "<graphml><graph><node id='a'/>");
    CHECK(some_contains(sentences_of(id, {"input=" + cut.string()}), "cut.graphml"));
}
