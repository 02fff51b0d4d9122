// SPDX-License-Identifier: GPL-3.0-or-later
// The line in which Python is typed into the console: several lines where a block needs them, with history and
// completion.
#pragma once
#include "views/console/console_history.h"

#include <QListWidget>
#include <QPlainTextEdit>

namespace orrery::gui {

class ConsoleInput : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit ConsoleInput(QWidget* parent = nullptr);

    // The answer to completion_wanted; one that is about a text that was changed since is left out.
    void set_completions(const QString& code, int start, const QStringList& names);
    void show_description(const QString& text);                        // of the call that is being written; empty: none
    void set_refusal(const QString& sentence) { refusal_ = sentence; } // why nothing is executed now; empty: it is
    QListWidget* completions() const { return list_; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void entered(const QString& code);
    void completion_wanted(const QString& code, int cursor);
    void description_wanted(const QString& code, int cursor);
    void interrupt_wanted();
    void clear_wanted();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;
    bool focusNextPrevChild(bool next) override;

private:
    bool press_in_list(QKeyEvent* event);
    void press_return(bool always_line);
    void press_backspace(QKeyEvent* event);
    void replace_all(const QString& text);
    QString before_cursor() const;
    void ask_for_completion(bool by_tab);
    void accept_completion();
    void fit_height();
    ConsoleHistory history_;
    QString refusal_;
    QListWidget* list_;
    int start_ = 0;       // where in the code the completion begins
    bool by_tab_ = false; // the only completion is taken at once
};

} // namespace orrery::gui
