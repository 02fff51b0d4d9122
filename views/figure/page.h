// SPDX-License-Identifier: GPL-3.0-or-later
// The paper that a figure is drawn on: exact sizes, and PNG, SVG or PDF as bytes.
#pragma once
#include "core/figure/figure.h"
#include "views/plot/qcustomplot_header.h"

#include <QByteArray>
#include <QFont>
#include <QSize>

#include <algorithm>
#include <functional>
#include <string>

namespace orrery::gui {

// Figures are laid out in units of 1/5 mm, so that whole millimetres are whole units: 127 to the inch.
inline constexpr int units_per_mm = 5;
inline constexpr double units_per_point = 127.0 / 72;

struct Page {
    double width_mm = 85, height_mm = 56;
    int dpi = 300;
    bool transparent = false;

    QSize units() const;  // the smallest that hold it
    QSize pixels() const; // of a PNG
};

// What the ranges of its axes span, in units: QCustomPlot's own rectangle is one larger on one side.
QRectF axes_of(const QCustomPlot& plot);
// Width of axes and frames: they grow with the text.
inline double thin_line(const Figure& figure) { return 0.5 * units_per_point * std::max(1.0, figure.font_size / 10); }

// What `draw` paints in units. Same drawing, same bytes (PDF: but for its date). Throws Error if there is no memory for
// it. `format`: "png", "svg" or "pdf".
QByteArray painted(const Page& page, const std::string& format, const std::function<void(QCPPainter&)>& draw);

// Loads the fonts that Orrery brings along, so that no picture depends on what a machine has. Throws Error if they
// aren't where they were installed.
void load_figure_fonts();
// One of those, in units.
QFont figure_font(const Figure& figure, double scale = 1);

} // namespace orrery::gui
