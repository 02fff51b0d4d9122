// SPDX-License-Identifier: BSD-3-Clause
// The parameters of training that graph.classify and graph.thesis share: features, network, optimizer, folds.
#pragma once
#include "core/schema.h"
#include "plugins/graph/learn/cross_validation.h"

#include <string>

namespace orrery::graph {

struct LearnParams {
    // Features
    std::string features = "auto", positional_form = "invariant";
    std::int64_t walks = 0, positional = 0;
    // Network
    std::string network = "gin", readout = "sum";
    std::int64_t width = 32, depth = 4;
    bool jumping = true, train_eps = false;
    double dropout = 0.5;
    // Training
    std::int64_t epochs = 100, batch = 32;
    double rate = 0.01, weight_decay = 0, step_factor = 0.5;
    std::string schedule = "step";
    std::int64_t step_epochs = 25, patience = 0;
    // Folds
    std::int64_t folds = 10, seeds = 1;
    bool stratified = true;
    double validation = 0.1, test = 0.2;

    learn::FeatureOptions feature_options() const;
    learn::ValidationOptions validation_options(std::uint64_t seed, Device device) const;
};

// Fields of a struct P derived from LearnParams.
template <class P>
void learn_fields(Bind<P>& f) {
    const auto member = []<class T>(T LearnParams::*m) { return static_cast<T P::*>(m); };
    f("features", member(&LearnParams::features))
        .doc("What stands for a node: auto (labels, else attributes but those that record how a set was made, else "
             "degree), or some of labels, attributes, degree, constant, joined by commas")
        .group("Features");
    f("walks", member(&LearnParams::walks))
        .doc("Also the probabilities that random walks of 2 to so many steps end where they began; 0: none")
        .range(0, 64)
        .group("Features");
    f("positional", member(&LearnParams::positional))
        .doc("Also a node's place in the eigenspaces of so many of the lowest distinct Laplacian eigenvalues; 0: none")
        .range(0, 128)
        .group("Features");
    f("positional_form", member(&LearnParams::positional_form))
        .doc("invariant: eigenvalues and projections; signs: also the vectors of simple eigenvalues, with signs drawn "
             "anew in training. Neither depends on the eigensolver")
        .choices({"invariant", "signs"})
        .group("Features");
    f("network", member(&LearnParams::network))
        .doc("Graph isomorphism network, graph convolutional network or GraphSAGE")
        .choices({"gin", "gcn", "sage"})
        .group("Network");
    f("width", member(&LearnParams::width)).doc("Units of a layer").range(1, 1024).group("Network");
    f("depth", member(&LearnParams::depth)).doc("Layers that sum over neighbours").range(1, 32).group("Network");
    f("readout", member(&LearnParams::readout))
        .doc("How the nodes of a graph become one")
        .choices({"sum", "mean", "max"})
        .group("Network");
    f("jumping", member(&LearnParams::jumping)).doc("Reads all layers, not the last alone").group("Network");
    f("train_eps", member(&LearnParams::train_eps)).doc("Trains the eps of gin; else it is 0").group("Network");
    f("dropout", member(&LearnParams::dropout))
        .doc("Share of units left out before the last layer while training")
        .range(0, 0.95)
        .group("Network");
    f("epochs", member(&LearnParams::epochs)).doc("Passes over the training graphs").range(1, 1e6).group("Training");
    f("batch", member(&LearnParams::batch)).doc("Graphs of a step").range(2, 1e6).group("Training");
    f("rate", member(&LearnParams::rate)).doc("Learning rate of Adam").range(1e-8, 1).log10().group("Training");
    f("weight_decay", member(&LearnParams::weight_decay))
        .doc("Times the weights, added to the gradient")
        .range(0, 1)
        .group("Training");
    f("schedule", member(&LearnParams::schedule))
        .doc("constant, step (times step_factor every step_epochs) or cosine (to 0)")
        .choices({"constant", "step", "cosine"})
        .group("Training");
    f("step_epochs", member(&LearnParams::step_epochs)).doc("Epochs of a step").range(1, 1e6).group("Training");
    f("step_factor", member(&LearnParams::step_factor)).doc("Factor of the rate").range(1e-6, 1).group("Training");
    f("patience", member(&LearnParams::patience))
        .doc("Epochs without a better validation after which a fold ends; 0: all epochs")
        .range(0, 1e6)
        .group("Training");
    f("folds", member(&LearnParams::folds))
        .doc("Parts that are each tested on once; 1: a single split")
        .range(1, 1e5)
        .group("Folds");
    f("seeds", member(&LearnParams::seeds))
        .doc("Repetitions with other folds and weights")
        .range(1, 1000)
        .group("Folds");
    f("stratified", member(&LearnParams::stratified)).doc("Every class spread evenly over the folds").group("Folds");
    f("validation", member(&LearnParams::validation))
        .doc("Share of what is not tested on that chooses the epoch")
        .range(0.01, 0.5)
        .group("Folds");
    f("test", member(&LearnParams::test))
        .doc("Share that is tested on, of a single split")
        .range(0.01, 0.9)
        .group("Folds");
}

// What one field alone can't say.
void check_learning(const LearnParams& p, Problems& problems);

} // namespace orrery::graph
