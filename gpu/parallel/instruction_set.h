// SPDX-License-Identifier: BSD-3-Clause
// Which of the instruction sets that kernels are compiled for this processor has.
#pragma once

namespace orrery {

// 0: the baseline, 1: also AVX2 with FMA, 2: also AVX-512 (F, DQ, VL, BW).
inline int best_instruction_set() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") == 0 || __builtin_cpu_supports("fma") == 0) return 0;
    const bool avx512 = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
                        __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512bw") != 0;
    return avx512 ? 2 : 1;
#else
    return 0;
#endif
}

// Of kernels compiled for each of them, in this order: the index-th that this processor can run, the best first. There
// are 1 + best_instruction_set() of these.
template <class Kernels>
const Kernels& nth_best(int index, const Kernels& baseline, const Kernels& avx2, const Kernels& avx512) {
    const int set = best_instruction_set() - index;
    return set >= 2 ? avx512 : set == 1 ? avx2 : baseline;
}

} // namespace orrery
