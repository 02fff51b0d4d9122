// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/crash_note.h"

#include "app/gui/main_window.h"
#include "core/platform/process_info.h"

#include <QCoreApplication>
#include <QFile>
#include <QStandardPaths>

namespace orrery::gui {

namespace fs = std::filesystem;

namespace {

fs::path state_folder() {
    const auto given = qEnvironmentVariable("XDG_STATE_HOME");
    const auto folder = given.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::HomeLocation) +
                                              QStringLiteral("/.local/state")
                                        : given;
    return fs::path(folder.toStdString()) / "orrery" / "windows";
}

} // namespace

CrashNote::CrashNote() : CrashNote(state_folder()) {}

CrashNote::CrashNote(const fs::path& folder) {
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    try {
        for (const auto& entry : fs::directory_iterator(folder, ignored)) {
            const auto lock = FileLock::try_take(entry.path());
            if (!lock) continue; // that window lives
            QFile file(QString::fromStdString(entry.path().string()));
            QStringList lines;
            if (file.open(QIODevice::ReadOnly)) lines = QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'));
            earlier_ = QCoreApplication::translate("CrashNote",
                                                   "The window was not closed the last time: it crashed or was killed. "
                                                   "Runs went on, and nothing that was recorded is lost.");
            if (!lines.value(0).isEmpty())
                earlier_ += QCoreApplication::translate("CrashNote", "\nIt showed %1.").arg(lines.value(0));
            if (!lines.value(1).isEmpty())
                earlier_ += QCoreApplication::translate("CrashNote", " Its last command was %1").arg(lines.value(1));
            fs::remove(entry.path(), ignored);
        }
        file_ = folder / std::to_string(platform::process_id());
        lock_ = FileLock::try_take(file_);
    } catch (const Error&) { // a help, no record: a folder that can't be written must not keep the window from opening
        lock_.reset();
    }
}

CrashNote::~CrashNote() {
    std::error_code ignored;
    if (lock_) fs::remove(file_, ignored);
}

void CrashNote::follow(MainWindow& window) {
    const auto note = [this, &window](const QString& command) {
        write(window.project() ? window.project()->folder() : QString(), command);
    };
    QObject::connect(&window.commands(), &CommandThread::recorded, &window, note);
    QObject::connect(&window, &MainWindow::project_shown, &window, [note] { note({}); });
}

void CrashNote::write(const QString& project, const QString& command) {
    if (!lock_) return;
    QFile file(QString::fromStdString(file_.string()));
    if (file.open(QIODevice::WriteOnly | QIODevice::Truncate))
        file.write((project + QLatin1Char('\n') + command).toUtf8());
}

} // namespace orrery::gui
