// SPDX-License-Identifier: BSD-3-Clause
#if defined(__x86_64__)
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")
#define ORRERY_VECTOR_BYTES 64
#define ORRERY_COLUMNS 2
#define ORRERY_KERNELS kernels_avx512
#define ORRERY_KERNELS_NAME "avx512"
#include "plugins/pinn/training/kernels.h"
#include "plugins/pinn/training/kernels.inl"
#endif
