// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/learn_params.h"

#include <fmt/format.h>

namespace orrery::graph {

learn::FeatureOptions LearnParams::feature_options() const {
    return {learn::parse_parts(features), static_cast<int>(walks), static_cast<int>(positional),
            positional_form == "signs" ? learn::PositionalForm::signs : learn::PositionalForm::invariant};
}

learn::ValidationOptions LearnParams::validation_options(std::uint64_t seed, Device device) const {
    learn::ValidationOptions options;
    learn::TrainingOptions& t = options.training;
    t.network.convolution = learn::convolution_named(network);
    t.network.readout = learn::readout_named(readout);
    t.network.width = width;
    t.network.depth = depth;
    t.network.jumping = jumping;
    t.network.train_eps = train_eps;
    t.network.dropout = dropout;
    t.epochs = epochs;
    t.batch = batch;
    t.rate = rate;
    t.weight_decay = weight_decay;
    t.schedule = learn::schedule_named(schedule);
    t.step_epochs = step_epochs;
    t.step_factor = step_factor;
    t.patience = patience;
    t.cuda = device.cuda ? device.index : -1;
    options.folds = {static_cast<int>(folds), stratified, validation, test, seed};
    options.seeds = seeds;
    options.seed = seed;
    return options;
}

void check_learning(const LearnParams& p, Problems& problems) {
    try {
        learn::parse_parts(p.features);
    } catch (const Error& error) {
        problems.add("features", fmt::format("{} {}", error.what(), error.hint()));
    }
    if (p.train_eps && p.network != "gin")
        problems.add("train_eps",
                     fmt::format("train_eps says something of gin alone, not of {}: leave it out.", p.network));
    if (p.walks == 1) problems.add("walks", "walks = 1 adds nothing: a walk of one step never ends where it began.");
}

} // namespace orrery::graph
