// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/console_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <utility>

namespace orrery::gui {

ConsolePanel::ConsolePanel(QWidget* parent)
    : QWidget(parent), output_(new ConsoleOutput(this)), input_(new ConsoleInput(this)),
      prompt_(new QLabel(QStringLiteral(">>>"), this)), status_(new QLabel(this)) {
    setObjectName(QStringLiteral("console"));
    prompt_->setFont(input_->font());
    prompt_->setBuddy(input_);
    prompt_->setAlignment(Qt::AlignTop);
    status_->setObjectName(QStringLiteral("console_status"));
    status_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    interrupt_ = button("console_interrupt", Glyph::stop, tr("Interrupt"), tr("Ends what runs (SIGINT); names stay"));
    restart_ =
        button("console_restart", Glyph::loop, tr("Restart"), tr("Ends Python and begins anew; all names are lost"));
    for (const auto& [tool, id] : {std::pair(interrupt_, "console.interrupt"), std::pair(restart_, "console.restart")})
        connect(tool, &QToolButton::clicked, this,
                [this, id = QString::fromUtf8(id)] { Q_EMIT command_requested(id, {}); });
    auto* copy = button("console_copy", Glyph::settings, tr("Copy"), tr("Copies the whole output"));
    auto* empty = button("console_clear", Glyph::close, tr("Clear"), tr("Empties the output (Ctrl+L); names stay"));
    for (auto* tool : {copy, empty}) tool->setToolButtonStyle(Qt::ToolButtonTextOnly);
    connect(copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(output_->toPlainText()); });
    connect(empty, &QToolButton::clicked, this, &ConsolePanel::clear);
    connect(output_, &ConsoleOutput::place_clicked, this, &ConsolePanel::place_clicked);
    connect(input_, &ConsoleInput::clear_wanted, this, &ConsolePanel::clear);
    connect(input_, &ConsoleInput::interrupt_wanted, this,
            [this] { Q_EMIT command_requested(QStringLiteral("console.interrupt"), {}); });
    connect(input_, &ConsoleInput::entered, this, &ConsolePanel::entered);

    auto* line = new QHBoxLayout;
    line->setContentsMargins(4, 2, 4, 2);
    line->setSpacing(4);
    prompt_->setContentsMargins(0, static_cast<int>(input_->document()->documentMargin()), 0, 0);
    line->addWidget(prompt_, 0, Qt::AlignTop);
    line->addWidget(input_, 1);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(4, 0, 0, 0);
    bar->setSpacing(2);
    bar->addWidget(status_, 1);
    for (auto* tool : {interrupt_, restart_, copy, empty}) bar->addWidget(tool);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(output_, 1);
    layout->addLayout(line);
    layout->addLayout(bar);
    setFocusProxy(input_);
    setTabOrder(input_, output_);
    setTabOrder(output_, interrupt_);
    set_state(State::off, {});
}

QToolButton* ConsolePanel::button(const char* name, Glyph glyph, const QString& text, const QString& help) {
    auto* tool = new QToolButton(this);
    tool->setObjectName(QString::fromUtf8(name));
    tool->setAutoRaise(true);
    tool->setText(text);
    tool->setIcon(icon_of(glyph));
    tool->setIconSize({12, 12});
    tool->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    tool->setAccessibleName(text);
    tool->setToolTip(help);
    tool->setFocusPolicy(Qt::TabFocus);
    return tool;
}

void ConsolePanel::set_state(State state, const QString& words) {
    status_->setText(words);
    status_->setToolTip(words);
    interrupt_->setEnabled(state == State::busy);
    restart_->setEnabled(state != State::off);
    prompt_->setText(state == State::busy ? QStringLiteral("...") : QStringLiteral(">>>"));
    prompt_->setEnabled(state == State::idle);
}

void ConsolePanel::clear() { output_->empty(); }

// Not when it is shown: a panel is that also behind the tab of another one.
void ConsolePanel::paintEvent(QPaintEvent* event) {
    QWidget::paintEvent(event);
    if (!std::exchange(seen_, true)) QMetaObject::invokeMethod(this, &ConsolePanel::wanted, Qt::QueuedConnection);
}

} // namespace orrery::gui
