// SPDX-License-Identifier: BSD-3-Clause
// A term of the loss in the layout of the kernels: channels, sparse rows of variables, program, points by tiles.
#pragma once
#include "gpu/jet/engine.h"
#include "gpu/jet/feature_jets.h"
#include "gpu/jet/kernels.h"
#include "gpu/jet/term.h"
#include "gpu/parallel/aligned.h"

namespace orrery::jet {

template <class T>
class TermCpu {
public:
    // Throws Error if channels, variables and program don't fit together.
    TermCpu(const Network& network, Term term);

    void set_points(const Network& network, const Points& points);
    void set_point_weights(std::span<const double> weights);

    // Everything below: read by the engine.
    Term term;
    Jet<T> jet;
    struct Entry {
        int channel = 0;
        T coefficient = 0;
    };
    std::vector<std::vector<Entry>> rows; // by variable
    // The program without what depends on the points alone: that is computed once and is a further `extra`.
    Program program;
    std::vector<int> known;          // instructions of term.program that became extras
    std::vector<int> input_variable; // [program.inputs]: variable or -1
    std::size_t count = 0, tiles = 0;
    Aligned<T> features;     // [tile][features padded][channels][points]
    Aligned<T> coordinates;  // [tile][coordinates][points]
    Aligned<T> extra;        // [tile][extra + known][points]
    Aligned<T> weights;      // [tile][points], zero in the padding
    Aligned<T> shift, scale; // [tile][outputs][channels][points]
    bool constrained = false;
    std::vector<double> residual_weights, mean_squares;
    FeatureJets feature_jets;

    std::size_t points() const { return static_cast<std::size_t>(jet.points); }
    std::size_t columns() const { return static_cast<std::size_t>(jet.channels) * points(); }
    std::size_t extras() const { return static_cast<std::size_t>(term.extra) + known.size(); }

private:
    void split_program(int dimensions);
    void fill_features(const Network& network, const Points& points);
    void fill_known(const Points& points);
    template <class Get>
    void fill(Aligned<T>& to, std::size_t lines, std::size_t lines_of_tile, std::size_t first, Get get);

    std::vector<int> first_, order_;
    std::vector<T> second_;
};

} // namespace orrery::jet
