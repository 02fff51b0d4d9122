// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/theme.h"

#include <QApplication>
#include <QProxyStyle>
#include <QStyleOption>

namespace orrery::gui {

namespace {

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto channel = [share](int x, int y) { return qRound(x + share * (y - x)); };
    return {channel(a.red(), b.red()), channel(a.green(), b.green()), channel(a.blue(), b.blue())};
}

// Fusion draws every outline in the window's colour made darker, which on a dark window can't be seen, and a checked
// button in the colour of an unchecked one made a little darker. No role of the palette is for that alone, so boxes,
// fields and checked buttons are drawn with palettes of their own.
class Outlined : public QProxyStyle {
public:
    Outlined() : QProxyStyle(QStringLiteral("Fusion")) { setObjectName(QStringLiteral("orrery")); }

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override {
        const auto draw = [&](const QStyleOption& with) {
            QProxyStyle::drawPrimitive(element, &with, painter, widget);
        };
        const bool box = element == PE_IndicatorCheckBox || element == PE_IndicatorRadioButton;
        const bool field = element == PE_FrameLineEdit || element == PE_Frame;
        if (!(box && draw_outlined<QStyleOptionButton>(option, draw)) &&
            !(field && draw_outlined<QStyleOptionFrame>(option, draw)))
            draw(*option);
    }

    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override {
        const auto draw = [&](const QStyleOption& with) { QProxyStyle::drawControl(element, &with, painter, widget); };
        if (!(element == CE_PushButton && draw_checked<QStyleOptionButton>(option, draw))) draw(*option);
    }

    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override {
        const auto draw = [&](const QStyleOptionComplex& with) {
            QProxyStyle::drawComplexControl(control, &with, painter, widget);
        };
        if (!(control == CC_SpinBox && draw_outlined<QStyleOptionSpinBox>(option, draw)) &&
            !(control == CC_ToolButton && draw_checked<QStyleOptionToolButton>(option, draw)))
            draw(*option);
    }

private:
    static void set_outline(QPalette& palette, const QColor& colour) {
        palette.setColor(QPalette::Window, colour.lighter(140)); // which Fusion makes darker by as much
    }

    // False where the option is another one.
    template <class Option, class Draw>
    static bool draw_outlined(const QStyleOption* option, const Draw& draw) {
        const auto* given = qstyleoption_cast<const Option*>(option);
        if (!given) return false;
        Option with(*given);
        set_outline(with.palette, mixed(with.palette.color(QPalette::Base), with.palette.color(QPalette::Text), 0.45));
        draw(with);
        return true;
    }

    template <class Option, class Draw>
    static bool draw_checked(const QStyleOption* option, const Draw& draw) {
        const auto* given = qstyleoption_cast<const Option*>(option);
        if (!given || !(given->state & State_On)) return false;
        Option with(*given);
        const auto highlight = with.palette.color(QPalette::Highlight);
        with.palette.setColor(QPalette::Button, mixed(with.palette.color(QPalette::Button), highlight, 0.5));
        set_outline(with.palette, highlight);
        draw(with);
        return true;
    }
};

} // namespace

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
    if (!dynamic_cast<Outlined*>(QApplication::style())) QApplication::setStyle(new Outlined);
    QApplication::setPalette(palette_of(dark));
}

} // namespace orrery::gui
