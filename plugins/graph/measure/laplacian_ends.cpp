// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/laplacian_ends.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace orrery::graph {

std::vector<LaplacianEnds> laplacian_ends(std::span<const Graph> graphs, const std::vector<bool>& connected, int) {
    std::vector<LaplacianEnds> result(graphs.size());
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        const std::int64_t n = graphs[i].nodes;
        if (n == 0) continue;
        at::Tensor laplacian = at::zeros({n, n}, at::kDouble);
        double* const rows = laplacian.mutable_data_ptr<double>();
        for (const Edge& e : graphs[i].edges) {
            rows[e.from * n + e.to] = rows[e.to * n + e.from] = -1;
            rows[e.from * n + e.from] += 1;
            rows[e.to * n + e.to] += 1;
        }
        const at::Tensor values = at::linalg_eigvalsh(laplacian);
        if (n > 1) result[i].second = connected[i] ? values[1].item<double>() : 0;
        result[i].largest = values[n - 1].item<double>();
    }
    return result;
}

} // namespace orrery::graph
