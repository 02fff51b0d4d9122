// SPDX-License-Identifier: GPL-3.0-or-later
// Which colour a run has: one that people with any colour vision can tell from its neighbours, and that stays with it.
#pragma once
#include <QColor>
#include <QHash>
#include <QSet>
#include <QString>
#include <QStringList>

namespace orrery::gui {

class CurveColours {
public:
    static constexpr int count = 8;
    // Colour `index` (any number >= 0; they repeat after `count`) on a light or a dark background.
    static QColor colour(int index, bool dark);

    // Runs that are shown now. No two have the same colour while there are enough; as far as that allows, a run keeps
    // the colour that it had, first of all one that is in sight already.
    void show(const QStringList& runs);
    int index(const QString& run) const { return given_.value(run, 0); }

    QStringList save() const; // "run=index"
    void restore(const QStringList& saved);

private:
    QHash<QString, int> given_;
    QSet<QString> shown_;
};

} // namespace orrery::gui
