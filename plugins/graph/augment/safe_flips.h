// SPDX-License-Identifier: BSD-3-Clause
// Flips of edges that move the low eigenvalues least: to first order an edge {i, j} that comes or goes moves the
// eigenvalue of u_k by +-(u_k(i) - u_k(j))^2, so pairs of nodes with a small sum over the low k are taken.
#pragma once
#include "plugins/graph/augment/augmentation.h"

#include <memory>
#include <optional>

namespace orrery::graph::augment {

struct SafeFlipOptions {
    double edit_rate = 0.1;
    int low_pairs = 5; // k = 0 .. low_pairs, and the rest of the last one's cluster
    // Of the edits, how many remove; where too few edges may go, the others come. Nothing: edges and gaps in one list.
    std::optional<double> removed_share = 0.5;
    double choice = 2;           // drawn from so many times as many pairs as are needed, those of the least sums
    bool protect_bridges = true; // no removal disconnects; else removals may only not isolate a node
};

std::unique_ptr<Augmentation> safe_flips(const SafeFlipOptions& options);

} // namespace orrery::graph::augment
