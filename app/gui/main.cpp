// SPDX-License-Identifier: GPL-3.0-or-later
// orrery-gui: the window. Usage: orrery-gui [PROJECT]
#include "app/gui/main_window.h"

#include <QApplication>

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Orrery"));
    orrery::gui::MainWindow window;
    window.resize(1280, 800);
    window.show();
    return QApplication::exec();
}
