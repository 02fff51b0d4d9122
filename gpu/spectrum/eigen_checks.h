// SPDX-License-Identifier: BSD-3-Clause
// What both kernels of symmetric_eigen ask of their argument.
#pragma once
#include <ATen/core/Tensor.h>
#include <c10/util/Exception.h>

namespace orrery::spectrum {

inline void check_matrices(const at::Tensor& matrices) {
    TORCH_CHECK(matrices.dim() >= 2 && matrices.size(-1) == matrices.size(-2) && matrices.scalar_type() == at::kDouble,
                "matrices are a float64 tensor [..., n, n]");
}

} // namespace orrery::spectrum
