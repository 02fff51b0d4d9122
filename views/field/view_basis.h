// SPDX-License-Identifier: GPL-3.0-or-later
// How a field is seen without perspective: the directions of the picture's plane, and how much of the field fits in it.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace orrery::gui {

struct ViewBasis { // r and u lie in the picture, to the right and up; d points towards the eye
    std::array<double, 3> r, u, d;
};

// Degrees: around the vertical, and above the horizontal.
inline ViewBasis surface_basis(double azimuth, double elevation) {
    const double a = azimuth * std::numbers::pi / 180, e = elevation * std::numbers::pi / 180;
    const double ca = std::cos(a), sa = std::sin(a), ce = std::cos(e), se = std::sin(e);
    return {{ca, sa, 0}, {-sa * se, ca * se, ce}, {sa * ce, -ca * ce, se}};
}

// From straight above: an image.
inline ViewBasis flat_basis() { return {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}; }

// Half the height of a picture that shows a whole surface of this width, depth and height, with room for its axes.
// `shape`: height of the picture over its width.
inline double whole_surface(const ViewBasis& basis, double width, double depth, double height, double shape) {
    const double across = std::abs(basis.r[0]) * width + std::abs(basis.r[1]) * depth;
    const double up = std::abs(basis.u[0]) * width + std::abs(basis.u[1]) * depth + std::abs(basis.u[2]) * height;
    return 0.58 * std::max(up, across * shape);
}

} // namespace orrery::gui
