// SPDX-License-Identifier: BSD-3-Clause
// A training that takes no time, for tests of what it does.
#pragma once
#include "plugins/graph/learn/training.h"
#include "tests/graph/learn_graphs.h"

#include <sstream>
#include <string>

namespace small_training {

using namespace orrery;
using namespace orrery::graph::learn;

inline DataSet small_set(const FeatureOptions& features = {.parts = {"constant"}}) {
    return data_set_of(learn_graphs::two_classes(12), features, Propagation::plain, 1);
}

inline TrainingOptions small_options(const DataSet& data) {
    TrainingOptions options;
    options.network.inputs = data.features.count();
    options.network.classes = 2;
    options.network.width = 8;
    options.network.depth = 2;
    options.epochs = 6;
    options.batch = 5;
    return options;
}

inline Split split_of(const DataSet& data, std::uint64_t seed = 3) {
    return splits_of(data.labels, {.folds = 4, .validation = 0.2, .seed = seed})[0];
}

inline std::string state_of(const Training& training) {
    std::ostringstream out;
    StateWriter writer(out, "training", 1);
    training.save(writer);
    writer.end();
    return out.str();
}

} // namespace small_training
