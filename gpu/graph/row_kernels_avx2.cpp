// SPDX-License-Identifier: BSD-3-Clause
#if defined(__x86_64__)
#include "gpu/graph/row_kernels.h"
// What follows is compiled for this instruction set: no header after it.
#pragma GCC target("avx2,fma")
#define ORRERY_VECTOR_BYTES 32
#define ORRERY_KERNELS row_avx2
#define ORRERY_KERNELS_NAME "avx2"
#include "gpu/graph/row_kernels.inl"
#endif
