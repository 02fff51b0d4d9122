// SPDX-License-Identifier: BSD-3-Clause
#if defined(__x86_64__)
#include "gpu/graph/row_kernels.h"
// What follows is compiled for this instruction set: no header after it.
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")
#define ORRERY_VECTOR_BYTES 64
#define ORRERY_KERNELS row_avx512
#define ORRERY_KERNELS_NAME "avx512"
#include "gpu/graph/row_kernels.inl"
#endif
