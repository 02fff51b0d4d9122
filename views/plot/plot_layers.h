// SPDX-License-Identifier: GPL-3.0-or-later
// What PlotCanvas paints: the curves between its axes, their legend beside them, and over them the crosshair.
#pragma once
#include "views/plot/plot_canvas.h"

namespace orrery::gui {

class PlotCanvas::Painter : public QCPLayerable {
public:
    explicit Painter(PlotCanvas& canvas) : QCPLayerable(&canvas, QStringLiteral("main")), canvas_(canvas) {}

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    QRect clipRect() const override { return canvas_.axisRect()->rect(); }
    void draw(QCPPainter* painter) override;

private:
    void draw_line(QCPPainter& painter, const Envelope& envelope, const QPen& pen);
    void draw_marks(QCPPainter& painter, const Envelope& envelope, const QColor& colour);
    PlotCanvas& canvas_;
    QPolygonF line_; // reused
};

// Which curve is which: right of the curves where there is room, else above them; never over them.
class PlotCanvas::Legend : public QCPLayerable {
public:
    explicit Legend(PlotCanvas& canvas) : QCPLayerable(&canvas, QStringLiteral("legend")), canvas_(canvas) {}
    QSize place(); // how much room it takes there; nothing if it isn't shown
    bool is_beside() const { return beside_; }

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    void draw(QCPPainter* painter) override;

private:
    PlotCanvas& canvas_;
    bool beside_ = false;
    int columns_ = 1, cell_ = 0; // cell_: the width of an entry
    std::size_t shown_ = 0;      // entries; the last may say how many more there are
};

class PlotCanvas::Overlay : public QCPLayerable {
public:
    explicit Overlay(PlotCanvas& canvas) : QCPLayerable(&canvas, QStringLiteral("overlay")), canvas_(canvas) {}

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    QRect clipRect() const override { return canvas_.axisRect()->rect(); }
    void draw(QCPPainter* painter) override;

private:
    PlotCanvas& canvas_;
};

} // namespace orrery::gui
