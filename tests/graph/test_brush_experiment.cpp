// SPDX-License-Identifier: BSD-3-Clause
// graph.brush as an experiment: what it reports, what a trained classifier says, what it refuses.
#include "core/files/csv.h"
#include "core/files/npy.h"
#include "core/graph/edge_array.h"
#include "plugins/graph/data/classics.h"
#include "plugins/graph/data/generators.h"
#include "plugins/graph/learn/script_model.h"
#include "plugins/graph/measure/properties.h"
#include "tests/experiments.h"
#include "tests/graph/learn_graphs.h"
#include "tests/graph/set_file.h"

#include <cmath>

using namespace learn_graphs;
using namespace experiments;

namespace {

const std::string brush = "graph.brush";

bool said(const MemoryRun& run, const std::string& part) { return some_contains(run.log_lines(), part); }

GraphSet labelled_classes() {
    GraphSet set = two_classes(10);
    for (Graph& graph : set.graphs) {
        std::vector<std::string> labels;
        std::vector<double> sizes;
        for (std::int32_t i = 0; i < graph.nodes; ++i) {
            labels.push_back(i % 2 == 0 ? "C" : "N");
            sizes.push_back(3.0 + i);
        }
        graph.node = {{"label", labels}, {"size", sizes}};
    }
    return set;
}

// The file of a classifier trained for a moment; it stays while the run is there.
std::unique_ptr<MemoryRun> trained(const SetFile& set, const std::string& features) {
    return ran("graph.classify",
               {set.parameter(), "features=" + features, "width=8", "depth=2", "epochs=6", "folds=2", "batch=8"});
}
std::string model_of(const MemoryRun& run) { return run.artifacts().at("model").file.string(); }

} // namespace

TEST_CASE("graph.brush reports the band, the edits and the properties of both graphs", "[graph][brush]") {
    const auto run = ran(brush, {"input=karate", "low=20", "high=34", "std=2"}, 5);
    CHECK(run->last("eigenvalues") == 34);
    CHECK(run->last("band/low") == 20);
    CHECK(run->last("band/high") == 34);
    CHECK(run->last("band/eigenvalues") == 14);
    const GraphSet original = read_graphs(run->artifacts().at("original").file);
    const GraphSet augmented = read_graphs(run->artifacts().at("augmented").file);
    REQUIRE(augmented.graphs.size() == 1);
    const std::vector<Edge>&before = original.graphs[0].edges, &after = augmented.graphs[0].edges;
    std::size_t kept = 0;
    for (const Edge& e : after) kept += std::find(before.begin(), before.end(), e) != before.end();
    CHECK(run->last("added") == static_cast<double>(after.size() - kept));
    CHECK(run->last("removed") == static_cast<double>(before.size() - kept));
    CHECK(run->last("added") + run->last("removed") > 0);
    CHECK(run->last("edit_rate") == Approx((run->last("added") + run->last("removed")) / 78));
    const auto was = graph::properties_of(original.graphs[0]), is = graph::properties_of(augmented.graphs[0]);
    CHECK(run->last("properties/original/diameter") == 5);
    CHECK(run->last("properties/original/algebraic_connectivity") == Approx(0.468525226701).epsilon(1e-10));
    CHECK(run->last("properties/original/average_shortest_path") == Approx(was.average_shortest_path));
    CHECK(run->last("properties/augmented/diameter") == static_cast<double>(is.diameter));
    CHECK(run->last("properties/augmented/radius") == static_cast<double>(is.radius));
    CHECK(run->last("properties/augmented/periphery") == static_cast<double>(is.periphery));
    CHECK(run->last("properties/augmented/average_shortest_path") == Approx(is.average_shortest_path));
    CHECK(run->last("properties/augmented/algebraic_connectivity") == Approx(is.algebraic_connectivity).epsilon(1e-8));
    CHECK(run->last("properties/augmented/connected") == (is.components == 1 ? 1 : 0));
    // What the window looks at.
    const auto frames = run->frames();
    CHECK(frames.at("eigenvalues").shape() == std::vector<std::int64_t>{34});
    CHECK(frames.at("edges").shape() == std::vector<std::int64_t>{static_cast<std::int64_t>(after.size()), 2});
    CHECK(frames.at("weights").size() == 0);
    const auto values = frames.at("eigenvalues").values<double>(), changed = frames.at("changed").values<double>();
    for (std::size_t k = 0; k < 20; ++k) CHECK(changed[k] == values[k]);
    CHECK(changed[25] != values[25]);
    CHECK(said(*run, "Eigenvalues 20 to 33 of 0 to 33"));
    CHECK(run->metrics().count("probability/original/0") == 0);
    CHECK(frames.at("remark").size() == 0);
    CHECK(run->artifacts().at("eigenvalues").kind == Kind::table);
}

TEST_CASE("graph.brush keeps low pairs with weights, and leaves artifacts out when asked", "[graph][brush]") {
    const auto run = ran(
        brush, {"input=les-miserables", "low=40", "output=weighted", "artifacts=false", "change=scale", "factor=0.3"});
    CHECK(run->last("spectrum/low_drift") <= 1e-10 * 37.1);
    CHECK(run->last("band/high") == 77);
    CHECK(run->artifacts().empty());
    CHECK(run->frames().at("weights").size() == run->frames().at("edges").shape()[0]);
    CHECK(run->last("edges") == static_cast<double>(run->frames().at("weights").size()));
}

TEST_CASE("graph.brush takes edges as an array, and gives what the graph itself gives", "[graph][brush]") {
    const ScratchFolder folder;
    const Graph karate = *graph::classic("karate");
    write_npy(folder / "edges.npy", edge_array(karate.edges));
    const std::vector<std::string> band{"low=10", "high=30", "std=3"};
    auto by_edges = band, by_name = band;
    by_edges.insert(by_edges.end(), {"edges=" + (folder / "edges.npy").string(), "nodes=34"});
    const auto a = ran(brush, by_edges, 2), b = ran(brush, by_name, 2);
    CHECK(a->last("added") == b->last("added"));
    CHECK(a->last("removed") == b->last("removed"));
    const auto x = a->frames().at("edges"), y = b->frames().at("edges");
    CHECK(std::ranges::equal(x.values<std::int32_t>(), y.values<std::int32_t>()));
}

TEST_CASE("a second stroke over the same graph gives what a first one would have given", "[graph][brush]") {
    const std::vector<std::string> stroke{"input=er(n=50,p=0.1)", "low=25", "edit_rate=0.1"};
    const auto first = ran(brush, stroke, 3);
    ran(brush, {"input=er(n=50,p=0.1)", "low=5", "high=9", "change=mask"}, 3);
    const auto again = ran(brush, stroke, 3);
    check_same(brush, *first, *again);
    const auto other_seed = ran(brush, stroke, 4); // another graph of the generator
    CHECK(other_seed->last("spectrum/low_drift") != first->last("spectrum/low_drift"));
    // A file that has changed is read again.
    const ScratchFolder folder;
    const auto file = folder / "graph.npz";
    write_graphs(file, GraphSet{"", {cycle(12)}});
    CHECK(ran(brush, {"input=" + file.string()})->last("eigenvalues") == 12);
    write_graphs(file, GraphSet{"", {cycle(15)}});
    CHECK(ran(brush, {"input=" + file.string()})->last("eigenvalues") == 15);
    const auto bare = folder / "2f5b"; // as artifacts are called
    std::filesystem::copy_file(file, bare);
    CHECK(ran(brush, {"input=" + bare.string(), "ending=.npz"})->last("distinct_eigenvalues") == 8);
}

TEST_CASE("graph.brush says what a trained classifier says of both graphs", "[graph][brush]") {
    const SetFile set(labelled_classes());
    for (const char* features : {"degree", "labels", "attributes", "labels,attributes,degree"}) {
        INFO(features);
        const auto classifier = trained(set, features);
        const graph::learn::ScriptModel model(model_of(*classifier));
        CHECK(model.classes() == std::vector<std::string>{"3", "7"});
        const auto run = ran(brush, {set.parameter(), "graph=3", "low=1", "std=4", "model=" + model_of(*classifier)});
        const auto before = model.probabilities(read_graphs(run->artifacts().at("original").file).graphs[0]);
        const auto after = model.probabilities(read_graphs(run->artifacts().at("augmented").file).graphs[0]);
        CHECK(run->last("probability/original/3") == Approx(before[0]));
        CHECK(run->last("probability/original/7") == Approx(before[1]));
        CHECK(run->last("probability/augmented/3") == Approx(after[0]));
        CHECK(before[0] + before[1] == Approx(1));
        CHECK(run->last("prediction/model") == 0);
        CHECK(before != after);
        // It reads what it read when it was trained: the table of the training says the same of its own graphs.
        const std::vector<float> written = model.features().write(read_graphs(set.path()).graphs, 1);
        CHECK(static_cast<std::int64_t>(written.size()) % model.features().count() == 0);
        CHECK(static_cast<double>(model.features().count()) == classifier->last("features"));
    }
}

TEST_CASE("a classifier with weights on all pairs of nodes gives what the sum over edges gives", "[graph][brush]") {
    const SetFile set(two_classes(8));
    const auto classifier = trained(set, "constant");
    const graph::learn::ScriptModel model(model_of(*classifier));
    // The complete graph goes by a matrix, the same without a pair's half of the edges by sums: a weight of 0 is none.
    Graph sparse = cycle(9), full = graph_of(9, {});
    std::vector<double> weights;
    for (std::int32_t i = 0; i < 9; ++i) {
        for (std::int32_t j = i + 1; j < 9; ++j) {
            full.edges.push_back({i, j});
            weights.push_back(j == i + 1 || (i == 0 && j == 8) ? 1 : 0);
        }
    }
    full.edge = {{"weight", weights}};
    const auto a = model.probabilities(sparse), b = model.probabilities(full);
    CHECK(a[0] == Approx(b[0]).epsilon(1e-5));
    full.edge = {{"weight", std::vector<double>(weights.size(), 1.0)}};
    CHECK(model.probabilities(full)[0] != Approx(b[0]).epsilon(1e-5));
}

TEST_CASE("where a classifier can't read a graph it is said why, and the next is asked", "[graph][brush][P9]") {
    const SetFile set(labelled_classes());
    const std::string plain_graph = "input=er(n=20,p=0.3)";
    const auto labels = trained(set, "labels"), sizes = trained(set, "attributes"), degrees = trained(set, "degree");
    const auto plain = ran(brush, {plain_graph, "model=" + model_of(*labels)});
    CHECK(plain->metrics().count("prediction/model") == 0);
    CHECK(said(*plain, "The model reads node labels, and the graph has none."));
    const auto remark = plain->frames().at("remark");
    CHECK(std::string(remark.values<std::uint8_t>().begin(), remark.values<std::uint8_t>().end()) ==
          "The model reads node labels, and the graph has none.");
    CHECK(said(*ran(brush, {plain_graph, "model=" + model_of(*sizes)}), "the node attribute 'size'"));
    const auto both = ran(brush, {plain_graph, "model=" + model_of(*labels) + ";" + model_of(*degrees)});
    CHECK(both->last("prediction/model") == 1);
    const auto none = ran(brush, {plain_graph, "model=" + model_of(*labels) + ";" + model_of(*sizes)});
    CHECK(said(*none, "None of 2 models can read this graph"));
    const ScratchFolder folder;
    folder.write("no-model.pt", "text");
    CHECK(said(*ran(brush, {plain_graph, "model=" + (folder / "no-model.pt").string()}), "is no TorchScript model"));
    Graph other = labelled_classes().graphs[0];
    std::get<std::vector<std::string>>(other.node[0].values)[2] = "Xe";
    const SetFile unknown(GraphSet{"", {other}});
    CHECK(said(*ran(brush, {unknown.parameter(), "model=" + model_of(*labels)}), "knows no node label 'Xe'"));
}

TEST_CASE("graph.brush refuses what it can't do, with a sentence", "[graph][brush][P9]") {
    const auto refused = [](std::vector<std::string> assignments, const std::string& part) {
        return some_contains(sentences_of(brush, assignments), part);
    };
    CHECK(refused({"low=20", "high=10"}, "high=10 lies below low=20"));
    CHECK(refused({"output=weighted", "edit_rate=0.1"}, "weighted graphs don't have"));
    CHECK(refused({"input=karat"}, "Did you mean karate?"));
    CHECK(refused({"model=nowhere.pt"}, "There is no model 'nowhere.pt'"));
    CHECK(refused({"input=nowhere", "ending=.npz"}, "There is no file or folder 'nowhere'"));
    CHECK(refused({"std=-1"}, "std"));
    const auto fails = [](const std::vector<std::string>& assignments, const std::string& part) {
        CHECK_THROWS_WITH(ran(brush, assignments), contains_text(part));
    };
    fails({"input=karate", "low=20", "high=40"}, "The graph has 34 eigenvalues, so the band can't go from 20 to 40");
    fails({"input=karate", "graph=1"}, "There is no graph 1 in karate");
    fails({"input=er(n=3100,p=0.001)"}, "of 3100 nodes that is too much");
    CHECK(said(*ran(brush, {"input=karate", "low=20", "std=0.05"}), "Warning: no edge changed."));
    CHECK(said(*ran(brush, {"input=star(n=10)", "low=3", "high=7"}), "holds no whole cluster"));
}
