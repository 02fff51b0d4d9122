// SPDX-License-Identifier: GPL-3.0-or-later
// Where the pictures of several fields, their axes and their colour bars lie in a widget.
#pragma once
#include <QRectF>
#include <QSizeF>

#include <vector>

namespace orrery::gui {

struct FieldArrangement {
    int columns = 1, rows = 1;
    bool ticks = false;                 // room for numbers below the pictures, and beside those of the first column
    bool bar_below = false;             // colour bars lie below the pictures, else beside them
    std::vector<QRectF> pictures, bars; // a bar's numbers are outside of it
    double text_width = 0;              // of a title, from the picture's left edge
};

// For `count` pictures that are `aspect` times as wide as high (0: they fill what they get); `line` is the height of a
// line of text. Of all ways, the one with the largest pictures.
FieldArrangement arrange_fields(int count, QSizeF room, double aspect, double line);

} // namespace orrery::gui
