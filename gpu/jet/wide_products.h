// SPDX-License-Identifier: BSD-3-Clause
// Products of the layers of wide networks by the BLAS of the device, and the team of a training step that uses them.
// float32 products are exact FMA unless the process has allowed TF32 in torch (at::Context, float32 matmul precision).
// C++17.
#pragma once
#include "core/api.h"
#include "gpu/jet/tile_step.h"

namespace orrery::jet {

constexpr int on_processor = -1;

// z [out][columns] = W a or, transposed, z [in][columns] = W' a; W [out][in], row after row without gaps. Pointers of
// CUDA device `device`, or of the processor; on the current stream.
template <class T>
ORRERY_API void layer_product(const T* weights, int out, int in, bool transposed, const T* a, int columns, T* z,
                              int device);

// products[s] [out][in] = d a' over the s-th of `segments` equal parts of the columns.
template <class T>
ORRERY_API void outer_products(const T* d, int out, const T* a, int in, int columns, int segments, T* products,
                               int device);

// Products for a team with each() and device().
template <class Team>
struct WideProducts {
    static constexpr bool wide = true;
    template <class T>
    void product(const MatrixView& m, bool transposed, const Workspace<T>& w, const T* a, int columns, T* z) {
        layer_product(w.packed + m.forward, m.out, m.in, transposed, a, columns, z, team().device());
    }
    template <class T>
    void outer(const MatrixView& m, const Workspace<T>& w, const T* d, const T* a, int columns) {
        outer_products(d, m.out, a, m.in, columns, w.segments, w.products, team().device());
        team().each(m.out * m.in, bodies::FoldProducts<T>{w.products, w.segments, m.out * m.in, w.sums + m.weights});
    }

private:
    Team& team() { return static_cast<Team&>(*this); }
};

} // namespace orrery::jet
