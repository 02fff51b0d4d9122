// SPDX-License-Identifier: BSD-3-Clause
// What keeps a result honest: which epoch is tested, what signs, dropout and augmentation may see, which numbers are
// reported.
#include "core/error.h"
#include "core/memory_run.h"
#include "plugins/graph/learn/cross_validation.h"
#include "plugins/graph/training_augment.h"
#include "tests/catch.h"
#include "tests/graph/small_training.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <set>

using namespace orrery;
using namespace orrery::graph::learn;
using namespace learn_graphs;
using namespace small_training;

namespace {

std::size_t place(std::int64_t i) { return static_cast<std::size_t>(i); }

// Graphs that are all the same, but for one column whose sign is arbitrary and would tell the class.
DataSet told_by_sign(std::size_t graphs) {
    GraphSet set;
    for (std::size_t g = 0; g < graphs; ++g) {
        set.graphs.push_back(graph_of(4, {{0, 1}, {1, 2}, {2, 3}}));
        set_class(set.graphs.back(), static_cast<std::int64_t>(g % 2));
    }
    const FeatureOptions options{.parts = {"constant"}, .positional = 1, .form = PositionalForm::signs};
    DataSet data = data_set_of(set, options, Propagation::plain, 1);
    REQUIRE(data.features.last_sign() == data.features.first_sign() + 1);
    std::vector<float> features = data.features.write(data.graphs, 1), targets;
    const auto columns = place(data.features.count()), sign = place(data.features.first_sign());
    for (std::size_t g = 0; g < graphs; ++g) {
        for (std::size_t i = 4 * g; i < 4 * g + 4; ++i) features[i * columns + sign] = g % 2 == 0 ? 1.0F : -1.0F;
        targets.insert(targets.end(), {g % 2 == 0 ? 1.0F : 0.0F, g % 2 == 0 ? 0.0F : 1.0F});
    }
    data.collection =
        Collection(data.graphs, std::move(features), data.features.count(), targets, 2, Propagation::plain);
    return data;
}

at::Tensor parameters_of(Training& training) { return training.best_network().parameters().clone(); }

} // namespace

TEST_CASE("what is tested is the best epoch: its weights and its moments", "[graph]") {
    const DataSet data = small_set({.parts = {"degree"}});
    int earlier = 0;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        Split split = split_of(data, seed);
        split.test = split.validation;
        TrainingOptions options = small_options(data);
        options.epochs = 12;
        options.rate = 0.05;
        Training training(data, split, options, seed, {});
        double accuracy = -1, loss = 0;
        std::int64_t epoch = 0;
        while (!training.finished()) {
            training.run_epoch();
            const EpochReport& r = training.report();
            if (r.validation_accuracy < accuracy || (r.validation_accuracy == accuracy && r.validation_loss >= loss))
                continue;
            accuracy = r.validation_accuracy;
            loss = r.validation_loss;
            epoch = training.epoch();
        }
        CHECK(training.best_epoch() == epoch);
        earlier += training.best_epoch() < training.epoch();
        const Scores scores = training.test();
        CHECK(scores.accuracy == training.best_validation_accuracy());
        CHECK(scores.loss == loss);
        // The scores are those of the probabilities.
        double entropy = 0, right = 0;
        for (std::size_t k = 0; k < split.test.size(); ++k) {
            const auto label = place(data.labels[place(split.test[k])]);
            const double p = scores.probabilities[2 * k + label], other = scores.probabilities[2 * k + 1 - label];
            CHECK(p + other == Approx(1));
            entropy -= std::log(p) / static_cast<double>(split.test.size());
            right += p > other ? 1 / static_cast<double>(split.test.size()) : 0;
        }
        CHECK(scores.loss == Approx(entropy).epsilon(1e-4));
        CHECK(scores.accuracy == Approx(right));
    }
    CHECK(earlier > 0); // else nothing was restored
}

TEST_CASE("the sign of an eigenvector can't be learned, and is fixed when a network is tested", "[graph]") {
    const DataSet data = told_by_sign(40);
    TrainingOptions options = small_options(data);
    options.network.dropout = 0;
    options.epochs = 25;
    Training training(data, split_of(data), options, 3, {});
    while (!training.finished()) training.run_epoch();
    CHECK(training.report().accuracy < 0.8);
    CHECK(training.report().loss > 0.55); // guessing: 0.69
    const Scores scores = training.test();
    std::set<float> answers[2]; // of each of the two graphs that there are
    for (std::size_t k = 0; k < training.split().test.size(); ++k)
        answers[training.split().test[k] % 2].insert(scores.probabilities[2 * k]);
    CHECK(answers[0].size() == 1);
    CHECK(answers[1].size() == 1);
    CHECK(answers[0] != answers[1]);
}

TEST_CASE("dropout and the schedule of rates reach the weights", "[graph]") {
    const DataSet data = small_set({.parts = {"degree"}});
    TrainingOptions options = small_options(data);
    options.schedule = Schedule::constant;
    const auto after_an_epoch = [&](double dropout) {
        options.network.dropout = dropout;
        Training training(data, split_of(data), options, 2, {});
        training.run_epoch();
        return parameters_of(training);
    };
    CHECK_FALSE(at::equal(after_an_epoch(0), after_an_epoch(0.5)));
    // A rate of zero after the first epoch leaves the weights where they were.
    const at::Tensor first = after_an_epoch(0.5);
    options.schedule = Schedule::step;
    options.step_epochs = 1;
    options.step_factor = 0;
    Training rested(data, split_of(data), options, 2, {});
    while (!rested.finished()) rested.run_epoch();
    REQUIRE(rested.best_epoch() > 1); // the moments go on
    CHECK(at::equal(parameters_of(rested), first));
}

TEST_CASE("every epoch goes through the training graphs in another order, each once", "[graph]") {
    const auto first = epoch_order(30, 5, 0), second = epoch_order(30, 5, 1);
    CHECK(first != second);
    CHECK(first != epoch_order(30, 6, 0));
    CHECK(first == epoch_order(30, 5, 0));
    CHECK(std::set<std::int64_t>(first.begin(), first.end()).size() == 30);
    CHECK(*std::max_element(first.begin(), first.end()) == 29);
}

TEST_CASE("g-mixup learns from the training graphs alone, and its targets are mixed", "[graph]") {
    const DataSet data = small_set();
    graph::augment::MethodOptions method;
    method.method = "g-mixup";
    method.mix = 0.3;
    const AugmentOf augment_of = graph::training_augment(method, data, 1, 1);
    std::vector<std::int64_t> one_class, all;
    for (std::int64_t g = 0; g < static_cast<std::int64_t>(data.labels.size()); ++g) {
        if (data.labels[place(g)] == 0) one_class.push_back(g);
        all.push_back(g);
    }
    CHECK_THROWS_WITH(augment_of(one_class), contains_text("fewer than two")); // the other class is not to be seen
    const Augment augment = augment_of(all);
    for (const std::int64_t g : all) {
        const auto sample = augment(g, 5);
        REQUIRE(sample);
        REQUIRE(sample->target.size() == 2);
        CHECK(sample->target[place(data.labels[place(g)])] == Approx(0.7));
        CHECK(sample->target[place(1 - data.labels[place(g)])] == Approx(0.3));
    }
}

TEST_CASE("a training graph is replaced by its share, others never", "[graph]") {
    const DataSet data = small_set();
    graph::augment::MethodOptions method;
    method.method = "drop-edge";
    method.edit_rate = 0.5;
    const std::vector<std::int64_t> train{0, 1, 2, 3};
    const Augment some = graph::training_augment(method, data, 0.25, 1)(train);
    int replaced = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed)
        replaced += some(static_cast<std::int64_t>(seed % 4), seed) ? 1 : 0;
    CHECK(replaced == Approx(100).margin(35)); // four deviations
}

TEST_CASE("repetitions have other folds, and the model that is kept is the one validation likes best", "[graph]") {
    const DataSet data = small_set({.parts = {"degree"}});
    ValidationOptions options;
    options.training = small_options(data);
    options.training.epochs = 2;
    options.folds.folds = 4;
    options.seeds = 2;
    MemoryRun record(1);
    CrossValidation validation({{"plain", &data, {}}, {"again", &data, {}}}, options);
    CrossValidation* const all[] = {&validation};
    run_all(all, record, 2, "test");
    std::vector<std::vector<std::int64_t>> first;
    double best = 0;
    for (const FoldResult& r : validation.results()) {
        if (r.arm == 1 && r.fold == 0) first.push_back(r.graphs);
        best = std::max(best, r.validation_accuracy);
    }
    REQUIRE(first.size() == 2);
    CHECK(first[0] != first[1]);
    CHECK(validation.best().best_validation_accuracy() == best);
    std::set<double> accuracies;
    for (const FoldResult& r : validation.results()) accuracies.insert(r.validation_accuracy);
    CHECK(accuracies.size() > 1); // else any would do
}

TEST_CASE("an eigenspace that is cut off by the pairs given has no column", "[graph]") {
    // C_6: eigenvalues 0, 1, 1, 3, ...; of the double one a solver that was asked for two pairs gives one vector.
    const std::size_t n = 6;
    std::vector<double> values{0, 1}, vectors(n, 1 / std::sqrt(6.0));
    for (std::size_t i = 0; i < n; ++i)
        vectors.push_back(std::cos(std::acos(-1.0) * static_cast<double>(i) / 3) / std::sqrt(3.0));
    std::vector<float> out(n * 2, 0.0F);
    write_positional(values, vectors, n, 1, PositionalForm::invariant, 2, out.data());
    CHECK(out == std::vector<float>(n * 2, 0.0F));
}
