// SPDX-License-Identifier: GPL-3.0-or-later
// The field of a figure: an image between its axes, or a height surface with its box.
#pragma once
#include "core/figure/figure_data.h"
#include "views/field/field_style.h"
#include "views/field/surface_box.h"
#include "views/figure/page.h"
#include "views/plot/qcustomplot_header.h"

#include <array>
#include <string>
#include <vector>

namespace orrery::gui {

class PictureLayer : public QCPLayerable {
public:
    PictureLayer(QCustomPlot& plot, const Figure& figure, const FigureData& data, const Page& page);

    const FieldGrid& grid() const { return *grid_; }
    std::array<double, 4> shown() const { return grid_->extent(); } // x_min, x_max, y_min, y_max
    QCPColorScale* make_bar(const QFont& font) const;
    // Makes the picture for its place. Throws Error if it is a surface and there is no OpenGL.
    void prepare(const QRectF& place, const QFont& font);
    std::size_t drawn() const { return drawn_; }
    const std::vector<std::string>& notes() const { return notes_; }

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    void draw(QCPPainter* painter) override;

private:
    void prepare_image(QSize pixels);
    void prepare_surface(QSize pixels);
    const Figure& figure_;
    const Page& page_;
    Grid grid_;
    ColourScale scale_;
    QRectF place_;
    QFont font_;
    QImage image_;
    SurfaceBox box_; // of a surface
    std::size_t drawn_ = 0;
    std::vector<std::string> notes_;
};

} // namespace orrery::gui
