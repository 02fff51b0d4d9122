// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/layout/layout_kernels.h"

#include "gpu/parallel/instruction_set.h"
#define ORRERY_VECTOR_BYTES 16
#define ORRERY_KERNELS layout_baseline
#define ORRERY_KERNELS_NAME "baseline"
#include "gpu/layout/layout_kernels.inl"

namespace orrery::layout {

#if defined(__x86_64__)
extern const Kernels layout_avx512;
extern const Kernels layout_avx2;

int kernel_count() { return 1 + best_instruction_set(); }

const Kernels& kernels_at(int index) {
    const int from_last = kernel_count() - 1 - index;
    return from_last >= 2 ? layout_avx512 : from_last == 1 ? layout_avx2 : layout_baseline;
}
#else
int kernel_count() { return 1; }
const Kernels& kernels_at(int) { return layout_baseline; }
#endif

} // namespace orrery::layout
