// SPDX-License-Identifier: BSD-3-Clause
#if defined(__x86_64__)
#pragma GCC target("avx2,fma")
#define ORRERY_VECTOR_BYTES 32
#define ORRERY_COLUMNS 1
#define ORRERY_KERNELS kernels_avx2
#define ORRERY_KERNELS_NAME "avx2"
#include "plugins/pinn/training/kernels.h"
#include "plugins/pinn/training/kernels.inl"
#endif
