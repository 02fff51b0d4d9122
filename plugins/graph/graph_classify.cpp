// SPDX-License-Identifier: BSD-3-Clause
// graph.classify: cross-validation of a graph neural network on a data set, with and without augmentation on the same
// folds.
#include "core/experiment.h"
#include "plugins/graph/data/input.h"
#include "plugins/graph/learn/script_model.h"
#include "plugins/graph/learn_params.h"
#include "plugins/graph/measure/statistics.h"
#include "plugins/graph/training_augment.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace orrery::graph {
namespace {

using namespace learn;

struct ClassifyParams : LearnParams {
    std::string input = "csl";
    // Augmentation
    std::string augmentation = "none", band = "high", output = "binarised", binarise = "threshold";
    double frequency_ratio = 0.5, probability = 0.5, std = 2, edit_rate = 0, augmented_share = 1, mix = 0.2;

    static void fields(Bind<ClassifyParams>& f) {
        f("input", &ClassifyParams::input)
            .doc(input_help() + " Each graph needs a class, its attribute label")
            .group("Data");
        learn_fields(f);
        augmentation_fields(f);
    }
    static void augmentation_fields(Bind<ClassifyParams>& f);
    static void check(const ClassifyParams& p, Problems& problems);

    bool augments() const { return augmentation != "none"; }
    augment::MethodOptions method() const {
        augment::MethodOptions o;
        o.method = augmentation;
        o.band = band;
        o.output = output;
        o.binarise = binarise;
        o.frequency_ratio = frequency_ratio;
        o.probability = probability;
        o.std = std;
        o.edit_rate = edit_rate;
        o.mix = mix;
        return o;
    }
};

void ClassifyParams::augmentation_fields(Bind<ClassifyParams>& f) {
    const auto group = "Augmentation";
    f("augmentation", &ClassifyParams::augmentation)
        .doc(fmt::format("none, or what training graphs are replaced by, anew in every epoch; then the same folds are "
                         "also trained without, and compared. Several are joined by +: {}",
                         fmt::join(augment::method_names(), ", ")))
        .group(group);
    f("augmented_share", &ClassifyParams::augmented_share)
        .doc("Probability that a training graph is replaced in an epoch")
        .range(0, 1)
        .group(group);
    f("frequency_ratio", &ClassifyParams::frequency_ratio)
        .doc("Share of the eigenvalues that dp-* and chebyshev may change")
        .range(0, 1)
        .group(group);
    f("probability", &ClassifyParams::probability)
        .doc("Of each eigenvalue (projection: each edge) to be changed")
        .range(0, 1)
        .group(group);
    f("std", &ClassifyParams::std).doc("Standard deviation of the noise").range(0, 1e6).group(group);
    f("band", &ClassifyParams::band)
        .doc("Which end of the spectrum dp-* changes")
        .choices({"high", "low"})
        .group(group);
    f("output", &ClassifyParams::output)
        .doc("binarised, or signed weights, which networks sum with")
        .choices({"binarised", "weighted"})
        .group(group);
    f("binarise", &ClassifyParams::binarise)
        .doc("As in graph.augment")
        .choices({"threshold", "top-m", "bernoulli"})
        .group(group);
    f("edit_rate", &ClassifyParams::edit_rate)
        .doc("Edits over edges that are to be made, as in graph.augment; 0: by std (dp-*, chebyshev), else 0.2")
        .range(0, 1)
        .group(group);
    f("mix", &ClassifyParams::mix).doc("Weight of the other class in g-mixup").range(0, 1).group(group);
}

void ClassifyParams::check(const ClassifyParams& p, Problems& problems) {
    if (const auto sentence = check_input(p.input)) problems.add("input", *sentence);
    check_learning(p, problems);
    if (!p.augments()) return;
    for (const std::string& sentence : augment::problems_of(p.method())) problems.add("augmentation", sentence);
    if (p.output == "weighted" && p.positional > 0)
        problems.add("positional",
                     fmt::format("positional = {}: a graph of signed weights has no places in the spectrum; "
                                 "take positional = 0 or output = binarised.",
                                 p.positional));
}

// Warned of before training.
void tell_effect(const ClassifyParams& p, const DataSet& data, Run& run, int threads) {
    const AugmentEffect effect = effect_of(p.method(), data, run.seed(), threads);
    run.metric("no_op_rate", 0, effect.no_op_rate);
    run.metric("edit_rate", 0, effect.edit_rate);
    run.log(fmt::format("{}: {:.1f} % of the graphs come back unchanged, edits over edges {:.3f} in the mean.",
                        p.augmentation, 100 * effect.no_op_rate, effect.edit_rate));
    if (effect.no_op_rate > 0.5)
        run.log(
            "Warning: over half of the augmented graphs are the graphs themselves. Raise std or probability, or set "
            "edit_rate.");
}

void report_accuracy(const CrossValidation& validation, Run& run) {
    const std::vector<double> folds = validation.accuracies(validation.arms().size() - 1);
    const Estimate accuracy = estimate_of(folds);
    for (std::size_t i = 0; i < folds.size(); ++i) run.metric("accuracy/fold", static_cast<std::int64_t>(i), folds[i]);
    run.metric("accuracy/test", 0, accuracy.value);
    if (folds.size() > 1) {
        run.metric("accuracy/std", 0, accuracy.deviation);
        run.metric("accuracy/low", 0, accuracy.low);
        run.metric("accuracy/high", 0, accuracy.high);
    }
    run.log(fmt::format("accuracy {:.2f} % +- {:.2f} over {} folds", 100 * accuracy.value,
                        folds.size() > 1 ? 100 * accuracy.deviation : 0.0, folds.size()));
}

void report_difference(const ClassifyParams& p, const CrossValidation& validation, Run& run) {
    const std::vector<double> plain = validation.accuracies(0), augmented = validation.accuracies(1);
    std::vector<double> differences;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        differences.push_back(augmented[i] - plain[i]);
        run.metric("difference/fold", static_cast<std::int64_t>(i), differences.back());
    }
    const Estimate mean = estimate_of(differences);
    const SignedRank test = wilcoxon(differences);
    run.metric("accuracy/plain", 0, mean_of(plain));
    run.metric("accuracy/augmented", 0, mean_of(augmented));
    run.metric("difference", 0, mean.value);
    run.metric("p_value", 0, test.p);
    std::string interval;
    if (differences.size() > 1) {
        run.metric("difference/low", 0, mean.low);
        run.metric("difference/high", 0, mean.high);
        interval = fmt::format(" (95 %: {:+.2f} to {:+.2f})", 100 * mean.low, 100 * mean.high);
    }
    run.log(fmt::format("{} changes the accuracy by {:+.2f} points{} in {} paired folds, Wilcoxon {}: {}.",
                        p.augmentation, 100 * mean.value, interval, differences.size(), p_text(test.p),
                        test.p >= 0.05   ? "no difference that this many folds show"
                        : mean.value > 0 ? "an improvement"
                                         : "a loss"));
}

void write_artifacts(CrossValidation& validation, const DataSet& data, Run& run) {
    run.artifact("model", Kind::model,
                 save_script(validation.best().best_network(), data.features, data.class_names, run.scratch()));
    for (const auto& [name, table] :
         {std::pair("folds", validation.fold_table()), std::pair("predictions", validation.prediction_table()),
          std::pair("confusion", validation.confusion_table())}) {
        const auto file = run.scratch() / (std::string(name) + ".csv");
        write_table(file, table);
        run.artifact(name, Kind::table, file);
    }
}

void classify(const ClassifyParams& p, Run& run) {
    for (const auto& file : input_files(p.input)) run.input(file);
    const GraphSet set = load_input(p.input, run.seed());
    const ValidationOptions options = p.validation_options(run.seed(), run.device());
    const int threads = at::get_num_threads();
    const DataSet data = data_set_of(set, p.feature_options(), options.training.network.propagation(), threads);
    for (const std::string& remark : data.remarks) run.log(remark);
    if (p.augments()) tell_effect(p, data, run, threads);
    std::vector<Arm> arms{{"plain", &data, {}}};
    if (p.augments())
        arms.push_back({"augmented", &data, training_augment(p.method(), data, p.augmented_share, threads)});
    CrossValidation validation(std::move(arms), options);
    std::vector<double> sizes(data.class_names.size(), 0);
    for (const std::int64_t label : data.labels) sizes[static_cast<std::size_t>(label)] += 1;
    const double graphs = static_cast<double>(data.graphs.size());
    run.metric("accuracy/baseline", 0, *std::max_element(sizes.begin(), sizes.end()) / graphs);
    run.metric("graphs", 0, graphs);
    run.metric("classes", 0, static_cast<double>(data.class_names.size()));
    run.metric("features", 0, static_cast<double>(data.features.count()));
    run.metric("parameters", 0, static_cast<double>(validation.parameters()));
    run.log(fmt::format("{} graphs of {} classes, {} features of a node, {} weights, {} trainings", data.graphs.size(),
                        data.class_names.size(), data.features.count(), validation.parameters(),
                        validation.trainings().size()));
    CrossValidation* const all[] = {&validation};
    run_all(all, run, options.training.cuda < 0 ? threads : 1, "graph.classify");
    report_accuracy(validation, run);
    if (p.augments()) report_difference(p, validation, run);
    write_artifacts(validation, data, run);
}

const auto declared =
    experiment<ClassifyParams>("graph.classify", "Classify graphs by a graph neural network", classify)
        .summary(
            "Trains GIN, GCN or GraphSAGE on a data set by cross-validation, the epoch chosen by validation alone; "
            "with an augmentation also without it on the same folds, and tests the paired differences.")
        .metric("accuracy/test", "share of test graphs classified rightly, mean over the folds")
        .tolerance(1e-9)
        .metric("accuracy/std", "standard deviation over the folds")
        .lower_is_better()
        .metric("accuracy/low", "95 % confidence interval of the mean over folds (Student)")
        .metric("accuracy/high", "95 % confidence interval of the mean over folds (Student)")
        .metric("accuracy/fold", "of each fold, seed after seed")
        .metric("accuracy/baseline", "share of the largest class: what a guess reaches")
        .metric("accuracy/plain", "accuracy/test without augmentation")
        .metric("accuracy/augmented", "accuracy/test with augmentation")
        .metric("difference", "augmented minus plain, mean over the folds")
        .metric("difference/low", "95 % confidence interval of the difference (Student)")
        .metric("difference/high", "95 % confidence interval of the difference (Student)")
        .metric("difference/fold", "of each fold, seed after seed")
        .metric("p_value", "of Wilcoxon's signed-rank test of the differences, two-sided")
        .metric("no_op_rate", "share of graphs that one draw of the augmentation leaves as they are")
        .metric("edit_rate", "edges added or removed over edges, mean over the graphs, in one draw")
        .metric("loss/train", "cross entropy of the training graphs, mean over the folds, by epoch")
        .lower_is_better()
        .metric("loss/train/*", "the same of one fold, or without augmentation")
        .lower_is_better()
        .metric("loss/validation", "cross entropy of the validation graphs, mean over the folds, by epoch")
        .lower_is_better()
        .metric("loss/validation/*", "the same of one fold, or without augmentation")
        .lower_is_better()
        .metric("accuracy/train", "of the training graphs, mean over the folds, by epoch")
        .metric("accuracy/train/*", "the same of one fold, or without augmentation")
        .metric("accuracy/validation", "of the validation graphs, mean over the folds, by epoch")
        .metric("accuracy/validation/*", "the same of one fold, or without augmentation")
        .metric("graphs", "graphs of the data set")
        .metric("classes", "classes of the data set")
        .metric("features", "numbers that stand for a node")
        .metric("parameters", "weights of the network")
        .artifact("model", Kind::model,
                  "TorchScript of the fold whose validation was best: forward(x [nodes, features], edges [2, entries], "
                  "graph [nodes]) -> logits [graphs, classes]")
        .artifact("folds", Kind::table, "accuracy, loss and best epoch of each fold")
        .artifact("predictions", Kind::table,
                  "every graph when it was tested on: class, predicted class, probabilities")
        .artifact("confusion", Kind::table, "how many graphs of a class were taken for which");

} // namespace
} // namespace orrery::graph
