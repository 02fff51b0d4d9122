// SPDX-License-Identifier: BSD-3-Clause
// graph.thesis: does noise on high graph frequencies keep what is written in low ones, and destroy what is written in
// high ones? Two made data sets, one of each kind, are read clean, after high-frequency noise and after low-frequency
// noise of the same edit rate.
#include "core/experiment.h"
#include "plugins/graph/augment/dual_prism.h"
#include "plugins/graph/data/graph_sets.h"
#include "plugins/graph/learn_params.h"
#include "plugins/graph/measure/statistics.h"
#include "plugins/graph/random.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <array>
#include <deque>
#include <memory>

namespace orrery::graph {
namespace {

using namespace learn;

struct ThesisParams : LearnParams {
    std::int64_t graphs = 60, draws = 9999;
    double edit_rate = 0.2, frequency_ratio = 0.5, std = 2;

    ThesisParams() {
        features = "degree";
        walks = 8;
        positional = 8;
        epochs = 40;
        folds = 5;
        seeds = 2;
    }
    static void fields(Bind<ThesisParams>& f) {
        f("graphs", &ThesisParams::graphs).doc("Graphs of each class").range(4, 1e5).group("Data");
        f("edit_rate", &ThesisParams::edit_rate)
            .doc("Edits over edges that either noise makes in every graph")
            .range(0.01, 1)
            .group("Noise");
        f("frequency_ratio", &ThesisParams::frequency_ratio)
            .doc("Share of the eigenvalues, the highest or the lowest, that noise changes")
            .range(0.01, 1)
            .group("Noise");
        f("std", &ThesisParams::std)
            .doc("Standard deviation of the noise before it is scaled to the edit rate")
            .range(1e-3, 1e3)
            .group("Noise");
        f("draws", &ThesisParams::draws).doc("Of the permutation test").range(99, 1e7).group("Noise");
        learn_fields(f);
    }
    static void check(const ThesisParams& p, Problems& problems) {
        check_learning(p, problems);
        if (p.features.find("labels") != std::string::npos)
            problems.add("features", "features = " + p.features +
                                         ": the node labels of the block models say the class; take degree.");
    }
};

constexpr std::array noises{"clean", "high", "low"};

struct Noised {
    GraphSet set;
    double edit_rate = 0; // mean
};

Noised noised(const ThesisParams& p, const GraphSet& clean, augment::Band band, std::uint64_t seed, int threads) {
    augment::DualPrismOptions options;
    options.band = band;
    options.frequency_ratio = p.frequency_ratio;
    options.probability = 1;
    options.std = p.std;
    options.edit_rate = p.edit_rate;
    const auto method = augment::dual_prism(options);
    spectrum::Options solver;
    solver.threads = threads;
    augment::Copies copies;
    copies.seed = seed;
    copies.threads = threads;
    Noised result;
    result.set.name = clean.name;
    for (augment::Augmented& one :
         augment::augment_all(*method, clean.graphs, augment::pairs_for(*method, clean.graphs, solver), copies)) {
        result.edit_rate += one.changes.edit_rate() / static_cast<double>(clean.graphs.size());
        result.set.graphs.push_back(std::move(one.graph));
    }
    return result;
}

// One data set in its three states, and its cross-validation.
class Part {
public:
    Part(const ThesisParams& p, GraphSet clean, const std::string& label, Run& run, int threads) : label_(label) {
        ValidationOptions options = p.validation_options(run.seed(), run.device());
        options.label = label;
        for (Graph& graph : clean.graphs) graph.node.clear(); // they say the class
        std::vector<Arm> arms;
        for (std::size_t i = 0; i < noises.size(); ++i) {
            Noised now{clean, 0};
            if (i > 0)
                now = noised(p, clean, i == 1 ? augment::Band::high : augment::Band::low, seed_of({run.seed(), i}),
                             threads);
            data_.push_back(data_set_of(now.set, p.feature_options(), options.training.network.propagation(), threads));
            arms.push_back({noises[i], &data_.back(), {}});
            if (i > 0) run.metric("edit_rate/" + label + "/" + noises[i], 0, now.edit_rate);
        }
        validation_ = std::make_unique<CrossValidation>(std::move(arms), options);
    }

    CrossValidation& validation() { return *validation_; }
    const std::string& label() const { return label_; }
    double guess() const { return 1 / static_cast<double>(data_.front().class_names.size()); }

    // What high-frequency noise leaves less what low-frequency noise leaves, fold by fold, on a scale where guessing is
    // 0 and certainty 1, so that sets of different numbers of classes can be compared.
    std::vector<double> effects() const {
        const std::vector<double> high = validation_->accuracies(1), low = validation_->accuracies(2);
        std::vector<double> list;
        for (std::size_t i = 0; i < high.size(); ++i) list.push_back((high[i] - low[i]) / (1 - guess()));
        return list;
    }

private:
    std::string label_;
    std::deque<DataSet> data_; // whose addresses the arms keep
    std::unique_ptr<CrossValidation> validation_;
};

std::string verdict(double interaction, double p) {
    if (p >= 0.01) return "These data don't decide it (p >= 0.01).";
    return interaction > 0 ? "The sign is the one that Dual-Prism's thesis predicts."
                           : "The sign is the opposite of what Dual-Prism's thesis predicts.";
}

void report(Part& part, Run& run, Table& table) {
    std::vector<double> means;
    for (std::size_t arm = 0; arm < noises.size(); ++arm) {
        const Estimate mean = estimate_of(part.validation().accuracies(arm));
        means.push_back(mean.value);
        run.metric("accuracy/" + part.label() + "/" + noises[arm], 0, mean.value);
        table.rows.push_back(
            {part.label(), std::string(noises[arm]), mean.value, mean.deviation, mean.low, mean.high, part.guess()});
    }
    const std::vector<double> effects = part.effects();
    run.metric("effect/" + part.label(), 0, mean_of(effects));
    for (std::size_t i = 0; i < effects.size(); ++i)
        run.metric("effect/" + part.label() + "/fold", static_cast<std::int64_t>(i), effects[i]);
    run.log(
        fmt::format("{}: accuracy {:.1f} % clean, {:.1f} % after high-frequency noise, {:.1f} % after low-frequency "
                    "noise (guessing: {:.1f} %)",
                    part.label(), 100 * means[0], 100 * means[1], 100 * means[2], 100 * part.guess()));
}

void thesis(const ThesisParams& p, Run& run) {
    const int threads = at::get_num_threads();
    const auto graphs = static_cast<std::int32_t>(p.graphs);
    Part blocks(p, block_count_set(graphs, 72, 6, 0.05, seed_of({run.seed(), 11})), "blocks", run, threads);
    Part triangles(p, triangle_density_set(graphs, 6, 8, 3, seed_of({run.seed(), 12})), "triangles", run, threads);
    CrossValidation* const all[] = {&blocks.validation(), &triangles.validation()};
    run_all(all, run, run.device().cuda ? 1 : threads, "graph.thesis");
    Table table;
    table.title = "Accuracy by data set and noise";
    table.columns = {{"set"}, {"noise"}, {"accuracy"}, {"deviation"}, {"low"}, {"high"}, {"guessing"}};
    report(blocks, run, table);
    report(triangles, run, table);
    const std::vector<double> a = blocks.effects(), b = triangles.effects();
    const double interaction = mean_of(a) - mean_of(b);
    const double p_value = permutation_p(a, b, static_cast<int>(p.draws), seed_of({run.seed(), 13}));
    run.metric("interaction", 0, interaction);
    run.metric("p_value", 0, p_value);
    run.log(fmt::format("High-frequency noise leaves {:+.3f} more than low-frequency noise of what block counts can be "
                        "told by, and {:+.3f} of triangle densities: interaction {:+.3f}, {} (permutation test of {} "
                        "folds). {}",
                        mean_of(a), mean_of(b), interaction, p_text(p_value), a.size() + b.size(),
                        verdict(interaction, p_value)));
    const auto file = run.scratch() / "accuracies.csv";
    write_table(file, table);
    run.artifact("accuracies", Kind::table, file);
}

const auto declared =
    experiment<ThesisParams>("graph.thesis", "Dual-Prism's thesis on two made data sets", thesis)
        .summary(
            "Classifies graphs by block count, which low Laplacian frequencies tell, and by triangle density, which "
            "high ones tell, after noise on high and on low frequencies at the same edit rate, and tests whether "
            "the noise's effect depends on the set.")
        .metric("interaction", "effect/blocks minus effect/triangles; the thesis predicts more than 0")
        .tolerance(1e-9)
        .metric("p_value", "of the interaction: two-sided permutation test of the folds' effects")
        .metric("effect/*",
                "accuracy after high-frequency noise minus that after low-frequency noise, over 1 - guessing; "
                "of one fold where the key ends in fold")
        .tolerance(1e-9)
        .metric("edit_rate/*", "edits over edges that the noise made, mean over the graphs")
        .metric("loss/train/*", "cross entropy of the training graphs, by epoch: of a set and noise, and of each fold")
        .lower_is_better()
        .metric("loss/validation/*", "the same of the validation graphs")
        .lower_is_better()
        .metric("accuracy/*", "share of test graphs classified rightly, mean over the folds; by epoch of the training "
                              "and validation graphs")
        .artifact("accuracies", Kind::table,
                  "mean accuracy of each set after each noise, with 95 % confidence interval");

} // namespace
} // namespace orrery::graph
