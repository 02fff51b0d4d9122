// SPDX-License-Identifier: GPL-3.0-or-later
// One field at one time on a regular grid, as the view works with it.
#pragma once
#include "core/array.h"
#include "views/field/colour_map.h"

#include <QImage>

#include <array>
#include <limits>
#include <memory>
#include <vector>

namespace orrery::gui {

struct FieldRange {
    double low = std::numeric_limits<double>::infinity(), high = -std::numeric_limits<double>::infinity();
    double least_positive = std::numeric_limits<double>::infinity(); // for logarithmic scales
    bool empty() const { return !(low <= high); }
    void add(const FieldRange& other);
    // Both signs, neither of them a mere trace: a field that a diverging map suits.
    bool is_signed() const;
};

struct FieldGrid {
    int nx = 0, ny = 0;
    std::array<double, 2> origin{0, 0}, spacing{1, 1};
    std::vector<double> values; // [j * nx + i] at (origin_x + i dx, origin_y + j dy)
    std::string name, unit;
    std::array<std::string, 2> axes{"x", "y"};
    FieldRange range; // of the finite values
    std::size_t not_finite = 0;

    double at(int i, int j) const {
        return values[static_cast<std::size_t>(j) * static_cast<std::size_t>(nx) + static_cast<std::size_t>(i)];
    }
    bool same_grid(const FieldGrid& other) const;
    // The value of the cell around (x, y), or interpolated between the four points around it; NaN outside the picture
    // (which ends half a cell beyond the outer points).
    double nearest(double x, double y) const;
    double interpolated(double x, double y) const;
    // x_min, x_max, y_min, y_max of the picture.
    std::array<double, 4> extent() const;
    // Of space over time, whose lengths say nothing of each other: the factor for y that gives the picture the shape
    // 4 to 3. Else 1.
    double stretch() const;
    // extent() as it is drawn: y times stretch().
    std::array<double, 4> drawn_extent() const;
};

using Grid = std::shared_ptr<const FieldGrid>;

// Of an array [nx, ny], first index x, of any number type; points are counted if it has no coordinates. Throws Error if
// it has another shape or no values.
Grid grid_of(const Array& array);
// Whether every point of `coarse` is one of `fine`, which has a fixed number of points for each of them and ends less
// than one of its cells away.
bool has_points_of(const FieldGrid& fine, const FieldGrid& coarse);
// Whether there is a difference of the two, see below.
bool can_subtract(const FieldGrid& a, const FieldGrid& b);
// a - b, or its size alone; of grids that differ at the points of the coarser one, if the finer one has them all.
// Throws Error where it hasn't.
Grid difference(const FieldGrid& a, const FieldGrid& b, bool absolute = false);

// The picture of a grid: first row y_min (as OpenGL has it), opaque; at most `most` points a side, by leaving out rows
// and columns.
QImage picture(const FieldGrid& grid, const ColourScale& scale, int most = 2048);
// The same into memory of the caller's, 4 bytes a point, and how large it is.
QSize picture_size(const FieldGrid& grid, int most = 2048);
void paint_picture(const FieldGrid& grid, const ColourScale& scale, unsigned char* to, int most = 2048);

// Values along a straight line from one point to another: `count` places, lengths from the first point.
struct Profile {
    std::vector<double> place, value;
};
Profile profile(const FieldGrid& grid, std::array<double, 2> from, std::array<double, 2> to, int count = 400);

} // namespace orrery::gui
