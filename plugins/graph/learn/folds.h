// SPDX-License-Identifier: BSD-3-Clause
// Which graphs are trained on, chosen by and tested on.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace orrery::graph::learn {

// Indices of graphs, ascending, no graph in two of the lists.
struct Split {
    std::vector<std::int64_t> train, validation, test;
};

struct FoldOptions {
    int folds = 10;          // 1: a single split
    bool stratified = true;  // every class spread evenly over the folds
    double validation = 0.1; // share of what is not tested on; at least one graph of it
    double test = 0.2;       // share of all, of a single split
    std::uint64_t seed = 0;
};

// One split per fold; the tests of several folds are disjoint and cover all graphs. `labels`: class of each graph, from
// 0. Throws Error where there are more folds than graphs or a part would be empty.
std::vector<Split> splits_of(std::span<const std::int64_t> labels, const FoldOptions& options);

} // namespace orrery::graph::learn
