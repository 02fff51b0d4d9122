// SPDX-License-Identifier: BSD-3-Clause
// Trains one network on one split of a data set, epoch by epoch, and keeps the epoch that validation likes best.
#pragma once
#include "core/state_stream.h"
#include "plugins/graph/learn/data_set.h"
#include "plugins/graph/learn/folds.h"
#include "plugins/graph/learn/network.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace orrery::graph::learn {

// A graph to train on in place of another. `target`: probability of each class; empty: the class of the other.
struct Sample {
    Graph graph;
    std::vector<float> target;
};
// What is trained on in place of a graph (its place in the data set), or nothing for the graph itself; the same seed,
// the same answer; called by several threads at once.
using Augment = std::function<std::optional<Sample>(std::int64_t graph, std::uint64_t seed)>;
// Made for the graphs of one training alone, so that nothing of the others can come in; may be empty.
using AugmentOf = std::function<Augment(std::span<const std::int64_t> train)>;

enum class Schedule { constant, step, cosine };

struct TrainingOptions {
    NetworkShape network;
    std::int64_t epochs = 100, batch = 32;
    double rate = 0.01, weight_decay = 0; // of Adam, the decay added to the gradient
    Schedule schedule = Schedule::step;
    std::int64_t step_epochs = 25; // of Schedule::step, after which the rate is multiplied by step_factor
    double step_factor = 0.5;
    std::int64_t patience = 0; // epochs without a better validation after which training ends; 0: never
    int cuda = -1;             // device, or -1: CPU

    // Of the epoch after `done` ones.
    double rate_at(std::int64_t done) const;
};

struct EpochReport {
    double loss = 0, accuracy = 0; // of training, while it went on: of augmented graphs where there are some
    double validation_loss = 0, validation_accuracy = 0;
};

struct Scores {
    double loss = 0, accuracy = 0;
    std::vector<float> probabilities; // [graphs][classes]
};

// The order in which an epoch, after `done` others, goes through so many training graphs.
std::vector<std::int64_t> epoch_order(std::size_t graphs, std::uint64_t seed, std::int64_t done);

class Training {
public:
    // The data set must outlive it. `seed` decides weights, order of graphs, dropout and signs; `augment` may be empty.
    Training(const DataSet& data, Split split, const TrainingOptions& options, std::uint64_t seed, Augment augment);

    // One pass over the training graphs. Throws Error where the loss is no number.
    void run_epoch();
    bool finished() const;
    std::int64_t epoch() const { return epoch_; }         // done so far
    const EpochReport& report() const { return report_; } // of the last epoch

    // Of the best epoch: the highest accuracy of validation, of equal ones the lowest loss there, of these the first.
    std::int64_t best_epoch() const { return best_epoch_; }
    double best_validation_accuracy() const { return best_accuracy_; }
    // With the best epoch's weights; no more epochs after these.
    Scores test();
    Network& best_network();

    const Split& split() const { return split_; }
    std::int64_t parameter_count() const { return network_.parameters().numel(); }
    // All that the next epochs depend on; what is restored was made with the same arguments.
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    double step(const Batch& batch, std::uint64_t seed, std::int64_t& correct);
    Scores evaluate(Network& network, std::span<const std::int64_t> graphs) const;
    Batch batch_for_training(const Collection& from, std::span<const std::int64_t> places, std::uint64_t seed) const;
    std::optional<Collection> augmented(std::uint64_t seed) const;

    const DataSet& data_;
    Split split_;
    TrainingOptions options_;
    std::uint64_t seed_;
    Augment augment_;
    Network network_;
    at::Tensor first_moment_, second_moment_; // of Adam
    std::int64_t steps_ = 0, epoch_ = 0;
    EpochReport report_;
    at::Tensor best_parameters_, best_moments_;
    std::int64_t best_epoch_ = 0;
    double best_accuracy_ = -1, best_loss_ = 0;
};

std::string name_of(Schedule schedule);
Schedule schedule_named(const std::string& name); // throws Error

} // namespace orrery::graph::learn
