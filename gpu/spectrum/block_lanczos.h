// SPDX-License-Identifier: BSD-3-Clause
// The largest eigenvalues of a symmetric operator by Lanczos steps with blocks of vectors, restarted from the best Ritz
// vectors (thick restart: Wu and Simon, SIAM J. Matrix Anal. Appl. 22, 602, 2000), fully orthogonalised. A block finds
// up to 8 copies of an eigenvalue at once, where single vectors would miss all but one.
//
// The constant vector is always an eigenvector of the operators at hand; it is left out.
#pragma once
#include "gpu/spectrum/block_vectors.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace orrery::spectrum {

// y = operator x, of blocks [rows][block].
using BlockOperator = std::function<void(const Block& x, Block& y)>;

struct LanczosOptions {
    std::uint64_t seed = 0;
    std::int64_t most_steps = 0;
    std::function<void()> each_step = {}; // may throw
};

struct RitzPairs {
    std::vector<double> values;  // descending
    std::vector<double> vectors; // [pairs][rows]
    std::int64_t steps = 0;
    bool complete = false; // false: most_steps were not enough
};

// The largest ||operator u - l u|| to allow for the value l, beside the largest value.
using Tolerance = std::function<double(double value, double largest)>;

// The `count` largest pairs, copies included. count is at most a quarter of the rows, which are some hundreds at least.
RitzPairs largest_pairs(const BlockTeam& team, const BlockOperator& apply, std::size_t count,
                        const Tolerance& tolerance, const LanczosOptions& options);

// The pairs of `inverse` as pairs of the Laplacian, after one more step: it takes rounding along high eigenvectors
// away, which the inverse hardly shows and the Laplacian magnifies. Values ascending.
RitzPairs refined(const BlockTeam& team, const BlockOperator& inverse, const BlockOperator& laplacian, RitzPairs pairs);

} // namespace orrery::spectrum
