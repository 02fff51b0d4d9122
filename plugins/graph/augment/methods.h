// SPDX-License-Identifier: BSD-3-Clause
// Augmentations by their names and one set of options: what graph.augment, graph.study and training take.
#pragma once
#include "plugins/graph/augment/augmentation.h"
#include "plugins/graph/augment/dual_prism.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace orrery::graph::augment {

struct MethodOptions {
    std::string method = "dp-noise"; // or several, joined by +
    double frequency_ratio = 0.5, probability = 0.5, std = 2;
    std::string band = "high", semantics = "paper";           // or low, port
    std::string output = "binarised", binarise = "threshold"; // or weighted; top-m, bernoulli
    // Edits over edges (drop-node, subgraph, attribute-mask: share of the nodes). 0: what std and probability make
    // (dp-noise, dp-mask, chebyshev), 0.2 for the others.
    double edit_rate = 0;
    int low_pairs = 0;           // kept by projection and safe-flips; 0: 16 and 5
    bool low_rank = false;       // dp-* by the highest eigenpairs alone
    bool bridges = true;         // protected by safe-flips
    bool one_list = false;       // safe-flips draws from edges and gaps together, eight times as many as it needs
    bool nodes_by_edges = false; // drop-node until that share of the edges is gone
    int terms = 64;              // of chebyshev
    double mix = 0.2;            // of g-mixup
};

std::vector<std::string> method_names();
// The parts of "drop-edge+dp-noise".
std::vector<std::string> parts_of(const std::string& method);
// Sentences about what doesn't fit together; empty if all does.
std::vector<std::string> problems_of(const MethodOptions& options);

// `set` is what g-mixup learns from. Throws Error for what problems_of names.
std::unique_ptr<Augmentation> augmentation_of(const MethodOptions& options, std::span<const Graph> set);

// Of dp-noise and dp-mask.
DualPrismOptions dual_prism_options(const MethodOptions& options, const std::string& method);
Band band_of(const MethodOptions& options);

} // namespace orrery::graph::augment
