// SPDX-License-Identifier: BSD-3-Clause
// A quadtree of points with masses, for the sums of Barnes and Hut.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <span>
#include <vector>

namespace orrery::layout {

struct Cell {
    float x = 0, y = 0, mass = 0;     // centre of mass
    float size = 0;                   // the longer side of the box around its points
    std::int32_t first = 0, last = 0; // its points, in the tree's order
    std::int32_t next = 0;            // the cell after all that lie in this one
    bool leaf = false;
};

class ORRERY_API Quadtree {
public:
    // points [n][2], masses [n].
    void build(std::span<const float> points, std::span<const float> masses);

    // Depth first, the root at 0; none without points.
    const std::vector<Cell>& cells() const { return cells_; }
    // Points in the tree's order: neighbours lie near each other.
    const std::vector<std::int32_t>& order() const { return order_; }
    const std::vector<float>& x() const { return x_; }
    const std::vector<float>& y() const { return y_; }
    const std::vector<float>& mass() const { return mass_; }

private:
    void sort(std::span<const float> points);
    void divide(std::int32_t first, std::int32_t last, int level);

    std::vector<Cell> cells_;
    std::vector<std::int32_t> order_, other_order_;
    std::vector<std::uint64_t> codes_, other_codes_;
    std::vector<float> x_, y_, mass_;
};

} // namespace orrery::layout
