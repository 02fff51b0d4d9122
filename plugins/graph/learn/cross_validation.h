// SPDX-License-Identifier: BSD-3-Clause
// k-fold cross-validation of one or several ways to train, all on the same folds from the same weights.
#pragma once
#include "core/files/table.h"
#include "core/run.h"
#include "plugins/graph/learn/statistics.h"
#include "plugins/graph/learn/study.h"

#include <cstdint>
#include <string>
#include <vector>

namespace orrery::graph::learn {

// A way to train that is compared with others.
struct Arm {
    std::string name;
    const DataSet* data = nullptr; // of equal labels in all arms
    AugmentOf augment;             // may be empty
};

struct ValidationOptions {
    TrainingOptions training; // its network's inputs and classes are those of the data
    FoldOptions folds;        // its seed is that of the run
    std::int64_t seeds = 1;   // repetitions with other folds and weights
    std::uint64_t seed = 0;
    std::string label; // in the keys of metrics where there are several cross-validations
};

struct FoldResult {
    std::size_t arm = 0;
    std::int64_t seed = 0, fold = 0, best_epoch = 0;
    double accuracy = 0, loss = 0, validation_accuracy = 0; // the first two on the test graphs
    std::vector<std::int64_t> graphs;                       // of the test
    std::vector<float> probabilities;                       // [graphs][classes]
};

class CrossValidation {
public:
    CrossValidation(std::vector<Arm> arms, const ValidationOptions& options);

    // Empty before run_all(). By arm, seed, fold, in this order.
    const std::vector<FoldResult>& results() const { return results_; }
    std::vector<double> accuracies(std::size_t arm) const; // by seed, fold
    // All tests of an arm together: how many graphs of a class were taken for which, [classes][classes].
    std::vector<std::int64_t> confusion(std::size_t arm) const;
    // Of the last arm: the training whose validation was best.
    Training& best();

    Table fold_table() const;
    Table prediction_table() const; // of the last arm
    Table confusion_table() const;  // of the last arm

    const std::vector<Arm>& arms() const { return arms_; }
    std::int64_t parameters() const;
    std::int64_t epochs() const { return options_.training.epochs; }

    // For run_all().
    const Trainings& trainings() const { return trainings_; }
    void report(Run& run, std::int64_t epoch) const;
    void test(int threads);

private:
    std::size_t index(std::size_t arm, std::int64_t seed, std::int64_t fold) const;
    std::string key(const char* metric, std::size_t arm) const;

    std::vector<Arm> arms_;
    ValidationOptions options_;
    Trainings trainings_; // [seed][fold][arm]: arms of a fold end together
    std::vector<FoldResult> results_;
};

// Trains all, with metrics after each epoch (loss/train, loss/validation, accuracy/train, accuracy/validation: means
// over the folds of the last arm, and below them those of other arms and of each fold), then tests each once. What
// train_all throws; `state` tells the kind of checkpoint.
void run_all(std::span<CrossValidation* const> validations, Run& run, int threads, const std::string& state);

} // namespace orrery::graph::learn
