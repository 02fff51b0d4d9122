// SPDX-License-Identifier: GPL-3.0-or-later
// The curves of a figure and their legend, as lines of so few points as the paper can show.
#pragma once
#include "core/figure/figure_data.h"
#include "core/series.h"
#include "views/plot/qcustomplot_header.h"

#include <vector>

namespace orrery::gui {

// Cut to the axes by itself: SVG painters know no clipping.
class CurveLayer : public QCPLayerable {
public:
    CurveLayer(QCustomPlot& plot, const Figure& figure, const FigureData& data);

    // For ranges that were set; `columns`: of dots, over the width of the axes.
    void make_envelopes(int columns);
    // Smallest and largest values that can be seen with the x range as it is; low > high: none.
    QCPRange y_span() const;
    std::size_t drawn() const; // points that are left of those inside
    bool thinned() const { return thinned_; }
    std::size_t left_out() const;   // by logarithmic axes
    std::size_t not_finite() const; // NaN and infinite
    // Whether a line or marker touches the rectangle (in units of the plot).
    bool touches(const QRectF& rect) const;

    std::size_t size() const { return data_.curves.size(); }
    void draw_sample(QCPPainter& painter, std::size_t curve, const QRectF& room) const; // for the legend

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    void draw(QCPPainter* painter) override;

private:
    QPen pen_of(std::size_t curve) const;
    bool has_markers(std::size_t curve) const;
    void draw_marker(QCPPainter& painter, std::size_t curve, QPointF at) const;
    void draw_line(QCPPainter& painter, const Envelope& envelope) const;
    std::vector<QPolygonF> pieces(const Envelope& envelope) const; // inside the axes
    const Figure& figure_;
    const FigureData& data_;
    std::vector<Envelope> envelopes_, raw_;
    bool thinned_ = false;
};

// Which curve is which: inside the axes in a corner without data, else above them.
class LegendLayer : public QCPLayerable {
public:
    LegendLayer(QCustomPlot& plot, const CurveLayer& curves, const FigureData& data, const QFont& font);

    // Finds a place; true if it needs that much more room above the axes.
    bool place(const QRectF& axes, double width);
    int room_above() const { return room_above_; }
    std::size_t hidden() const { return curves_.size() - shown_; } // entries that there is no room for

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    void draw(QCPPainter* painter) override;

private:
    double sample_width() const;
    double line_height() const;
    const CurveLayer& curves_;
    const FigureData& data_;
    QFont font_;
    QRectF box_;
    std::size_t columns_ = 1, shown_ = 0;
    double cell_ = 0;
    int room_above_ = 0;
    bool inside_ = false;
};

} // namespace orrery::gui
