// SPDX-License-Identifier: BSD-3-Clause
// The pseudo-inverse of a connected graph's Laplacian by conjugate gradients, preconditioned with the degrees: for
// graphs whose degrees differ so much that Lanczos steps on the Laplacian itself would see little but the largest.
#pragma once
#include "gpu/spectrum/block_vectors.h"
#include "gpu/spectrum/sparse_laplacian.h"

namespace orrery::spectrum {

class GradientInverse {
public:
    GradientInverse(const BlockTeam& team, const Component& component);
    // y = L+ x for a block whose columns have mean zero, to residuals of 1e-13; so do those of y. Throws Error where
    // 5,000 iterations are not enough.
    void apply(const Block& x, Block& y);

private:
    using Row = std::array<double, block>;
    template <class Body>
    Row sums(const Body& body) const;

    const BlockTeam& team_;
    const Component& component_;
    Block residual_, direction_, image_;
};

} // namespace orrery::spectrum
