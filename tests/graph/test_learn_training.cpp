// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/memory_run.h"
#include "plugins/graph/learn/cross_validation.h"
#include "tests/catch.h"
#include "tests/graph/small_training.h"

#include <ATen/ATen.h>

#include <atomic>
#include <cmath>
#include <sstream>

using namespace orrery;
using namespace orrery::graph::learn;
using namespace learn_graphs;
using namespace small_training;

namespace {

void restore(Training& training, const std::string& state) {
    std::istringstream in(state);
    StateReader reader(in, "training", 1);
    training.restore(reader);
    reader.end();
}

// Removes the graph's first edge, for one graph in two.
std::optional<Sample> fewer_edges(const DataSet& data, std::int64_t g, std::uint64_t seed) {
    if (seed % 2 == 0 || data.graphs[static_cast<std::size_t>(g)].edges.empty()) return std::nullopt;
    Sample sample{data.graphs[static_cast<std::size_t>(g)], {}};
    sample.graph.edges.erase(sample.graph.edges.begin());
    return sample;
}

} // namespace

TEST_CASE("a network learns to tell sparse graphs from dense ones", "[graph]") {
    const DataSet data = data_set_of(two_classes(30), {.parts = {"degree"}}, Propagation::plain, 1);
    TrainingOptions options = small_options(data);
    options.epochs = 30;
    Training training(data, split_of(data), options, 1, {});
    training.run_epoch();
    const double begin = training.report().loss;
    while (!training.finished()) training.run_epoch();
    CHECK(training.report().loss < 0.6 * begin);
    CHECK(training.test().accuracy >= 0.8);
    CHECK(training.test().probabilities.size() == 2 * training.split().test.size());
}

TEST_CASE("a training that was cut anywhere goes on bit for bit", "[graph]") {
    const DataSet data = small_set({.parts = {"degree"}, .positional = 2, .form = PositionalForm::signs});
    const TrainingOptions options = small_options(data);
    const Augment augment = [&](std::int64_t g, std::uint64_t seed) { return fewer_edges(data, g, seed); };
    Training whole(data, split_of(data), options, 5, augment);
    std::vector<std::string> states{state_of(whole)};
    while (!whole.finished()) {
        whole.run_epoch();
        states.push_back(state_of(whole));
    }
    for (const std::size_t cut : {0U, 2U, 5U}) {
        Training rest(data, split_of(data), options, 5, augment);
        restore(rest, states[cut]);
        while (!rest.finished()) rest.run_epoch();
        CHECK(state_of(rest) == states.back());
        CHECK(rest.test().probabilities == whole.test().probabilities);
    }
    Training other(data, split_of(data), options, 6, augment);
    CHECK(state_of(other) != states.front());
}

TEST_CASE("the epoch is chosen by validation, never by the test", "[graph]") {
    const DataSet data = small_set();
    const Split split = split_of(data);
    const TrainingOptions options = small_options(data);
    Training training(data, split, options, 2, {});
    double best = -1, loss = 0;
    std::int64_t epoch = 0;
    while (!training.finished()) {
        training.run_epoch();
        const EpochReport& r = training.report();
        if (r.validation_accuracy > best || (r.validation_accuracy == best && r.validation_loss < loss)) {
            best = r.validation_accuracy;
            loss = r.validation_loss;
            epoch = training.epoch();
        }
    }
    CHECK(training.best_epoch() == epoch);
    CHECK(training.best_validation_accuracy() == best);
    // What is tested on has no part in training: with other labels there, everything but the test is the same.
    DataSet turned = data;
    for (const std::int64_t g : split.test)
        turned.labels[static_cast<std::size_t>(g)] = 1 - turned.labels[static_cast<std::size_t>(g)];
    std::vector<float> targets;
    for (const std::int64_t label : turned.labels)
        targets.insert(targets.end(), {label == 0 ? 1.0F : 0.0F, label == 1 ? 1.0F : 0.0F});
    turned.collection = Collection(turned.graphs, turned.features.write(turned.graphs, 1), turned.features.count(),
                                   targets, 2, Propagation::plain);
    Training same(turned, split, options, 2, {});
    while (!same.finished()) same.run_epoch();
    CHECK(same.best_epoch() == epoch);
    CHECK(same.test().accuracy == Approx(1 - training.test().accuracy));
}

TEST_CASE("patience ends a training, and rates fall by their schedule", "[graph]") {
    const DataSet data = small_set();
    TrainingOptions options = small_options(data);
    options.epochs = 1000;
    options.patience = 3;
    Training training(data, split_of(data), options, 2, {});
    while (!training.finished()) training.run_epoch();
    CHECK(training.epoch() == training.best_epoch() + 3);
    options.rate = 0.1;
    options.step_epochs = 10;
    options.step_factor = 0.5;
    CHECK(options.rate_at(9) == 0.1);
    CHECK(options.rate_at(10) == 0.05);
    CHECK(options.rate_at(20) == 0.025);
    options.schedule = Schedule::cosine;
    options.epochs = 100;
    CHECK(options.rate_at(0) == Approx(0.1));
    CHECK(options.rate_at(50) == Approx(0.05));
    CHECK(options.rate_at(99) == Approx(0.1 * 0.5 * (1 + std::cos(0.99 * std::acos(-1.0)))));
}

TEST_CASE("weights follow Adam", "[graph]") {
    // One step of Adam from zero moments moves every weight by rate g / (|g| + eps sqrt(1 - beta2)): by the rate.
    const DataSet data = small_set();
    TrainingOptions options = small_options(data);
    options.batch = 1000;
    options.rate = 1e-3;
    options.network.dropout = 0;
    Training training(data, split_of(data), options, 2, {}), start(data, split_of(data), options, 2, {});
    training.run_epoch();
    const at::Tensor moved = training.best_network().parameters() - start.best_network().parameters();
    CHECK(moved.abs().max().item<double>() == Approx(1e-3).epsilon(1e-3));
    options.weight_decay = 1e4; // outweighs the loss: every weight goes towards zero
    Training decayed(data, split_of(data), options, 2, {});
    decayed.run_epoch();
    const at::Tensor before = start.best_network().parameters(), after = decayed.best_network().parameters();
    CHECK(at::all((after - before) * before <= 0).item<bool>());
}

TEST_CASE("soft targets are trained on as they are", "[graph]") {
    const DataSet data = small_set();
    const TrainingOptions options = small_options(data);
    const Augment even = [&](std::int64_t g, std::uint64_t) -> std::optional<Sample> {
        return Sample{data.graphs[static_cast<std::size_t>(g)], {0.5F, 0.5F}};
    };
    Training training(data, split_of(data), options, 2, even);
    for (int i = 0; i < 6; ++i) training.run_epoch();
    CHECK(training.report().loss == Approx(std::log(2.0)).epsilon(0.15));
    CHECK(training.report().loss >= std::log(2.0) - 1e-6); // the entropy of the targets
}

TEST_CASE("augmentation sees training graphs alone, anew in every epoch", "[graph]") {
    const DataSet data = small_set();
    const Split split = split_of(data);
    std::vector<std::pair<std::int64_t, std::uint64_t>> seen;
    const Augment record = [&](std::int64_t g, std::uint64_t seed) -> std::optional<Sample> {
        seen.emplace_back(g, seed);
        return std::nullopt;
    };
    Training training(data, split, small_options(data), 2, record);
    training.run_epoch();
    REQUIRE(seen.size() == split.train.size());
    for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i].first == split.train[i]);
    training.run_epoch();
    CHECK(seen[0].second != seen[split.train.size()].second);
    // One that changes nothing is as good as none.
    Training plain(data, split, small_options(data), 2, {});
    plain.run_epoch();
    plain.run_epoch();
    CHECK(state_of(plain) == state_of(training));
}

TEST_CASE("graphs without edges, single nodes and empty graphs are trained on", "[graph]") {
    GraphSet set = two_classes(6);
    for (std::size_t g = 0; g < 4; ++g) {
        const Attributes label = set.graphs[g].graph;
        set.graphs[g] = graph_of(static_cast<std::int32_t>(g % 2), {});
        set.graphs[g].graph = label;
    }
    for (const Propagation propagation : {Propagation::plain, Propagation::normalised}) {
        const DataSet data = data_set_of(set, {.parts = {"degree"}, .walks = 3, .positional = 2}, propagation, 1);
        CHECK(data.remarks.size() == 1);
        for (const Readout readout : {Readout::sum, Readout::mean, Readout::max}) {
            TrainingOptions options = small_options(data);
            options.network.readout = readout;
            options.network.convolution = propagation == Propagation::plain ? Convolution::sage : Convolution::gcn;
            Training training(data, split_of(data), options, 2, {});
            while (!training.finished()) training.run_epoch();
            CHECK(std::isfinite(training.report().loss));
            CHECK(std::isfinite(training.test().loss));
        }
    }
}

TEST_CASE("data sets that can't be learned from are refused with a sentence", "[graph]") {
    const auto made = [](const GraphSet& set) { return data_set_of(set, {}, Propagation::plain, 1); };
    GraphSet set = two_classes(3);
    for (Graph& graph : set.graphs) set_class(graph, 1);
    CHECK_THROWS_WITH(made(set), contains_text("All 6 graphs have the label 1"));
    set = two_classes(3);
    set.graphs[4].graph.clear();
    CHECK_THROWS_WITH(made(set), contains_text("Graph 4 has no label"));
    set.graphs.resize(1);
    CHECK_THROWS_WITH(made(set), contains_text("only one graph"));
    set = two_classes(2);
    for (Graph& graph : set.graphs) {
        graph.nodes = 0;
        graph.edges.clear();
    }
    CHECK_THROWS_WITH(made(set), contains_text("No graph has a node"));
}

TEST_CASE("directions, loops and repeated edges are left out and told", "[graph]") {
    GraphSet set = two_classes(3);
    set.graphs[0] = graph_of(3, {{0, 1}, {1, 0}, {2, 2}});
    set.graphs[0].directed = true;
    set_class(set.graphs[0], 3);
    const DataSet data = data_set_of(set, {}, Propagation::plain, 1);
    REQUIRE(data.graphs[0].edges.size() == 1);
    CHECK((data.graphs[0].edges[0] == Edge{0, 1}));
    REQUIRE(data.remarks.size() == 2);
    CHECK(data.remarks[1] == "1 self-loops and 1 repeated edges were left out.");
    CHECK(data.class_names == std::vector<std::string>{"3", "7"});
}

TEST_CASE("the number of threads changes nothing", "[graph]") {
    const DataSet data = small_set({.parts = {"degree"}});
    ValidationOptions options;
    options.training = small_options(data);
    options.training.epochs = 3;
    options.folds.folds = 4;
    options.seeds = 2;
    const auto run = [&](int threads) {
        MemoryRun record(1);
        CrossValidation validation({{"plain", &data, {}}}, options);
        CrossValidation* const one[] = {&validation};
        run_all(one, record, threads, "test");
        std::vector<float> all;
        for (const FoldResult& r : validation.results())
            all.insert(all.end(), r.probabilities.begin(), r.probabilities.end());
        return std::pair(all, record.metrics());
    };
    const auto alone = run(1), three = run(3);
    CHECK(alone.first == three.first);
    CHECK(alone.second == three.second);
    CHECK(alone.second.count("loss/train/seed-2/fold-4") == 1);
    CHECK(alone.second.at("accuracy/validation").size() == 3);
}

TEST_CASE("arms share folds and first weights, and every graph is tested once", "[graph]") {
    const DataSet data = small_set({.parts = {"degree"}});
    ValidationOptions options;
    options.training = small_options(data);
    options.training.epochs = 2;
    options.folds.folds = 4;
    MemoryRun record(1);
    const AugmentOf augment = [&](std::span<const std::int64_t> train) -> Augment {
        CHECK(train.size() == 16);
        return [&](std::int64_t g, std::uint64_t seed) { return fewer_edges(data, g, seed); };
    };
    CrossValidation validation({{"plain", &data, {}}, {"same", &data, {}}, {"fewer", &data, augment}}, options);
    CrossValidation* const all[] = {&validation};
    run_all(all, record, 2, "test");
    CHECK(validation.accuracies(0) == validation.accuracies(1));
    std::vector<int> tested(data.graphs.size(), 0);
    for (const FoldResult& r : validation.results()) {
        if (r.arm != 2) continue;
        for (const std::int64_t g : r.graphs) ++tested[static_cast<std::size_t>(g)];
    }
    CHECK(tested == std::vector<int>(data.graphs.size(), 1));
    const auto counts = validation.confusion(2);
    CHECK(counts[0] + counts[1] == 12);
    CHECK(counts[2] + counts[3] == 12);
    double right = 0;
    for (const double a : validation.accuracies(2)) right += a * 6;
    CHECK(static_cast<double>(counts[0] + counts[3]) == Approx(right));
    CHECK(validation.fold_table().rows.size() == 12);
    CHECK(validation.prediction_table().rows.size() == 24);
    CHECK(record.metrics().count("loss/train/plain/fold-1") == 1);
}

TEST_CASE("what fails in a thread is thrown, of several the first", "[graph]") {
    std::atomic<int> done = 0;
    const auto run = [&] {
        in_parallel(2, 6, [&](std::size_t i) {
            if (i == 3) throw Error("three");
            if (i == 5) throw Error("five");
            ++done;
        });
    };
    CHECK_THROWS_WITH(run(), "three");
    CHECK(done == 4);
}
