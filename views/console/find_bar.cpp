// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/find_bar.h"

#include "views/console/script_editor.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QToolButton>

namespace orrery::gui {

FindBar::FindBar(QWidget* parent)
    : QWidget(parent), wanted_(new QLineEdit(this)), instead_(new QLineEdit(this)),
      exact_(new QCheckBox(tr("Aa"), this)), told_(new QLabel(this)) {
    setObjectName(QStringLiteral("find_bar"));
    wanted_->setObjectName(QStringLiteral("find_wanted"));
    wanted_->setPlaceholderText(tr("Find"));
    wanted_->setAccessibleName(tr("Find"));
    wanted_->setToolTip(tr("Return finds the next, Shift+Return the one before"));
    instead_->setObjectName(QStringLiteral("find_instead"));
    instead_->setPlaceholderText(tr("Replace by"));
    instead_->setAccessibleName(tr("Replace by"));
    instead_->setToolTip(tr("Return replaces what was found and finds the next"));
    exact_->setObjectName(QStringLiteral("find_exact"));
    exact_->setAccessibleName(tr("Tell capital letters from small ones"));
    exact_->setToolTip(exact_->accessibleName());
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(4, 2, 4, 2);
    row->setSpacing(4);
    row->addWidget(wanted_, 2);
    row->addWidget(exact_);
    row->addWidget(instead_, 2);
    const auto button = [&](const char* name, const QString& text, const QString& help, auto work) {
        auto* tool = new QToolButton(this);
        tool->setObjectName(QString::fromUtf8(name));
        tool->setText(text);
        tool->setAccessibleName(text);
        tool->setToolTip(help);
        tool->setFocusPolicy(Qt::TabFocus);
        connect(tool, &QToolButton::clicked, this, work);
        row->addWidget(tool);
    };
    button("find_replace", tr("Replace"), tr("Replace what was found and find the next"), [this] { replace(); });
    button("find_replace_all", tr("All"), tr("Replace all in this file; one undo takes it back"),
           [this] { replace_all(); });
    row->addWidget(told_, 1);
    button("find_close", tr("Close"), tr("Close this bar (Escape)"), [this] { hide(); });
    connect(wanted_, &QLineEdit::textChanged, told_, &QLabel::clear);
    connect(instead_, &QLineEdit::returnPressed, this, &FindBar::replace);
    hide();
}

void FindBar::open() {
    if (editor_ && editor_->hasSelectedText() && !editor_->selectedText().contains(QLatin1Char('\n')))
        wanted_->setText(editor_->selectedText());
    show();
    wanted_->selectAll();
    wanted_->setFocus();
}

void FindBar::find(bool forward) {
    if (!editor_ || wanted_->text().isEmpty()) return;
    int line = -1, index = -1;
    if (!forward && editor_->hasSelectedText()) {
        int last = 0, last_index = 0;
        editor_->getSelection(&line, &index, &last, &last_index);
    }
    const bool found =
        editor_->findFirst(wanted_->text(), false, exact_->isChecked(), false, true, forward, line, index);
    told_->setText(found ? QString() : tr("Not found"));
}

void FindBar::replace() {
    if (!editor_ || wanted_->text().isEmpty()) return;
    const auto sensitive = exact_->isChecked() ? Qt::CaseSensitive : Qt::CaseInsensitive;
    if (editor_->hasSelectedText() && editor_->selectedText().compare(wanted_->text(), sensitive) == 0)
        editor_->replaceSelectedText(instead_->text());
    find(true);
}

void FindBar::replace_all() {
    if (!editor_ || wanted_->text().isEmpty()) return;
    int count = 0;
    editor_->beginUndoAction();
    bool found = editor_->findFirst(wanted_->text(), false, exact_->isChecked(), false, false, true, 0, 0);
    while (found) { // goes on behind what was put in
        editor_->replace(instead_->text());
        ++count;
        found = editor_->findNext();
    }
    editor_->endUndoAction();
    told_->setText(tr("%n replaced", nullptr, count));
}

void FindBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        hide();
        if (editor_) editor_->setFocus();
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && wanted_->hasFocus())
        return find(!(event->modifiers() & Qt::ShiftModifier));
    QWidget::keyPressEvent(event);
}

} // namespace orrery::gui
