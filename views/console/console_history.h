// SPDX-License-Identifier: GPL-3.0-or-later
// What was typed into the console, over sessions; gone through by what it begins with.
#pragma once
#include <QString>
#include <QStringList>

namespace orrery::gui {

// Kept in the settings, where several windows add to it.
class ConsoleHistory {
public:
    ConsoleHistory();
    static constexpr qsizetype most_entries = 1000, longest_entry = 10'000; // characters

    void add(const QString& code); // the newest; the same twice in a row counts once
    // The next older or newer one that begins with what was typed; nothing changes where there is none. The newest step
    // gives back what was typed.
    QString older(const QString& typed);
    QString newer(const QString& typed);
    void stop_looking() { at_ = entries_.size(); } // what is typed now is no entry

    const QStringList& entries() const { return entries_; } // the oldest first

private:
    QStringList entries_;
    qsizetype at_ = 0; // entries_.size(): at what is being typed
    QString typed_;
};

} // namespace orrery::gui
