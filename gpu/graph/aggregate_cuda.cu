// SPDX-License-Identifier: BSD-3-Clause
// CUDA kernel of the sum over neighbours: a row a warp, a channel a lane, no atomics.
#include "gpu/graph/aggregate_checks.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <torch/library.h>

#include <algorithm>
#include <cstdint>

namespace orrery::graph {
namespace {

constexpr int lanes = 32, rows_per_block = 8;

template <class T>
__global__ void sum_rows(const std::int64_t* first, const std::int32_t* column, const T* weight, const T* x, T self,
                         std::int64_t rows, std::int64_t columns, std::int64_t channels, T* out) {
    for (std::int64_t row = blockIdx.x * static_cast<std::int64_t>(rows_per_block) + threadIdx.y; row < rows;
         row += static_cast<std::int64_t>(gridDim.x) * rows_per_block) {
        for (std::int64_t c = threadIdx.x; c < channels; c += lanes) {
            T sum = self != T(0) ? self * x[row * channels + c] : T(0);
            for (std::int64_t e = first[row]; e < first[row + 1]; ++e) {
                const std::int32_t from = column[e];
                CUDA_KERNEL_ASSERT(from >= 0 && from < columns);
                sum += weight ? weight[e] * x[from * channels + c] : x[from * channels + c];
            }
            out[row * channels + c] = sum;
        }
    }
}

at::Tensor aggregate_cuda(const at::Tensor& x_, const at::Tensor& first_, const at::Tensor& column_,
                          const std::optional<at::Tensor>& weight_, const at::Tensor&, const at::Tensor&,
                          const std::optional<at::Tensor>&, double self) {
    check_rows(x_, first_, column_, weight_, self);
    const c10::cuda::CUDAGuard guard(x_.device());
    const at::Tensor x = x_.contiguous(), first = first_.contiguous(), column = column_.contiguous();
    const at::Tensor weight = weight_ ? weight_->contiguous() : at::Tensor();
    const std::int64_t rows = first.numel() - 1, channels = x.size(1);
    at::Tensor out = at::empty({rows, channels}, x.options());
    if (out.numel() == 0) return out;
    const auto blocks =
        static_cast<unsigned>(std::min<std::int64_t>((rows + rows_per_block - 1) / rows_per_block, 65535));
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "graph_aggregate", [&] {
        sum_rows<scalar_t><<<blocks, dim3(lanes, rows_per_block), 0, at::cuda::getCurrentCUDAStream()>>>(
            first.const_data_ptr<std::int64_t>(), column.const_data_ptr<std::int32_t>(),
            weight.defined() ? weight.const_data_ptr<scalar_t>() : nullptr, x.const_data_ptr<scalar_t>(),
            static_cast<scalar_t>(self), rows, x.size(0), channels, out.mutable_data_ptr<scalar_t>());
        C10_CUDA_KERNEL_LAUNCH_CHECK();
    });
    return out;
}

TORCH_LIBRARY_IMPL(orrery, CUDA, library) { library.impl("graph_aggregate", aggregate_cuda); }

} // namespace
} // namespace orrery::graph
