// SPDX-License-Identifier: BSD-3-Clause
// torch.ops.orrery.laplacian and symmetric_eigen.
#include "core/error.h"
#include "gpu/spectrum/eigen_checks.h"
#include "gpu/spectrum/spectrum.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>

namespace orrery::spectrum {

TORCH_LIBRARY_FRAGMENT(orrery, library) {
    // Dense combinatorial Laplacian [nodes, nodes] of the simple undirected graph with these edges [2, edges] (int64).
    library.def("laplacian(Tensor edges, int nodes) -> Tensor");
    // Values [..., n], ascending, and vectors [..., n, n], column k belonging to value k as in torch.linalg.eigh, of
    // symmetric float64 matrices [..., n, n], of which the lower triangles are read. No derivative: that of the vectors
    // does not exist where eigenvalues are repeated.
    library.def("symmetric_eigen(Tensor matrices) -> (Tensor, Tensor)");
}

namespace {

at::Tensor dense_laplacian(const at::Tensor& edges, std::int64_t nodes) {
    TORCH_CHECK(edges.dim() == 2 && edges.size(0) == 2 && edges.scalar_type() == at::kLong,
                "edges are an int64 tensor [2, edges]");
    TORCH_CHECK(nodes >= 0 && nodes <= std::numeric_limits<std::int32_t>::max(), "there can't be ", nodes, " nodes");
    const at::Tensor list = edges.cpu().contiguous();
    const auto* ends = list.data_ptr<std::int64_t>();
    Graph graph;
    graph.nodes = static_cast<std::int32_t>(nodes);
    for (std::int64_t k = 0; k < list.size(1); ++k) {
        const std::int64_t from = ends[k], to = ends[list.size(1) + k];
        TORCH_CHECK(from >= 0 && to >= 0 && from < nodes && to < nodes, "edge ", k, " leads from ", from, " to ", to,
                    " where there are ", nodes, " nodes");
        graph.edges.push_back({static_cast<std::int32_t>(from), static_cast<std::int32_t>(to)});
    }
    const std::vector<double> values = laplacian(graph);
    const at::Tensor result = at::empty({nodes, nodes}, at::kDouble);
    std::copy(values.begin(), values.end(), result.data_ptr<double>());
    return result.to(edges.device());
}

std::tuple<at::Tensor, at::Tensor> symmetric_eigen(const at::Tensor& matrices) {
    check_matrices(matrices);
    const std::int64_t n = matrices.size(-1), count = n == 0 ? 0 : matrices.numel() / (n * n);
    const at::Tensor list = matrices.detach().contiguous();
    const auto size = static_cast<std::size_t>(n * n);
    std::vector<std::vector<double>> inputs;
    for (std::int64_t b = 0; b < count; ++b) {
        const double* first = list.data_ptr<double>() + b * n * n;
        inputs.emplace_back(first, first + size);
    }
    Options options;
    options.threads = at::get_num_threads();
    const std::vector<EigenPairs> pairs = eigen_pairs_of(inputs, options);
    const at::Tensor values = at::empty(matrices.sizes().slice(0, matrices.sizes().size() - 1), at::kDouble);
    const at::Tensor rows = at::empty(matrices.sizes(), at::kDouble);
    for (std::int64_t b = 0; b < count; ++b) {
        const EigenPairs& found = pairs[static_cast<std::size_t>(b)];
        std::copy(found.values.begin(), found.values.end(), values.data_ptr<double>() + b * n);
        std::copy(found.vectors.begin(), found.vectors.end(), rows.data_ptr<double>() + b * n * n);
    }
    return {values, rows.transpose(-1, -2)};
}

TORCH_LIBRARY_IMPL(orrery, CPU, library) {
    library.impl("laplacian", dense_laplacian);
    library.impl("symmetric_eigen", symmetric_eigen);
}
TORCH_LIBRARY_IMPL(orrery, CUDA, library) { library.impl("laplacian", dense_laplacian); } // else: spectrum_cuda.cu

} // namespace
} // namespace orrery::spectrum
