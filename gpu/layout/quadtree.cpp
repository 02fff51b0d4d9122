// SPDX-License-Identifier: BSD-3-Clause
#include "gpu/layout/quadtree.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace orrery::layout {

namespace {

constexpr int levels = 22; // bits of a coordinate
constexpr std::int32_t leaf_points = 8;

std::size_t size_of(std::int32_t n) { return static_cast<std::size_t>(n); }

// A zero bit after each bit.
std::uint64_t spread(std::uint64_t v) {
    v = (v | v << 16U) & 0x0000ffff0000ffffU;
    v = (v | v << 8U) & 0x00ff00ff00ff00ffU;
    v = (v | v << 4U) & 0x0f0f0f0f0f0f0f0fU;
    v = (v | v << 2U) & 0x3333333333333333U;
    return (v | v << 1U) & 0x5555555555555555U;
}

} // namespace

// By Morton codes, in passes over 11 bits.
void Quadtree::sort(std::span<const float> points) {
    const std::size_t n = points.size() / 2;
    float low[2] = {points[0], points[1]}, high[2] = {points[0], points[1]};
    for (std::size_t i = 0; i < 2 * n; ++i) {
        low[i % 2] = std::min(low[i % 2], points[i]);
        high[i % 2] = std::max(high[i % 2], points[i]);
    }
    const double side = std::max(static_cast<double>(high[0]) - low[0], static_cast<double>(high[1]) - low[1]);
    const double scale = side > 0 ? ((1U << levels) - 1) / side : 0;
    codes_.resize(n);
    order_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
        const auto x = static_cast<std::uint64_t>((static_cast<double>(points[2 * i]) - low[0]) * scale),
                   y = static_cast<std::uint64_t>((static_cast<double>(points[2 * i + 1]) - low[1]) * scale);
        codes_[i] = spread(x) | spread(y) << 1U;
        order_[i] = static_cast<std::int32_t>(i);
    }
    other_codes_.resize(n);
    other_order_.resize(n);
    for (unsigned shift = 0; shift < 2 * levels; shift += 11) {
        std::array<std::size_t, 2049> place{};
        for (const std::uint64_t code : codes_) ++place[(code >> shift & 2047U) + 1];
        for (std::size_t k = 1; k < place.size(); ++k) place[k] += place[k - 1];
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t to = place[codes_[i] >> shift & 2047U]++;
            other_codes_[to] = codes_[i];
            other_order_[to] = order_[i];
        }
        codes_.swap(other_codes_);
        order_.swap(other_order_);
    }
}

// The cell of a range of points whose codes agree above `level`, and the cells in it.
void Quadtree::divide(std::int32_t first, std::int32_t last, int level) {
    const std::size_t at = cells_.size();
    cells_.push_back({0, 0, 0, 0, first, last, 0, last - first <= leaf_points || level == 0});
    // Where all points lie in one quarter there is no cell of its own.
    while (!cells_[at].leaf) {
        const unsigned shift = 2 * static_cast<unsigned>(level - 1);
        if (codes_[size_of(first)] >> shift != codes_[size_of(last - 1)] >> shift) break;
        --level;
        cells_[at].leaf = level == 0;
    }
    if (!cells_[at].leaf) {
        const unsigned shift = 2 * static_cast<unsigned>(level - 1);
        for (std::int32_t begin = first; begin < last;) {
            const std::uint64_t quarter = codes_[size_of(begin)] >> shift;
            const auto end = std::upper_bound(codes_.begin() + begin, codes_.begin() + last, quarter,
                                              [&](std::uint64_t q, std::uint64_t code) { return q < code >> shift; });
            const auto child_end = static_cast<std::int32_t>(end - codes_.begin());
            divide(begin, child_end, level - 1);
            begin = child_end;
        }
    }
    Cell& cell = cells_[at];
    cell.next = static_cast<std::int32_t>(cells_.size());
    double x = 0, y = 0, mass = 0;
    float low_x = x_[size_of(first)], low_y = y_[size_of(first)], high_x = low_x, high_y = low_y;
    for (std::size_t i = size_of(first); i < size_of(last); ++i) {
        x += static_cast<double>(mass_[i]) * x_[i];
        y += static_cast<double>(mass_[i]) * y_[i];
        mass += mass_[i];
        low_x = std::min(low_x, x_[i]);
        high_x = std::max(high_x, x_[i]);
        low_y = std::min(low_y, y_[i]);
        high_y = std::max(high_y, y_[i]);
    }
    cell.x = static_cast<float>(x / mass);
    cell.y = static_cast<float>(y / mass);
    cell.mass = static_cast<float>(mass);
    cell.size = std::max(high_x - low_x, high_y - low_y);
}

void Quadtree::build(std::span<const float> points, std::span<const float> masses) {
    const std::size_t n = masses.size();
    cells_.clear();
    x_.resize(n);
    y_.resize(n);
    mass_.resize(n);
    order_.resize(n);
    if (n == 0) return;
    sort(points);
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t from = size_of(order_[i]);
        x_[i] = points[2 * from];
        y_[i] = points[2 * from + 1];
        mass_[i] = masses[from];
    }
    divide(0, static_cast<std::int32_t>(n), levels);
}

} // namespace orrery::layout
