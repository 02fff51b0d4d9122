// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/log/log_panel.h"

#include "views/icons/icons.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QScrollBar>
#include <QTime>
#include <QToolButton>
#include <QVBoxLayout>

namespace orrery::gui {

namespace {

constexpr int most_lines = 5000;

} // namespace

LogPanel::LogPanel(QWidget* parent) : QWidget(parent), text_(new QPlainTextEdit(this)) {
    setObjectName(QStringLiteral("log"));
    text_->setObjectName(QStringLiteral("log_text"));
    text_->setReadOnly(true);
    text_->setMaximumBlockCount(most_lines);
    text_->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    text_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text_->setPlaceholderText(tr("What you do appears here as Python, one line for each command."));
    text_->setAccessibleName(tr("Log"));
    text_->setToolTip(tr("Commands as Python, and what happened"));
    text_->setFrameShape(QFrame::NoFrame);

    // Only a person stops it from following, by scrolling; other sizes and longer lines don't.
    auto* bar = text_->verticalScrollBar();
    connect(bar, &QAbstractSlider::actionTriggered, this,
            [this, bar] { follows_ = bar->sliderPosition() >= bar->maximum(); });
    connect(bar, &QAbstractSlider::rangeChanged, this, &LogPanel::follow, Qt::QueuedConnection); // after the layout

    auto* copy = new QToolButton(this);
    copy->setObjectName(QStringLiteral("log_copy"));
    copy->setText(tr("Copy"));
    copy->setAccessibleName(tr("Copy the log"));
    copy->setToolTip(tr("Copy the whole log to the clipboard"));
    connect(copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(text()); });
    auto* clear = new QToolButton(this);
    clear->setObjectName(QStringLiteral("log_clear"));
    clear->setText(tr("Clear"));
    clear->setAccessibleName(tr("Clear the log"));
    clear->setToolTip(tr("Empty this panel; the project's own event log stays"));
    connect(clear, &QToolButton::clicked, this, [this] {
        lines_.clear();
        text_->clear();
    });
    record_ = new QToolButton(this);
    record_->setObjectName(QStringLiteral("log_record"));
    record_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    record_->setIconSize({12, 12});
    connect(record_, &QToolButton::clicked, this, [this] {
        Q_EMIT command_requested(recording_ ? QStringLiteral("record.stop") : QStringLiteral("record.start"), {});
    });
    save_ = new QToolButton(this);
    save_->setObjectName(QStringLiteral("log_save"));
    save_->setText(tr("Save as script"));
    save_->setAccessibleName(tr("Save the record as a script"));
    connect(save_, &QToolButton::clicked, this,
            [this] { Q_EMIT command_requested(QStringLiteral("record.save"), {}); });
    for (auto* button : {record_, save_, copy, clear}) {
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::TabFocus);
    }
    set_recording(false, 0);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(2);
    buttons->addWidget(record_);
    buttons->addWidget(save_);
    buttons->addStretch();
    buttons->addWidget(copy);
    buttons->addWidget(clear);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(text_);
    layout->addLayout(buttons);
    setFocusProxy(text_);
}

void LogPanel::add(Kind kind, const QString& text) {
    lines_.emplace_back(kind, text);
    if (lines_.size() > static_cast<std::size_t>(most_lines)) lines_.pop_front();
    write(kind, text);
}

void LogPanel::set_recording(bool records, int commands) {
    recording_ = records;
    record_->setText(records ? tr("Stop (%1)").arg(commands) : tr("Record"));
    record_->setIcon(records ? icon_of(Glyph::stop) : icon_of(Glyph::record, QColor(0xd0453b)));
    record_->setAccessibleName(records ? tr("Stop recording; %n command(s) so far", nullptr, commands)
                                       : tr("Record commands"));
    record_->setToolTip(records ? tr("End the record; it can then be saved as a script")
                                : tr("Write down, from now on, the commands that change the project"));
    save_->setEnabled(commands > 0);
    save_->setToolTip(commands > 0 ? tr("Save the recorded commands as a script in Python that can be run again")
                                   : tr("No command that changes a project was recorded yet"));
}

void LogPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    text_->clear();
    for (const auto& [kind, text] : lines_) write(kind, text);
}

void LogPanel::write(Kind kind, const QString& text) {
    const auto escaped = text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
    const auto dark = palette().color(QPalette::Base).lightness() < 128;
    switch (kind) {
    case Kind::python:
        text_->appendHtml(QStringLiteral("<span style='color:%1'>&gt;&gt;&gt; %2</span>")
                              .arg(dark ? QStringLiteral("#6cb2f2") : QStringLiteral("#1a5fa8"), escaped));
        break;
    case Kind::note:
        text_->appendHtml(QStringLiteral("<span>%1</span>").arg(escaped));
        break;
    case Kind::problem:
        text_->appendHtml(QStringLiteral("<span style='color:%1'>%2</span>")
                              .arg(dark ? QStringLiteral("#ff9a8f") : QStringLiteral("#b3261e"), escaped));
        break;
    }
    follow();
}

// Not under a selection that is being made or copied.
void LogPanel::follow() {
    auto* bar = text_->verticalScrollBar();
    if (follows_ && !text_->textCursor().hasSelection()) bar->setValue(bar->maximum());
}

QString LogPanel::text() const { return text_->toPlainText(); }

} // namespace orrery::gui
