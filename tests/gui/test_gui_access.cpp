// SPDX-License-Identifier: GPL-3.0-or-later
// What somebody needs who uses no mouse or sees no screen, looked for at every widget of the window.
#include "tests/catch.h"
#include "tests/gui/window_under_test.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QTabBar>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>

#include <set>

using namespace orrery;
using namespace orrery::gui;

namespace {

QString name_of_widget(const QWidget* widget) {
    return QStringLiteral("%1 '%2' in '%3'")
        .arg(QString::fromUtf8(widget->metaObject()->className()), widget->objectName(),
             widget->parentWidget() ? widget->parentWidget()->objectName() : QString());
}

// Parts that Qt makes inside of a control, and what belongs to the dock's frame.
bool is_inner(const QWidget* widget) {
    const auto* parent = widget->parentWidget();
    if (!parent || widget->objectName().startsWith(QStringLiteral("qt_"))) return true;
    if (qobject_cast<const QAbstractSpinBox*>(parent) || qobject_cast<const QComboBox*>(parent) ||
        qobject_cast<const QLineEdit*>(parent) || qobject_cast<const QTabBar*>(parent))
        return true;
    if (const auto* area = qobject_cast<const QAbstractScrollArea*>(parent); area && widget == area->viewport())
        return true;
    return widget->inherits("QDockWidgetTitleButton") || widget->inherits("QHeaderView") ||
           widget->inherits("QTableCornerButton") || widget->inherits("QScrollBar") ||
           widget->inherits("QComboBoxPrivateContainer") || widget->inherits("QComboBoxListView") ||
           widget->inherits("QToolBarExtension") || widget->inherits("QMenu") || widget->inherits("QSizeGrip");
}

bool takes_input(const QWidget* widget) {
    return (widget->focusPolicy() & Qt::TabFocus) != 0 || qobject_cast<const QAbstractButton*>(widget);
}

QList<QWidget*> controls_of(const QWidget& root) {
    QList<QWidget*> found;
    for (auto* widget : root.findChildren<QWidget*>())
        if (const auto* tabs = qobject_cast<QTabBar*>(widget); tabs && tabs->count() == 0)
            continue; // Qt keeps it for panels to come
        else if (!is_inner(widget) && takes_input(widget))
            found << widget;
    return found;
}

} // namespace

TEST_CASE("every control has an accessible name and a tooltip", "[gui]") {
    WindowUnderTest desk;
    desk.window->perform(QStringLiteral("experiment.select"),
                         {{QStringLiteral("experiment"), QStringLiteral("test.live")}});
    REQUIRE(wait_until([&] { return desk.window->findChild<QWidget*>(QStringLiteral("field:mood")); }));
    QStringList nameless, unexplained;
    const auto controls = controls_of(*desk.window);
    REQUIRE(controls.size() > 40);
    for (auto* widget : controls) {
        // A scroll area only scrolls: its content speaks for itself.
        if (widget->inherits("QScrollArea")) continue;
        const auto* spoken = QAccessible::queryAccessibleInterface(widget);
        if (!spoken || spoken->text(QAccessible::Name).trimmed().isEmpty()) nameless << name_of_widget(widget);
        // Where the mouse draws, a tooltip would be in the way: help (Shift+F1) explains.
        const auto help = widget->toolTip() + widget->whatsThis();
        if (help.isEmpty() && !widget->inherits("QTabBar")) unexplained << name_of_widget(widget);
    }
    INFO("without a name:\n" << nameless.join(QLatin1Char('\n')).toStdString());
    CHECK(nameless.isEmpty());
    INFO("without a tooltip:\n" << unexplained.join(QLatin1Char('\n')).toStdString());
    CHECK(unexplained.isEmpty());
}

TEST_CASE("the label before a control of the form or the toolbar is its buddy", "[gui]") {
    WindowUnderTest desk;
    desk.window->perform(QStringLiteral("experiment.select"),
                         {{QStringLiteral("experiment"), QStringLiteral("test.live")}});
    REQUIRE(wait_until([&] { return desk.window->findChild<QWidget*>(QStringLiteral("field:mood")); }));
    std::set<const QWidget*> with_buddy;
    for (const auto* label : desk.window->findChildren<QLabel*>())
        if (label->buddy()) with_buddy.insert(label->buddy());
    QStringList alone;
    for (const auto* widget : controls_of(*desk.window)) {
        const bool entry = widget->inherits("QLineEdit") || widget->inherits("QComboBox") ||
                           widget->inherits("QAbstractSpinBox") || widget->objectName().startsWith("field:");
        // A filter's placeholder says what it is.
        const auto* line = qobject_cast<const QLineEdit*>(widget);
        const auto* box = qobject_cast<const QComboBox*>(widget);
        const bool says_itself =
            (line && !line->placeholderText().isEmpty()) ||
            (box && (!box->placeholderText().isEmpty() || box->objectName() == "project_switcher"));
        if (entry && !says_itself && !with_buddy.contains(widget)) alone << name_of_widget(widget);
    }
    INFO(alone.join(QLatin1Char('\n')).toStdString());
    CHECK(alone.isEmpty());
}

TEST_CASE("every control of a panel is reached by Tab", "[gui]") {
    WindowUnderTest desk;
    desk.window->perform(QStringLiteral("experiment.select"),
                         {{QStringLiteral("experiment"), QStringLiteral("test.live")}});
    REQUIRE(wait_until([&] { return desk.window->findChild<QWidget*>(QStringLiteral("field:mood")); }));
    for (const auto* name : {"experiments", "parameters", "runs", "jobs", "log", "plot", "compare", "field", "graph"}) {
        auto* dock = desk.window->dock(QString::fromUtf8(name));
        REQUIRE(dock);
        dock->show();
        dock->raise();
        wait_until([] { return false; }, 50);
        QList<QWidget*> wanted;
        for (auto* widget : controls_of(*dock->widget()))
            if (widget->isVisible() && widget->isEnabled()) wanted << widget;
        if (wanted.isEmpty()) continue;
        // All that can be gone through from the first one, by focusNextPrevChild as Tab does it.
        std::set<const QWidget*> reached;
        desk.window->activateWindow();
        wanted.first()->setFocus(Qt::TabFocusReason);
        for (int i = 0; i < 400; ++i) {
            auto* now = QApplication::focusWidget();
            if (!now) break;
            reached.insert(now);
            QTest::keyClick(now, Qt::Key_Tab);
            if (QApplication::focusWidget() == wanted.first() && i > 0) break;
        }
        QStringList lost;
        for (const auto* widget : wanted) {
            const bool got = std::any_of(reached.begin(), reached.end(), [&](const QWidget* at) {
                return at == widget || widget->isAncestorOf(at) || widget->focusProxy() == at;
            });
            if (!got) lost << name_of_widget(widget);
        }
        INFO(name << ", not reached:\n" << lost.join(QLatin1Char('\n')).toStdString());
        CHECK(lost.isEmpty());
    }
}

TEST_CASE("Tab goes round the whole window, through what is seen alone", "[gui]") {
    WindowUnderTest desk;
    const auto id = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=50"));
    REQUIRE(desk.wait_for(id, Status::done));
    desk.window->select_runs({id});
    desk.window->activateWindow();
    auto* start = desk.window->findChild<QWidget*>(QStringLiteral("find"));
    start->setFocus();
    REQUIRE(wait_until([&] { return QApplication::focusWidget() == start; }));
    std::set<QWidget*> visited;
    QStringList unseen;
    QWidget* now = start;
    for (int press = 0; press < 500; ++press) {
        QTest::keyClick(now, Qt::Key_Tab);
        auto* next = QApplication::focusWidget();
        REQUIRE(next);
        INFO("Tab at " << name_of_widget(now).toStdString());
        REQUIRE(next != now);
        now = next;
        if (now == start) break;
        INFO("Tab comes twice to " << name_of_widget(now).toStdString());
        REQUIRE(visited.insert(now).second);
        const auto* area = qobject_cast<QAbstractScrollArea*>(now); // covered by its viewport
        if ((area ? area->viewport() : now)->visibleRegion().isEmpty()) unseen << name_of_widget(now);
    }
    CHECK(now == start);
    INFO("not seen:\n" << unseen.join(u'\n').toStdString());
    CHECK(unseen.isEmpty());
    for (const auto* panel : {"experiments", "parameters", "runs", "jobs", "log", "plot"}) {
        const auto* dock = desk.window->dock(QString::fromUtf8(panel));
        INFO(panel);
        CHECK(std::any_of(visited.begin(), visited.end(),
                          [&](const QWidget* widget) { return dock->isAncestorOf(widget); }));
    }
}

TEST_CASE("every command is in a menu or the palette, and no shortcut has two meanings", "[gui]") {
    WindowUnderTest desk;
    std::set<QString> reachable;
    const std::function<void(const QMenu*)> collect = [&](const QMenu* menu) {
        for (const auto* action : menu->actions()) {
            reachable.insert(action->objectName());
            if (action->menu()) collect(action->menu());
        }
    };
    for (const auto* action : desk.window->menuBar()->actions())
        if (action->menu()) collect(action->menu());
    desk.press("Ctrl+Shift+P");
    auto* palette = desk.window->findChild<Palette*>();
    REQUIRE(wait_until([&] { return palette->isVisible(); }));
    auto* list = palette->findChild<QAbstractItemView*>();
    std::set<QString> titles;
    for (int row = 0; row < list->model()->rowCount(); ++row)
        titles.insert(list->model()->index(row, 0).data().toString());
    palette->close();
    QStringList lost;
    for (const auto* command : desk.window->commands().commands().all()) {
        const auto id = QString::fromStdString(command->id);
        if (!reachable.contains(QStringLiteral("action_") + id) &&
            !titles.contains(QString::fromStdString(command->title)))
            lost << id;
    }
    INFO(lost.join(QLatin1Char(' ')).toStdString());
    CHECK(lost.isEmpty());

    QMap<QString, QStringList> of_keys;
    for (const auto* action : desk.window->findChildren<QAction*>()) {
        // What counts only within a view may be the same in another view.
        if (action->shortcutContext() != Qt::WindowShortcut && action->shortcutContext() != Qt::ApplicationShortcut)
            continue;
        for (const auto& keys : action->shortcuts()) {
            auto& names = of_keys[keys.toString()];
            if (!names.contains(action->objectName())) names << action->objectName();
        }
    }
    CHECK(of_keys.size() >= 8);
    for (auto it = of_keys.begin(); it != of_keys.end(); ++it) {
        INFO(it.key().toStdString() << ": " << it.value().join(QLatin1Char(' ')).toStdString());
        CHECK(it.value().size() == 1);
    }
}
