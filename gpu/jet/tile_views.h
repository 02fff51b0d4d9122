// SPDX-License-Identifier: BSD-3-Clause
// What a training step reads and writes where it runs, as plain pointers and numbers that can be handed to a CUDA
// kernel: the network, terms of the loss, the workspace of a tile. C++17.
#pragma once
#include "gpu/jet/adam.h"
#include "gpu/jet/jet_math.h"

#include <cstddef>
#include <cstdint>

namespace orrery::jet {

ORRERY_BOTH inline int up_to(int grain, int n) { return (n + grain - 1) / grain * grain; }

// One matrix of the network: its place in the parameters, and as packed for the products of a block. Rows of four
// weights: forward [in][out padded], transposed [out][in padded]. Unpacked it lies as in the parameters.
struct MatrixView {
    int out = 0, in = 0;
    int weights = 0; // in the parameters; biases behind them
    int scale = -1;  // parameter s of the layer; -1: none
    int forward = 0, transposed = 0, bias = 0;
    ORRERY_BOTH int biases() const { return weights + out * in; }
    ORRERY_BOTH int parameters() const { return out * (in + 1); }
};

struct NetworkView {
    int coordinates = 1, features = 1, width = 1, depth = 1, outputs = 1;
    Activation activation = Activation::tanh;
    bool adaptive = false, gated = false;

    // In the order of Network::matrices: hidden layers, output, gates.
    ORRERY_BOTH int matrices() const { return depth + (gated ? 3 : 1); }
    ORRERY_BOTH MatrixView matrix(int index, bool packed) const {
        MatrixView m;
        int at = 0;
        for (int i = 0;; ++i) {
            m.out = i == depth ? outputs : width;
            m.in = i == 0 || i > depth ? features : width;
            if (i == index) break;
            m.weights += m.parameters();
            at += packed_size(m);
        }
        if (adaptive && index < depth) m.scale = parameters() - depth + index;
        m.forward = packed ? at : m.weights;
        m.bias = packed ? at + m.in * up_to(4, m.out) : m.biases();
        m.transposed = m.bias + up_to(4, m.out);
        return m;
    }
    ORRERY_BOTH int parameters() const {
        const int gates = gated ? 2 * width * (features + 1) : 0;
        return width * (features + 1) + (depth - 1) * width * (width + 1) + outputs * (width + 1) + gates +
               (adaptive ? depth : 0);
    }
    ORRERY_BOTH static int packed_size(const MatrixView& m) {
        return m.in * up_to(4, m.out) + up_to(4, m.out) + m.out * up_to(4, m.in);
    }
    ORRERY_BOTH int packed() const {
        int total = 0;
        for (int i = 0; i < matrices(); ++i) total += packed_size(matrix(i, false));
        return total;
    }
};

// Points of a tile of a wide term come in multiples of this, so that its columns fall into equal segments.
constexpr int wide_grain = 8;

// A term with its points, cut into tiles as in TermCpu.
template <class T>
struct TermView {
    Lines<T> lines;                     // stride: points of a tile
    int tiles = 0, count = 0;           // count: points of the term
    bool wide = false, outside = false; // outside: its residual is not a program that runs here
    bool constrained = false;
    int feature_lines = 0; // of a tile, padded
    const T *features = nullptr, *coordinates = nullptr, *extra = nullptr, *weights = nullptr;
    const T *shift = nullptr, *scale = nullptr;
    int variables = 0;
    const int *row_begin = nullptr, *row_channel = nullptr, *output_of = nullptr; // entries of each variable's row
    const T* row_coefficient = nullptr;
    int extras = 0, length = 0, residuals = 0;
    const Instruction* code = nullptr;
    const int *program_outputs = nullptr, *input_variable = nullptr;
    const double* factors = nullptr; // [residuals]: d loss / d residual = factor weight residual
    int first_square = 0;            // where its mean squares lie among those of all terms

    ORRERY_BOTH int points() const { return lines.stride; }
    ORRERY_BOTH int columns() const { return lines.channels * lines.stride; }
    ORRERY_BOTH int parts() const { return wide ? 128 : 4; } // partial sums of a row
};

// Memory of one tile. Matrices [rows][lead], lead the columns, odd within a block so that rows start in other banks.
template <class T>
struct Workspace {
    T *packed = nullptr, *sums = nullptr; // the same for all terms; sums as the parameters lie
    double* squares = nullptr;            // [squares of all terms]
    int lead = 0, segments = 0;           // segments: of the products of wide layers
    T *features = nullptr, *z = nullptr, *a = nullptr, *h = nullptr;
    T *z_u = nullptr, *z_v = nullptr, *u = nullptr, *v = nullptr, *slope = nullptr, *grad_u = nullptr,
      *grad_slope = nullptr;
    T *output = nullptr, *constrained = nullptr, *grad_output = nullptr, *grad_network = nullptr;
    T *grad = nullptr, *next = nullptr, *grad_features = nullptr, *more_features = nullptr;
    T *variables = nullptr, *grad_variables = nullptr, *residuals = nullptr, *values = nullptr, *adjoints = nullptr;
    T *partial = nullptr, *products = nullptr;
    double* partial_squares = nullptr;
    std::size_t bytes = 0;
};

class Arena {
public:
    ORRERY_BOTH explicit Arena(char* base) : base_(base) {}
    template <class T>
    ORRERY_BOTH T* take(std::size_t count) {
        const std::size_t at = (used_ + 15) / 16 * 16;
        used_ = at + count * sizeof(T);
        return base_ != nullptr ? reinterpret_cast<T*>(base_ + at) : nullptr;
    }
    ORRERY_BOTH std::size_t used() const { return (used_ + 15) / 16 * 16; }

private:
    char* base_;
    std::size_t used_ = 0;
};

// Cuts the memory; without any (null) it says how many bytes are needed. `features`: adjoints of features are wanted.
template <class T>
ORRERY_BOTH Workspace<T> arrange(const NetworkView& net, const TermView<T>& term, int squares, bool features,
                                 char* base) {
    Arena arena(base);
    Workspace<T> w;
    const int points = term.points(), columns = term.columns();
    w.packed = arena.take<T>(static_cast<std::size_t>(term.wide ? net.parameters() : net.packed()));
    w.sums = arena.take<T>(static_cast<std::size_t>(net.parameters()));
    w.squares = arena.take<double>(static_cast<std::size_t>(squares));
    w.lead = term.wide ? columns : columns | 1;
    const auto lead = static_cast<std::size_t>(w.lead), n = static_cast<std::size_t>(points);
    const std::size_t layer = static_cast<std::size_t>(net.width) * lead;
    const std::size_t layers = static_cast<std::size_t>(net.depth) * layer;
    const std::size_t inputs = static_cast<std::size_t>(net.features) * lead;
    const std::size_t outputs = static_cast<std::size_t>(net.outputs) * lead;
    if (!term.wide) w.features = arena.take<T>(inputs);
    w.z = arena.take<T>(layers);
    w.a = arena.take<T>(layers);
    w.grad = arena.take<T>(layer);
    w.next = arena.take<T>(layer);
    w.output = arena.take<T>(outputs);
    w.grad_output = arena.take<T>(outputs);
    if (net.gated) {
        w.h = arena.take<T>(layers);
        w.z_u = arena.take<T>(layer);
        w.z_v = arena.take<T>(layer);
        w.u = arena.take<T>(layer);
        w.v = arena.take<T>(layer);
        w.slope = arena.take<T>(layer);
        w.grad_u = arena.take<T>(layer);
        w.grad_slope = arena.take<T>(layer);
    }
    if (term.constrained) {
        w.constrained = arena.take<T>(outputs);
        w.grad_network = arena.take<T>(outputs);
    }
    if (features) {
        w.grad_features = arena.take<T>(inputs);
        w.more_features = arena.take<T>(inputs);
    }
    w.variables = arena.take<T>(static_cast<std::size_t>(term.variables) * n);
    w.grad_variables = arena.take<T>(static_cast<std::size_t>(term.variables) * n);
    w.residuals = arena.take<T>(static_cast<std::size_t>(term.residuals) * n);
    w.values = arena.take<T>(static_cast<std::size_t>(term.length) * n);
    w.adjoints = arena.take<T>(static_cast<std::size_t>(term.length) * n);
    const int rows = net.width > net.outputs ? net.width : net.outputs;
    const auto parts = static_cast<std::size_t>(term.parts());
    w.partial = arena.take<T>(static_cast<std::size_t>(rows) * parts);
    w.partial_squares = arena.take<double>(static_cast<std::size_t>(term.residuals) * parts);
    if (term.wide) {
        const int most = rows > net.features ? rows : net.features;
        w.segments = wide_grain * term.lines.channels;
        w.products = arena.take<T>(static_cast<std::size_t>(w.segments) * static_cast<std::size_t>(net.width) *
                                   static_cast<std::size_t>(most));
    }
    w.bytes = arena.used();
    return w;
}

// One pass over the tiles of some terms.
template <class T>
struct Pass {
    NetworkView network;
    const TermView<T>* terms = nullptr;
    int first_term = 0, last_term = 0, squares = 0;
    const double* parameters = nullptr; // [P]
    bool residual = false, gradient = false;
    const double* given = nullptr;           // [variables][count]: their adjoints where no residual makes them
    const double* given_residuals = nullptr; // [residuals][count]: adjoints of residuals, instead of those of the loss
    double* residuals = nullptr;             // [residuals][count], where wanted
    double* variables = nullptr;             // [variables][count], where wanted
    T* features = nullptr;                   // [tile][features][columns]: adjoints of the features, where wanted
    T* partials = nullptr;                   // [rows][P]: sums of each block, the last row that of wide terms
    double* partial_squares = nullptr;       // [rows][squares]
    int rows = 0;
    double* totals = nullptr; // [P]: sums before scales of layers act
    double* result = nullptr; // [P + squares]: gradient and sums of squares
};

// Adam where the parameters are.
struct AdamView {
    const AdamOptions* options = nullptr;
    double *parameters = nullptr, *first = nullptr, *second = nullptr; // [P]
    double* step = nullptr;                                            // steps that were done
};

// A pass and what follows it.
template <class T>
struct Launch {
    Pass<T> pass;
    const TermView<T>* terms = nullptr; // the same terms, readable by the processor
    int blocks = 0;                     // of the kernel of narrow terms; 0: there are none
    std::size_t block_bytes = 0;        // workspace of one of them
    char* wide_arena = nullptr;         // null: there are no wide terms
    AdamView adam;                      // null parameters: no step follows
    std::uint64_t key = 0;              // equal and not zero: equal in every respect to the launch before
};

} // namespace orrery::jet
