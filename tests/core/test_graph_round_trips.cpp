// SPDX-License-Identifier: BSD-3-Clause
// Generated graphs through every form: what it can hold comes back as it was.
#include "core/error.h"
#include "tests/core/graph_samples.h"
#include "tests/scratch_folder.h"

#include <set>
#include <tuple>

using namespace orrery;
using namespace graph_samples;

namespace {

GraphSet one(Graph graph, std::string name = "g") { return {std::move(name), {std::move(graph)}}; }

template <class Compare>
void check_round_trips(const std::string& ending, Keeps keeps, Compare compare) {
    const ScratchFolder folder;
    const auto file = folder / ("g" + ending);
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        INFO(ending << ", seed " << seed);
        const GraphSet was = one(Generator(seed, keeps).graph());
        write_graphs(file, was);
        const std::string text = folder.text_of("g" + ending);
        INFO(text.substr(0, 3000));
        const GraphSet is = read_graphs(file);
        CHECK(is.name == "g");
        REQUIRE(is.graphs.size() == 1);
        compare(is.graphs[0], was.graphs[0]);
        write_graphs(file, is);
        CHECK(read_graphs(file).graphs[0].edges == is.graphs[0].edges);
    }
}

// Edges by the names of their ends: forms without a list of nodes number them anew.
std::multiset<std::vector<std::string>> named_edges(const Graph& graph) {
    const Column* id = find(graph.node, "id");
    const auto name = [&](std::int32_t node) {
        return id ? id->text(static_cast<std::size_t>(node)) : std::to_string(node);
    };
    std::multiset<std::vector<std::string>> out;
    for (std::size_t i = 0; i < graph.edges.size(); ++i) {
        std::vector<std::string> edge{name(graph.edges[i].from), name(graph.edges[i].to)};
        for (const Column& column : graph.edge) edge.push_back(column.name + "=" + column.text(i));
        out.insert(std::move(edge));
    }
    return out;
}

std::set<std::string> node_names(const Graph& graph) {
    const Column* id = find(graph.node, "id");
    std::set<std::string> out;
    for (std::int32_t i = 0; i < graph.nodes; ++i)
        out.insert(id ? id->text(static_cast<std::size_t>(i)) : std::to_string(i));
    return out;
}

void check_same_names(const Graph& is, const Graph& was) {
    CHECK(is.directed == was.directed);
    CHECK(node_names(is) == node_names(was));
    CHECK(named_edges(is) == named_edges(was));
    for (const Column& column : was.edge) {
        REQUIRE(find(is.edge, column.name));
        CHECK(same_values(*find(is.edge, column.name), column));
    }
    if (!find(was.node, "id")) CHECK(is.edges == was.edges);
}

Graph ascending(Graph graph) {
    if (graph.directed) return graph;
    for (Edge& edge : graph.edges)
        if (edge.from > edge.to) std::swap(edge.from, edge.to);
    return graph;
}

// Edges in ascending order, their attributes with them.
Graph sorted(Graph graph) {
    graph = ascending(std::move(graph));
    std::vector<std::int64_t> order(graph.edges.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
        return graph.edges[static_cast<std::size_t>(a)] < graph.edges[static_cast<std::size_t>(b)];
    });
    graph.edge = rows_of(graph.edge, order);
    std::sort(graph.edges.begin(), graph.edges.end());
    return graph;
}

} // namespace

TEST_CASE("GraphML keeps every graph as it is", "[core][graph]") { check_round_trips(".graphml", {}, check_same); }

TEST_CASE("npz keeps every graph as it is", "[core][graph]") { check_round_trips(".npz", {}, check_same); }

TEST_CASE("GEXF keeps all but attributes of the graph", "[core][graph]") {
    Keeps keeps;
    keeps.graph_attributes = false;
    check_round_trips(".gexf", keeps, check_same);
}

TEST_CASE("GML keeps all but names of attributes that are no keys", "[core][graph]") {
    check_round_trips(".gml", {}, [](const Graph& is, Graph was) {
        for (Column& column : was.node)
            if (column.name == "what is it") column.name = "what_is_it";
        check_same(is, was);
    });
}

TEST_CASE("Edge lists keep edges with their attributes and lone nodes", "[core][graph]") {
    Keeps keeps;
    keeps.node_attributes = keeps.graph_attributes = false;
    for (const char* ending : {".csv", ".tsv", ".edges", ".edgelist", ".txt"})
        check_round_trips(ending, keeps, check_same_names);
}

TEST_CASE("MatrixMarket keeps edges and weights", "[core][graph]") {
    Keeps keeps;
    keeps.text_names = keeps.node_attributes = keeps.edge_attributes = keeps.graph_attributes = false;
    check_round_trips(".mtx", keeps, [](const Graph& is, const Graph& was) { check_same(is, ascending(was)); });
}

TEST_CASE("METIS keeps simple graphs with integer weights", "[core][graph]") {
    Keeps keeps;
    keeps.direction = keeps.several_edges = keeps.loops = keeps.real_weight = false;
    keeps.text_names = keeps.node_attributes = keeps.edge_attributes = keeps.graph_attributes = false;
    check_round_trips(".metis", keeps, [](const Graph& is, const Graph& was) { check_same(is, sorted(was)); });
}

TEST_CASE("Pajek keeps names, edges and weights", "[core][graph]") {
    Keeps keeps;
    keeps.node_attributes = keeps.edge_attributes = keeps.graph_attributes = false;
    check_round_trips(".net", keeps, check_same);
}

TEST_CASE("A TU data set keeps simple graphs with labels and attributes", "[core][graph]") {
    Keeps keeps;
    keeps.direction = keeps.several_edges = keeps.loops = keeps.weight = false;
    keeps.text_names = keeps.node_attributes = keeps.edge_attributes = keeps.graph_attributes = false;
    const ScratchFolder scratch;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        INFO("seed " << seed);
        Generator generator(seed, keeps);
        GraphSet was{"SET", {}};
        for (std::int64_t i = 0; i < 8; ++i) {
            Graph graph = generator.graph();
            const auto nodes = static_cast<std::size_t>(graph.nodes), edges = graph.edges.size();
            graph.node = {{"label", Integers(nodes, i)},
                          {"attribute 1", Reals(nodes, 0.1 * static_cast<double>(i))},
                          {"attribute 2", Reals(nodes, std::nan(""))}};
            graph.edge = {{"label", Integers(edges)}};
            for (std::size_t e = 0; e < edges; ++e)
                std::get<Integers>(graph.edge[0].values)[e] = static_cast<std::int64_t>(e);
            graph.graph = {{"label", Integers{i % 2 == 0 ? -1 : 1}}};
            was.graphs.push_back(std::move(graph));
        }
        write_graphs(scratch / "SET", was);
        const GraphSet is = read_graphs(scratch / "SET");
        CHECK(is.name == "SET");
        REQUIRE(is.graphs.size() == was.graphs.size());
        for (std::size_t i = 0; i < is.graphs.size(); ++i) check_same(is.graphs[i], was.graphs[i]);
    }
}

TEST_CASE("npz keeps sets of graphs with different attributes, equal bytes for equal sets", "[core][graph][P5]") {
    const ScratchFolder folder;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        Generator generator(seed, {});
        GraphSet was{generator.text(), {}};
        for (std::size_t count = generator.below(12); count > 0; --count) was.graphs.push_back(generator.graph());
        write_graphs(folder / "a.npz", was);
        write_graphs(folder / "b.npz", was);
        CHECK(folder.text_of("a.npz") == folder.text_of("b.npz"));
        const GraphSet is = read_graphs(folder / "a.npz");
        CHECK(is.name == was.name);
        REQUIRE(is.graphs.size() == was.graphs.size());
        for (std::size_t i = 0; i < is.graphs.size(); ++i) {
            check_same(is.graphs[i], was.graphs[i]);
            REQUIRE(is.graphs[i].node.size() == was.graphs[i].node.size());
            for (std::size_t c = 0; c < is.graphs[i].node.size(); ++c)
                CHECK(is.graphs[i].node[c].name == was.graphs[i].node[c].name); // in the same order
        }
    }
}

TEST_CASE("GraphML holds several graphs, other files one", "[core][graph]") {
    const ScratchFolder folder;
    Graph triangle, pair;
    triangle.nodes = 3;
    triangle.edges = {{0, 1}, {1, 2}, {2, 0}};
    pair.nodes = 2;
    pair.directed = true;
    pair.edges = {{1, 0}};
    const GraphSet set{"two", {triangle, pair}};
    write_graphs(folder / "two.graphml", set);
    CHECK(read_graphs(folder / "two.graphml") == set);
    for (const GraphFormat& format : graph_formats()) {
        if (format.several) continue;
        CHECK_THROWS_WITH(write_graphs(folder / ("two" + format.ending), set),
                          contains_text("the set has 2 graphs") && contains_text("two" + format.ending));
        CHECK_THROWS_WITH(write_graphs(folder / ("two" + format.ending), GraphSet{}), contains_text("has 0 graphs"));
    }
    CHECK(folder.count() == 1);
}

TEST_CASE("The empty graph and the single node are graphs", "[core][graph]") {
    const ScratchFolder folder;
    for (const GraphFormat& format : graph_formats()) {
        if (format.ending.empty()) continue;
        for (const std::int32_t nodes : {0, 1}) {
            INFO(format.ending << ", " << nodes);
            Graph graph;
            graph.nodes = nodes;
            write_graphs(folder / ("g" + format.ending), one(graph));
            CHECK(read_graphs(folder / ("g" + format.ending)) == one(graph));
        }
    }
}

TEST_CASE("A form that is not known, or a file that is not there, is said", "[core][graph][P9]") {
    const ScratchFolder folder;
    folder.write("g.dot", "graph {}");
    CHECK_THROWS_WITH(read_graphs(folder / "g.dot"), contains_text("g.dot") && contains_text("ending '.dot'"));
    CHECK_THROWS_WITH(write_graphs(folder / "h.dot", one({})), contains_text("ending '.dot'"));
    CHECK_THROWS_WITH(read_graphs(folder / "none.gml"), contains_text("none.gml: there is no such file"));
    CHECK_THROWS_WITH(read_graphs(folder.path()), contains_text("NAME_A.txt"));
    folder.write("G.GRAPHML", "<graphml><graph><node id='a'/></graph></graphml>");
    CHECK(read_graphs(folder / "G.GRAPHML").graphs.at(0).nodes == 1);
    Graph wrong;
    wrong.edges = {{0, 1}};
    CHECK_THROWS_WITH(write_graphs(folder / "w.gml", one(wrong)), contains_text("w.gml") && contains_text("0 nodes"));
}

TEST_CASE("A file for which there is not enough memory is refused before it is read", "[core][graph][P9]") {
    const ScratchFolder folder;
    constexpr std::uint64_t terabyte = 1'000'000'000'000;
    std::string lines; // a block of them: their length tells how many there will be
    while (lines.size() < 2'000'000) lines += "12 34\n";
    const std::vector<std::pair<std::string, std::string>> files = {
        {"big.csv", "source target\n" + lines},
        {"big.edges", lines},
        {"big.gml", "graph ["},
        {"big.graphml", "<graphml>"},
        {"big.gexf", "<gexf>"},
        {"big.net", "*Vertices 3\n"},
        {"big.mtx", "%%MatrixMarket matrix coordinate pattern general\n9 9 900000000000\n"}};
    for (const auto& [name, text] : files) {
        folder.write(name, text);
        std::error_code code;
        std::filesystem::resize_file(folder / name, 8 * terabyte, code);
        if (code) {
            WARN("no file of 8 TB can be made here: " << code.message());
            return;
        }
        CHECK_THROWS_WITH(read_graphs(folder / name), contains_text(name) && contains_text("GB of memory"));
    }
}
