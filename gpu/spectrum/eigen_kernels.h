// SPDX-License-Identifier: BSD-3-Clause
// The inner loops of the eigensolvers. Compiled for AVX-512, AVX2 and the baseline; the best is chosen at run time.
#pragma once
#include "core/api.h"

#include <cstddef>
#include <cstdint>

namespace orrery::spectrum {

constexpr int block = 8; // vectors that a sparse solver works on together: rows of a block are 64 bytes

// Symmetric matrices side by side, one a lane: entry (i, j) of lane q at [(i * n + j) * lanes + q]. Arrays are aligned
// to 64 bytes.
struct LaneMatrices {
    int n = 0;
    double* matrix = nullptr; // [n][n][lanes]; in: lower triangles; out: column k of a matrix is its vector k, unsorted
    double* values = nullptr; // [n][lanes], out
    double* scratch = nullptr; // lane_scratch(n, lanes) numbers
};
constexpr int sweeps_together = 16; // sweeps whose rotations are applied in one pass over the vectors
constexpr std::size_t lane_scratch(int n, int lanes) {
    return static_cast<std::size_t>(n) * static_cast<std::size_t>(lanes) * (4 + 2 * sweeps_together);
}

// Rows first .. last - 1 of a graph in compressed sparse rows.
struct Rows {
    const std::int64_t* start = nullptr;     // [nodes + 1]
    const std::int32_t* neighbour = nullptr; // [entries]
    std::int64_t first = 0, last = 0;
};

struct Kernels {
    const char* name;
    int lanes;
    // All eigenpairs of `lanes` matrices. Zero rows and columns at the end of a matrix give zeros at the end of its
    // values and leave the bits of the others alone. False where a matrix didn't converge.
    bool (*solve)(const LaneMatrices&);
    // y = a L x + b x of blocks [nodes][block].
    void (*laplacian)(const Rows&, double a, double b, const double* x, double* y);
    // sums [block][block] += xT y over `rows` rows of two blocks.
    void (*gram)(std::int64_t rows, const double* x, const double* y, double* sums);
    // y += x c over `rows` rows, c [block][block].
    void (*add_product)(std::int64_t rows, const double* x, const double* c, double* y);
};

// Each that this processor can run, the best first.
ORRERY_API int kernel_count();
ORRERY_API const Kernels& kernels_at(int index);

} // namespace orrery::spectrum
