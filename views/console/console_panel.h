// SPDX-License-Identifier: GPL-3.0-or-later
// The Python console: output above, the line to type below, and what it says of the process behind it.
#pragma once
#include "views/console/console_input.h"
#include "views/console/console_output.h"
#include "views/icons/icons.h"

#include <QLabel>
#include <QToolButton>
#include <QVariant>
#include <QWidget>

namespace orrery::gui {

class ConsolePanel : public QWidget {
    Q_OBJECT

public:
    explicit ConsolePanel(QWidget* parent = nullptr);

    enum class State { off, starting, idle, busy, ended };
    void set_state(State state, const QString& words); // words: for the status beside the buttons
    ConsoleOutput& output() { return *output_; }
    ConsoleInput& input() { return *input_; }
    void clear();

Q_SIGNALS:
    void wanted();                     // seen or typed into: time to start the process
    void entered(const QString& code); // only while it is idle
    void command_requested(const QString& id, const QVariantMap& arguments);
    void place_clicked(const QString& file, int line);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QToolButton* button(const char* name, Glyph glyph, const QString& text, const QString& help);
    ConsoleOutput* output_;
    ConsoleInput* input_;
    QLabel *prompt_, *status_;
    QToolButton *interrupt_, *restart_;
    bool seen_ = false;
};

} // namespace orrery::gui
