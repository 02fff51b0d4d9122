// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a Python script of the commands that were executed: run again, it leads to the same state of a project.
#pragma once
#include "app/gui/command_thread.h"

#include <QDateTime>
#include <QMap>
#include <QStringList>

#include <functional>
#include <vector>

namespace orrery::gui {

// Written down is what changes the project: its runs, and what people write on them. What only the window shows is not;
// nor what depends on when it is done (to stop a run, ...), which becomes a comment. Runs that were started meanwhile
// have variables; earlier ones their id.
class ScriptRecorder {
public:
    void start(const QString& project, const QDateTime& now); // forgets what was recorded before
    void stop() { recording_ = false; }
    bool is_recording() const { return recording_; }
    int commands() const { return commands_; } // written down so far

    // `project`: the folder of the one that is shown.
    void add(const Recorded& command, const QString& project);
    // The whole script, also while it goes on; empty if nothing was ever recorded. `failed`: whether that run has
    // failed, which stops no replay.
    QString script(const QString& version, const std::function<bool(const QString& run)>& failed) const;

private:
    QString with_variable(const Recorded& command) const; // its line, a run of ours by its variable
    bool recording_ = false;
    int commands_ = 0, runs_ = 0, sweeps_ = 0;
    QDateTime begun_;
    struct Line {
        QString text, variable, run; // variable, run: of a run that it starts, else empty
    };
    std::vector<Line> lines_;
    QStringList projects_;             // in the order in which they were used
    QMap<QString, QString> variables_; // by id of the run
};

} // namespace orrery::gui
