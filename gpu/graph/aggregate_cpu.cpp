// SPDX-License-Identifier: BSD-3-Clause
// CPU kernel of the sum over neighbours: rows in parallel.
#include "gpu/graph/aggregate_checks.h"
#include "gpu/graph/row_kernels.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cstdint>

namespace orrery::graph {
namespace {

constexpr std::int64_t grain = 16384; // sums of one channel worth a thread

// Before anything is read through them.
void check_entries(const at::Tensor& first, const at::Tensor& column, std::int64_t columns) {
    const std::int64_t* f = first.const_data_ptr<std::int64_t>();
    const std::int64_t rows = first.numel() - 1;
    bool ascending = f[0] == 0 && f[rows] == column.numel();
    for (std::int64_t i = 0; i < rows; ++i) ascending &= f[i] <= f[i + 1];
    TORCH_CHECK(ascending, "graph_aggregate: first must ascend from 0 to the number of entries, ", column.numel());
    const std::int32_t* c = column.const_data_ptr<std::int32_t>();
    bool inside = true;
    for (std::int64_t e = 0; e < column.numel(); ++e) inside &= c[e] >= 0 && c[e] < columns;
    TORCH_CHECK(inside, "graph_aggregate: every column must lie in [0, ", columns, ")");
}

at::Tensor aggregate_cpu(const at::Tensor& x_, const at::Tensor& first_, const at::Tensor& column_,
                         const std::optional<at::Tensor>& weight_, const at::Tensor&, const at::Tensor&,
                         const std::optional<at::Tensor>&, double self) {
    check_rows(x_, first_, column_, weight_, self);
    const at::Tensor x = x_.contiguous(), first = first_.contiguous(), column = column_.contiguous();
    const at::Tensor weight = weight_ ? weight_->contiguous() : at::Tensor();
    check_entries(first, column, x.size(0));
    const std::int64_t rows = first.numel() - 1, channels = x.size(1);
    at::Tensor out = at::empty({rows, channels}, x.options());
    const std::int64_t per_row = channels * (1 + column.numel() / std::max<std::int64_t>(rows, 1));
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "graph_aggregate", [&] {
        const RowSums<scalar_t> m{first.const_data_ptr<std::int64_t>(),
                                  column.const_data_ptr<std::int32_t>(),
                                  weight.defined() ? weight.const_data_ptr<scalar_t>() : nullptr,
                                  x.const_data_ptr<scalar_t>(),
                                  channels,
                                  static_cast<scalar_t>(self)};
        scalar_t* to = out.mutable_data_ptr<scalar_t>();
        const auto sum = row_kernels<scalar_t>(kernels_at(0)).sum;
        at::parallel_for(0, rows, std::max<std::int64_t>(1, grain / std::max<std::int64_t>(per_row, 1)),
                         [&](std::int64_t begin, std::int64_t end) { sum(m, begin, end, to); });
    });
    return out;
}

TORCH_LIBRARY_IMPL(orrery, CPU, library) { library.impl("graph_aggregate", aggregate_cpu); }

} // namespace
} // namespace orrery::graph
