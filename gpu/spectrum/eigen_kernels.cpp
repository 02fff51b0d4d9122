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

#if defined(__x86_64__)
extern const Kernels spectrum_avx512;
extern const Kernels spectrum_avx2;

int kernel_count() { return 1 + best_instruction_set(); }

const Kernels& kernels_at(int index) {
    const int from_last = kernel_count() - 1 - index;
    return from_last >= 2 ? spectrum_avx512 : from_last == 1 ? spectrum_avx2 : spectrum_baseline;
}
#else
int kernel_count() { return 1; }
const Kernels& kernels_at(int) { return spectrum_baseline; }
#endif

} // namespace orrery::spectrum
