// SPDX-License-Identifier: GPL-3.0-or-later
// A height surface drawn by VTK without a display, in an OpenGL context of EGL that has no surface.
#pragma once
#include "views/field/field_canvas.h"
#include "views/field/view_basis.h"

#include <QImage>

#include <array>

namespace orrery::gui {

struct SurfaceCamera {
    ViewBasis basis;
    std::array<double, 2> middle{}; // the place of the field that is in the middle
    double half_height = 1;         // that is seen, as a length
};

// On white, or where nothing is drawn transparent. `relief`: height of the surface as a share of its width. Equal bytes
// from the same OpenGL driver. Throws Error that names what is missing where there is no such OpenGL, or the picture is
// larger than it can be.
QImage surface_picture(const FieldPanel& panel, double relief, const SurfaceCamera& camera, QSize pixels,
                       bool transparent);

} // namespace orrery::gui
