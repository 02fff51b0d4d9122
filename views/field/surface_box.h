// SPDX-License-Identifier: GPL-3.0-or-later
// The axes of a height surface: the edges of its box that nothing hides, with their numbers.
#pragma once
#include "views/field/colour_map.h"

#include <QPainter>

#include <array>
#include <functional>
#include <string>

namespace orrery::gui {

struct SurfaceBox {
    std::array<double, 4> extent{};                                // x_min, x_max, y_min, y_max
    double tall = 1;                                               // of the surface, centred about z = 0
    ColourScale scale;                                             // from its foot to its head
    std::function<QPointF(double x, double y, double z)> position; // in the picture
    bool ticks = true;
    double em = 1;       // how much larger than in a window of usual fonts
    double spacing = 70; // between two numbers on the floor, about
    std::array<std::string, 2> axes{"x", "y"};
};

// With the painter's font and pen.
void paint_surface_box(QPainter& painter, const SurfaceBox& box);

} // namespace orrery::gui
