// SPDX-License-Identifier: BSD-3-Clause
#define ORRERY_VECTOR_BYTES 16
#define ORRERY_COLUMNS 1
#define ORRERY_KERNELS kernels_baseline
#define ORRERY_KERNELS_NAME "baseline"
#include "plugins/pinn/training/kernels.h"
#include "gpu/parallel/instruction_set.h"
#include "plugins/pinn/training/kernels.inl"

namespace orrery::pinn::training {

int kernel_count() { return 1 + best_instruction_set(); }

#if defined(__x86_64__)
extern const Kernels kernels_avx512;
extern const Kernels kernels_avx2;

const Kernels& kernels_at(int index) { return nth_best(index, kernels_baseline, kernels_avx2, kernels_avx512); }
#else
const Kernels& kernels_at(int) { return kernels_baseline; }
#endif

const Kernels& kernels() {
    static const Kernels& best = kernels_at(0);
    return best;
}

} // namespace orrery::pinn::training
