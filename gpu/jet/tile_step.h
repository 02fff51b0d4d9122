// SPDX-License-Identifier: BSD-3-Clause
// The training step over a tile of points, written once for all who can run it: a block of CUDA threads on shared
// memory, the stream of a device kernel after kernel (wide networks), or one thread in a test.
//
// A `Team` has each(count, body): body(i) for i in [0, count), all done when it returns; product and outer. Bodies of
// one call touch no number that another writes, so the order among them is of no account, and every sum is taken by
// one body in a fixed order: equal bits each time. Team::wide: which terms it runs; a constant, so that the compiler
// knows of every pointer in a block whether it is to shared memory.
#pragma once
#include "gpu/jet/tile_bodies.h"
#include "gpu/jet/tile_views.h"

namespace orrery::jet {

// Products for teams whose matrices are packed.
template <class Team>
struct PanelProducts {
    static constexpr bool wide = false;
    // z [out][lead] = W a, or with the transposed matrix.
    template <class T>
    ORRERY_BOTH void product(const MatrixView& m, bool transposed, const Workspace<T>& w, const T* a, int columns,
                             T* z) {
        const int out = transposed ? m.in : m.out, in = transposed ? m.out : m.in;
        team().each(up_to(4, out) / 4 * columns, bodies::Product<T>{w.packed + (transposed ? m.transposed : m.forward),
                                                                    out, in, a, w.lead, columns, z});
    }
    // sums += d a'.
    template <class T>
    ORRERY_BOTH void outer(const MatrixView& m, const Workspace<T>& w, const T* d, const T* a, int columns) {
        team().each(up_to(2, m.out) / 2 * m.in,
                    bodies::Outer<T>{d, a, w.lead, columns, m.out, m.in, w.sums + m.weights});
    }

private:
    ORRERY_BOTH Team& team() { return static_cast<Team&>(*this); }
};

template <class T, class Team>
class TileStep {
public:
    ORRERY_BOTH TileStep(Team& team, const Pass<T>& pass, const TermView<T>& term, const Workspace<T>& workspace,
                         int tile)
        : team_(team), pass_(pass), net_(pass.network), term_(term), w_(workspace), tile_(tile), points_(term.points()),
          columns_(term.columns()) {}

    ORRERY_BOTH void run() {
        forward();
        if (pass_.residual) residual();
        if (pass_.given != nullptr)
            team_.each(term_.variables * points_, bodies::Given<T>{term_, tile_, pass_.given, w_.grad_variables});
        if (pass_.gradient) reverse();
    }

private:
    ORRERY_BOTH MatrixView matrix(int index) const { return net_.matrix(index, !Team::wide); }
    ORRERY_BOTH T* layer(T* of, int index) const {
        return of + static_cast<std::size_t>(index) * static_cast<std::size_t>(net_.width) *
                        static_cast<std::size_t>(w_.lead);
    }
    ORRERY_BOTH int layer_size() const { return net_.width * w_.lead; }
    // Points of the tile in an array [tile][lines][points] of the term.
    ORRERY_BOTH const T* tile_of(const T* array, int lines) const {
        return array +
               static_cast<std::size_t>(tile_) * static_cast<std::size_t>(lines) * static_cast<std::size_t>(points_);
    }

    ORRERY_BOTH const T* features() {
        const T* given = tile_of(term_.features, term_.feature_lines * term_.lines.channels);
        if (Team::wide) return given;
        team_.each(net_.features * columns_, bodies::CopyRows<T>{given, columns_, w_.features, w_.lead, columns_});
        return w_.features;
    }

    // Layers by number: 0 ... depth - 1, and, gated, -1 and -2, of which U and V come.
    ORRERY_BOTH int lowest() const { return net_.gated ? -2 : 0; }
    ORRERY_BOTH int matrix_of(int l) const { return l >= 0 ? l : net_.depth - l; }
    ORRERY_BOTH T* z_of(int l) const { return l >= 0 ? layer(w_.z, l) : l == -1 ? w_.z_u : w_.z_v; }
    ORRERY_BOTH T* a_of(int l) const { return l >= 0 ? layer(w_.a, l) : l == -1 ? w_.u : w_.v; }
    ORRERY_BOTH T* hidden_of(int l) const { return layer(net_.gated ? w_.h : w_.a, l); }
    ORRERY_BOTH const T* below(int l) const { return l > 0 ? hidden_of(l - 1) : features_; }

    ORRERY_BOTH void forward() {
        features_ = features();
        for (int l = lowest(); l < net_.depth; ++l) {
            const MatrixView m = matrix(matrix_of(l));
            T *z = z_of(l), *a = a_of(l);
            team_.product(m, false, w_, below(l), columns_, z);
            team_.each(m.out * points_,
                       bodies::Activate<T>{net_.activation, term_.lines, w_.packed + m.bias, w_.lead, z, a});
            if (l == -1) team_.each(layer_size(), bodies::Subtract<T>{w_.v, w_.u, w_.slope});
            if (l < 0 || !net_.gated) continue;
            team_.each(net_.width * points_,
                       bodies::Multiply<T>{term_.lines, w_.u, w_.slope, w_.lead, a, w_.lead, hidden_of(l), w_.lead});
        }
        output();
    }

    ORRERY_BOTH void output() {
        const MatrixView last = matrix(net_.depth);
        team_.product(last, false, w_, below(net_.depth), columns_, w_.output);
        team_.each(net_.outputs * points_, bodies::AddBias<T>{w_.packed + last.bias, points_, w_.lead, w_.output});
        const T* made = w_.output;
        if (term_.constrained) {
            const int lines = net_.outputs * term_.lines.channels;
            team_.each(net_.outputs * points_,
                       bodies::Multiply<T>{term_.lines, tile_of(term_.shift, lines), tile_of(term_.scale, lines),
                                           columns_, w_.output, w_.lead, w_.constrained, w_.lead});
            made = w_.constrained;
        }
        team_.each(term_.variables * points_,
                   bodies::Variables<T>{term_, tile_, made, w_.lead, w_.variables, pass_.variables});
    }

    ORRERY_BOTH void residual() {
        bodies::Residual<T> body{term_,   w_,      pass_.gradient,        net_.coordinates, tile_,
                                 nullptr, nullptr, pass_.given_residuals, pass_.residuals};
        body.coordinates = tile_of(term_.coordinates, net_.coordinates);
        body.extra = tile_of(term_.extra, term_.extras);
        team_.each(points_, body);
        const int parts = term_.parts();
        team_.each(term_.residuals * parts,
                   bodies::SquareParts<T>{term_, tile_, parts, w_.residuals, w_.partial_squares});
        team_.each(term_.residuals, bodies::Fold<double>{w_.partial_squares, parts, w_.squares + term_.first_square});
    }

    ORRERY_BOTH void bias_sums(const MatrixView& m, const T* g) {
        const int parts = term_.parts();
        team_.each(m.out * parts, bodies::BiasParts<T>{g, w_.lead, points_, parts, w_.partial});
        team_.each(m.out, bodies::Fold<T>{w_.partial, parts, w_.sums + m.biases()});
    }

    ORRERY_BOTH const T* output_gradient() {
        team_.each(net_.outputs * points_,
                   bodies::OutputGradient<T>{term_, w_.grad_variables, w_.lead, w_.grad_output});
        if (!term_.constrained) return w_.grad_output;
        const int lines = net_.outputs * term_.lines.channels;
        team_.each(net_.outputs * points_,
                   bodies::MultiplyAdjoint<T>{term_.lines, tile_of(term_.scale, lines), columns_, w_.grad_output,
                                              w_.lead, w_.grad_network, false});
        return w_.grad_network;
    }

    ORRERY_BOTH void reverse() {
        const T* grad_output = output_gradient();
        const MatrixView last = matrix(net_.depth);
        bias_sums(last, grad_output);
        team_.outer(last, w_, grad_output, below(net_.depth), columns_);
        T *g = w_.grad, *next = w_.next;
        team_.product(last, true, w_, grad_output, columns_, g);
        if (net_.gated) {
            team_.each(layer_size(), bodies::Fill<T>{w_.grad_u});
            team_.each(layer_size(), bodies::Fill<T>{w_.grad_slope});
        }
        for (int l = net_.depth - 1; l >= lowest(); --l) {
            if (l >= 0 && net_.gated) {
                reverse_gate(l, g, next);
                swap(g, next);
            }
            if (l == -1) team_.each(layer_size(), bodies::Subtract<T>{w_.grad_u, w_.grad_slope, w_.grad_u});
            const MatrixView m = matrix(matrix_of(l));
            T* at = l >= 0 ? g : l == -1 ? w_.grad_u : w_.grad_slope;
            team_.each(m.out * points_,
                       bodies::ActivateAdjoint<T>{net_.activation, term_.lines, w_.lead, z_of(l), a_of(l), at});
            bias_sums(m, at);
            team_.outer(m, w_, at, below(l), columns_);
            if (l <= 0 && pass_.features == nullptr) continue;
            team_.product(m, true, w_, at, columns_, l > 0 ? next : l == 0 ? w_.grad_features : w_.more_features);
            if (l > 0) swap(g, next);
            if (l < 0) team_.each(net_.features * w_.lead, bodies::Add<T>{w_.more_features, w_.grad_features});
        }
        if (pass_.features == nullptr) return;
        T* to = pass_.features + static_cast<std::size_t>(tile_) * static_cast<std::size_t>(net_.features * columns_);
        team_.each(net_.features * columns_, bodies::CopyRows<T>{w_.grad_features, w_.lead, to, columns_, columns_});
    }

    // h = u + slope a: from the adjoint g of h to that of u, slope and, in `to`, a.
    ORRERY_BOTH void reverse_gate(int l, const T* g, T* to) {
        const int items = net_.width * points_, lead = w_.lead;
        team_.each(layer_size(), bodies::Add<T>{g, w_.grad_u});
        team_.each(items, bodies::MultiplyAdjoint<T>{term_.lines, a_of(l), lead, g, lead, w_.grad_slope, true});
        team_.each(items, bodies::MultiplyAdjoint<T>{term_.lines, w_.slope, lead, g, lead, to, false});
    }

    ORRERY_BOTH static void swap(T*& a, T*& b) {
        T* const kept = a;
        a = b;
        b = kept;
    }

    Team& team_;
    const Pass<T>& pass_;
    const NetworkView& net_;
    const TermView<T>& term_;
    const Workspace<T>& w_;
    int tile_, points_, columns_;
    const T* features_ = nullptr;
};

// The share of one of `blocks` blocks: every blocks-th tile of the narrow terms, or, alone, of the wide ones. Its sums
// go to `row` of the partial sums.
template <class T, class Team>
ORRERY_BOTH void run_block(Team& team, const Pass<T>& pass, const TermView<T>* terms, int block, int blocks, int row,
                           char* memory) {
    constexpr bool wide = Team::wide;
    const NetworkView& net = pass.network;
    const int parameters = net.parameters();
    TermView<T> any;
    any.wide = wide;
    const Workspace<T> common = arrange(net, any, pass.squares, false, memory);
    for (int i = 0; i < net.matrices(); ++i) {
        const MatrixView m = net.matrix(i, !wide);
        team.each(m.parameters(), bodies::Pack<T>{m, !wide, pass.parameters, common.packed});
    }
    team.each(parameters, bodies::Fill<T>{common.sums});
    team.each(pass.squares, bodies::Fill<double>{common.squares});
    int before = 0; // tiles of the terms before
    for (int t = pass.first_term; t < pass.last_term; ++t) {
        const TermView<T> term = terms[t];
        if (term.wide != wide || (pass.residual && term.outside)) continue;
        const Workspace<T> w = arrange(net, term, pass.squares, pass.features != nullptr, memory);
        for (int tile = (block + blocks - before % blocks) % blocks; tile < term.tiles; tile += blocks)
            TileStep<T, Team>(team, pass, term, w, tile).run();
        before += term.tiles;
    }
    const auto at = static_cast<std::size_t>(row);
    team.each(pass.squares,
              bodies::Copy<double>{common.squares, pass.partial_squares + at * static_cast<std::size_t>(pass.squares)});
    if (!pass.gradient) return;
    team.each(parameters, bodies::Copy<T>{common.sums, pass.partials + at * static_cast<std::size_t>(parameters)});
}

// Sums over the rows of partial sums: `finish_width` numbers a block of finish_width * finish_parts threads.
using bodies::finish_parts, bodies::finish_width;
template <class T>
ORRERY_BOTH inline int finish_blocks(const Pass<T>& pass) {
    return up_to(finish_width, pass.network.parameters() + pass.squares) / finish_width;
}
template <class T, class Team>
ORRERY_BOTH void finish_block(Team& team, const Pass<T>& pass, int block, double* scratch) {
    team.each(finish_width * finish_parts, bodies::FinishParts<T>{pass, block, scratch});
    team.each(finish_width, bodies::Finish<T>{pass, block, scratch});
}

// Gradient of the scale of layer `block`, after all blocks of finish_block.
template <class T, class Team>
ORRERY_BOTH void scale_block(Team& team, const Pass<T>& pass, int block, double* scratch) {
    constexpr int parts = finish_width * finish_parts;
    const MatrixView m = pass.network.matrix(block, false);
    team.each(parts, bodies::ScaleParts{m, pass.parameters, pass.totals, parts, scratch});
    team.each(1, bodies::ScaleSum{scratch, parts, pass.result + m.scale});
}

// All of a launch by a backend with narrow(launch, blocks), wide(launch), finish(launch, blocks), scales(launch,
// blocks) and each(count, body).
template <class T, class Backend>
void run_launch(Backend& backend, const Launch<T>& launch) {
    const Pass<T>& pass = launch.pass;
    if (launch.blocks > 0) backend.narrow(launch);
    if (launch.wide_arena != nullptr) backend.wide(launch);
    if (!pass.residual && !pass.gradient) return;
    backend.finish(launch, finish_blocks(pass));
    if (pass.gradient && pass.network.adaptive) backend.scales(launch, pass.network.depth);
    if (launch.adam.parameters == nullptr) return;
    backend.each(pass.network.parameters(), bodies::Adam{launch.adam, pass.result});
    backend.each(1, bodies::CountStep{launch.adam.step});
}

} // namespace orrery::jet
