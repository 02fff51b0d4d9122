// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/jet/kernels.h"
#define ORRERY_VECTOR_BYTES 16
#define ORRERY_COLUMNS 3
#define ORRERY_KERNELS jet_baseline
#define ORRERY_KERNELS_NAME "baseline"
#include "gpu/jet/kernels.inl"

namespace orrery::jet {

#if defined(__x86_64__)
extern const Kernels jet_avx512;
extern const Kernels jet_avx2;

namespace {
bool has_avx2() { return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0; }
bool has_avx512() {
    return has_avx2() && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
           __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512bw") != 0;
}
} // namespace

int kernel_count() { return 1 + (has_avx2() ? 1 : 0) + (has_avx512() ? 1 : 0); }

const Kernels& kernels_at(int index) {
    const int from_last = kernel_count() - 1 - index;
    return from_last >= 2 ? jet_avx512 : from_last == 1 ? jet_avx2 : jet_baseline;
}
#else
int kernel_count() { return 1; }
const Kernels& kernels_at(int) { return jet_baseline; }
#endif

} // namespace orrery::jet
