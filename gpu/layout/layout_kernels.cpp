// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/layout/layout_kernels.h"

#include "gpu/parallel/instruction_set.h"
#define ORRERY_VECTOR_BYTES 16
#define ORRERY_KERNELS layout_baseline
#define ORRERY_KERNELS_NAME "baseline"
#include "gpu/layout/layout_kernels.inl"

namespace orrery::layout {

int kernel_count() { return 1 + best_instruction_set(); }

#if defined(__x86_64__)
extern const Kernels layout_avx512;
extern const Kernels layout_avx2;

const Kernels& kernels_at(int index) { return nth_best(index, layout_baseline, layout_avx2, layout_avx512); }
#else
const Kernels& kernels_at(int) { return layout_baseline; }
#endif

} // namespace orrery::layout
