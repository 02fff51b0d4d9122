// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/graph/row_kernels.h"

#include "gpu/parallel/instruction_set.h"
#define ORRERY_VECTOR_BYTES 16
#define ORRERY_KERNELS row_baseline
#define ORRERY_KERNELS_NAME "baseline"
#include "gpu/graph/row_kernels.inl"

namespace orrery::graph {

int kernel_count() { return 1 + best_instruction_set(); }

#if defined(__x86_64__)
extern const Kernels row_avx512;
extern const Kernels row_avx2;

const Kernels& kernels_at(int index) { return nth_best(index, row_baseline, row_avx2, row_avx512); }
#else
const Kernels& kernels_at(int) { return row_baseline; }
#endif

} // namespace orrery::graph
