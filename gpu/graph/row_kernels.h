// SPDX-License-Identifier: BSD-3-Clause
// Inner loops over rows of channels: sums over neighbours, and batch normalisation with a ramp. Compiled for AVX-512,
// AVX2 and the baseline; the best is chosen at run time.
#pragma once
#include "core/api.h"

#include <cstdint>

namespace orrery::graph {

// A sparse matrix times x: row i has the entries from first[i] to first[i + 1].
template <class T>
struct RowSums {
    const std::int64_t* first;
    const std::int32_t* column;
    const T* weight; // null: all 1
    const T* x;      // [columns][channels]
    std::int64_t channels;
    T self; // times x, added
};

// Arrays are [rows][channels] or [channels].
template <class T>
struct RowKernels {
    // out[i] = self x[i] + sum of weight x[column], for rows i in [begin, end)
    void (*sum)(const RowSums<T>&, std::int64_t begin, std::int64_t end, T* out);
    // sums[c] = sum of x[.][c]
    void (*sums)(const T* x, std::int64_t rows, std::int64_t channels, T* sums);
    // squares[c] = sum of (x[.][c] - mean[c])^2
    void (*squares)(const T* x, std::int64_t rows, std::int64_t channels, const T* mean, T* squares);
    // y = max(0, scale x + shift); NaN stays
    void (*ramp)(const T* x, std::int64_t rows, std::int64_t channels, const T* scale, const T* shift, T* y);
    // With g = 0 where y <= 0, else gradient: sums[c] = sum of g, products[c] = sum of g (x - mean)
    void (*back_sums)(const T* gradient, const T* y, const T* x, std::int64_t rows, std::int64_t channels,
                      const T* mean, T* sums, T* products);
    // out = a g + b x + c with the same g
    void (*back)(const T* gradient, const T* y, const T* x, std::int64_t rows, std::int64_t channels, const T* a,
                 const T* b, const T* c, T* out);
};

struct Kernels {
    const char* name;
    RowKernels<float> single;
    RowKernels<double> twice;
};
template <class T>
const RowKernels<T>& row_kernels(const Kernels& kernels) {
    if constexpr (sizeof(T) == sizeof(float)) {
        return kernels.single;
    } else {
        return kernels.twice;
    }
}

// Each that this processor can run, the best first.
ORRERY_API int kernel_count();
ORRERY_API const Kernels& kernels_at(int index);

} // namespace orrery::graph
