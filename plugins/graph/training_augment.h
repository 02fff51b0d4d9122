// SPDX-License-Identifier: BSD-3-Clause
// Augmentations as training takes them: another copy of a graph in every epoch.
#pragma once
#include "plugins/graph/augment/methods.h"
#include "plugins/graph/learn/training.h"

#include <cstdint>

namespace orrery::graph {

// Each graph is replaced with probability `share`. Methods that learn from graphs learn from those of the training
// alone; g-mixup's graphs have soft targets. The data set must outlive what is returned.
learn::AugmentOf training_augment(const augment::MethodOptions& method, const learn::DataSet& data, double share,
                                  int threads);

// What one draw for each graph of the set does.
struct AugmentEffect {
    double no_op_rate = 0, edit_rate = 0; // the latter the mean over the graphs
};
AugmentEffect effect_of(const augment::MethodOptions& method, const learn::DataSet& data, std::uint64_t seed,
                        int threads);

} // namespace orrery::graph
