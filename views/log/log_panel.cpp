// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/log/log_panel.h"

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
    for (auto* button : {copy, clear}) button->setAutoRaise(true);

    auto* buttons = new QHBoxLayout;
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
