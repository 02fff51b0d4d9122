// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/kernels.h"

#include "gpu/parallel/instruction_set.h"
#define ORRERY_VECTOR_BYTES 16
#define ORRERY_COLUMNS 3
#define ORRERY_KERNELS jet_baseline
#define ORRERY_KERNELS_NAME "baseline"
#include "gpu/jet/kernels.inl"

namespace orrery::jet {

int kernel_count() { return 1 + best_instruction_set(); }

#if defined(__x86_64__)
extern const Kernels jet_avx512;
extern const Kernels jet_avx2;

const Kernels& kernels_at(int index) { return nth_best(index, jet_baseline, jet_avx2, jet_avx512); }
#else
const Kernels& kernels_at(int) { return jet_baseline; }
#endif

} // namespace orrery::jet
