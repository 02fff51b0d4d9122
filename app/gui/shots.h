// SPDX-License-Identifier: GPL-3.0-or-later
// Takes pictures of the window, of each panel and view, dark and light: for whoever looks whether they look right.
#pragma once
#include "app/gui/main_window.h"

#include <functional>
#include <initializer_list>
#include <vector>

namespace orrery::gui {

// Begins when a project is shown and its runs are there; ends the program. The data are those of the project.
class Shots : public QObject {
    Q_OBJECT

public:
    Shots(MainWindow& window, const QString& folder);

private:
    struct Step {
        QString name;
        std::function<void()> prepare;     // may be empty
        std::function<QWidget*()> subject; // empty: nothing is taken, time passes
    };
    QStringList runs(const QString& experiment, Status status, qsizetype most) const;
    void show(const QStringList& ids, std::initializer_list<const char*> panels);
    void stop_all();
    void plan(const QString& theme);
    void next();
    MainWindow& window_;
    QString folder_;
    std::vector<Step> steps_;
    std::size_t step_ = 0;
};

} // namespace orrery::gui
