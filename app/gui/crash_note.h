// SPDX-License-Identifier: GPL-3.0-or-later
// Notes that a window is open, so that the next one can tell if it crashed.
#pragma once
#include "core/platform/file_lock.h"

#include <QString>

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
    // Writes down project and last commands as they change.
    void follow(MainWindow& window);

private:
    void write(const QString& project, const QString& command);
    std::filesystem::path file_;
    std::optional<FileLock> lock_;
    QString earlier_;
};

} // namespace orrery::gui
