// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody who helps needs to know: versions, driver, the last commands, the end of the log.
#pragma once
#include <QString>
#include <QStringList>
#include <QWidget>

namespace orrery::gui {

// graphics: driver and libraries; crashed: what CrashNote::details() tells of the session before, or empty.
QString make_report(const QStringList& commands, const QString& log, const QString& project, const QString& graphics,
                    const QString& crashed);
void show_report(const QString& report, QWidget* parent); // with a button that copies it

} // namespace orrery::gui
