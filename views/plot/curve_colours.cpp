// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/plot/curve_colours.h"

#include <algorithm>
#include <array>

namespace orrery::gui {

// After Okabe and Ito (2008, Color Universal Design) and P. Tol (SRON/EPS/TN/09-002): the light ones are darkened where
// white leaves them no contrast, the dark ones lightened; neighbours differ in lightness too.
QColor CurveColours::colour(int index, bool dark) {
    static constexpr std::array<QRgb, count> on_light{0x0072b2, 0xd55e00, 0x00805e, 0xa8327d,
                                                      0xb07d00, 0x2f9bd6, 0x5b3a8c, 0x6b6b6b};
    static constexpr std::array<QRgb, count> on_dark{0x56b4e9, 0xf0883e, 0x2ec4a0, 0xf29ccb,
                                                     0xf0e442, 0x8c9bff, 0xb8d8a0, 0xc8c8c8};
    const auto at = static_cast<std::size_t>(index % count);
    return QColor::fromRgb(dark ? on_dark[at] : on_light[at]);
}

void CurveColours::show(const QStringList& runs) {
    QSet<QString> seen;
    QStringList order; // those that stay in sight choose first
    for (const bool stays : {true, false})
        for (const QString& run : runs) {
            if (shown_.contains(run) != stays || seen.contains(run)) continue;
            seen.insert(run);
            order.append(run);
        }
    const auto most = (static_cast<int>(order.size()) + count - 1) / count; // runs of one colour
    std::array<int, count> used{};
    QStringList without;
    for (const QString& run : order) {
        const auto found = given_.constFind(run);
        int* of_its_own = found == given_.constEnd() ? nullptr : &used[static_cast<std::size_t>(*found % count)];
        if (of_its_own && *of_its_own < most)
            ++*of_its_own;
        else
            without.append(run);
    }
    for (const QString& run : without) {
        const auto least = std::min_element(used.begin(), used.end());
        given_.insert(run, static_cast<int>(least - used.begin()));
        ++*least;
    }
    shown_ = seen;
    // A window that stays open for weeks forgets what it hasn't shown for long.
    if (given_.size() > 4096) given_.removeIf([&](const auto& entry) { return !seen.contains(entry.key()); });
}

QStringList CurveColours::save() const {
    QStringList saved;
    for (auto it = given_.constBegin(); it != given_.constEnd(); ++it)
        saved.append(it.key() + QLatin1Char('=') + QString::number(*it));
    saved.sort();
    return saved;
}

void CurveColours::restore(const QStringList& saved) {
    for (const QString& entry : saved) {
        const auto at = entry.lastIndexOf(QLatin1Char('='));
        bool is_number = false;
        const int value = entry.mid(at + 1).toInt(&is_number);
        if (at > 0 && is_number && value >= 0) given_.insert(entry.left(at), value % count);
    }
}

} // namespace orrery::gui
