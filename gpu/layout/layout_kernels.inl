// SPDX-License-Identifier: BSD-3-Clause
// The kernels of layout_kernels.h for one instruction set. Included once per instruction set, with ORRERY_VECTOR_BYTES,
// ORRERY_KERNELS and ORRERY_KERNELS_NAME defined; no header here, since its inline functions would be compiled for it.

namespace orrery::layout {
namespace {

typedef float V __attribute__((vector_size(ORRERY_VECTOR_BYTES), may_alias, aligned(4)));
constexpr int lanes = ORRERY_VECTOR_BYTES / 4, pieces = group / lanes;

void repel(const Sources& sources, const float* x, const float* y, float* force_x, float* force_y) {
    V fx[pieces] = {}, fy[pieces] = {}, px[pieces], py[pieces];
    for (int q = 0; q < pieces; ++q) {
        px[q] = ((const V*)x)[q];
        py[q] = ((const V*)y)[q];
    }
    for (long k = 0; k < sources.count; ++k) {
        for (int q = 0; q < pieces; ++q) {
            const V dx = px[q] - sources.x[k], dy = py[q] - sources.y[k];
            const V f = sources.mass[k] / (dx * dx + dy * dy + 1e-12F);
            fx[q] += f * dx;
            fy[q] += f * dy;
        }
    }
    for (int q = 0; q < pieces; ++q) {
        ((V*)force_x)[q] = fx[q];
        ((V*)force_y)[q] = fy[q];
    }
}

} // namespace

extern const Kernels ORRERY_KERNELS;
const Kernels ORRERY_KERNELS = {ORRERY_KERNELS_NAME, repel};

} // namespace orrery::layout
