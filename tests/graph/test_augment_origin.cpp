// SPDX-License-Identifier: BSD-3-Clause
// Augmented graphs know where they come from, also after they were written and read in another form.
#include "tests/experiments.h"
#include "tests/graph/augmented.h"
#include "tests/graph/set_file.h"

#include <algorithm>
#include <map>

using namespace augmented;
using namespace experiments;

namespace {

using Integers = std::vector<std::int64_t>;

std::int64_t number_of(const Graph& graph, const char* name) {
    const Column* column = find(graph.graph, name);
    REQUIRE(column);
    return std::get<Integers>(column->values).at(0);
}

Integers nodes_before(const Graph& graph) {
    const Column* column = find(graph.node, "original");
    REQUIRE(column);
    return std::get<Integers>(column->values);
}

GraphSet set_of(std::size_t graphs) {
    GraphSet set{"set", {}};
    for (std::uint64_t seed = 0; seed < graphs; ++seed) {
        set.graphs.push_back(
            with_attributes(orrery::graph::erdos_renyi(15 + static_cast<std::int32_t>(seed), 0.3, seed)));
        set.graphs.back().graph = {{"label", Integers{static_cast<std::int64_t>(seed % 2)}}};
    }
    return set;
}

GraphSet artifact(const MemoryRun& run, const char* name) { return read_graphs(run.artifacts().at(name).file); }

// Each node has the attributes, and each edge the ends, of those it was before.
void check_nodes(const Graph& graph, const Graph& before) {
    const Integers was = nodes_before(graph);
    CHECK(std::is_sorted(was.begin(), was.end()));
    const Graph again = induced(before, {was.begin(), was.end()});
    CHECK((again.edges == graph.edges));
    for (const Column& column : again.node) CHECK((*find(graph.node, column.name) == column));
}

} // namespace

TEST_CASE("an augmented graph says which graph and which copy it is", "[graph][augment]") {
    const SetFile file(set_of(10));
    const auto run = ran("graph.augment", {file.parameter(), "method=drop-edge", "share=0.4", "copies=3"}, 7);
    const GraphSet before = artifact(*run, "original"), after = artifact(*run, "augmented");
    REQUIRE(after.graphs.size() == 6 + 4 * 3);
    std::map<std::int64_t, Integers> copies;
    for (const Graph& graph : after.graphs) {
        const std::int64_t original = number_of(graph, "original");
        copies[original].push_back(number_of(graph, "copy"));
        CHECK(graph.nodes == before.graphs.at(static_cast<std::size_t>(original)).nodes);
        CHECK_FALSE(find(graph.node, "original")); // all nodes are there
        if (copies[original].back() == -1)
            CHECK((graph.edges == before.graphs[static_cast<std::size_t>(original)].edges));
    }
    CHECK(copies.size() == 10);
    int whole = 0;
    for (const auto& [original, list] : copies) {
        whole += list == Integers{-1};
        CHECK((list == Integers{-1} || list == Integers{0, 1, 2}));
    }
    CHECK(whole == 6);
    CHECK_FALSE(find(before.graphs[0].graph, "original"));
}

TEST_CASE("nodes say which node of the original they were where some were dropped", "[graph][augment]") {
    const SetFile file(set_of(6));
    for (const std::string method : {"drop-node", "subgraph", "subgraph-bfs", "drop-node+subgraph"}) {
        INFO(method);
        const auto run = ran("graph.augment", {file.parameter(), "method=" + method, "edit_rate=0.3", "share=0.5"}, 3);
        const GraphSet before = artifact(*run, "original"), after = artifact(*run, "augmented");
        int smaller = 0;
        for (const Graph& graph : after.graphs) {
            const Graph& original = before.graphs.at(static_cast<std::size_t>(number_of(graph, "original")));
            smaller += graph.nodes < original.nodes;
            check_nodes(graph, original);
        }
        CHECK(smaller == 3);
    }
}

TEST_CASE("where a graph comes from is read back from every form that keeps attributes", "[graph][augment]") {
    const SetFile file(set_of(4));
    const auto run = ran("graph.augment", {file.parameter(), "method=drop-node", "edit_rate=0.3"}, 3);
    const GraphSet after = artifact(*run, "augmented");
    const ScratchFolder folder;
    for (const char* ending : {".graphml", ".gml", ".gexf", ".npz"}) {
        INFO(ending);
        for (const Graph& graph : after.graphs) {
            const auto path = folder / (std::string("one") + ending);
            write_graphs(path, {"one", {graph}});
            const Graph read = read_graphs(path).graphs.at(0);
            CHECK(nodes_before(read) == nodes_before(graph));
            if (std::string(ending) == ".gexf") continue; // has no attributes of a graph
            CHECK(number_of(read, "original") == number_of(graph, "original"));
            CHECK(number_of(read, "copy") == 0);
        }
    }
    write_graphs(folder / "set.graphml", after);
    write_graphs(folder / "TU", after); // which knows attributes by number alone: after a label come these two
    const GraphSet read = read_graphs(folder / "set.graphml"), tu = read_graphs(folder / "TU");
    for (std::size_t i = 0; i < after.graphs.size(); ++i) {
        CHECK(number_of(read.graphs.at(i), "original") == static_cast<std::int64_t>(i));
        CHECK(find(tu.graphs.at(i).graph, "attribute 1")->number(0) == static_cast<double>(i));
    }
}

TEST_CASE("a graph that is mixed of several has no original, and an earlier one is replaced", "[graph][augment]") {
    const SetFile file(set_of(8));
    const auto mixup = ran("graph.augment", {file.parameter(), "method=g-mixup+drop-edge"}, 1);
    for (const Graph& graph : artifact(*mixup, "augmented").graphs) {
        CHECK_FALSE(find(graph.graph, "original"));
        CHECK(number_of(graph, "copy") == 0);
    }
    CHECK(some_contains(mixup->log_lines(), "no attribute 'original'"));
    const auto first = ran("graph.augment", {file.parameter(), "method=drop-node", "edit_rate=0.3", "copies=2"}, 1);
    const auto input = "input=" + first->artifacts().at("augmented").file.string();
    const auto second = ran("graph.augment", {input, "method=drop-edge"}, 1);
    const GraphSet before = artifact(*second, "original"), after = artifact(*second, "augmented");
    CHECK(some_contains(second->log_lines(), "are replaced"));
    REQUIRE(after.graphs.size() == 16);
    for (std::size_t i = 0; i < after.graphs.size(); ++i) {
        CHECK(number_of(after.graphs[i], "original") == static_cast<std::int64_t>(i));
        CHECK_FALSE(find(after.graphs[i].node, "original"));
        CHECK(number_of(before.graphs[i], "original") == static_cast<std::int64_t>(i / 2));
        CHECK(find(before.graphs[i].node, "original")); // the way back, step by step
    }
}
