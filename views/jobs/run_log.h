// SPDX-License-Identifier: GPL-3.0-or-later
// What a run has printed, to be read: the end of its log.
#pragma once
#include <QDialog>
#include <QPlainTextEdit>

namespace orrery::gui {

class RunLog : public QDialog {
    Q_OBJECT

public:
    explicit RunLog(const QString& run, QWidget* parent); // deleted when it is closed
    const QString& run() const { return run_; }
    void set_text(const QString& text); // follows the end unless a person scrolled up

Q_SIGNALS:
    void wanted(); // the log as it is now

private:
    const QString run_;
    QPlainTextEdit* text_;
};

} // namespace orrery::gui
