// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/filter_edit.h"

#include "views/runs/run_filter.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QStringListModel>

namespace orrery::gui {
namespace {

// Begin and length of the term before the cursor, in QString's units.
std::pair<int, int> term_before(const QLineEdit& line) {
    const auto before = line.text().left(line.cursorPosition());
    const auto utf8 = before.toStdString();
    const auto [begin, length] = filter_term_at(utf8, utf8.size());
    const auto at = QString::fromUtf8(utf8.data(), static_cast<qsizetype>(begin)).size();
    return {static_cast<int>(at), static_cast<int>(before.size() - at)};
}

} // namespace

FilterEdit::FilterEdit(QWidget* parent)
    : QLineEdit(parent), completer_(new QCompleter(this)), words_(new QStringListModel(this)) {
    completer_->setModel(words_);
    completer_->setWidget(this);
    completer_->setCompletionMode(QCompleter::PopupCompletion);
    completer_->setCaseSensitivity(Qt::CaseInsensitive);
    completer_->setFilterMode(Qt::MatchContains);
    completer_->setMaxVisibleItems(12);
    completer_->popup()->setObjectName("filter_completions");
    connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &FilterEdit::insert);
    connect(this, &QLineEdit::textEdited, this, [this] { complete(false); });
}

void FilterEdit::complete(bool all) {
    const auto [begin, length] = term_before(*this);
    const QString term = text().mid(begin, length);
    auto* popup = completer_->popup();
    if (!suggest_ || (term.isEmpty() && !all)) {
        popup->hide();
        return;
    }
    words_->setStringList(suggest_(term));
    completer_->setCompletionPrefix(term);
    // What is typed in full needs no list.
    const bool nothing = completer_->completionCount() == 0 ||
                         (completer_->completionCount() == 1 && completer_->currentCompletion() == term);
    if (nothing) {
        popup->hide();
        return;
    }
    QRect place = cursorRect();
    place.setWidth(popup->sizeHintForColumn(0) + 40);
    completer_->complete(place);
}

void FilterEdit::insert(const QString& completion) {
    const auto [begin, length] = term_before(*this);
    setSelection(begin, length);
    QLineEdit::insert(completion);
    complete(false); // "status:" has values to choose from
}

void FilterEdit::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        return;
    }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier) {
        complete(true);
        return;
    }
    if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        Q_EMIT left();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

} // namespace orrery::gui
