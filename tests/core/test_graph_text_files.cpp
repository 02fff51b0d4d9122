// SPDX-License-Identifier: BSD-3-Clause
// GML, Pajek and edge lists as others write them, and what is said where they are wrong.
#include "tests/core/graph_text.h"
#include "tests/with.h"

#include <cmath>

using namespace graph_text;

namespace {

const std::string gml = R"(# a comment
Creator "NetworkX"
graph
[
  directed 1
  multigraph 1
  name "G&#252;te"
  node [ id 10 label "Zo&#235; &amp; Co" weight 3 graphics [ x 1.5 y -2.0 fill "#FF0000" ] ]
  node [ id 2 label "two
lines" weight 2.5 tag "a" tag "b" ]
  edge [ source 10 target 2 value +INF ]
  edge [ target 10 source 2 value NAN ]
]
)";

const std::string pajek = R"(*Network a net
*Vertices 4 2
% a comment
1 "Ada" 0.1 0.2 0.5 ic Red
2 "B \"b\"" 0.3 0.4 0.5
3 C
4 "four"
*Arcs :1 "likes"
1 2 2.5 c Blue
*Edges
2 3
*Arcslist
1 3 4
)";

} // namespace

TEST_CASE("GML is read with nested records, entities and repeated keys", "[core][graph]") {
    const Graph graph = read(".gml", gml);
    CHECK(graph.directed);
    CHECK(graph.edges == std::vector<Edge>{{0, 1}, {1, 0}});
    CHECK(column<std::int64_t>(graph.node, "id") == Integers{10, 2});
    CHECK(column<std::string>(graph.node, "label") == Texts{"Zoë & Co", "two\nlines"});
    CHECK(column<double>(graph.node, "weight") == Reals{3, 2.5});
    CHECK(column<double>(graph.node, "graphics.x")[0] == 1.5);
    CHECK(std::isnan(column<double>(graph.node, "graphics.x")[1]));
    CHECK(column<std::string>(graph.node, "graphics.fill") == Texts{"#FF0000", ""});
    CHECK(column<std::string>(graph.node, "tag") == Texts{"", "a, b"});
    CHECK(std::isinf(column<double>(graph.edge, "value")[0]));
    CHECK(std::isnan(column<double>(graph.edge, "value")[1]));
    CHECK(column<std::string>(graph.graph, "name") == Texts{"Güte"});
    CHECK(graph.graph.size() == 1);
}

TEST_CASE("Letters beyond ASCII are numbers in GML", "[core][graph]") {
    Graph graph;
    graph.nodes = 1;
    graph.node = {{"id", Texts{"a\"&é€😀\n"}}};
    const std::string text = written(".gml", graph);
    CHECK_THAT(text, contains_text("label \"a&quot;&amp;&#233;&#8364;&#128512;&#10;\""));
    CHECK(read(".gml", text) == graph);
    CHECK(read(".gml", "graph [ node [ id 0 x \"&#x20AC;&bogus;&#0;&#xD800;\" ] ]").node[0].text(0) ==
          "€&bogus;&#0;&#xD800;");
}

TEST_CASE("Names of attributes become keys of GML and records within records", "[core][graph]") {
    Graph graph;
    graph.nodes = 1;
    graph.edges = {{0, 0}, {0, 0}};
    graph.node = {{"a.b", Integers{1}}, {"1st", Reals{2}}, {"é", Integers{3}}, {"__", Integers{4}}};
    graph.edge = {{"source", Integers{5, 6}}};
    graph.graph = {{"node.x", Integers{7}}, {"directed", Integers{8}}};
    const Graph is = read(".gml", written(".gml", graph));
    CHECK(is.nodes == 1);
    CHECK(column<std::int64_t>(is.node, "a.b") == Integers{1});
    CHECK(column<double>(is.node, "a_1st") == Reals{2});
    CHECK(is.node.size() == 4);
    CHECK(column<std::int64_t>(is.edge, "source_2") == Integers{5, 6});
    CHECK(column<std::int64_t>(is.graph, "node_x") == Integers{7});
    CHECK(column<std::int64_t>(is.graph, "directed_2") == Integers{8});
    CHECK_FALSE(is.directed);
    CHECK_THAT(written(".gml", graph), contains_text("multigraph 1"));
}

TEST_CASE("What is wrong with GML is said with its line", "[core][graph][P9]") {
    std::string deep = "graph [ node [ id 0 ";
    for (int i = 0; i < 200; ++i) deep += "a [ ";
    check_wrong(".gml", {{"", "it holds no graph [ ... ]"},
                         {"graph [\n node [ label \"x\" ]\n]", "line 2: a node has no id"},
                         {"graph [\n node [ id 1 ]\n node [ id 1 ]\n]", "line 3: there is a node '1' already"},
                         {"graph [\n node [ id 1 ]\n edge [ source 1 target 2 ]\n]", "line 3: an edge has the end '2'"},
                         {"graph [ edge [ source 1 ] ]", "an edge lacks its source or its target"},
                         {"graph [ node [ id 1 ]", "the file ends before its last ']'"},
                         {"graph [ node [ id 1 label \"x ] ]", "line 1: the quotes of a text don't end"},
                         {"graph [ node [ id ] ]", "']' is no value of 'id'"},
                         {"graph [ node [ 1 id ] ]", "'1' stands where a key is expected"},
                         {"graph [ ] graph [ ]", "a second graph"},
                         {"graph [ node [ id 1 x yes ] ]", "'yes' is no value of 'x'"},
                         {"graph [ node [ id 1 x \"\xff\" ] ]", "neither ASCII nor UTF-8"},
                         {"graph [ ] ]", "']' stands where a key is expected"},
                         {deep, "more than 100 deep"}});
    check_truncations(".gml", gml, 2);
}

TEST_CASE("Pajek is read with labels, coordinates, edges and arcs", "[core][graph]") {
    const Graph graph = read(".net", pajek);
    CHECK(graph.nodes == 4);
    CHECK(graph.directed);
    CHECK(graph.edges == std::vector<Edge>{{0, 1}, {1, 2}, {2, 1}, {0, 2}, {0, 3}}); // an edge leads both ways
    CHECK(column<double>(graph.edge, "weight") == Reals{2.5, 1, 1, 1, 1});
    CHECK(column<std::string>(graph.node, "id") == Texts{"Ada", "B \"b\"", "C", "four"});
    CHECK(column<double>(graph.node, "x")[1] == 0.3);
    CHECK(std::isnan(column<double>(graph.node, "x")[2]));
    const Graph plain = read(".net", "*vertices 3\r\n*edgeslist\r\n1 2 3\r\n");
    CHECK((plain.nodes == 3 && !plain.directed && plain.node.empty() && plain.edge.empty()));
    CHECK(plain.edges == std::vector<Edge>{{0, 1}, {0, 2}});
    const Graph twins = read(".net", "*Vertices 2\n1 \"same\"\n2 \"same\"\n*Edges\n1 2 3\n");
    CHECK(column<std::string>(twins.node, "label") == Texts{"same", "same"});
    CHECK(column<std::int64_t>(twins.edge, "weight") == Integers{3});
    CHECK(read(".net", "*Vertices 2\n").node.empty()); // nodes without lines
}

TEST_CASE("What is wrong with Pajek is said with its line", "[core][graph][P9]") {
    check_wrong(".net", {{"", "it has no '*Vertices'"},
                         {"1 2\n", "line 1: it does not begin with '*Vertices'"},
                         {"*Vertices many\n", "'many' is no number of nodes"},
                         {"*Vertices 3000000000\n", "'3000000000' is no number of nodes"},
                         {"*Vertices 2\n1 a\n3 b\n", "line 3: '3' is no number of a node: they are 1 to 2"},
                         {"*Vertices 2\n1 a\n1 b\n", "line 3: node 1 is described twice"},
                         {"*Vertices 2\n1 \"a\n", "line 2: the quotes of a label don't end"},
                         {"*Vertices 2\n*Edges\n1\n", "line 3: an edge has two ends"},
                         {"*Vertices 2\n*Edges\n1 2 heavy\n", "'heavy', the value of an edge, is no number"},
                         {"*Vertices 2\n*Matrix\n0 1\n1 0\n", "'*Matrix' are not read"},
                         {"*Vertices 2\n*Partition\n", "'*Partition' has no meaning here"},
                         {"*Vertices 2\n*Vertices 2\n", "'*Vertices' already"},
                         {"*Edges\n1 2\n", "stands before '*Vertices'"},
                         {with(pajek, "Ada", "\xe9"), "line 4: it is no text in UTF-8"}});
}

TEST_CASE("Edge lists are read with any separator, with and without header and weights", "[core][graph]") {
    const std::vector<Edge> path = {{0, 1}, {1, 2}};
    for (const std::string text : {"0 1\n1 2\n", "# x\n% y\n\n0\t1\n1  2", "0,1\r\n1,2\r\n", "0;1\n1;2\n",
                                   "source target\n0 1\n1 2\n", "a,b\n0,1\n1,2\n",
                                   "\xEF\xBB\xBF"
                                   "0 1\n1 2\n",
                                   "0 1 {}\n1 2 {}\n"}) {
        for (const char* ending : {".edges", ".csv", ".txt", ".edgelist"}) {
            INFO(ending << ": " << text);
            if (ending == std::string(".csv") && text.find('\t') != std::string::npos) continue; // one tab, one cell
            const Graph graph = read(ending, text);
            CHECK(graph.nodes == 3);
            CHECK(graph.edges == path);
            CHECK((graph.node.empty() && graph.edge.empty() && !graph.directed));
        }
    }
    const Graph weighted = read(".edges", "0 1 2.5\n1 2 nan\n");
    CHECK(column<double>(weighted.edge, "weight")[0] == 2.5);
    CHECK(std::isnan(column<double>(weighted.edge, "weight")[1]));
    CHECK(column<std::int64_t>(read(".csv", "from,to,Weight\n0,1,2\n1,2,3\n").edge, "weight") == Integers{2, 3});
    const Graph table =
        read(".csv", "Label,Target,Source,Type\n\"a, b\",2,1,Directed\n\"say \"\"hi\"\"\nyou\",3,2,Directed\n");
    CHECK(table.directed);
    CHECK(column<std::int64_t>(table.node, "id") == Integers{1, 2, 3});
    CHECK(table.edges == path);
    CHECK(column<std::string>(table.edge, "label") == Texts{"a, b", "say \"hi\"\nyou"});
}

TEST_CASE("Names of an edge list are integers or texts, in a row or with holes", "[core][graph]") {
    const Graph holes = read(".edges", "7 3\n3 2000000000\n");
    CHECK(column<std::int64_t>(holes.node, "id") == Integers{3, 7, 2000000000});
    CHECK(holes.edges == std::vector<Edge>{{1, 0}, {0, 2}});
    const Graph large = read(".edges", "5 3\n3 -9000000000000000000\n");
    CHECK(column<std::int64_t>(large.node, "id") == Integers{-9000000000000000000, 3, 5});
    CHECK(large.edges == std::vector<Edge>{{2, 1}, {1, 0}});
    const Graph mixed = read(".edges", "5 3\n3 Zoë\n007 5\n");
    CHECK(column<std::string>(mixed.node, "id") == Texts{"5", "3", "Zoë", "007"});
    CHECK(mixed.edges == std::vector<Edge>{{0, 1}, {1, 2}, {3, 0}});
    const Graph quoted = read(".tsv", "\"New York\"\tParis\nParis\tKöln am Rhein\n");
    CHECK(column<std::string>(quoted.node, "id") == Texts{"New York", "Paris", "Köln am Rhein"});
}

TEST_CASE("Comments of an edge list tell direction and nodes without edges", "[core][graph]") {
    const Graph snap = read(".txt", "# Directed graph: x.txt\n# Nodes: 5 Edges: 1\n# FromNodeId\tToNodeId\n0\t1\n");
    CHECK((snap.directed && snap.nodes == 5 && snap.node.empty()));
    const Graph beyond = read(".txt", "# Nodes: 2 Edges: 1\n1 2\n"); // as many as have edges, but not these numbers
    CHECK(column<std::int64_t>(beyond.node, "id") == Integers{1, 2});
    const Graph lone = read(".csv", "source,target\na,b\nc,\n,d\n");
    CHECK(column<std::string>(lone.node, "id") == Texts{"a", "b", "c", "d"});
    CHECK(lone.edges.size() == 1);
    CHECK(read(".csv", "source,target\n").nodes == 0);
    CHECK(read(".edges", "").nodes == 0);
}

TEST_CASE("A column of an edge list is numbers only if every cell is one", "[core][graph]") {
    const Graph graph = read(".csv", "source,target,version,n,all,gap\n0,1,1.10,1,x,\n0,2,1.9,2,,5\n0,3,2.0b,3.5,z,\n");
    CHECK(column<std::string>(graph.edge, "version") == Texts{"1.10", "1.9", "2.0b"}); // not 1.1
    CHECK(column<double>(graph.edge, "n") == Reals{1, 2, 3.5});
    CHECK(column<std::string>(graph.edge, "all") == Texts{"x", "", "z"});
    const auto gap = column<double>(graph.edge, "gap");
    CHECK((std::isnan(gap[0]) && gap[1] == 5 && std::isnan(gap[2])));
}

TEST_CASE("What is wrong with an edge list is said with its line", "[core][graph][P9]") {
    check_wrong(".csv", {{"0,1\n1,2,3\n", "line 2: it has 3 columns where the first line has 2"},
                         {"source,target,weight\n0,1,2\n0,1,heavy\n", "line 3: the weight 'heavy' is no number"},
                         {"source,target\n0,1\n,\n", "line 3: both ends of an edge are missing"},
                         {"a,b\n\"0,1\n", "line 2: its quotes don't end"},
                         {"a,b\n\"0\"1,1\n", "something stands behind its quotes"},
                         {"0,1\n0,\xff\n", "line 2: it is no text in UTF-8"},
                         {std::string("0,1\n0,\0\n", 8), "line 2: it holds a byte 0"},
                         {"\xFF\xFE"
                          "0",
                          "UTF-16"},
                         {"0 1 {'weight': 2}\n", "Python dictionaries"}});
}

TEST_CASE("An edge list of many blocks is read as a short one is", "[core][graph]") {
    std::string text = "# Directed graph\n";
    for (int i = 0; i < 400'000; ++i) text += std::to_string(i) + " " + std::to_string((i * 7) % 400'000) + " 0.5\n";
    REQUIRE(text.size() > std::size_t{5} << 20);
    const Graph graph = read(".edges", text);
    CHECK(graph.nodes == 400'000);
    REQUIRE(graph.edges.size() == 400'000);
    CHECK(graph.edges[399'999] == Edge{399'999, (399'999 * 7) % 400'000});
    CHECK(column<double>(graph.edge, "weight")[123'456] == 0.5);
    const Graph named = read(".edges", text + "Zoë 1 0.5\n"); // a name at the end turns all into names
    CHECK(named.nodes == 400'001);
    CHECK(named.node[0].text(static_cast<std::size_t>(named.edges[5].to)) == "35");
}

TEST_CASE("Labels of GML that differ are names where the ids only count", "[core][graph]") {
    const Graph named = read(".gml", "graph [ node [ id 0 label \"b\" ] node [ id 1 label \"a\" ] ]");
    CHECK(column<std::string>(named.node, "id") == Texts{"b", "a"});
    CHECK(named.node.size() == 1);
    const Graph twins = read(".gml", "graph [ node [ id 0 label \"a\" ] node [ id 1 label \"a\" ] ]");
    CHECK(column<std::string>(twins.node, "label") == Texts{"a", "a"});
    for (const char* name : {"label", "id"}) { // what we write is told apart
        Graph graph;
        graph.nodes = 2;
        graph.node = {{name, Texts{"b", "a"}}};
        CHECK(read(".gml", written(".gml", graph)) == graph);
    }
}

TEST_CASE("A label that several nodes share is no name of a node for others", "[core][graph]") {
    Graph graph{3, false, {{0, 1}, {1, 2}}, {{"label", std::vector<std::int64_t>{0, 1, 0}}}, {}, {}};
    const std::string as_gml = written(".gml", graph);
    for (const char* name : {"label \"0\"", "label \"1\"", "label \"2\""}) CHECK_THAT(as_gml, contains_text(name));
    CHECK((read(".gml", as_gml) == graph));
    const std::string as_pajek = written(".net", graph);
    for (const char* line : {"1 \"0\"", "2 \"1\"", "3 \"2\"", "Left out"}) CHECK_THAT(as_pajek, contains_text(line));
    graph.node[0].values = std::vector<std::string>{"a", "b", "c"};
    CHECK_THAT(written(".net", graph), contains_text("2 \"b\""));
    CHECK_THAT(written(".gml", graph), contains_text("label \"b\""));
}

TEST_CASE("A number of nodes that a comment claims is checked against memory", "[core][graph][P9]") {
    CHECK_THAT(told(".edges", "# Nodes: 2147483647 Edges: 1\n0 1\n"), contains_text("of memory"));
    CHECK(read(".edges", "# Nodes: 5 Edges: 1\n0 1\n").nodes == 5);
}
