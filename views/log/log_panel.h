// SPDX-License-Identifier: GPL-3.0-or-later
// The log of a session: one line of Python for each command, and what happened, as text that can be copied.
#pragma once
#include <QPlainTextEdit>
#include <QToolButton>
#include <QVariant>
#include <QWidget>

#include <deque>
#include <utility>

namespace orrery::gui {

class LogPanel : public QWidget {
    Q_OBJECT

public:
    enum class Kind { python, note, problem };
    explicit LogPanel(QWidget* parent = nullptr);

    void add(Kind kind, const QString& text); // the last 5,000 lines are kept
    QString text() const;
    void set_recording(bool records, int commands); // written down so far

Q_SIGNALS:
    void command_requested(const QString& id, const QVariantMap& arguments);

protected:
    void changeEvent(QEvent* event) override; // colours follow the palette

private:
    void write(Kind kind, const QString& text);
    void follow();
    std::deque<std::pair<Kind, QString>> lines_;
    QPlainTextEdit* text_;
    QToolButton *record_, *save_;
    bool recording_ = false;
    bool follows_ = true; // its end
};

} // namespace orrery::gui
