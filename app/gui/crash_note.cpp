// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/crash_note.h"

#include "app/gui/main_window.h"
#include "core/platform/process.h"
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
            read(file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString());
            fs::remove(entry.path(), ignored);
        }
        file_ = folder / std::to_string(platform::process_id());
        lock_ = FileLock::try_take(file_);
    } catch (const Error&) { // a help, no record: a folder that can't be written must not keep the window from opening
        lock_.reset();
    }
}

CrashNote::~CrashNote() {
    signal_.reset();
    std::error_code ignored;
    if (lock_) fs::remove(file_, ignored);
}

// A note: the project, a command a line, and "signal N" where a signal came.
void CrashNote::read(const QString& text) {
    auto lines = text.split(QLatin1Char('\n'));
    const auto project = lines.takeFirst();
    lines.removeAll(QString());
    const auto mark = QStringLiteral("signal ");
    QString signal;
    if (!lines.isEmpty() && lines.last().startsWith(mark))
        signal = QString::fromStdString(platform::signal_name(lines.takeLast().mid(mark.size()).toInt()));
    const auto words = [](const char* sentence) { return QCoreApplication::translate("CrashNote", sentence); };
    earlier_ = signal.isEmpty() ? words("The window was not closed the last time: it crashed or was killed.")
                                : words("The window crashed the last time: %1.").arg(signal);
    earlier_ += QLatin1Char(' ') + words("Runs went on, and nothing that was recorded is lost.");
    if (!project.isEmpty()) earlier_ += words("\nIt showed %1.").arg(project);
    if (!lines.isEmpty()) earlier_ += words(" Its last command was %1").arg(lines.last());
    QStringList details{signal.isEmpty() ? words("no signal was noted") : signal,
                        words("project: %1").arg(project.isEmpty() ? words("none") : project),
                        words("Its last commands:")};
    details += lines;
    if (!details_.isEmpty()) details_ += QStringLiteral("\n\n");
    details_ += details.join(QLatin1Char('\n'));
}

void CrashNote::follow(MainWindow& window) {
    if (!lock_) return;
    signal_.emplace(lock_->descriptor());
    const auto note = [this, &window] {
        write(window.project() ? window.project()->folder() : QString(), window.commands().last_commands());
    };
    QObject::connect(&window.commands(), &CommandThread::recorded, &window, note);
    QObject::connect(&window, &MainWindow::project_shown, &window, note);
}

// By the descriptor that a signal is written to, which then stands behind it.
void CrashNote::write(const QString& project, const QStringList& commands) {
    QStringList lines{project};
    for (auto command : commands) lines << command.replace(QLatin1Char('\n'), QLatin1Char(' '));
    QFile file;
    if (file.open(lock_->descriptor(), QIODevice::WriteOnly) && file.resize(0) && file.seek(0))
        file.write(lines.join(QLatin1Char('\n')).toUtf8());
}

} // namespace orrery::gui
