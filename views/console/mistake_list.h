// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with the problem file above, line by line; a click leads there.
#pragma once
#include <QLabel>
#include <QListWidget>

namespace orrery::gui {

class ScriptEditor;

class MistakeList : public QWidget {
    Q_OBJECT

public:
    explicit MistakeList(QWidget* parent = nullptr);
    void show_of(ScriptEditor* editor); // hidden unless it is a problem file; null: hidden

Q_SIGNALS:
    void line_wanted(int line); // from 1

private:
    QLabel* verdict_;
    QListWidget* list_;
};

} // namespace orrery::gui
