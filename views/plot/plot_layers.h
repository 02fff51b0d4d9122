// SPDX-License-Identifier: GPL-3.0-or-later
// What PlotCanvas paints between its axes: the curves with their legend, and over them the crosshair.
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
    void draw_legend(QCPPainter& painter);
    PlotCanvas& canvas_;
    QPolygonF line_; // reused
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
