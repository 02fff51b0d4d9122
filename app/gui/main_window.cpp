// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/main_window.h"

namespace orrery::gui {

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent) { setWindowTitle(tr("Orrery")); }

} // namespace orrery::gui
