// SPDX-License-Identifier: GPL-3.0-or-later
// The log of a session: one line of Python for each command, and what happened, as text that can be copied.
#pragma once
#include <QPlainTextEdit>
#include <QWidget>

namespace orrery::gui {

class LogPanel : public QWidget {
    Q_OBJECT

public:
    enum class Kind { python, note, problem };
    explicit LogPanel(QWidget* parent = nullptr);

    void add(Kind kind, const QString& text); // the last 5,000 lines are kept
    QString text() const;

private:
    QPlainTextEdit* text_;
};

} // namespace orrery::gui
