// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/message_bar.h"
#include "views/icons/icons.h"

#include <QHBoxLayout>

namespace orrery::gui {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), text_(new QLabel(this)), report_(new QPushButton(tr("Copy report..."), this)) {
    setObjectName(QStringLiteral("message"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    setBackgroundRole(QPalette::ToolTipBase);
    auto* icon = new QLabel(this);
    icon->setPixmap(icon_of(Glyph::warning, QColor(0xc98a1b)).pixmap(QSize(20, 20), devicePixelRatio()));
    text_->setObjectName(QStringLiteral("message_text"));
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text_->setForegroundRole(QPalette::ToolTipText);
    report_->setObjectName(QStringLiteral("message_report"));
    report_->setToolTip(tr("Versions, driver, the last commands and the log, to be sent to whoever can help"));
    auto* close = new QPushButton(tr("Close"), this);
    close->setObjectName(QStringLiteral("message_close"));
    close->setAccessibleName(tr("Close this message"));
    close->setToolTip(tr("Close this message"));
    connect(report_, &QPushButton::clicked, this, &MessageBar::report_wanted);
    connect(close, &QPushButton::clicked, this, &MessageBar::clear);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->addWidget(icon);
    layout->addWidget(text_, 1);
    layout->addWidget(report_);
    layout->addWidget(close);
}

void MessageBar::tell(const QString& what, const QString& hint, bool can_report) {
    report_->setVisible(can_report);
    text_->setText(hint.isEmpty() ? what : what + QLatin1Char('\n') + hint);
    told_ = true;
    Q_EMIT shown_changed(true);
}

void MessageBar::clear() {
    told_ = false;
    Q_EMIT shown_changed(false);
}

QString MessageBar::text() const { return told_ ? text_->text() : QString(); }

} // namespace orrery::gui
