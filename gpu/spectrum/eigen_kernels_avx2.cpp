// SPDX-License-Identifier: BSD-3-Clause
#if defined(__x86_64__)
#include "gpu/spectrum/eigen_kernels.h"

#include <immintrin.h>
// What follows is compiled for this instruction set: no header after it.
#pragma GCC target("avx2,fma")
#define ORRERY_VECTOR_BYTES 32
#define ORRERY_KERNELS spectrum_avx2
#define ORRERY_KERNELS_NAME "avx2"
#include "gpu/spectrum/eigen_kernels.inl"
#endif
