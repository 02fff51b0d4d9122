// SPDX-License-Identifier: GPL-3.0-or-later
// Colour maps of the field's community, and the scale that turns a value into a colour.
#pragma once
#include <QRgb>
#include <QString>
#include <QStringList>

#include <array>
#include <cmath>
#include <vector>

namespace orrery::gui {

struct ColourMap {
    QString id, title; // title: for people
    bool diverging = false;
    std::array<QRgb, 256> colours{};
};

// All there are; the first one is viridis. Where each comes from is told beside it in the source.
const std::vector<ColourMap>& colour_maps();
// The map of that id, or the first one.
const ColourMap& colour_map(const QString& id);

// Which colour a value has.
struct ColourScale {
    const ColourMap* map = nullptr;
    double low = 0, high = 1; // low < high; both > 0 if logarithmic
    bool logarithmic = false;
    QRgb not_a_number = 0xffff00ff; // also of what a logarithm can't show

    double share(double value) const { // of the way from low to high: 0 .. 1 inside the range
        if (logarithmic) return value > 0 ? std::log(value / low) / std::log(high / low) : std::nan("");
        return (value - low) / (high - low);
    }
    double value_at(double share) const {
        return logarithmic ? low * std::pow(high / low, share) : low + share * (high - low);
    }
    QRgb colour(double value) const {
        const double place = share(value);
        if (std::isnan(place)) return not_a_number;
        const double at = place <= 0 ? 0 : place >= 1 ? 255 : place * 256;
        return map->colours[at >= 255 ? 255 : static_cast<std::size_t>(at)];
    }
    bool operator==(const ColourScale&) const = default;
};

// Round numbers from low to high, about `count` of them (at least one if any is round enough).
std::vector<double> nice_ticks(double low, double high, int count, bool logarithmic = false);
// A tick's label: as few digits as tell neighbours that are `step` apart.
QString tick_label(double value, double step);

} // namespace orrery::gui
