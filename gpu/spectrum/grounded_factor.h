// SPDX-License-Identifier: BSD-3-Clause
// The pseudo-inverse of a connected graph's Laplacian by a sparse Cholesky factor: shift-invert at zero, where the
// lowest eigenvalues become the largest. One node is grounded (its row and column left out), which makes the matrix
// positive definite without a shift that would cost digits.
#pragma once
#include "gpu/spectrum/block_vectors.h"
#include "gpu/spectrum/sparse_laplacian.h"

#include <cstdint>
#include <memory>

namespace orrery::spectrum {

class GroundedFactor {
public:
    // Only counts what the factor will need.
    explicit GroundedFactor(const Component& component);
    ~GroundedFactor();
    GroundedFactor(const GroundedFactor&) = delete;
    GroundedFactor& operator=(const GroundedFactor&) = delete;

    std::int64_t entries() const;
    double operations() const; // multiplications of the factorisation
    // Throws Error where a pivot isn't positive.
    void factorise();
    // y = L+ x for a block whose columns have mean zero; so do those of y.
    void apply(const BlockTeam& team, const Block& x, Block& y);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace orrery::spectrum
