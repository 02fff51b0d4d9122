// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/panel_title.h"
#include "views/icons/icons.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QToolButton>

namespace orrery::gui {

PanelTitle::PanelTitle(QDockWidget* dock, const QString& name) : QWidget(dock), words_(new QLabel(this)) {
    setObjectName(QStringLiteral("title_") + name);
    auto bold = words_->font();
    bold.setBold(true);
    words_->setFont(bold);
    words_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // cut off rather than widening the panel
    words_->setAttribute(Qt::WA_TransparentForMouseEvents);              // dragged like the rest of the title
    const auto set_words = [this](const QString& text) {
        setToolTip(text);
        fit();
    };
    set_words(dock->windowTitle());
    connect(dock, &QDockWidget::windowTitleChanged, this, set_words);
    const auto button = [&](Glyph glyph, const QString& id, const QString& help, const QString& command,
                            const QVariantMap& arguments) {
        auto* tool = new QToolButton(this);
        tool->setObjectName(id + name);
        tool->setAutoRaise(true);
        tool->setIcon(icon_of(glyph));
        tool->setIconSize({12, 12});
        tool->setAccessibleName(help);
        tool->setToolTip(help);
        tool->setFocusPolicy(Qt::TabFocus);
        connect(tool, &QToolButton::clicked, this,
                [this, command, arguments] { Q_EMIT command_requested(command, arguments); });
        return tool;
    };
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 3, 4, 3);
    row->setSpacing(2);
    row->addWidget(words_, 1);
    row->addWidget(button(Glyph::tear_off, QStringLiteral("float_"), tr("Tear off this panel, or put it back"),
                          QStringLiteral("view.tear_off"), {{QStringLiteral("panel"), name}}));
    row->addWidget(button(Glyph::close, QStringLiteral("hide_"), tr("Hide this panel"), QStringLiteral("view.panel"),
                          {{QStringLiteral("panel"), name}, {QStringLiteral("shown"), false}}));
    dock->setTitleBarWidget(this);
}

void PanelTitle::set_tabbed(bool tabbed) {
    if (tabbed == tabbed_) return;
    tabbed_ = tabbed;
    for (auto* child : findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) child->setVisible(!tabbed);
    updateGeometry();
}

void PanelTitle::fit() {
    words_->setText(words_->fontMetrics().elidedText(toolTip(), Qt::ElideRight, words_->width()));
}

void PanelTitle::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layout()->activate();
    fit();
}

QSize PanelTitle::sizeHint() const { return tabbed_ ? QSize(0, 0) : QWidget::sizeHint(); }
QSize PanelTitle::minimumSizeHint() const { return tabbed_ ? QSize(0, 0) : QWidget::minimumSizeHint(); }

void PanelTitle::paintEvent(QPaintEvent*) {
    if (tabbed_) return;
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::AlternateBase));
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawLine(rect().bottomLeft(), rect().bottomRight());
}

} // namespace orrery::gui
