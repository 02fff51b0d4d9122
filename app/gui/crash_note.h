// SPDX-License-Identifier: GPL-3.0-or-later
// Notes that a window is open, so that the next one can tell if it crashed.
#pragma once
#include "core/platform/crash_note.h"
#include "core/platform/file_lock.h"

#include <QString>
#include <QStringList>

#include <filesystem>
#include <optional>

namespace orrery::gui {

class MainWindow;

// A file in $XDG_STATE_HOME/orrery/windows, locked as long as the window lives. Where none can be written nothing is
// noted.
class CrashNote {
public:
    CrashNote();
    explicit CrashNote(const std::filesystem::path& folder);
    ~CrashNote(); // the window was closed: nothing to tell
    CrashNote(const CrashNote&) = delete;
    CrashNote& operator=(const CrashNote&) = delete;

    // What earlier windows that crashed were doing, in a sentence; empty if none did.
    const QString& earlier() const { return earlier_; }
    const QString& details() const { return details_; } // their signal, project and last commands, for a report
    // Writes down project and last commands as they change, and the signal that ends this process.
    void follow(MainWindow& window);

private:
    void read(const QString& text);
    void write(const QString& project, const QStringList& commands);
    std::filesystem::path file_;
    std::optional<FileLock> lock_;
    std::optional<platform::CrashNote> signal_; // goes before the lock, whose descriptor it writes to
    QString earlier_, details_;
};

} // namespace orrery::gui
