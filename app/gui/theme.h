// SPDX-License-Identifier: GPL-3.0-or-later
// Colours of the window: dark, light, or as the system has them.
#pragma once
#include <QPalette>
#include <QString>

namespace orrery::gui {

enum class Theme { system, dark, light };
Theme theme_of(const QString& name); // system for what is none
QString name_of(Theme theme);

bool system_is_dark(); // as the desktop said last, else as its palette was when the program started
void set_system_dark(bool dark);
QPalette palette_of(bool dark);
void apply_theme(Theme theme); // to the application

} // namespace orrery::gui
