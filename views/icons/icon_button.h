// SPDX-License-Identifier: GPL-3.0-or-later
// The small buttons of a view's bars.
#pragma once
#include "views/icons/icons.h"

#include <QString>

#include <functional>

class QToolButton;

namespace orrery::gui {

// At the end of the row's layout. `text` is its name for those who don't see the icon, `help` says more.
QToolButton* add_button(QWidget* row, const char* name, Glyph icon, const QString& text, const QString& help);

// A menu to save or export what is seen as a figure. `view` has its shortcuts; the actions are PREFIX_save_figure and
// PREFIX_export, the button PREFIX_figure.
void add_figure_button(QWidget* row, QWidget& view, const QString& prefix,
                       const std::function<void(bool save)>& wanted);

} // namespace orrery::gui
