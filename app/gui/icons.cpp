// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/icons.h"

#include <QApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>

namespace orrery::gui {

namespace {

constexpr double grid = 16; // units of a glyph's side

struct Shape {
    QPainterPath filled, stroked;
};

QPainterPath triangle(double left, double top, double right, double bottom) {
    QPainterPath path;
    path.addPolygon(
        QPolygonF({QPointF(left, top), QPointF(right, (top + bottom) / 2), QPointF(left, bottom), QPointF(left, top)}));
    return path;
}

void line(QPainterPath& path, double x1, double y1, double x2, double y2) {
    path.moveTo(x1, y1);
    path.lineTo(x2, y2);
}

Shape shape_of(Glyph glyph) {
    Shape shape;
    switch (glyph) {
    case Glyph::run:
        shape.filled = triangle(4, 2.5, 13.5, 13.5);
        break;
    case Glyph::stop:
        shape.filled.addRoundedRect(3.5, 3.5, 9, 9, 1, 1);
        break;
    case Glyph::resume:
        shape.filled.addRect(3, 3, 2.2, 10);
        shape.filled.addPath(triangle(7, 3, 14, 13));
        break;
    case Glyph::search:
        shape.stroked.addEllipse(QPointF(6.8, 6.8), 4.3, 4.3);
        line(shape.stroked, 10, 10, 14, 14);
        break;
    case Glyph::tear_off:
        shape.stroked.addRect(2.5, 5.5, 8, 8);
        line(shape.stroked, 5.5, 2.5, 13.5, 2.5);
        line(shape.stroked, 13.5, 2.5, 13.5, 10.5);
        break;
    case Glyph::close:
        line(shape.stroked, 4, 4, 12, 12);
        line(shape.stroked, 12, 4, 4, 12);
        break;
    case Glyph::warning:
        shape.stroked.addPolygon(QPolygonF({QPointF(8, 2), QPointF(15, 14), QPointF(1, 14), QPointF(8, 2)}));
        line(shape.stroked, 8, 6.5, 8, 10);
        shape.filled.addEllipse(QPointF(8, 12), 0.8, 0.8);
        break;
    }
    return shape;
}

class GlyphEngine : public QIconEngine {
public:
    GlyphEngine(Glyph glyph, const QColor& colour) : glyph_(glyph), colour_(colour) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        const auto palette = QApplication::palette();
        auto colour =
            palette.color(mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active, QPalette::ButtonText);
        if (colour_.isValid() && mode != QIcon::Disabled) colour = colour_;
        const auto shape = shape_of(glyph_);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->translate(rect.topLeft());
        painter->scale(rect.width() / grid, rect.height() / grid);
        painter->fillPath(shape.filled, colour);
        painter->strokePath(shape.stroked, QPen(colour, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->restore();
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    QIconEngine* clone() const override { return new GlyphEngine(glyph_, colour_); }

private:
    Glyph glyph_;
    QColor colour_;
};

} // namespace

QIcon icon_of(Glyph glyph, const QColor& colour) { return QIcon(new GlyphEngine(glyph, colour)); }

} // namespace orrery::gui
