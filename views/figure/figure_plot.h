// SPDX-License-Identifier: GPL-3.0-or-later
// A figure laid out on its page: axes, curves, a field or a graph, legend or colour bar, and a title.
#pragma once
#include "core/figure/figure_data.h"
#include "views/figure/curve_layer.h"
#include "views/figure/graph_layer.h"
#include "views/figure/page.h"
#include "views/figure/picture_layer.h"

#include <memory>
#include <string>
#include <vector>

namespace orrery::gui {

class FigurePlot {
public:
    // Both must outlive it. Needs a QApplication on any platform, also without a display. Throws Error where there is
    // nothing that could be drawn, or a surface and no OpenGL.
    FigurePlot(const Figure& figure, const FigureData& data);
    ~FigurePlot();

    const Page& page() const { return page_; }
    QByteArray bytes(const std::string& format);
    std::size_t drawn() const;              // points
    std::vector<std::string> notes() const; // sentences: what can't be seen, and why

private:
    void style_axes();
    void add_title();
    void lay_out_curves();
    void fit_x();
    void fit_y();
    void lay_out_picture();
    void lay_out_graph();
    void update_layout();
    void suit_margins();
    QFont font(double scale = 1) const { return figure_font(figure_, scale); }

    const Figure& figure_;
    const FigureData& data_;
    Page page_;
    QCustomPlot plot_;
    CurveLayer* curves_ = nullptr; // theirs is the plot's
    LegendLayer* legend_ = nullptr;
    PictureLayer* picture_ = nullptr;
    GraphLayer* graph_ = nullptr;
    QCPColorScale* bar_ = nullptr;
};

} // namespace orrery::gui
