// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn/cross_validation.h"

#include "plugins/graph/random.h"

#include <fmt/format.h>

#include <algorithm>

namespace orrery::graph::learn {

namespace {

std::size_t size_of(std::int64_t n) { return static_cast<std::size_t>(n); }

struct EpochMetric {
    const char* key;
    double EpochReport::*value;
};
constexpr EpochMetric epoch_metrics[] = {{"loss/train", &EpochReport::loss},
                                         {"loss/validation", &EpochReport::validation_loss},
                                         {"accuracy/train", &EpochReport::accuracy},
                                         {"accuracy/validation", &EpochReport::validation_accuracy}};

std::int64_t predicted(const FoldResult& result, std::size_t place, std::int64_t classes) {
    const auto begin = result.probabilities.begin() + static_cast<std::ptrdiff_t>(place) * classes;
    return std::max_element(begin, begin + classes) - begin;
}

} // namespace

CrossValidation::CrossValidation(std::vector<Arm> arms, const ValidationOptions& options)
    : arms_(std::move(arms)), options_(options) {
    for (std::int64_t seed = 0; seed < options_.seeds; ++seed) {
        const std::uint64_t drawn = seed_of({options_.seed, static_cast<std::uint64_t>(seed)});
        FoldOptions folds = options_.folds;
        folds.seed = drawn;
        const std::vector<Split> splits = splits_of(arms_.front().data->labels, folds);
        for (std::size_t fold = 0; fold < splits.size(); ++fold) {
            for (const Arm& arm : arms_) {
                const Augment augment = arm.augment ? arm.augment(splits[fold].train) : Augment();
                TrainingOptions training = options_.training;
                training.network.inputs = arm.data->features.count();
                training.network.classes = arm.data->collection.classes();
                trainings_.push_back(
                    std::make_unique<Training>(*arm.data, splits[fold], training, seed_of({drawn, fold}), augment));
            }
        }
    }
}

std::size_t CrossValidation::index(std::size_t arm, std::int64_t seed, std::int64_t fold) const {
    return size_of(seed * options_.folds.folds + fold) * arms_.size() + arm;
}

std::int64_t CrossValidation::parameters() const { return trainings_.front()->parameter_count(); }

std::string CrossValidation::key(const char* metric, std::size_t arm) const {
    std::string key = metric;
    if (!options_.label.empty()) key += "/" + options_.label;
    if (!options_.label.empty() || arm + 1 < arms_.size()) key += "/" + arms_[arm].name;
    return key;
}

void CrossValidation::report(Run& run, std::int64_t epoch) const {
    for (const EpochMetric& metric : epoch_metrics) {
        std::vector<double> sum(arms_.size(), 0), count(arms_.size(), 0);
        for (std::size_t i = 0; i < trainings_.size(); ++i) {
            if (trainings_[i]->epoch() != epoch) continue; // ended before
            const std::size_t arm = i % arms_.size(), place = i / arms_.size(), folds = size_of(options_.folds.folds);
            const double value = trainings_[i]->report().*metric.value;
            const std::string seed = options_.seeds > 1 ? fmt::format("/seed-{}", place / folds + 1) : std::string();
            run.metric(fmt::format("{}{}/fold-{}", key(metric.key, arm), seed, place % folds + 1), epoch, value);
            sum[arm] += value;
            count[arm] += 1;
        }
        for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
            if (count[arm] > 0) run.metric(key(metric.key, arm), epoch, sum[arm] / count[arm]);
        }
    }
}

void CrossValidation::test(int threads) {
    std::vector<Scores> scores(trainings_.size());
    in_parallel(threads, trainings_.size(), [&](std::size_t i) { scores[i] = trainings_[i]->test(); });
    results_.clear();
    for (std::size_t arm = 0; arm < arms_.size(); ++arm) {
        for (std::int64_t seed = 0; seed < options_.seeds; ++seed) {
            for (std::int64_t fold = 0; fold < options_.folds.folds; ++fold) {
                const std::size_t i = index(arm, seed, fold);
                const Training& t = *trainings_[i];
                results_.push_back({arm, seed, fold, t.best_epoch(), scores[i].accuracy, scores[i].loss,
                                    t.best_validation_accuracy(), t.split().test, std::move(scores[i].probabilities)});
            }
        }
    }
}

std::vector<double> CrossValidation::accuracies(std::size_t arm) const {
    std::vector<double> list;
    for (const FoldResult& result : results_) {
        if (result.arm == arm) list.push_back(result.accuracy);
    }
    return list;
}

std::vector<std::int64_t> CrossValidation::confusion(std::size_t arm) const {
    const DataSet& data = *arms_[arm].data;
    const std::int64_t classes = data.collection.classes();
    std::vector<std::int64_t> counts(size_of(classes * classes), 0);
    for (const FoldResult& result : results_) {
        if (result.arm != arm) continue;
        for (std::size_t k = 0; k < result.graphs.size(); ++k)
            ++counts[size_of(data.labels[size_of(result.graphs[k])] * classes + predicted(result, k, classes))];
    }
    return counts;
}

Training& CrossValidation::best() {
    std::size_t best = arms_.size() - 1;
    for (std::size_t i = best; i < trainings_.size(); i += arms_.size()) {
        if (trainings_[i]->best_validation_accuracy() > trainings_[best]->best_validation_accuracy()) best = i;
    }
    return *trainings_[best];
}

Table CrossValidation::fold_table() const {
    Table table;
    table.title = "Folds";
    table.columns = {{"arm"},      {"seed"}, {"fold"},       {"test graphs"},
                     {"accuracy"}, {"loss"}, {"best epoch"}, {"validation accuracy"}};
    for (const FoldResult& r : results_) {
        table.rows.push_back({arms_[r.arm].name, r.seed + 1, r.fold + 1, static_cast<std::int64_t>(r.graphs.size()),
                              r.accuracy, r.loss, r.best_epoch, r.validation_accuracy});
    }
    return table;
}

Table CrossValidation::prediction_table() const {
    const DataSet& data = *arms_.back().data;
    const std::int64_t classes = data.collection.classes();
    Table table;
    table.title = "Predictions of each graph when it was tested on";
    table.columns = {{"graph"}, {"seed"}, {"fold"}, {"class"}, {"predicted"}};
    for (const std::string& name : data.class_names) table.columns.push_back({"p(" + name + ")"});
    for (const FoldResult& r : results_) {
        if (r.arm + 1 < arms_.size()) continue;
        for (std::size_t k = 0; k < r.graphs.size(); ++k) {
            std::vector<Table::Cell> row{r.graphs[k], r.seed + 1, r.fold + 1,
                                         data.class_names[size_of(data.labels[size_of(r.graphs[k])])],
                                         data.class_names[size_of(predicted(r, k, classes))]};
            for (std::int64_t c = 0; c < classes; ++c)
                row.emplace_back(static_cast<double>(r.probabilities[k * size_of(classes) + size_of(c)]));
            table.rows.push_back(std::move(row));
        }
    }
    return table;
}

Table CrossValidation::confusion_table() const {
    const DataSet& data = *arms_.back().data;
    const std::vector<std::int64_t> counts = confusion(arms_.size() - 1);
    Table table;
    table.title = "Graphs by class (row) and class predicted (column), when they were tested on";
    table.columns = {{"class"}};
    for (const std::string& name : data.class_names) table.columns.push_back({"predicted " + name});
    for (std::size_t c = 0; c < data.class_names.size(); ++c) {
        std::vector<Table::Cell> row{data.class_names[c]};
        for (std::size_t p = 0; p < data.class_names.size(); ++p)
            row.emplace_back(counts[c * data.class_names.size() + p]);
        table.rows.push_back(std::move(row));
    }
    return table;
}

void run_all(std::span<CrossValidation* const> validations, Run& run, int threads, const std::string& state) {
    std::vector<Training*> trainings;
    std::int64_t epochs = 1;
    for (const CrossValidation* validation : validations) {
        for (const auto& training : validation->trainings()) trainings.push_back(training.get());
        epochs = std::max(epochs, validation->epochs());
    }
    train_all(trainings, run, threads, state, [&](std::int64_t epoch) {
        for (const CrossValidation* validation : validations) validation->report(run, epoch);
        run.progress(0.98 * static_cast<double>(epoch) / static_cast<double>(epochs),
                     fmt::format("epoch {} of {}", epoch, epochs));
    });
    for (CrossValidation* validation : validations) validation->test(threads);
}

} // namespace orrery::graph::learn
