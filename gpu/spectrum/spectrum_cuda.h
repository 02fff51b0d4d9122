// SPDX-License-Identifier: BSD-3-Clause
// Eigenpairs of a batch of equally large matrices on a CUDA device. C++17.
#pragma once
#include <cstddef>
#include <vector>

namespace orrery::spectrum {

// In: symmetric matrices [count][n][n]; out: rows are their eigenvectors, values [count][n] ascending. By cuSOLVER's
// cusolverDnXsyevBatched (12.6.2 or later); every residual is checked. Throws Error where there is no such device or
// library, where its memory doesn't suffice, or where a residual is too large.
void eigen_batch_on_cuda(int device, std::size_t n, std::size_t count, std::vector<double>& matrices,
                         std::vector<double>& values);

} // namespace orrery::spectrum
