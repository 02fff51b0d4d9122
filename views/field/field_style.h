// SPDX-License-Identifier: GPL-3.0-or-later
// How a FieldView shows its fields: what its settings, its overlay and its saved state agree on.
#pragma once
#include "views/field/field_grid.h"

#include <QByteArray>
#include <QDataStream>

#include <optional>

namespace orrery::gui {

enum class RangeMode { all_times, this_time, fixed };

struct ColourStyle {
    QString map; // id of a colour map; empty: balance for fields of both signs, else viridis
    RangeMode range = RangeMode::all_times;
    double low = 0, high = 1; // of RangeMode::fixed
    bool centred = false;     // zero in the middle; always so where the map was chosen for its signs
    bool logarithmic = false;
    bool operator==(const ColourStyle&) const = default;
};

// The colours are those of the fields themselves; their difference has its own.
struct FieldStyle : ColourStyle {
    ColourStyle of_difference;
    bool surface = false, smooth = false, overlay = false;
    bool difference = true; // shown where there are two fields of one quantity
    bool absolute = true;   // of the difference, its size alone
    double height = 0.25;   // of a surface, as a share of its width
    bool operator==(const FieldStyle&) const = default;
};

// The scale for values in `range`; a sentence in `note` where the style can't be kept (a logarithm of nothing
// positive).
ColourScale scale_of(const ColourStyle& style, const FieldRange& range, QString* note);

QDataStream& operator<<(QDataStream& out, const FieldStyle& style);
QDataStream& operator>>(QDataStream& in, FieldStyle& style);

} // namespace orrery::gui
