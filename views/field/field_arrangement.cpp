// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_arrangement.h"

#include <algorithm>

namespace orrery::gui {

namespace {

constexpr double margin = 8, gap = 14, bar_thickness = 9, smallest = 20;
constexpr double smallest_with_ticks = 150; // pictures that are smaller are all picture

struct Borders {
    double left, right, top, bottom; // left: once a row; the others: of each picture
};

Borders borders_of(bool ticks, bool bar_below, double line) {
    Borders borders{ticks ? 3.2 * line : 0, 0, line + 6, ticks ? line + 6 : 0};
    if (bar_below)
        borders.bottom += 8 + bar_thickness + line + 2;
    else
        borders.right = 8 + bar_thickness + 3.6 * line;
    return borders;
}

QSizeF picture_size(int columns, int rows, QSizeF room, double aspect, const Borders& b) {
    const double w = (room.width() - 2 * margin - b.left - (columns - 1) * gap) / columns - b.right;
    const double h = (room.height() - margin - (rows - 1) * gap / 2) / rows - b.top - b.bottom;
    QSizeF size(std::max(smallest, w), std::max(smallest, h));
    if (aspect <= 0) return size;
    if (size.width() > size.height() * aspect)
        size.setWidth(std::max(smallest, size.height() * aspect));
    else
        size.setHeight(std::max(smallest, size.width() / aspect));
    return size;
}

} // namespace

FieldArrangement arrange_fields(int count, QSizeF room, double aspect, double line) {
    FieldArrangement best;
    count = std::max(1, count);
    QSizeF size;
    double largest = -1;
    for (int columns = 1; columns <= count; ++columns) {
        const int rows = (count + columns - 1) / columns;
        for (const bool below : {false, true}) {
            const auto side = [](QSizeF tried) { return std::min(tried.width(), tried.height()); };
            QSizeF tried = picture_size(columns, rows, room, aspect, borders_of(true, below, line));
            const bool ticks = side(tried) >= smallest_with_ticks;
            if (!ticks) tried = picture_size(columns, rows, room, aspect, borders_of(false, below, line));
            const double worth = std::min(tried.width(), tried.height() * (aspect > 0 ? aspect : 1.2));
            if (worth <= largest) continue;
            largest = worth;
            size = tried;
            best.columns = columns;
            best.rows = rows;
            best.ticks = ticks;
            best.bar_below = below;
        }
    }
    const Borders b = borders_of(best.ticks, best.bar_below, line);
    const double across = b.left + best.columns * (size.width() + b.right) + (best.columns - 1) * gap;
    const double down = best.rows * (b.top + size.height() + b.bottom) + (best.rows - 1) * gap / 2;
    const double left = std::max(margin, (room.width() - across) / 2) + b.left;
    const double top = std::max(0.0, (room.height() - down) / 2);
    best.text_width = size.width() + b.right;
    for (int i = 0; i < count; ++i) {
        const int column = i % best.columns, row = i / best.columns;
        const QRectF picture(QPointF(left + column * (size.width() + b.right + gap),
                                     top + row * (b.top + size.height() + b.bottom + gap / 2) + b.top),
                             size);
        best.pictures.push_back(picture);
        if (best.bar_below)
            best.bars.emplace_back(picture.left(), picture.bottom() + (best.ticks ? line + 6 : 0) + 8, size.width(),
                                   bar_thickness);
        else
            best.bars.emplace_back(picture.right() + 8, picture.top(), bar_thickness, size.height());
    }
    return best;
}

} // namespace orrery::gui
