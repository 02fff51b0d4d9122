// SPDX-License-Identifier: BSD-3-Clause
// Symmetric matrices that a batched eigensolver is given one by one, so that none is held twice.
#pragma once
#include <cstddef>

namespace orrery::spectrum {

class Matrices {
public:
    virtual ~Matrices() = default;
    virtual std::size_t count() const = 0;
    virtual std::size_t size(std::size_t index) const = 0; // rows
    // Whether squares of the entries neither overflow nor vanish.
    virtual bool moderate(std::size_t) const { return true; }
    // Writes the lower triangle into zeros: entry (i, j) at to[i * row + j * column]. From several threads.
    virtual void fill(std::size_t index, double* to, std::size_t row, std::size_t column) const = 0;
};

} // namespace orrery::spectrum
