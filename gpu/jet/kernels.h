// SPDX-License-Identifier: BSD-3-Clause
// The inner loops of the jet engine over a tile of points. Compiled for AVX-512, AVX2 and the baseline; chosen at run
// time.
//
// A matrix of a tile has one row a unit and columns [channel][point], `points` a multiple of the lanes of 64 bytes, so
// that a linear layer is one product whatever the channels are. All arrays are aligned to 64 bytes.
#pragma once
#include "gpu/jet/network.h"
#include "gpu/jet/program.h"

namespace orrery::jet {

constexpr int panel = 4; // rows of a packed panel

// Channels as the kernels read them.
template <class T>
struct Jet {
    int channels = 1, directions = 0, collapsed = 0, highest = 0; // highest order of a direction; 2 with collapsed ones
    int points = 0;                                               // of a tile
    const int* first = nullptr;                                   // [directions]: channel of order 1
    const int* order = nullptr;                                   // [directions]
    const T* second = nullptr;                                    // [collapsed][directions]
    int first_collapsed() const { return channels - collapsed; }
};

// A program over a tile: values [code][points].
template <class T>
struct ProgramTile {
    const Instruction* code = nullptr;
    int length = 0, points = 0;
    const T* const* inputs = nullptr; // [inputs] lines of `points`
    T* values = nullptr;
    T* adjoints = nullptr;              // [code][points]; backward: those of the outputs are set, the rest zero
    T* const* input_adjoints = nullptr; // [inputs] lines, added to; null where no one asks
};

template <class T>
struct TileKernels {
    // z [out][columns] = W a; W packed as [out / panel][in][panel].
    void (*product)(const T* packed, int out, int in, const T* a, int columns, T* z);
    // Adds d a': vectors of partial sums, [out][in] of them; in and out are padded to multiples of `panel` with zero
    // rows.
    void (*outer_lanes)(const T* d, int out, const T* a, int in, int columns, T* sums);
    // The same as numbers [out][in]; in is a multiple of 16, d has whole panels of rows. scratch: [in + padded out]
    // [columns].
    void (*outer)(const T* d, int out, const T* a, int in, int columns, T* sums, T* scratch);
    // z_0 += bias, a = activation(z) by channels.
    void (*activate)(const Jet<T>&, Activation, int rows, const T* bias, T* z, T* a);
    // g: adjoint of a becomes adjoint of z; bias_sums [rows][lanes] += that of z_0.
    void (*activate_adjoint)(const Jet<T>&, Activation, int rows, const T* z, const T* a, T* g, T* bias_sums);
    // u = shift + scale n (product of jets); null shift: zero.
    void (*multiply)(const Jet<T>&, int rows, const T* shift, const T* scale, const T* n, T* u);
    // g_n [+]= adjoint of u = scale n in n.
    void (*multiply_adjoint)(const Jet<T>&, int rows, const T* scale, const T* g, T* g_n, bool add);
    void (*run)(const ProgramTile<T>&);
    void (*run_adjoint)(const ProgramTile<T>&);
    int lanes;
};

struct Kernels {
    const char* name;
    TileKernels<float> float32;
    TileKernels<double> float64;
};

// Each that this processor can run, the best first.
ORRERY_API int kernel_count();
ORRERY_API const Kernels& kernels_at(int index);

template <class T>
const TileKernels<T>& tile_kernels(const Kernels& all) {
    if constexpr (sizeof(T) == sizeof(float)) {
        return all.float32;
    } else {
        return all.float64;
    }
}

} // namespace orrery::jet
