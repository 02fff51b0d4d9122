// SPDX-License-Identifier: BSD-3-Clause
// MatrixMarket and METIS as others write them, and what is said where they are wrong.
#include "tests/core/graph_text.h"

#include <cmath>

using namespace graph_text;

namespace {

const std::string banner = "%%MatrixMarket matrix coordinate ";

// The example of METIS' manual, figure 3(d): sizes, weights of nodes and of edges.
const std::string metis = "% a comment\n"
                          "3 2 111 2\n"
                          "5 1 2 2 10\n"
                          "6 3 4 1 10 3 20\n"
                          "7 5 6 2 20\n";

} // namespace

TEST_CASE("MatrixMarket is read: general is directed, symmetric is not", "[core][graph]") {
    const Graph general = read(".mtx", banner + "real general\n% x\n\n3 3 3\n1 2 1.5\n2 1 -2e-3\n3 3 nan\n");
    CHECK((general.directed && general.nodes == 3));
    CHECK(general.edges == std::vector<Edge>{{0, 1}, {1, 0}, {2, 2}});
    CHECK(column<double>(general.edge, "weight")[1] == -0.002);
    CHECK(std::isnan(column<double>(general.edge, "weight")[2]));
    const Graph symmetric =
        read(".mtx", "%%matrixmarket MATRIX Coordinate Integer Symmetric\r\n4 4 2\r\n2 1 7\r\n3 2 8\r\n");
    CHECK((!symmetric.directed && symmetric.nodes == 4));
    CHECK(symmetric.edges == std::vector<Edge>{{0, 1}, {1, 2}});
    CHECK(column<std::int64_t>(symmetric.edge, "weight") == Integers{7, 8});
    CHECK(read(".mtx", banner + "pattern symmetric\n2 2 1\n2 1\n").edge.empty());
}

TEST_CASE("What is wrong with MatrixMarket is said with its line", "[core][graph][P9]") {
    const std::string pattern = banner + "pattern general\n";
    check_wrong(".mtx", {{"", "does not begin with '%%MatrixMarket matrix'"},
                         {"1 2\n", "does not begin with"},
                         {"%%MatrixMarket matrix array real general\n2 2\n1\n", "as 'array'"},
                         {banner + "complex general\n1 1 0\n", "its entries are 'complex'"},
                         {banner + "real skew-symmetric\n1 1 0\n", "its symmetry is 'skew-symmetric'"},
                         {pattern, "the file ends before its sizes"},
                         {pattern + "3 2 0\n", "3 rows and 2 columns, and that of a graph is square"},
                         {pattern + "3 3\n", "should be three sizes"},
                         {pattern + "3 3 900000000\n", "the file is too short for 900000000 entries"},
                         {pattern + "3000000000 3000000000 0\n", "more than 2147483647"},
                         {pattern + "2 2 2\n1 2\n", "line 3: the file ends after 1 of 2 entries"},
                         {pattern + "2 2 1\n1 2\n2 1\n", "line 4: there are more than the 1 entries"},
                         {pattern + "2 2 1\n1 3\n", "line 3: there is no row or column 3: they are 1 to 2"},
                         {pattern + "2 2 1\n0 1\n", "there is no row or column 0"},
                         {pattern + "2 2 1\n1 2 5\n", "should be a row, a column"},
                         {banner + "real general\n2 2 1\n1 2\n", "should be a row, a column and a value"},
                         {banner + "real general\n2 2 1\n1 2 x\n", "the value 'x' is no number"},
                         {banner + "integer general\n2 2 1\n1 2 1.5\n", "the value '1.5' is no integer"}});
    check_truncations(".mtx", banner + "real general\n2 2 2\n1 2 3.5\n2 1 4.5\n", 3);
}

TEST_CASE("METIS is read with its flags", "[core][graph]") {
    const Graph graph = read(".metis", metis);
    CHECK((graph.nodes == 3 && !graph.directed));
    CHECK(graph.edges == std::vector<Edge>{{0, 1}, {1, 2}});
    CHECK(column<std::int64_t>(graph.edge, "weight") == Integers{10, 20});
    CHECK(column<std::int64_t>(graph.node, "size") == Integers{5, 6, 7});
    CHECK(column<std::int64_t>(graph.node, "weight 1") == Integers{1, 3, 5});
    CHECK(column<std::int64_t>(graph.node, "weight 2") == Integers{2, 4, 6});
    CHECK("% a comment\n" + written(".metis", graph) == metis);
    const Graph lonely = read(".graph", "4 1\n\n3\n2\n\n"); // empty lines are nodes without neighbours
    CHECK(lonely.nodes == 4);
    CHECK(lonely.edges == std::vector<Edge>{{1, 2}});
    CHECK(read(".graph", "2 1 10\n7 2\n8 1").edges.size() == 1);
    CHECK(column<std::int64_t>(read(".graph", "2 1 010\n7 2\n8 1\n").node, "weight") == Integers{7, 8});
}

TEST_CASE("What is wrong with METIS is said with its line", "[core][graph][P9]") {
    check_wrong(".metis", {{"", "the file is empty"},
                           {"2\n", "should be: nodes, edges"},
                           {"2 1 2\n2\n1\n", "should be: nodes, edges"},
                           {"900000000 1\n2\n1\n", "too short for 900000000 nodes"},
                           {"2 900000000\n2\n1\n", "and 900000000 edges"},
                           {"4 2\n2\n1 3\n", "the file ends after the lines of 2 of 4 nodes"},
                           {"2 1\n2\n1\n1\n", "line 4: there are more lines than its 2 nodes"},
                           {"2 1\n3\n1\n", "line 2: there is no node 3: they are 1 to 2"},
                           {"2 1\n1\n1\n", "line 2: node 1 is its own neighbour"},
                           {"2 1\n2\n\n", "stands in the line of one of them only"},
                           {"2 1 1\n2 5\n1 6\n", "or with two weights"},
                           {"2 1 1\n2\n1 6\n", "line 2: the weight of an edge is missing"},
                           {"3 1\n2\n1 3\n2\n", "more than the 1 edges"},
                           {"3 2\n2\n1\n\n", "it has 1 edges, and its first line tells 2"},
                           {"2 1\ntwo\n1\n", "'two' is no number of a node"},
                           {"2 1 10 many\n1 2\n1 1\n", "'many' is no number of weights"}});
}

TEST_CASE("METIS can't hold directions, loops, repetitions and real weights, and that is said", "[core][graph][P9]") {
    Graph graph;
    graph.nodes = 2;
    graph.edges = {{0, 1}};
    const auto why = [&]() -> std::string {
        try {
            return written(".metis", graph);
        } catch (const Error& error) {
            return error.what();
        }
    };
    CHECK(why() == "2 1\n2\n1\n");
    graph.edge = {{"weight", Reals{1}}};
    CHECK_THAT(why(), contains_text("weights that are no integers"));
    graph.edge.clear();
    graph.edges = {{0, 1}, {1, 0}};
    CHECK_THAT(why(), contains_text("several edges between the nodes 0 and 1"));
    graph.edges = {{1, 1}};
    CHECK_THAT(why(), contains_text("node 1 has a loop"));
    graph.directed = true;
    CHECK_THAT(why(), contains_text("it is directed"));
}
