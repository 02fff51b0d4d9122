// SPDX-License-Identifier: BSD-3-Clause
// What both kernels of the sum over neighbours ask of their arguments.
#pragma once
#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

#include <optional>

namespace orrery::graph {

inline void check_rows(const at::Tensor& x, const at::Tensor& first, const at::Tensor& column,
                       const std::optional<at::Tensor>& weight, double self) {
    TORCH_CHECK(x.dim() == 2 && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble),
                "graph_aggregate: x must be float32 or float64 [columns, channels], not ", x.scalar_type(), " of ",
                x.dim(), " dimensions");
    TORCH_CHECK(first.dim() == 1 && first.scalar_type() == at::kLong && first.numel() > 0,
                "graph_aggregate: first must be int64 [rows + 1]");
    TORCH_CHECK(column.dim() == 1 && column.scalar_type() == at::kInt,
                "graph_aggregate: column must be int32 [entries]");
    TORCH_CHECK(!weight || (weight->dim() == 1 && weight->scalar_type() == x.scalar_type() &&
                            weight->numel() == column.numel()),
                "graph_aggregate: weight must have the type of x and one number per entry");
    TORCH_CHECK(first.device() == x.device() && column.device() == x.device() &&
                    (!weight || weight->device() == x.device()),
                "graph_aggregate: x, first, column and weight must be on one device");
    TORCH_CHECK(self == 0 || first.numel() - 1 == x.size(0),
                "graph_aggregate: self needs as many rows as columns, not ", first.numel() - 1, " and ", x.size(0));
}

} // namespace orrery::graph
