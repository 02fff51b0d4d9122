// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/spectrum/eigen_kernels.h"

#include "gpu/parallel/instruction_set.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#define ORRERY_VECTOR_BYTES 16
#define ORRERY_KERNELS spectrum_baseline
#define ORRERY_KERNELS_NAME "baseline"
#include "gpu/spectrum/eigen_kernels.inl"

namespace orrery::spectrum {

int kernel_count() { return 1 + best_instruction_set(); }

#if defined(__x86_64__)
extern const Kernels spectrum_avx512;
extern const Kernels spectrum_avx2;

const Kernels& kernels_at(int index) { return nth_best(index, spectrum_baseline, spectrum_avx2, spectrum_avx512); }
#else
const Kernels& kernels_at(int) { return spectrum_baseline; }
#endif

} // namespace orrery::spectrum
