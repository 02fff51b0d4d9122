// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/jobs/run_log.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

namespace orrery::gui {

RunLog::RunLog(const QString& run, QWidget* parent) : QDialog(parent), run_(run), text_(new QPlainTextEdit(this)) {
    setObjectName(QStringLiteral("run_log"));
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Log of run %1").arg(run));
    text_->setObjectName(QStringLiteral("run_log_text"));
    text_->setReadOnly(true);
    text_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text_->setAccessibleName(tr("Log of run %1").arg(run));
    text_->setToolTip(tr("What the run printed, at most its last megabyte"));
    text_->setPlaceholderText(tr("Reading ..."));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* again = buttons->addButton(tr("&Read again"), QDialogButtonBox::ActionRole);
    again->setObjectName(QStringLiteral("run_log_again"));
    again->setToolTip(tr("Read what the run has printed since"));
    connect(again, &QPushButton::clicked, this, &RunLog::wanted);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(text_);
    layout->addWidget(buttons);
    resize(760, 480);
}

void RunLog::set_text(const QString& text) {
    auto* bar = text_->verticalScrollBar();
    const bool at_end = bar->value() == bar->maximum();
    const int place = bar->value();
    text_->setPlaceholderText(tr("The run has printed nothing."));
    text_->setPlainText(text);
    bar->setValue(at_end ? bar->maximum() : place);
}

} // namespace orrery::gui
