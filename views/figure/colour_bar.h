// SPDX-License-Identifier: GPL-3.0-or-later
// The colour bar beside a figure.
#pragma once
#include "core/figure/figure.h"
#include "views/field/colour_map.h"
#include "views/figure/page.h"

namespace orrery::gui {

// The plot's; as high as its axes.
QCPColorScale* make_colour_bar(QCustomPlot& plot, const Figure& figure, const ColourScale& scale, const QString& label,
                               const QFont& font, const Page& page);

} // namespace orrery::gui
