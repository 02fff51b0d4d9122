// SPDX-License-Identifier: BSD-3-Clause
// Eigenpairs of graph Laplacians: all of many small graphs at once, the lowest or highest of a large one.
//
// The Laplacian is the combinatorial one, L = D - A, of the simple undirected graph beneath the input: directions,
// weights, self-loops and repeated edges don't count. Its eigenvalues are 0 = l_0 <= l_1 <= ... <= 2 (largest degree).
//
// Inside an eigenspace the vectors are an arbitrary orthonormal basis that depends on the solver: what is computed
// from them must treat a cluster of equal eigenvalues as one.
#pragma once
#include "core/api.h"
#include "core/graph/graph.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace orrery::spectrum {

struct EigenPairs {
    std::size_t n = 0;
    std::vector<double> values;  // ascending
    std::vector<double> vectors; // [pairs][n]: row k is u_k, of length 1, orthogonal to the others
    std::size_t pairs() const { return values.size(); }
    std::span<const double> vector(std::size_t k) const { return {vectors.data() + k * n, n}; }
};

// [n][n]. Throws Error where n * n doubles can't be held.
ORRERY_API std::vector<double> laplacian(const Graph& graph);

struct Options {
    int threads = 1; // at least 1; the result is the same for any number, but for graphs of over 1,000 nodes
    int cuda = -1;   // the index of a CUDA device, -1: the processor
};

// All eigenpairs of each graph's Laplacian. A graph's result doesn't depend on what else is in the list. Residuals
// ||L u - l u|| are below 1e-13 l_max up to some hundred nodes. Throws Error where a device is wanted that isn't there,
// where memory doesn't suffice, or where a solver fails.
ORRERY_API std::vector<EigenPairs> eigen_pairs(std::span<const Graph> graphs, const Options& options = {});

// The same of symmetric matrices [n][n], of which the lower triangles are read. Throws Error where one isn't finite.
ORRERY_API std::vector<EigenPairs> eigen_pairs_of(std::span<const std::vector<double>> matrices,
                                                  const Options& options = {});

struct PartialOptions {
    int threads = 1;                      // at least 1; the result is the same for any number
    double tolerance = 1e-9;              // residuals ||L u - l u|| are at most tolerance max(1, l_max), else Error
    std::uint64_t seed = 0;               // of the random vectors to begin with
    std::int64_t most_steps = 0;          // applications of the operator to a block; 0: by the size
    std::function<void()> each_step = {}; // called now and then; what it throws ends the computation
};

// What a partial solution was made of, for those who want to know.
struct PartialReport {
    std::int64_t components = 0, dense = 0; // connected components; those small enough to be solved whole
    std::int64_t by_factor = 0, by_gradients = 0, by_lanczos = 0; // components by the way they were solved
    std::int64_t steps = 0;                                       // applications of an operator to a block of 8 vectors
    std::int64_t factor_size = 0;                                 // entries of the largest Cholesky factor
    double residual = 0;                                          // the largest ||L u - l u||
};

// The `count` lowest or highest pairs (all, where there are fewer nodes) of a sparse graph; values ascending in both
// cases. Connected components are solved one by one, so that eigenvalues which several share come out as often as they
// should; the null vectors are the exact ones. Small components are solved whole. The lowest pairs of others are found
// by block Lanczos steps on the inverse, with a sparse Cholesky factor where that stays small or by conjugate gradients
// where degrees differ much, else on the Laplacian itself, as the highest are. Throws Error where a residual is above
// the tolerance.
ORRERY_API EigenPairs lowest(const Graph& graph, std::int64_t count, const PartialOptions& options = {},
                             PartialReport* report = nullptr);
ORRERY_API EigenPairs highest(const Graph& graph, std::int64_t count, const PartialOptions& options = {},
                              PartialReport* report = nullptr);

// Where each cluster of equal eigenvalues begins, of ascending values: neighbours less than 1e-8 l_max apart belong
// together, where l_max is `largest` or, if that is not positive, the largest absolute value given.
ORRERY_API std::vector<std::size_t> clusters(std::span<const double> values, double largest = 0);

// The orthogonal projector [n][n] onto the vectors first .. last - 1: of a whole cluster it doesn't depend on the
// basis.
ORRERY_API std::vector<double> projector(const EigenPairs& pairs, std::size_t first, std::size_t last);

} // namespace orrery::spectrum
