// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/icons/icons.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>

namespace orrery::gui {

namespace {

// On a square of 16 x 16.
void draw(QPainter& painter, Glyph glyph) {
    const auto line = [&](double x0, double y0, double x1, double y1) {
        painter.drawLine(QPointF(x0, y0), QPointF(x1, y1));
    };
    const auto fill = [&](std::initializer_list<QPointF> points) {
        painter.setBrush(painter.pen().color());
        painter.drawPolygon(QPolygonF(points));
        painter.setBrush(Qt::NoBrush);
    };
    const auto wave = [&] {
        QPainterPath path(QPointF(2, 10));
        path.cubicTo(4.5, 2, 7, 2, 8, 8);
        path.cubicTo(9, 14, 11.5, 14, 14, 6);
        painter.drawPath(path);
    };
    switch (glyph) {
    case Glyph::back:
        line(4, 4, 4, 12);
        return fill({{11.5, 4}, {11.5, 12}, {6, 8}});
    case Glyph::next:
        line(12, 4, 12, 12);
        return fill({{4.5, 4}, {4.5, 12}, {10, 8}});
    case Glyph::play:
        return fill({{4.5, 3}, {4.5, 13}, {13, 8}});
    case Glyph::pause:
        fill({{4, 3.5}, {6, 3.5}, {6, 12.5}, {4, 12.5}});
        return fill({{10, 3.5}, {12, 3.5}, {12, 12.5}, {10, 12.5}});
    case Glyph::loop:
        painter.drawArc(QRectF(3, 3, 10, 10), 40 * 16, 290 * 16);
        return fill({{13.8, 2.5}, {13.4, 6.6}, {9.9, 4.8}});
    case Glyph::profile_x:
        line(1.5, 14, 14.5, 14);
        return wave();
    case Glyph::profile_y:
        painter.translate(16, 0);
        painter.rotate(90);
        line(1.5, 14, 14.5, 14);
        return wave();
    case Glyph::figure: // axes with a curve
        line(3, 2, 3, 13);
        line(3, 13, 14, 13);
        line(4.5, 10.5, 7.5, 6.5);
        line(7.5, 6.5, 9.5, 8.5);
        return line(9.5, 8.5, 13, 3.5);
    case Glyph::fit:
        for (const int turn : {0, 1, 2, 3}) {
            Q_UNUSED(turn)
            line(2.5, 6, 2.5, 2.5);
            line(2.5, 2.5, 6, 2.5);
            painter.translate(16, 0);
            painter.rotate(90);
        }
        return;
    case Glyph::surface:
        line(1.5, 11, 8, 14);
        line(8, 14, 14.5, 11);
        line(1.5, 11, 1.5, 7);
        line(14.5, 11, 14.5, 7);
        {
            QPainterPath path(QPointF(1.5, 7));
            path.cubicTo(5, 0, 6, 10, 8, 10);
            path.cubicTo(10, 10, 12, 2, 14.5, 7);
            painter.drawPath(path);
        }
        return;
    case Glyph::difference:
        painter.drawEllipse(QPointF(6, 8), 4.3, 4.3);
        painter.drawEllipse(QPointF(10, 8), 4.3, 4.3);
        return;
    case Glyph::settings:
        for (const auto& [y, x] : {std::pair(3.5, 10.5), std::pair(8.0, 5.0), std::pair(12.5, 9.0)}) {
            line(1.5, y, 14.5, y);
            painter.setBrush(painter.pen().color());
            painter.drawEllipse(QPointF(x, y), 1.6, 1.6);
        }
        return;
    case Glyph::stop:
        return fill({{3.5, 3.5}, {12.5, 3.5}, {12.5, 12.5}, {3.5, 12.5}});
    case Glyph::resume:
        fill({{3, 3}, {5, 3}, {5, 13}, {3, 13}});
        return fill({{7, 3}, {7, 13}, {14, 8}});
    case Glyph::search:
        painter.drawEllipse(QPointF(6.8, 6.8), 4.3, 4.3);
        return line(10, 10, 14, 14);
    case Glyph::tear_off:
        painter.drawRect(QRectF(2.5, 5.5, 8, 8));
        line(5.5, 2.5, 13.5, 2.5);
        return line(13.5, 2.5, 13.5, 10.5);
    case Glyph::close:
        line(4, 4, 12, 12);
        return line(12, 4, 4, 12);
    case Glyph::warning:
        line(8, 2, 15, 14);
        line(15, 14, 1, 14);
        line(1, 14, 8, 2);
        line(8, 6.5, 8, 10);
        return line(8, 12.1, 8, 12.2);
    case Glyph::record:
        painter.setBrush(painter.pen().color());
        return painter.drawEllipse(QPointF(8, 8), 5, 5);
    case Glyph::labels: // an A
        line(3.5, 13, 8, 3);
        line(8, 3, 12.5, 13);
        return line(5.3, 9.5, 10.7, 9.5);
    case Glyph::radar:
        painter.drawPolygon(QPolygonF({{8, 1.8}, {14, 6.2}, {11.8, 13.6}, {4.2, 13.6}, {2, 6.2}}));
        return fill({{8, 4.5}, {10.8, 7.4}, {9.6, 10.6}, {5.5, 11.5}, {5.2, 7.2}});
    case Glyph::brush: // a band over rising stems
        line(2.5, 14, 2.5, 11.5);
        line(5.5, 14, 5.5, 9.5);
        line(13.5, 14, 13.5, 2);
        painter.drawRect(QRectF(7.2, 1.8, 4, 12.2));
        return line(9.2, 14, 9.2, 6);
    }
}

class Engine : public QIconEngine {
public:
    Engine(Glyph glyph, const QColor& colour) : glyph_(glyph), colour_(colour) {}
    QIconEngine* clone() const override { return new Engine(glyph_, colour_); }
    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        const QPalette colours = QGuiApplication::palette();
        QColor ink = colours.color(group, QPalette::WindowText);
        if (mode != QIcon::Disabled && state == QIcon::On) ink = colours.color(QPalette::Link);
        if (mode != QIcon::Disabled && colour_.isValid()) ink = colour_;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->translate(rect.topLeft());
        painter->scale(rect.width() / 16.0, rect.height() / 16.0);
        painter->setPen(QPen(ink, 1.3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        draw(*painter, glyph_);
        painter->restore();
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap drawn(size);
        drawn.fill(Qt::transparent);
        QPainter painter(&drawn);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return drawn;
    }

private:
    Glyph glyph_;
    QColor colour_;
};

} // namespace

QIcon icon_of(Glyph glyph, const QColor& colour) { return QIcon(new Engine(glyph, colour)); }

} // namespace orrery::gui
