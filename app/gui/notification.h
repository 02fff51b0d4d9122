// SPDX-License-Identifier: GPL-3.0-or-later
// A word on the desktop, for somebody who looks elsewhere.
#pragma once
#include <QString>
#include <QWidget>

namespace orrery::gui {

// By the desktop's notifications, else the tray; nothing where there is neither.
void notify(const QString& title, const QString& sentence, QWidget* window);

} // namespace orrery::gui
