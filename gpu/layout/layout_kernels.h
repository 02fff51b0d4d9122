// SPDX-License-Identifier: BSD-3-Clause
// The inner loop of the layout. Compiled for AVX-512, AVX2 and the baseline; the best is chosen at run time.
#pragma once
#include "core/api.h"

#include <cstdint>

namespace orrery::layout {

constexpr int group = 16; // nodes that share a list of interactions

// Points that act on a group: masses m at (x, y).
struct Sources {
    const float *x = nullptr, *y = nullptr, *mass = nullptr;
    std::int64_t count = 0;
};

struct Kernels {
    const char* name;
    // force_x[q] = sum of mass (x_q - x) / d^2, likewise y, for the `group` nodes; a source where the node is adds
    // nothing.
    void (*repel)(const Sources&, const float* x, const float* y, float* force_x, float* force_y);
};

// Each that this processor can run, the best first.
ORRERY_API int kernel_count();
ORRERY_API const Kernels& kernels_at(int index);

} // namespace orrery::layout
