// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/console_history.h"

#include <QSettings>

namespace orrery::gui {

namespace {
const QString key = QStringLiteral("console/history");
} // namespace

ConsoleHistory::ConsoleHistory() : entries_(QSettings().value(key).toStringList()), at_(entries_.size()) {}

void ConsoleHistory::add(const QString& code) {
    if (!code.trimmed().isEmpty() && code.size() <= longest_entry) {
        QSettings settings;
        settings.sync();
        entries_ = settings.value(key).toStringList();
        if (entries_.isEmpty() || entries_.last() != code) entries_ << code;
        while (entries_.size() > most_entries) entries_.removeFirst();
        settings.setValue(key, entries_);
    }
    stop_looking();
}

QString ConsoleHistory::older(const QString& typed) {
    if (at_ >= entries_.size()) typed_ = typed;
    for (auto i = std::min(at_, entries_.size()) - 1; i >= 0; --i)
        if (entries_[i].startsWith(typed_) && entries_[i] != typed) return entries_[at_ = i];
    return typed;
}

QString ConsoleHistory::newer(const QString& typed) {
    if (at_ >= entries_.size()) return typed;
    for (auto i = at_ + 1; i < entries_.size(); ++i)
        if (entries_[i].startsWith(typed_) && entries_[i] != typed) return entries_[at_ = i];
    stop_looking();
    return typed_;
}

} // namespace orrery::gui
