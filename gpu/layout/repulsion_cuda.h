// SPDX-License-Identifier: BSD-3-Clause
// The repulsion of all pairs of nodes, computed exactly on a CUDA device. C++17.
#pragma once
#include <cstddef>
#include <memory>
#include <vector>

namespace orrery::layout {

class CudaRepulsion {
public:
    // Throws Error where there is no such device or it has no room.
    CudaRepulsion(int device, const std::vector<float>& mass);
    ~CudaRepulsion();

    // force[i] = strength m_i sum over j of m_j (x_i - x_j) / (|x_i - x_j|^2 + 1e-12), as the kernels of the processor;
    // positions and force are [nodes][2]. The same bits each time.
    void repel(const std::vector<float>& positions, float strength, std::vector<float>& force);

private:
    struct Arrays;
    std::unique_ptr<Arrays> arrays_;
};

} // namespace orrery::layout
