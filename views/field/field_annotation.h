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
    void paint_title(QPainter& painter, std::size_t panel) const;
    void paint_axes(QPainter& painter, std::size_t panel) const;
    void paint_box(QPainter& painter, std::size_t panel) const; // the axes of a surface
    void paint_bar(QPainter& painter, std::size_t panel) const;
    void paint_marks(QPainter& painter, std::size_t panel) const;
    void paint_message(QPainter& painter, std::size_t panel) const;
    QColor soft() const; // of what isn't data
    FieldCanvas& canvas_;
};

} // namespace orrery::gui
