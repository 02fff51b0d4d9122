// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/theme.h"

#include <QApplication>
#include <QStyle>
#include <QStyleFactory>

namespace orrery::gui {

Theme theme_of(const QString& name) {
    if (name == QStringLiteral("dark")) return Theme::dark;
    return name == QStringLiteral("light") ? Theme::light : Theme::system;
}

QString name_of(Theme theme) {
    switch (theme) {
    case Theme::dark:
        return QStringLiteral("dark");
    case Theme::light:
        return QStringLiteral("light");
    case Theme::system:
        break;
    }
    return QStringLiteral("system");
}

bool system_is_dark() {
    // Asked once, before a theme of ours replaces the palette of the desktop.
    static const bool dark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    const auto told = qApp->property("system_is_dark");
    return told.isValid() ? told.toBool() : dark;
}

void set_system_dark(bool dark) { qApp->setProperty("system_is_dark", dark); }

QPalette palette_of(bool dark) {
    const QColor window(dark ? 0x22262c : 0xf3f4f6), base(dark ? 0x1a1d22 : 0xffffff);
    const QColor text(dark ? 0xe4e7eb : 0x1b1f24), faint(dark ? 0x9aa3ad : 0x5b6470);
    const QColor accent(dark ? 0x3d7fc4 : 0x2367b0);
    QPalette palette(window, window);
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, QColor(dark ? 0x20242a : 0xf0f2f5));
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, QColor(dark ? 0x2d3239 : 0xe7e9ed));
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, QColor(dark ? 0xff9a8f : 0xb3261e));
    palette.setColor(QPalette::ToolTipBase, QColor(dark ? 0x2d3239 : 0xffffff));
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::PlaceholderText, faint);
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, QColor(0xffffff));
    palette.setColor(QPalette::Link, QColor(dark ? 0x6cb2f2 : 0x1a5fa8));
    palette.setColor(QPalette::Light, QColor(dark ? 0x3a4049 : 0xffffff));
    palette.setColor(QPalette::Midlight, QColor(dark ? 0x333841 : 0xf0f2f5));
    palette.setColor(QPalette::Mid, QColor(dark ? 0x3f464f : 0xc3c8cf));
    palette.setColor(QPalette::Dark, QColor(dark ? 0x14161a : 0x9aa1ab));
    palette.setColor(QPalette::Shadow, QColor(dark ? 0x0c0d0f : 0x6b727c));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, faint);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor(dark ? 0x3f464f : 0xc3c8cf));
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, faint);
    return palette;
}

void apply_theme(Theme theme) {
    const bool dark = theme == Theme::system ? system_is_dark() : theme == Theme::dark;
    // One style everywhere: the palettes are made for it.
    if (QApplication::style()->objectName() != QStringLiteral("fusion"))
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(palette_of(dark));
}

} // namespace orrery::gui
