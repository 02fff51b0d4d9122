// SPDX-License-Identifier: GPL-3.0-or-later
// What lies over the pictures of a FieldCanvas: titles, axes, colour bars, the probe and the profile's line.
#pragma once
#include "views/field/field_canvas.h"

#include <QWidget>

namespace orrery::gui {

class FieldAnnotation : public QWidget {
public:
    explicit FieldAnnotation(FieldCanvas& canvas);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paint_axes(QPainter& painter, const QRectF& rect) const;
    void paint_bar(QPainter& painter, const QRectF& rect, const FieldPanel& panel) const;
    void paint_marks(QPainter& painter, std::size_t panel) const;
    FieldCanvas& canvas_;
};

} // namespace orrery::gui
