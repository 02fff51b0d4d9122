// SPDX-License-Identifier: BSD-3-Clause
// Graphs as arrays from which a batch is cut by copying stretches: nothing is indexed or sorted while training.
#pragma once
#include "core/graph/graph.h"
#include "gpu/graph/aggregate.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace orrery::graph::learn {

// What a network sums over.
//   plain       neighbours, each times its edge's weight (1 where there is none)
//   normalised  the graph's own node, too, and all weighted by D^-1/2 (A + I) D^-1/2, D the row sums of A + I (Kipf and
//               Welling, ICLR 2017, equation 2); rows whose sum isn't above 0 get no weight
enum class Propagation { plain, normalised };

struct Batch {
    at::Tensor x;                 // [nodes, features]
    SparseRows neighbours;        // symmetric: its own transpose
    at::Tensor inverse_degree;    // [nodes, 1]: 1 over the number of neighbours, 0 without any
    SparseRows graphs, nodes;     // graphs x nodes: which node is whose; nodes x graphs: its transpose
    at::Tensor inverse_size;      // [graphs, 1]: 1 over the number of nodes, 0 of an empty graph
    at::Tensor target;            // [graphs, classes]: probabilities
    std::vector<std::int64_t> of; // the graphs' places in the collection

    std::int64_t node_count() const { return x.size(0); }
    std::int64_t graph_count() const { return static_cast<std::int64_t>(of.size()); }
    Batch to(const at::Device& device) const;
};

// Undirected simple graphs with everything that training reads.
class Collection {
public:
    // `features`: row after row, [nodes of all graphs][columns]; `targets`: [graphs][classes], class probabilities.
    Collection(std::span<const Graph> graphs, std::vector<float> features, std::int64_t columns,
               std::vector<float> targets, std::int64_t classes, Propagation propagation);

    std::int64_t size() const { return static_cast<std::int64_t>(node_first_.size()) - 1; }
    std::int64_t columns() const { return columns_; }
    std::int64_t classes() const { return classes_; }
    std::int64_t nodes() const { return node_first_.back(); }

    // Those graphs, in that order. Columns [first_sign, last_sign) of each graph are multiplied by `signs` [graphs]
    // [columns], +1 or -1; empty: by 1.
    Batch batch(std::span<const std::int64_t> graphs, std::int64_t first_sign = 0, std::int64_t last_sign = 0,
                std::span<const float> signs = {}) const;

private:
    std::int64_t columns_, classes_;
    std::vector<std::int64_t> node_first_, entry_first_; // [graphs + 1]
    std::vector<std::int32_t> entries_;                  // [nodes]: of each row
    std::vector<float> inverse_degree_;                  // [nodes]
    std::vector<std::int32_t> neighbour_;                // [entries]: counted within the graph
    std::vector<float> weight_;                          // [entries]; empty: all 1
    std::vector<float> features_, targets_;
};

} // namespace orrery::graph::learn
