// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/mistake_list.h"

#include "views/console/script_editor.h"

#include <QVBoxLayout>

#include <algorithm>

namespace orrery::gui {

namespace {
constexpr int most_rows = 5; // that are seen without scrolling
}

MistakeList::MistakeList(QWidget* parent) : QWidget(parent), verdict_(new QLabel(this)), list_(new QListWidget(this)) {
    verdict_->setObjectName(QStringLiteral("problem_verdict"));
    verdict_->setMargin(4);
    list_->setObjectName(QStringLiteral("problem_mistakes"));
    list_->setAccessibleName(tr("Mistakes in the problem file"));
    list_->setToolTip(tr("Return or a click leads to the line"));
    list_->setFrameShape(QFrame::NoFrame);
    list_->setWordWrap(true);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(verdict_);
    column->addWidget(list_);
    const auto go = [this](const QListWidgetItem* item) {
        if (const int line = item->data(Qt::UserRole).toInt(); line > 0) Q_EMIT line_wanted(line);
    };
    connect(list_, &QListWidget::itemActivated, this, go);
    connect(list_, &QListWidget::itemClicked, this, go);
}

void MistakeList::show_of(ScriptEditor* editor) {
    const bool problem = editor && editor->language() == Language::problem;
    setVisible(problem);
    if (!problem) return;
    verdict_->setText(editor->verdict());
    verdict_->setVisible(!editor->verdict().isEmpty());
    list_->clear();
    for (const auto& mistake : editor->mistakes()) {
        auto* item = new QListWidgetItem(
            mistake.line > 0 ? tr("Line %1: %2").arg(mistake.line).arg(mistake.words) : mistake.words, list_);
        item->setData(Qt::UserRole, mistake.line);
        item->setForeground(QColor(palette().color(QPalette::Base).lightness() < 128 ? 0xffff9a8f : 0xffb3261e));
    }
    const int rows = std::min(list_->count(), most_rows);
    list_->setVisible(rows > 0);
    list_->setFixedHeight(rows * (2 * list_->fontMetrics().height() + 4)); // sentences take two lines or so
}

} // namespace orrery::gui
