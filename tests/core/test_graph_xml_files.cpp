// SPDX-License-Identifier: BSD-3-Clause
// GraphML and GEXF as others write them, and what is said where they are wrong.
#include "tests/core/graph_text.h"
#include "tests/with.h"

#include <cmath>

using namespace graph_text;

namespace {

const std::string graphml = R"(<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
  <key id="d0" for="node" attr.name="color" attr.type="string"><default>yellow</default></key>
  <key id="d1" for="edge" attr.name="weight" attr.type="double"/>
  <key id="d2" for="all" attr.name="seen" attr.type="boolean"/>
  <key id="d3" for="node" yfiles.type="nodegraphics"/>
  <key id="d4" for="node" attr.name="born" attr.type="int"/>
  <graph id="G" edgedefault="undirected">
    <desc>two nodes</desc>
    <data key="d2">true</data>
    <edge id="e" source="n 1" target="Zo&#235;"><data key="d1"> 1.5 </data></edge>
    <node id="Zo&#235;"><data key="d0">green &amp; blue</data><port name="p"/><data key="d4">1999</data></node>
    <node id="n 1"><data key="d3"><y:ShapeNode><y:Fill color="#FF"/>text</y:ShapeNode></data></node>
    <edge source="n 1" target="n 1"/>
  </graph>
</graphml>
)";

const std::string gexf = R"(<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
  <meta lastmodifieddate="2009-03-20"><creator>Gephi</creator></meta>
  <graph mode="dynamic" defaultedgetype="directed" timeformat="date">
    <attributes class="node">
      <attribute id="0" title="url" type="string"/>
      <attribute id="1" title="indegree" type="float"><default>7</default></attribute>
      <attribute id="2" title="tags" type="liststring"><options>a|b</options></attribute>
      <attribute id="3" title="frog" type="boolean"><default>true</default></attribute>
    </attributes>
    <attributes class="node" mode="dynamic"><attribute id="price" title="price" type="double"/></attributes>
    <nodes>
      <node id="a" label="Gephi" start="2009-03-01">
        <attvalues><attvalue for="0" value="http://gephi.org"/><attvalue for="2" value="[x, y]"/><attvalue for="price" value="3" start="1" end="2"/></attvalues>
        <viz:color r="239" g="173" b="66"/>
        <nodes><node id="b" label="inner"><attvalues><attvalue for="1" value="2"/></attvalues></node></nodes>
        <spells><spell start="1"/></spells>
      </node>
      <node id="c" pid="a"><attvalues><attvalue for="3" value="false"/></attvalues></node>
    </nodes>
    <edges>
      <edge id="0" source="a" target="b" weight="2.5" label="knows"/>
      <edge id="1" source="b" target="c"/>
      <edge id="2" source="c" target="a" type="undirected"/>
    </edges>
  </graph>
</gexf>
)";

} // namespace

TEST_CASE("GraphML is read with its types, defaults and names", "[core][graph]") {
    const Graph graph = read(".graphml", graphml);
    CHECK(graph.nodes == 2);
    CHECK_FALSE(graph.directed);
    CHECK(graph.edges == std::vector<Edge>{{1, 0}, {1, 1}});
    CHECK(column<std::string>(graph.node, "id") == Texts{"Zoë", "n 1"});
    CHECK(column<std::string>(graph.node, "color") == Texts{"green & blue", "yellow"});
    CHECK(column<double>(graph.node, "born")[0] == 1999); // integers of which one is missing
    CHECK(std::isnan(column<double>(graph.node, "born")[1]));
    CHECK(column<double>(graph.edge, "weight")[0] == 1.5);
    CHECK(std::isnan(column<double>(graph.edge, "weight")[1]));
    CHECK(column<std::string>(graph.edge, "id") == Texts{"e", ""});
    CHECK(column<std::int64_t>(graph.graph, "seen") == Integers{1});
    CHECK(graph.node.size() == 3); // nothing of yEd's
    CHECK(graph.graph.size() == 1);
}

TEST_CASE("Where some edges of a file are directed, others lead both ways", "[core][graph]") {
    const auto text =
        with(graphml, "<edge source=\"n 1\" target=\"n 1\"/>",
             "<edge source=\"n 1\" target=\"n 1\"/><edge directed=\"true\" source=\"n 1\" target=\"Zo&#235;\"/>");
    const Graph graph = read(".graphml", text);
    CHECK(graph.directed);
    CHECK(graph.edges == std::vector<Edge>{{1, 0}, {0, 1}, {1, 1}, {1, 0}});
    CHECK(column<std::string>(graph.edge, "id") == Texts{"e", "e", "", ""});
}

TEST_CASE("What is wrong with GraphML is said with its line", "[core][graph][P9]") {
    const std::string one = "<graphml><graph edgedefault='directed'>", end = "</graph></graphml>";
    check_wrong(".graphml",
                {{"", "line 1: the file ends before its last element"},
                 {"hello", "line 1: this is no well-formed XML"},
                 {"<graphml><graph><node id='a'/>", "the file ends before its last element does"},
                 {"<gexf></gexf>", "first element is <gexf>"},
                 {"<graphml></graphml>", "it holds no graph"},
                 {one + "\n<node id='a'/>\n<node id='a'/>" + end, "line 3: there is a node 'a' already"},
                 {one + "\n<node id='a'/>\n<edge source='a' target='b'/>" + end,
                  "line 3: an edge has the end 'b', and there is no such node"},
                 {one + "<edge source='a'/>" + end, "the attribute target of a <edge> is missing"},
                 {one + "<node/>" + end, "the attribute id of a <node> is missing"},
                 {one + "<node id='a'><graph edgedefault='directed'/></node>" + end, "nested graphs are not read"},
                 {one + "<hyperedge/>" + end, "hyperedge"},
                 {one + "<node id='a'><data key='k'>1</data></node>" + end, "the key 'k', which is not declared"},
                 {with(graphml, " 1.5 ", "three"), "line 11: 'three', a value of the key 'weight', is no double"},
                 {with(graphml, "1999", "x"), "is no int"},
                 {with(graphml, "\"undirected\"", "\"both\""), "edgedefault is 'both'"},
                 {with(graphml, "id=\"d1\"", "id=\"d0\""), "line 4: there is a key 'd0' already"},
                 {with(graphml, "Zo&#235;", "Zo\xff"), "no well-formed XML"},
                 {with(graphml, "encoding=\"UTF-8\"", "encoding=\"EBCDIC\""), "no well-formed XML"}});
    check_truncations(".graphml", graphml, 2);
}

TEST_CASE("Entities that grow, and files elsewhere, are refused", "[core][graph][P9]") {
    const std::string lol =
        "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;&lol;&lol;'>]>"
        "<graphml><graph edgedefault='directed'><node id='&lol2;'/></graph></graphml>";
    const std::string outside =
        "<!DOCTYPE g [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><graphml><graph><node id='&x;'/></graph></graphml>";
    const std::string undeclared =
        "<!DOCTYPE graphml SYSTEM 'http://localhost/graphml.dtd'><graphml><graph><node id='a'/>&x;</graph></graphml>";
    for (const std::string& text : {lol, outside, undeclared})
        CHECK_THAT(told(".graphml", text), contains_text("entities"));
    const std::string harmless =
        "<!DOCTYPE graphml SYSTEM 'http://localhost/graphml.dtd'><graphml><graph><node id='a'/></graph></graphml>";
    CHECK(read(".graphml", harmless).nodes == 1);
    std::string deep = "<graphml><graph>";
    for (int i = 0; i < 100'000; ++i) deep += "<desc>";
    CHECK_FALSE(told(".graphml", deep).empty());
}

TEST_CASE("GEXF is read: what is static, of any depth", "[core][graph]") {
    const Graph graph = read(".gexf", gexf);
    CHECK(graph.directed);
    CHECK(graph.edges == std::vector<Edge>{{0, 1}, {1, 2}, {2, 0}, {0, 2}});
    CHECK(column<std::string>(graph.node, "id") == Texts{"a", "b", "c"});
    CHECK(column<std::string>(graph.node, "label") == Texts{"Gephi", "inner", ""});
    CHECK(column<std::string>(graph.node, "parent") == Texts{"", "a", "a"});
    CHECK(column<std::string>(graph.node, "url") == Texts{"http://gephi.org", "", ""});
    CHECK(column<std::string>(graph.node, "tags") == Texts{"[x, y]", "", ""});
    CHECK(column<double>(graph.node, "indegree") == Reals{7, 2, 7});
    CHECK(column<std::int64_t>(graph.node, "frog") == Integers{1, 1, 0});
    CHECK(column<double>(graph.edge, "weight") == Reals{2.5, 1, 1, 1}); // 1 where none is given
    CHECK(column<std::string>(graph.edge, "label") == Texts{"knows", "", "", ""});
    CHECK_FALSE(find(graph.node, "price"));
    CHECK_FALSE(find(graph.edge, "id")); // 0, 1, 2, ...
}

TEST_CASE("What is wrong with GEXF is said with its line", "[core][graph][P9]") {
    check_wrong(
        ".gexf",
        {{"<gexf/>", "it holds no graph"},
         {"<graphml/>", "not <gexf>"},
         {with(gexf, "<node id=\"c\"", "<node id=\"a\""), "there is a node 'a' already"},
         {with(gexf, "target=\"b\"", "target=\"x\""), "an edge has the end 'x'"},
         {with(gexf, "\"directed\"", "\"diagonal\""), "'diagonal' is no type of edges"},
         {with(gexf, "weight=\"2.5\"", "weight=\"heavy\""), "'heavy', the weight of an edge, is no number"},
         {with(gexf, "for=\"1\" value=\"2\"", "for=\"9\" value=\"2\""), "the attribute '9', which is not declared"},
         {with(gexf, "for=\"1\" value=\"2\"", "for=\"1\" value=\"two\""),
          "'two', a value of the attribute 'indegree', is no float"},
         {with(gexf, "class=\"node\"", "class=\"loop\""), "attributes of the class 'loop'"},
         {with(gexf, "id=\"1\" title", "id=\"0\" title"), "there is an attribute '0' already"},
         {with(gexf, "</graph>", "</graph><graph/>"), "a second graph"}});
    check_truncations(".gexf", gexf, 2);
}

TEST_CASE("XML can't hold control characters, and that is said", "[core][graph][P9]") {
    Graph graph;
    graph.nodes = 1;
    graph.node = {{"label", Texts{"bell \a"}}};
    for (const char* ending : {".graphml", ".gexf"})
        CHECK_THROWS_WITH(written(ending, graph), contains_text("holds a character that XML can't"));
    graph.node = {{"label", Texts{"line\nline\ttab\rreturn  "}}};
    for (const char* ending : {".graphml", ".gexf"}) CHECK(read(ending, written(ending, graph)) == graph);
}

TEST_CASE("What a form leaves out is named in it", "[core][graph]") {
    Graph graph;
    graph.nodes = 2;
    graph.edges = {{0, 1}};
    graph.node = {{"size of it", Reals{1, 2}}};
    graph.graph = {{"title", Texts{"t"}}};
    CHECK_THAT(written(".gexf", graph), contains_text("Left out: graph attributes 'title'"));
    for (const char* ending : {".csv", ".edges", ".mtx", ".metis", ".net"})
        CHECK_THAT(written(ending, graph),
                   contains_text("Left out: node attributes 'size of it'; graph attributes 'title'"));
    CHECK_THAT(written(".gml", graph), contains_text("'size of it' is called size_of_it"));
}
