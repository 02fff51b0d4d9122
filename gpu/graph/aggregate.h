// SPDX-License-Identifier: BSD-3-Clause
// Weighted sums over the neighbours of every node: the step that message passing on graphs repeats.
#pragma once
#include "core/api.h"

#include <ATen/core/Tensor.h>

namespace orrery::graph {

// A sparse matrix in compressed sparse rows, on one device.
struct SparseRows {
    at::Tensor first;  // int64 [rows + 1]: row i lies from first[i] to first[i + 1]
    at::Tensor column; // int32 [entries]
    at::Tensor weight; // of the type of what is summed [entries]; undefined: all 1
};

// out = (self I + M) x for x [columns, channels], float32 or float64 -> [rows, channels]; self other than 0 wants a
// square M. Sums run in the order of the entries: the same bits for any number of threads, and CPU and CUDA agree to
// rounding. The derivative by x, of any order, is the same sum with M transposed: `transposed` holds it, for an
// undirected graph the same arrays once more. There is none by the weights.
// Throws c10::Error where shapes, types or devices don't fit, or a column is out of range.
//     torch.ops.orrery.graph_aggregate(x, first, column, weight, transposed_first, transposed_column,
//                                      transposed_weight, self)
ORRERY_API at::Tensor aggregate(const at::Tensor& x, const SparseRows& rows, const SparseRows& transposed,
                                double self = 0);

} // namespace orrery::graph
