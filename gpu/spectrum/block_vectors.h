// SPDX-License-Identifier: BSD-3-Clause
// Blocks of vectors [rows][block] and what a sparse eigensolver does with them, by a team. Sums are taken in one order
// whatever the number of threads.
#pragma once
#include "gpu/parallel/aligned.h"
#include "gpu/parallel/team.h"
#include "gpu/spectrum/eigen_kernels.h"
#include "gpu/spectrum/sparse_laplacian.h"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace orrery::spectrum {

using Block = Aligned<double>;                   // [rows][block]
using Small = std::array<double, block * block>; // [block][block]

class BlockTeam {
public:
    BlockTeam(std::int64_t rows, std::shared_ptr<Team> team);
    std::int64_t rows() const { return rows_; }
    int parts() const { return parts_; }
    Block make() const { return Block(static_cast<std::size_t>(rows_) * block); }

    // body(part, first row, last row + 1)
    template <class Body>
    void each(const Body& body) const {
        for_parts(team_, parts_, [&](int part) {
            const std::int64_t first = part * rows_of_part;
            body(part, first, first + rows_of_part < rows_ ? first + rows_of_part : rows_);
        });
    }
    // result[i] = basis[i]T x
    std::vector<Small> products(const std::vector<const Block*>& basis, const Block& x) const;
    // x -= sum over i of basis[i] c[i]
    void subtract(const std::vector<const Block*>& basis, const std::vector<Small>& c, Block& x) const;
    // x = x c
    void multiply(Block& x, const Small& c) const;
    // Subtracts each column's mean.
    void centre(Block& x) const;
    // The first `kept` of the blocks become the products with the columns of c [blocks * block][kept * block].
    void rotate(std::vector<Block>& blocks, std::size_t count, std::size_t kept, const std::vector<double>& c) const;

    // The edges' sum of squared differences of each column, which is the quadratic form of the Laplacian, to full
    // relative accuracy however small.
    std::array<double, block> differences(const Component& component, const Block& x) const;

    const Kernels& kernels() const { return kernels_; }

private:
    static constexpr std::int64_t rows_of_part = 1024;
    std::int64_t rows_;
    int parts_;
    std::shared_ptr<Team> team_;
    const Kernels& kernels_;
};

} // namespace orrery::spectrum
