// SPDX-License-Identifier: GPL-3.0-or-later
// One sentence across the top of the window, with what to do, until it is closed.
#pragma once
#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace orrery::gui {

class MessageBar : public QFrame {
    Q_OBJECT

public:
    explicit MessageBar(QWidget* parent = nullptr);
    // can_report: the program failed, so a report of it may help; a mistake of whoever sits before it needs none.
    void tell(const QString& what, const QString& hint = {}, bool can_report = false);
    void clear();
    QString text() const; // empty when it was closed

Q_SIGNALS:
    void report_wanted();
    void shown_changed(bool shown);

private:
    QLabel* text_;
    QPushButton* report_;
    bool told_ = false;
};

} // namespace orrery::gui
