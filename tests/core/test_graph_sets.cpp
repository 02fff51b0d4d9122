// SPDX-License-Identifier: BSD-3-Clause
// Files of several graphs: TU data sets and npz; and graphs that are exported.
#include "core/files/export.h"
#include "core/files/npz.h"
#include "tests/core/graph_text.h"

#include <cmath>
#include <cstdlib>
#include <random>

using namespace graph_text;
namespace fs = std::filesystem;

namespace {

// Two triangles, the second with a node that has no edge, and a graph without nodes.
struct SmallSet {
    ScratchFolder folder;
    SmallSet() {
        folder.write("DS_A.txt", "2,1\r\n1, 2\r\n2, 3\r\n3,2\r\n3 1\r\n1\t3\r\n4, 5\r\n5, 4\r\n5, 6\r\n6, 5\r\n");
        folder.write("DS_graph_indicator.txt", "1\r\n1\r\n1\r\n2\r\n2\r\n2\r\n2\r\n");
        folder.write("DS_graph_labels.txt", "1\n-1\n0\n");
    }
    GraphSet read() const { return read_graphs(folder.path()); }
    std::string told() const {
        try {
            read();
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    }
};

fs::path tu_data(const std::string& name) {
    const char* given = std::getenv("ORRERY_TU_DATA");
    return (given && *given ? fs::path(given) : fs::path(SOURCE_FOLDER) / "../shared/data/tu") / name;
}

GraphSet small_set() {
    Graph a, b;
    a.nodes = 3;
    a.edges = {{0, 1}, {2, 1}};
    a.node = {{"id", Texts{"Zoë", "", "c"}}, {"x", Reals{1, std::nan(""), 3}}};
    a.edge = {{"weight", Integers{std::numeric_limits<std::int64_t>::max(), -1}}};
    b.nodes = 1;
    b.directed = true;
    b.graph = {{"label", Integers{7}}};
    return {"sét", {a, b}};
}

} // namespace

TEST_CASE("A TU data set is read with CR LF, any separator and nodes without edges", "[core][graph]") {
    const SmallSet small;
    const GraphSet set = small.read();
    CHECK(set.name == "DS");
    REQUIRE(set.graphs.size() == 3);
    CHECK(set.graphs[0].nodes == 3);
    CHECK(set.graphs[0].edges == std::vector<Edge>{{1, 0}, {1, 2}, {2, 0}}); // as the first of both lines has it
    CHECK(set.graphs[1].nodes == 4);
    CHECK(set.graphs[1].edges == std::vector<Edge>{{0, 1}, {1, 2}});
    CHECK(set.graphs[2].nodes == 0);
    CHECK(column<std::int64_t>(set.graphs[1].graph, "label") == Integers{-1});
    CHECK(set.graphs[0].graph.size() == 1); // nothing was left out
}

TEST_CASE("Labels and attributes of a TU data set stay with their nodes and edges", "[core][graph]") {
    const SmallSet small;
    // Loops and repetitions come first, so that lines and edges are no longer in step.
    small.folder.write("DS_A.txt", "1, 1\n2,1\n2,1\n1,2\n7, 7\n2,3\n3,2\n4,5\n5,4\n");
    small.folder.write("DS_edge_labels.txt", "9\n1\n2\n3\n9\n4\n5\n6\n7\n");
    small.folder.write("DS_edge_attributes.txt", "9\n.1\n2\n3\n9\n4\n5\n6\n7\n");
    small.folder.write("DS_node_labels.txt", "0\n1\n2\n3\n4\n5\n6\n");
    small.folder.write("DS_node_attributes.txt", "0,1e-3\n 1, 2\n2 ,3\n3,nan\n4,5\n5,6\n6,7\n");
    const GraphSet set = small.read();
    CHECK(set.graphs[0].edges == std::vector<Edge>{{1, 0}, {1, 2}});
    CHECK(column<std::int64_t>(set.graphs[0].edge, "label") == Integers{1, 4});
    CHECK(column<double>(set.graphs[0].edge, "attribute 1") == Reals{0.1, 4});
    CHECK(column<std::int64_t>(set.graphs[1].node, "label") == Integers{3, 4, 5, 6});
    CHECK(column<double>(set.graphs[0].node, "attribute 2") == Reals{1e-3, 2, 3});
    CHECK(column<std::int64_t>(set.graphs[0].graph, "left_out_loops") == Integers{1});
    CHECK(column<std::int64_t>(set.graphs[1].graph, "left_out_loops") == Integers{1});
    CHECK(column<std::int64_t>(set.graphs[0].graph, "left_out_repetitions") == Integers{1});
    CHECK(column<std::int64_t>(set.graphs[1].graph, "left_out_repetitions") == Integers{0});
}

TEST_CASE("Nodes of a TU data set may come in any order of graphs", "[core][graph]") {
    const SmallSet small;
    small.folder.write("DS_graph_indicator.txt", "2\n1\n2\n1\n");
    small.folder.write("DS_node_labels.txt", "10\n20\n30\n40\n");
    small.folder.write("DS_A.txt", "1,3\n4,2\n");
    small.folder.write("DS_graph_labels.txt", "a\nb\n");
    const GraphSet set = small.read();
    CHECK(column<std::int64_t>(set.graphs.at(0).node, "label") == Integers{20, 40});
    CHECK(set.graphs[0].edges == std::vector<Edge>{{1, 0}}); // listed in one direction only
    CHECK(column<std::int64_t>(set.graphs.at(1).node, "label") == Integers{10, 30});
    CHECK(column<std::string>(set.graphs[1].graph, "label") == Texts{"b"});
}

TEST_CASE("What is wrong with a TU data set is said with file and line", "[core][graph][P9]") {
    struct Case {
        std::string file, text, sentence;
    };
    const std::vector<Case> cases = {
        {"DS_A.txt", "1, 2\n1, 9\n", "DS_A.txt, line 2: there is no node 9: the indicator has 7"},
        {"DS_A.txt", "1, 4\n", "line 1: an edge leads from node 1 of graph 1 to node 4 of graph 2"},
        {"DS_A.txt", "1\n", "line 1: '1' should be two numbers of nodes"},
        {"DS_A.txt", "1, 2, 3\n", "should be two numbers of nodes"},
        {"DS_A.txt", "a, b\n", "'a' is no number of a node"},
        {"DS_graph_indicator.txt", "1\n0\n", "DS_graph_indicator.txt, line 2: '0' is no number of a graph"},
        {"DS_graph_indicator.txt", "1\n2000000000\n", "there can't be 2000000000 graphs"},
        {"DS_graph_indicator.txt", "1\n1\n", "there is no node 3"},
        {"DS_graph_labels.txt", "1\n", "DS_graph_labels.txt: it has 1 lines where there are 2"},
        {"DS_node_labels.txt", "1\n2\n", "DS_node_labels.txt: it has 2 lines where there are 7"},
        {"DS_edge_labels.txt", "1\n2\n", "DS_edge_labels.txt: it has 2 lines where DS_A.txt has 10"},
        {"DS_node_attributes.txt", "1,2\n1\n", "line 2: it has 1 values, and the first line has 2"},
        {"DS_node_attributes.txt", "1,2\n1,2,3\n", "line 2: it has more values than the first line"},
        {"XY_A.txt", "", "several data sets, 'DS' and 'XY'"},
    };
    for (const auto& [file, text, sentence] : cases) {
        const SmallSet small;
        small.folder.write(file, text);
        INFO(file << ": " << text);
        CHECK_THAT(small.told(), contains_text(sentence));
    }
    const SmallSet small;
    fs::remove(small.folder / "DS_graph_indicator.txt");
    CHECK_THAT(small.told(), contains_text("DS_graph_indicator.txt: there is no such file"));
}

TEST_CASE("A TU data set can't hold every set, and that is said", "[core][graph][P9]") {
    const ScratchFolder folder;
    GraphSet set = small_set();
    CHECK_THROWS_WITH(write_graphs(folder / "set", set), contains_text("Graph 1") && contains_text("is directed"));
    set.graphs[1].directed = false;
    CHECK_THROWS_WITH(write_graphs(folder / "set", set), contains_text("graphs 0 and 1 have different attributes"));
    set.graphs.pop_back();
    write_graphs(folder / "set", set);
    CHECK_THAT(folder.text_of("set/README.txt"),
               contains_text("Left out: node attributes 'id'") && contains_text("'x'"));
    CHECK_THROWS_WITH(write_graphs(folder / "set", {"e", {Graph{}}}), contains_text("last graph has no nodes"));
    set.graphs[0].edges = {{0, 1}, {1, 0}};
    CHECK_THROWS_WITH(write_graphs(folder / "set", set), contains_text("0 loops and 1 repeated edges"));
}

TEST_CASE("MUTAG and PROTEINS are read as published", "[core][graph]") {
    struct Known {
        std::string name;
        std::size_t graphs;
        std::int64_t nodes, edges;
    };
    // 188 graphs of 17.93 nodes and 19.79 edges, 1113 of 39.06 and 72.82 (the data sets' own page).
    for (const Known& known : {Known{"MUTAG", 188, 3371, 3721}, {"PROTEINS", 1113, 43471, 81044}}) {
        if (!fs::is_directory(tu_data(known.name))) {
            WARN(known.name << " is not here: " << tu_data(known.name));
            continue;
        }
        const GraphSet set = read_graphs(tu_data(known.name));
        CHECK(set.graphs.size() == known.graphs);
        std::int64_t nodes = 0, edges = 0;
        for (const Graph& graph : set.graphs) {
            nodes += graph.nodes;
            edges += static_cast<std::int64_t>(graph.edges.size());
            CHECK(find(graph.node, "label"));
            CHECK(find(graph.graph, "label"));
        }
        CHECK(nodes == known.nodes);
        CHECK(edges == known.edges);
        const ScratchFolder folder;
        write_graphs(folder / (known.name + ".npz"), set);
        CHECK(read_graphs(folder / (known.name + ".npz")) == set);
        write_graphs(folder / known.name, set);
        CHECK(read_graphs(folder / known.name) == set);
    }
}

TEST_CASE("Graphs in npz are plain arrays", "[core][graph]") {
    const ScratchFolder folder;
    write_graphs(folder / "g.npz", small_set());
    const auto arrays = read_npz(folder / "g.npz");
    CHECK(arrays.at("ends").shape() == std::vector<std::int64_t>{2, 2});
    CHECK(arrays.at("ends").values<std::int32_t>()[2] == 2);
    CHECK(arrays.at("node_count").values<std::int64_t>()[1] == 1);
    CHECK(arrays.at("directed").values<std::uint8_t>()[1] == 1);
    CHECK(arrays.at("node/x").values<double>()[2] == 3);
    CHECK(arrays.at("node/id.ends").values<std::int64_t>()[0] == 4);
    CHECK(arrays.at("node/id.text").size() == 5);
    CHECK(arrays.at("edge/weight").values<std::int64_t>()[0] == std::numeric_limits<std::int64_t>::max());
    CHECK(arrays.at("1/graph/label").values<std::int64_t>()[0] == 7);
}

TEST_CASE("No damaged npz of graphs is read as if it were whole", "[core][graph][P9]") {
    const ScratchFolder folder;
    const GraphSet set = small_set();
    write_graphs(folder / "g.npz", set);
    const std::string whole = folder.text_of("g.npz");
    for (std::size_t size = 0; size < whole.size(); size += 13) {
        folder.write("cut.npz", whole.substr(0, size));
        CHECK_THROWS_AS(read_graphs(folder / "cut.npz"), Error);
    }
    std::mt19937_64 random(5);
    for (int trial = 0; trial < 1000; ++trial) {
        std::string damaged = whole;
        damaged[random() % damaged.size()] = static_cast<char>(random());
        folder.write("bad.npz", damaged);
        try {
            const GraphSet read = read_graphs(folder / "bad.npz"); // dates, flags and names can change without notice
            CHECK(read.graphs.size() == set.graphs.size());
            CHECK(read.graphs[0].edges == set.graphs[0].edges);
        } catch (const Error& error) {
            CHECK_THAT(error.what(), contains_text("bad.npz"));
        }
    }
}

TEST_CASE("Arrays that don't fit each other are no graphs, and that is said", "[core][graph][P9]") {
    const ScratchFolder folder;
    write_graphs(folder / "g.npz", small_set());
    auto arrays = read_npz(folder / "g.npz");
    const auto list = [](std::vector<std::int64_t> values) {
        Array out({static_cast<std::int64_t>(values.size())}, DType::int64);
        std::copy(values.begin(), values.end(), out.values<std::int64_t>().begin());
        return out;
    };
    const auto why = [&](const std::string& name, const Array& array) -> std::string {
        auto changed = arrays;
        changed[name] = array;
        {
            std::ofstream out(folder / "bad.npz", std::ios::binary);
            NpzWriter npz(out);
            for (const auto& [key, value] : changed) npz.add(key, value);
            npz.finish();
        }
        try {
            read_graphs(folder / "bad.npz");
            return "no error";
        } catch (const Error& error) {
            CHECK_THAT(error.what(), contains_text("bad.npz"));
            return error.what();
        }
    };
    CHECK(why("version", list({1})) == "no error");
    CHECK_THAT(why("version", list({2})), contains_text("its version is 2, and 1 is known"));
    CHECK_THAT(why("node_count", list({3})), contains_text("differ in length"));
    CHECK_THAT(why("node_count", list({-1, 1})), contains_text("graph 0 has -1 nodes"));
    CHECK_THAT(why("node_count", list({2, 1})), contains_text("bad.npz"));
    CHECK_THAT(why("edge_count", list({1, 0})), contains_text("'ends' has more rows"));
    CHECK_THAT(why("edge_count", list({3, 0})), contains_text("'ends' has fewer rows"));
    CHECK_THAT(why("edge_count", list({-1, 3})), contains_text("'ends' has fewer rows"));
    CHECK_THAT(why("edge/weight", list({1})), contains_text("'edge/weight' is too short"));
    CHECK_THAT(why("edge/weight", list({1, 2, 3})), contains_text("'edge/weight' is too long"));
    CHECK_THAT(why("edge/weight", Array({2}, DType::int32)),
               contains_text("must be one-dimensional, of float64 or int64"));
    CHECK_THAT(why("ends", Array({2, 3}, DType::int32)), contains_text("must have two columns"));
    CHECK_THAT(why("ends", list({1, 2})), contains_text("'ends' has 1 dimensions of int64, and must have 2 of int32"));
    CHECK_THAT(why("node/id.ends", list({9, 9, 9})), contains_text("'node/id.ends' does not fit its text"));
    CHECK_THAT(why("node/id.ends", list({3, 4, 5})), contains_text("is no UTF-8"));
    CHECK_THAT(why("9/node/x", list({1})), contains_text("'9/node/x' belongs to no graph"));
    CHECK_THAT(why("node/%zz", list({1, 2, 3})), contains_text("is no name of an attribute"));
    CHECK(why("else", list({1})) == "no error"); // what others add is left alone
    Array outside({2, 2}, DType::int32);
    outside.values<std::int32_t>()[0] = 3;
    CHECK_THAT(why("ends", outside), contains_text("an edge from 3 to 0 where there are 3 nodes"));
    arrays.erase("ends");
    CHECK_THAT(why("version", list({1})), contains_text("it has no array 'ends'"));
}

TEST_CASE("A graph artifact is exported in every form by the ending", "[core][graph]") {
    const ScratchFolder folder;
    GraphSet set = small_set();
    set.graphs.pop_back();
    write_graphs(folder / "a.npz", set);
    fs::rename(folder / "a.npz", folder / "0123abcd"); // as it lies in a project
    for (const std::string& ending : export_endings(Kind::graph)) {
        INFO(ending);
        if (ending == ".metis" || ending == ".graph") continue;
        export_artifact(Kind::graph, folder / "0123abcd", folder / ("out" + ending));
        CHECK(read_graphs(folder / ("out" + ending)).graphs.at(0).edges.size() == 2);
    }
    CHECK(folder.text_of("out.npz") == folder.text_of("0123abcd"));
    const std::string text = folder.text_of("out.graphml") + "<!-- kept -->";
    folder.write("stored", text);
    export_artifact(Kind::graph, folder / "stored", folder / "same.graphml");
    CHECK(folder.text_of("same.graphml") == text); // the same form is copied, not written anew
    export_artifact(Kind::graph, folder / "stored", folder / "b.gexf");
    CHECK(read_graphs(folder / "b.gexf").graphs.at(0).nodes == 3);
    CHECK_THROWS_WITH(export_artifact(Kind::graph, folder / "stored", folder / "b.pdf"),
                      contains_text(".graphml, .gexf"));
    CHECK_THROWS_WITH(export_artifact(Kind::graph, folder / "stored", folder / "stored"),
                      contains_text("can't be written with the ending ''"));
}
