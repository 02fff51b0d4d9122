// SPDX-License-Identifier: GPL-3.0-or-later
// The window of a project: panels around the views.
#pragma once
#include <QMainWindow>

namespace orrery::gui {

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);
};

} // namespace orrery::gui
