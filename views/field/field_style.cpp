// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/field/field_style.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>

namespace orrery::gui {

ColourScale scale_of(const ColourStyle& style, const FieldRange& range, QString* note) {
    ColourScale scale;
    const bool automatic = style.map.isEmpty();
    const bool both_signs = range.is_signed() && !style.logarithmic;
    scale.map =
        &colour_map(automatic ? (both_signs ? QStringLiteral("balance") : QStringLiteral("viridis")) : style.map);
    double low = range.empty() ? 0 : range.low, high = range.empty() ? 1 : range.high;
    const bool fixed = style.range == RangeMode::fixed && style.low < style.high;
    if (fixed) {
        low = style.low;
        high = style.high;
    }
    if (style.logarithmic) {
        const double least = fixed ? low : range.least_positive;
        if (high > 0 && std::isfinite(least) && least > 0) {
            scale.logarithmic = true;
            // Six decades at most: what is smaller would take the colours of the rest. Whoever wants more fixes the
            // range.
            low = fixed ? low : std::max(least, high * 1e-6);
            if (low >= high) low = high / 10;
        } else if (note) {
            *note = QCoreApplication::translate("FieldView",
                                                "Linear colours: no value is positive, so there is no logarithm.");
        }
    }
    if (!scale.logarithmic && !fixed && (style.centred || (automatic && both_signs))) {
        high = std::max(std::abs(low), std::abs(high));
        low = -high;
    }
    if (!(low < high)) {
        const double half = low == 0 ? 1 : 0.5 * std::abs(low);
        low -= half;
        high += half;
    }
    // The width of a range is a number, too.
    constexpr double most = std::numeric_limits<double>::max() / 4;
    low = std::clamp(low, -most, most);
    high = std::clamp(high, -most, most);
    scale.low = low;
    scale.high = high;
    // A colour that the map doesn't have.
    scale.not_a_number = qRgb(255, 0, 200);
    return scale;
}

QDataStream& operator<<(QDataStream& out, const ColourStyle& style) {
    return out << style.map << static_cast<qint32>(style.range) << style.low << style.high << style.centred
               << style.logarithmic;
}

QDataStream& operator>>(QDataStream& in, ColourStyle& style) {
    qint32 range = 0;
    in >> style.map >> range >> style.low >> style.high >> style.centred >> style.logarithmic;
    style.range = static_cast<RangeMode>(std::clamp(range, 0, 2));
    return in;
}

QDataStream& operator<<(QDataStream& out, const FieldStyle& style) {
    return out << static_cast<const ColourStyle&>(style) << style.of_difference << style.surface << style.smooth
               << style.overlay << style.difference << style.absolute << style.height;
}

QDataStream& operator>>(QDataStream& in, FieldStyle& style) {
    in >> static_cast<ColourStyle&>(style) >> style.of_difference >> style.surface >> style.smooth >> style.overlay >>
        style.difference >> style.absolute >> style.height;
    if (!(style.height > 0 && style.height <= 10)) style.height = 0.25;
    return in;
}

} // namespace orrery::gui
