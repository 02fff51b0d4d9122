// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/console_input.h"

#include "views/console/python_text.h"

#include <QAbstractTextDocumentLayout>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QScrollBar>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>

namespace orrery::gui {

namespace {

constexpr int most_lines = 12; // that are seen at once
constexpr int most_rows = 10;  // of the completions
const QString four_spaces = QStringLiteral("    ");

bool is_name_character(QChar c) { return c.isLetterOrNumber() || c == QLatin1Char('_'); }

} // namespace

ConsoleInput::ConsoleInput(QWidget* parent) : QPlainTextEdit(parent), list_(new QListWidget(this)) {
    setObjectName(QStringLiteral("console_input"));
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setFrameShape(QFrame::NoFrame);
    setLineWrapMode(QPlainTextEdit::WidgetWidth);
    setAccessibleName(tr("Python"));
    setToolTip(
        tr("Return executes, or goes on with a block; Shift+Return begins a new line; Tab completes (in an empty "
           "line it moves on); Up and Down go through what was typed before and begins the same; Ctrl+C without a "
           "selection interrupts"));
    setPlaceholderText(tr("Python"));
    list_->setObjectName(QStringLiteral("console_completions"));
    list_->setWindowFlags(Qt::ToolTip); // never takes the focus
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setFont(font());
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setAccessibleName(tr("Completions"));
    list_->setToolTip(tr("Tab or Return takes the marked one"));
    list_->hide();
    connect(list_, &QListWidget::itemClicked, this, &ConsoleInput::accept_completion);
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this,
            &ConsoleInput::fit_height);
    fit_height();
}

QSize ConsoleInput::sizeHint() const {
    const int lines = std::clamp(static_cast<int>(document()->size().height()), 1, most_lines); // wrapped ones count
    const auto margins = 2 * static_cast<int>(document()->documentMargin());
    return {200, lines * fontMetrics().lineSpacing() + margins + 2};
}

void ConsoleInput::fit_height() {
    const bool all = document()->size().height() <= most_lines;
    setVerticalScrollBarPolicy(all ? Qt::ScrollBarAlwaysOff : Qt::ScrollBarAsNeeded);
    setFixedHeight(sizeHint().height());
    updateGeometry();
}

QString ConsoleInput::before_cursor() const { return toPlainText().left(textCursor().position()); }

void ConsoleInput::replace_all(const QString& text) {
    auto cursor = textCursor();
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
    setTextCursor(cursor);
    ensureCursorVisible();
}

// Ctrl+C is this widget's also where nothing is selected, and Ctrl+Z its own undo.
bool ConsoleInput::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Copy) || (key->key() == Qt::Key_Escape && list_->isVisible())) {
            event->accept();
            return true;
        }
    }
    return QPlainTextEdit::event(event);
}

// Tab completes; where there is nothing to complete it goes on, so that the keyboard isn't caught here.
bool ConsoleInput::focusNextPrevChild(bool next) {
    if (next && !toPlainText().isEmpty()) return false;
    return QPlainTextEdit::focusNextPrevChild(next);
}

void ConsoleInput::focusOutEvent(QFocusEvent* event) {
    list_->hide();
    QPlainTextEdit::focusOutEvent(event);
}

void ConsoleInput::keyPressEvent(QKeyEvent* event) {
    if (list_->isVisible() && press_in_list(event)) return;
    const bool first_line = textCursor().blockNumber() == 0, last_line = textCursor().blockNumber() == blockCount() - 1;
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (event->matches(QKeySequence::Copy) && !textCursor().hasSelection()) return Q_EMIT interrupt_wanted();
    if (modifiers == Qt::ControlModifier && event->key() == Qt::Key_L) return Q_EMIT clear_wanted();
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (modifiers != Qt::NoModifier && modifiers != Qt::ShiftModifier) break;
        return press_return(modifiers == Qt::ShiftModifier);
    case Qt::Key_Up:
        if (modifiers == Qt::NoModifier && first_line) return replace_all(history_.older(toPlainText()));
        break;
    case Qt::Key_Down:
        if (modifiers == Qt::NoModifier && last_line) return replace_all(history_.newer(toPlainText()));
        break;
    case Qt::Key_Tab:
        if (!before_cursor().isEmpty() && (is_name_character(before_cursor().back()) || before_cursor().endsWith(u'.')))
            ask_for_completion(true);
        else
            insertPlainText(four_spaces);
        return;
    case Qt::Key_Backspace:
        if (modifiers == Qt::NoModifier) return press_backspace(event);
        break;
    default:
        break;
    }
    const auto before = toPlainText();
    QPlainTextEdit::keyPressEvent(event);
    if (toPlainText() == before) return;
    history_.stop_looking();
    const auto text = event->text();
    if (text == QStringLiteral(".") || (list_->isVisible() && !text.isEmpty() && is_name_character(text.back())))
        ask_for_completion(false);
    else
        list_->hide();
    if (text == QStringLiteral("(") || text == QStringLiteral(","))
        Q_EMIT description_wanted(toPlainText(), textCursor().position());
    if (text == QStringLiteral(")")) QToolTip::hideText();
}

void ConsoleInput::press_return(bool always_line) {
    const auto code = toPlainText();
    list_->hide();
    QToolTip::hideText();
    const bool at_end = textCursor().position() == code.size();
    if (always_line || (at_end && is_incomplete(code)) || (!at_end && blockCount() > 1)) {
        insertPlainText(QLatin1Char('\n') + indentation_after(before_cursor()));
        ensureCursorVisible();
        return;
    }
    if (code.trimmed().isEmpty()) return;
    if (!refusal_.isEmpty()) // what was typed stays
        return QToolTip::showText(viewport()->mapToGlobal(QPoint(0, -2 * height())), refusal_, this, {}, 5'000);
    auto typed = code;
    while (typed.endsWith(QLatin1Char(' ')) || typed.endsWith(QLatin1Char('\n'))) typed.chop(1);
    history_.add(typed);
    replace_all({});
    Q_EMIT entered(typed);
}

// Over a whole step of the indentation.
void ConsoleInput::press_backspace(QKeyEvent* event) {
    auto cursor = textCursor();
    const auto line = cursor.block().text().left(cursor.positionInBlock());
    if (!cursor.hasSelection() && line.size() >= four_spaces.size() && line.trimmed().isEmpty())
        for (qsizetype i = 0; i < four_spaces.size(); ++i) cursor.deletePreviousChar();
    else
        QPlainTextEdit::keyPressEvent(event);
    history_.stop_looking();
    if (list_->isVisible()) ask_for_completion(false);
}

// --- completion ---

void ConsoleInput::ask_for_completion(bool by_tab) {
    by_tab_ = by_tab;
    Q_EMIT completion_wanted(toPlainText(), textCursor().position());
}

void ConsoleInput::set_completions(const QString& code, int start, const QStringList& names) {
    if (code != toPlainText() || !hasFocus()) return;
    list_->clear();
    list_->hide();
    if (names.isEmpty()) return;
    start_ = start;
    list_->addItems(names);
    list_->setCurrentRow(0);
    if (names.size() == 1 && by_tab_) return accept_completion();
    if (names.size() == 1 && before_cursor().mid(start) == names.first()) return;
    int width = 0;
    for (const auto& name : names) width = std::max(width, list_->fontMetrics().horizontalAdvance(name));
    const int rows = static_cast<int>(std::min<qsizetype>(names.size(), most_rows));
    const int height = rows * list_->sizeHintForRow(0) + 2 * list_->frameWidth();
    list_->resize(width + 24 + list_->verticalScrollBar()->sizeHint().width(), height);
    auto cursor = textCursor();
    cursor.setPosition(start_);
    const auto place = cursorRect(cursor);
    const auto above = viewport()->mapToGlobal(place.topLeft()) - QPoint(0, height + 2);
    list_->move(above.y() > 0 ? above : viewport()->mapToGlobal(place.bottomLeft()) + QPoint(0, 2));
    list_->show();
}

bool ConsoleInput::press_in_list(QKeyEvent* event) {
    const int row = list_->currentRow(), last = list_->count() - 1;
    switch (event->key()) {
    case Qt::Key_Up:
        list_->setCurrentRow(row > 0 ? row - 1 : last);
        return true;
    case Qt::Key_Down:
        list_->setCurrentRow(row < last ? row + 1 : 0);
        return true;
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        list_->setCurrentRow(std::clamp(row + (event->key() == Qt::Key_PageUp ? -most_rows : most_rows), 0, last));
        return true;
    case Qt::Key_Tab:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        accept_completion();
        return true;
    case Qt::Key_Escape:
        list_->hide();
        return true;
    default:
        return false;
    }
}

void ConsoleInput::accept_completion() {
    list_->hide();
    if (!list_->currentItem()) return;
    auto cursor = textCursor();
    cursor.setPosition(start_, QTextCursor::KeepAnchor);
    cursor.insertText(list_->currentItem()->text());
    setTextCursor(cursor);
}

void ConsoleInput::show_description(const QString& text) {
    if (text.isEmpty() || !hasFocus()) return;
    const auto place = viewport()->mapToGlobal(cursorRect().topLeft()) - QPoint(0, 3 * fontMetrics().lineSpacing());
    QToolTip::showText(place, QStringLiteral("<pre>%1</pre>").arg(text.toHtmlEscaped()), this, {}, 30'000);
}

} // namespace orrery::gui
