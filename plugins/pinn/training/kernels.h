// SPDX-License-Identifier: BSD-3-Clause
// The inner loops of training on a CPU: network values, tangents and their adjoint over a chunk of points, and the one
// pass over a dense inverse Hessian. Compiled for AVX-512, AVX2 and the baseline; chosen at run time.
#pragma once

namespace orrery::pinn::training {

// A chunk is `rows` rows of `fast` points of a tensor grid (y fastest), `lead` = rows * fast rounded up to a multiple
// of 32. All arrays are aligned to 64 bytes. `padded` is the width rounded up to a multiple of 4; weights of padding
// units are zero. With layers counted from 1, z_l = W_l a_{l-1} + b_l, a_l = tanh(z_l), and a dot for d/dtau (tau the
// scaled time).
template <class T>
struct NetworkView {
    int padded = 0, depth = 0, fast = 0, slow = 0;
    const T* table_fast = nullptr; // [padded, fast]: contribution of y to z_1
    const T* table_slow = nullptr; // [padded, slow]: contribution of x to z_1, bias included
    const T* weight_t = nullptr;   // [padded]: weights of tau in z_1
    const T* weights = nullptr;    // [depth - 1, padded, padded]: W_l as [out, in]
    const T* transposed = nullptr; // the same as [in, out]
    const T* biases = nullptr;     // [depth - 1, padded]
    const T* output = nullptr;     // [padded]
    T output_bias = 0;
};

template <class T>
struct ChunkView {
    int rows = 0, first_row = 0, lead = 0; // row r is time r / slow, x index r % slow
    const T* tau = nullptr;                // [times] scaled times
    T* activation = nullptr;               // [depth, padded, lead]: a_l
    T* tangent = nullptr;                  // [depth - 1, padded, lead]: dot z_l for l >= 2
    T* scratch = nullptr;                  // [5, padded, lead]
};

// Gradient with respect to what NetworkView holds.
template <class T>
struct GradientView {
    T* table_fast = nullptr; // [padded, fast]
    T* table_slow = nullptr; // [padded, slow]
    T* weight_t = nullptr;
    T* weights = nullptr; // [depth - 1, padded, padded]
    T* biases = nullptr;
    T* output = nullptr;
    T* output_bias = nullptr;
};

// One pass over blocks [first, last) of eight rows of a symmetric matrix: H <- scale H + s A' + q B', and product += H
// y of the new H (both triangles). A block lies in tiles [8][8] from the left to the one with the diagonal, which is
// zero above it: one stream of aligned memory. The vectors are padded with zeros to a multiple of 8.
struct InversePass {
    double* packed = nullptr;
    double scale = 1;
    const double* s = nullptr;
    const double* q = nullptr;
    const double* a = nullptr;
    const double* b = nullptr;
    const double* y = nullptr;
    double* product = nullptr;
    int first = 0, last = 0;
};
// Where a block begins, in numbers.
constexpr long long first_of_block(int block) { return 32LL * block * (block + 1); }

template <class T>
struct NetworkKernels {
    // value and dot: [lead].
    void (*forward)(const NetworkView<T>&, const ChunkView<T>&, T* value, T* dot);
    // Adds to the gradient; grad_value and grad_dot: [lead], zero in the padding. Uses what forward left in the chunk.
    void (*backward)(const NetworkView<T>&, const ChunkView<T>&, const T* grad_value, const T* grad_dot,
                     const GradientView<T>&);
};

struct Kernels {
    const char* name;
    NetworkKernels<float> float32;
    NetworkKernels<double> float64;
    void (*inverse_pass)(const InversePass&);
};

// The best that this processor can run.
const Kernels& kernels();
// Each that this processor can run, the best first: for tests.
int kernel_count();
const Kernels& kernels_at(int index);

template <class T>
const NetworkKernels<T>& network_kernels(const Kernels& all) {
    if constexpr (sizeof(T) == sizeof(float)) {
        return all.float32;
    } else {
        return all.float64;
    }
}

} // namespace orrery::pinn::training
