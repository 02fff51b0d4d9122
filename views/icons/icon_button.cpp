// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/icons/icon_button.h"

#include <QAction>
#include <QCoreApplication>
#include <QKeySequence>
#include <QLayout>
#include <QMenu>
#include <QToolButton>

namespace orrery::gui {

QToolButton* add_button(QWidget* row, const char* name, Glyph icon, const QString& text, const QString& help) {
    auto* button = new QToolButton(row);
    button->setObjectName(QLatin1String(name));
    button->setIcon(icon_of(icon));
    button->setIconSize({16, 16});
    button->setToolTip(QStringLiteral("%1: %2").arg(text, help));
    button->setAccessibleName(text);
    button->setAccessibleDescription(help);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    row->layout()->addWidget(button);
    return button;
}

void add_figure_button(QWidget* row, QWidget& view, const QString& prefix,
                       const std::function<void(bool save)>& wanted) {
    const auto text = [](const char* words) { return QCoreApplication::translate("FigureButton", words); };
    const auto name = [&](const char* end) { return prefix + QLatin1String(end); };
    auto* figure = add_button(row, name("_figure").toUtf8().constData(), Glyph::figure,
                              text(QT_TRANSLATE_NOOP("FigureButton", "Figure")),
                              text(QT_TRANSLATE_NOOP("FigureButton", "save or export what is seen")));
    figure->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(figure);
    menu->setObjectName(name("_figure_menu"));
    figure->setMenu(menu);
    const auto add = [&](const char* end, const QString& words, const QKeySequence& keys, bool save) {
        auto* action = menu->addAction(words);
        action->setObjectName(name(end));
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        view.addAction(action);
        QObject::connect(action, &QAction::triggered, &view, [wanted, save] { wanted(save); });
    };
    add("_save_figure", text(QT_TRANSLATE_NOOP("FigureButton", "Save as figure...")),
        QKeySequence(QStringLiteral("Ctrl+Alt+S")), true);
    add("_export", text(QT_TRANSLATE_NOOP("FigureButton", "Export...")), QKeySequence(QStringLiteral("Ctrl+E")), false);
}

} // namespace orrery::gui
