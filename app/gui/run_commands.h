// SPDX-License-Identifier: GPL-3.0-or-later
// The commands that start, stop and resume runs, run.start, run.stop, run.kill, run.resume, run.live, and the one that
// frees the room of removed ones, project.compact.
#pragma once
#include "app/gui/current_project.h"
#include "core/command.h"

#include <QStringList>

#include <functional>

namespace orrery::gui {

// `started` is called on the thread of the commands with the runs that were put into the queue.
void add_run_commands(CommandSet& commands, const CurrentHandles& current,
                      std::function<void(const QStringList& ids)> started);

// "name=value" texts as one text for run.start, and back; values with spaces are quoted.
QString joined(const QStringList& assignments);
QStringList split(const QString& text);

} // namespace orrery::gui
