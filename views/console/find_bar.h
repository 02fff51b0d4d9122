// SPDX-License-Identifier: GPL-3.0-or-later
// Finds and replaces in a script, below it.
#pragma once
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QWidget>

namespace orrery::gui {

class ScriptEditor;

class FindBar : public QWidget {
    Q_OBJECT

public:
    explicit FindBar(QWidget* parent = nullptr);
    void set_editor(ScriptEditor* editor) { editor_ = editor; }
    void open(); // with what is selected
    void find(bool forward);

protected:
    void keyPressEvent(QKeyEvent* event) override; // Escape closes it

private:
    void replace();
    void replace_all();
    ScriptEditor* editor_ = nullptr;
    QLineEdit *wanted_, *instead_;
    QCheckBox* exact_;
    QLabel* told_;
};

} // namespace orrery::gui
