// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands of the window do to the form, the views and the project.
#include "app/gui/welcome_page.h"
#include "tests/catch.h"
#include "tests/gui/window_under_test.h"
#include "views/field/field_canvas.h"
#include "views/field/field_view.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QListWidget>
#include <QMessageBox>
#include <QTest>
#include <QTranslator>

#include <algorithm>

using namespace orrery;
using namespace orrery::gui;

namespace {

// The form shows test.walk with these.
void fill_form(WindowUnderTest& desk, const QString& parameters) {
    desk.window->perform(QStringLiteral("experiment.select"),
                         {{QStringLiteral("experiment"), QStringLiteral("test.walk")}});
    desk.window->perform(QStringLiteral("parameters.set"), {{QStringLiteral("experiment"), QStringLiteral("test.walk")},
                                                            {QStringLiteral("parameters"), parameters}});
    REQUIRE(wait_until([&] { return desk.window->views().form.assignments() == QStringList{parameters}; }));
}

// A language of capitals.
class Shouted : public QTranslator {
public:
    Shouted() { QCoreApplication::installTranslator(this); }
    ~Shouted() override { QCoreApplication::removeTranslator(this); }
    bool isEmpty() const override { return false; }
    QString translate(const char*, const char* text, const char*, int) const override {
        return QString::fromUtf8(text).toUpper();
    }
};

QString log_of(MainWindow& window) { return window.findChild<LogPanel*>()->text(); }

// As the menu does it, once it can.
void undo(WindowUnderTest& desk) {
    REQUIRE(wait_until([&] { return desk.window->reason(QStringLiteral("edit.undo")).isEmpty(); }, 5000));
    desk.window->perform(QStringLiteral("edit.undo"));
}

} // namespace

TEST_CASE("a copied command line starts the same run in the same project", "[gui][P7]") {
    WindowUnderTest desk;
    fill_form(desk, QStringLiteral("steps=33"));
    desk.window->findChild<SeedBox*>(QStringLiteral("seed"))->set_value(5);
    desk.window->findChild<QComboBox*>(QStringLiteral("device"))->setCurrentText(QStringLiteral("cpu"));
    desk.window->perform(QStringLiteral("parameters.copy_command_line"));
    const auto wanted =
        QStringLiteral("orrery run test.walk steps=33 --seed 5 --device cpu --project ") + desk.project();
    CHECK(wait_until([&] { return QApplication::clipboard()->text() == wanted; }, 5000));
    desk.window->perform(QStringLiteral("parameters.copy_python"));
    CHECK(wait_until(
        [] {
            return QApplication::clipboard()->text() ==
                   QStringLiteral("project.run(\"test.walk\", steps=33, seed=5, device=\"cpu\")");
        },
        5000));
}

TEST_CASE("what the form says is on the disk soon, before the window is closed", "[gui][P2]") {
    WindowUnderTest desk;
    fill_form(desk, QStringLiteral("steps=33"));
    const auto kept = [&](const std::string& name) {
        const auto layout = Project::open(desk.project().toStdString(), Access::read).layout();
        const auto found = layout.find(name);
        return found == layout.end() ? std::string() : found->second;
    };
    CHECK(wait_until([&] { return kept("form/test.walk") == "steps=33"; }, 3000));
    CHECK(kept("experiment") == "test.walk");
}

TEST_CASE("a run becomes the baseline by a command that is recorded and undone", "[gui]") {
    WindowUnderTest desk;
    const auto first = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=10"));
    const auto second = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=11"));
    REQUIRE(desk.wait_for(first, Status::done));
    REQUIRE(desk.wait_for(second, Status::done));
    const auto baseline = [&] { return desk.window->views().runs.baseline(); };
    desk.window->select_runs({first, second});
    CHECK(desk.window->reason(QStringLiteral("run.baseline")) == QStringLiteral("One run must be selected."));
    CHECK(desk.window->reason(QStringLiteral("run.no_baseline")) == QStringLiteral("No run is the baseline."));
    desk.window->select_runs({first});
    desk.window->perform(QStringLiteral("run.baseline"));
    REQUIRE(wait_until([&] { return baseline() == first; }, 5000));
    CHECK(wait_until([&] { return log_of(*desk.window).contains("window.run_baseline(\"" + first + "\")"); }, 5000));
    desk.window->perform(QStringLiteral("run.baseline"), {{QStringLiteral("run"), second}});
    REQUIRE(wait_until([&] { return baseline() == second; }, 5000));
    undo(desk);
    REQUIRE(wait_until([&] { return baseline() == first; }, 5000));
    undo(desk);
    CHECK(wait_until([&] { return baseline().isEmpty(); }, 5000));
}

TEST_CASE("the axes of the metrics are set by commands, whoever asks for it", "[gui]") {
    WindowUnderTest desk;
    const auto is_log = [&] { return desk.window->views().plot.is_log(true); };
    REQUIRE_FALSE(is_log());
    desk.window->perform(QStringLiteral("plot.log_y")); // to the other scale
    REQUIRE(wait_until(is_log, 5000));
    CHECK(wait_until([&] { return log_of(*desk.window).contains(QStringLiteral("window.plot_log_y()")); }, 5000));
    auto* toggle = desk.window->findChild<QAction*>(QStringLiteral("plot_log_y"));
    REQUIRE(toggle);
    CHECK(toggle->isChecked());
    toggle->trigger();
    REQUIRE(wait_until([&] { return !is_log(); }, 5000));
    CHECK(
        wait_until([&] { return log_of(*desk.window).contains(QStringLiteral("window.plot_log_y(on=False)")); }, 5000));
    undo(desk);
    CHECK(wait_until(is_log, 5000));
    CHECK(desk.window->reason(QStringLiteral("plot.copy_csv")) == QStringLiteral("No metric is drawn."));
    const auto id = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=10"));
    REQUIRE(desk.wait_for(id, Status::done));
    desk.window->select_runs({id});
    REQUIRE(wait_until([&] { return desk.window->reason(QStringLiteral("plot.copy_csv")).isEmpty(); }, 5000));
    QApplication::clipboard()->clear();
    desk.window->perform(QStringLiteral("plot.copy_csv"));
    CHECK(wait_until([] { return QApplication::clipboard()->text().startsWith(QStringLiteral("step,")); }, 5000));
}

TEST_CASE("a colour map is chosen by a command, from the palette and in the settings", "[gui]") {
    WindowUnderTest desk;
    auto* view = desk.window->findChild<FieldView*>();
    if (!view) {
        WARN("skipped: no OpenGL here");
        return;
    }
    CHECK(desk.window->reason(QStringLiteral("field.colour_map")) == QStringLiteral("No field is shown."));
    const auto id = desk.start(QStringLiteral("test.live"), QStringLiteral("steps=100000 pause=0.02 size=16"));
    desk.window->select_runs({id});
    auto* panel = desk.window->dock(QStringLiteral("field"));
    panel->show();
    panel->raise();
    REQUIRE(wait_until([&] { return !view->canvas()->panels().empty() && view->canvas()->panels().front().grid; }));
    CHECK(desk.window->reason(QStringLiteral("field.colour_map")).isEmpty());
    const auto map = [&] { return view->style_of_fields().map; };
    desk.window->perform(QStringLiteral("field.colour_map"), {{QStringLiteral("map"), QStringLiteral("magma")}});
    REQUIRE(wait_until([&] { return map() == QStringLiteral("magma"); }, 5000));
    auto* box = view->findChild<QComboBox*>(QStringLiteral("field_map"));
    REQUIRE(box);
    CHECK(box->currentData().toString() == QStringLiteral("magma"));
    box->setCurrentIndex(box->findData(QStringLiteral("gray")));
    Q_EMIT box->activated(box->currentIndex());
    REQUIRE(wait_until([&] { return map() == QStringLiteral("gray"); }, 5000));
    CHECK(wait_until([&] { return log_of(*desk.window).contains(QStringLiteral("window.field_colour_map(\"gray\")")); },
                     5000));
    undo(desk);
    REQUIRE(wait_until([&] { return map() == QStringLiteral("magma"); }, 5000));
    undo(desk);
    CHECK(wait_until([&] { return map().isEmpty(); }, 5000));
}

TEST_CASE("a project is compacted in the window, after it was asked", "[gui][P2]") {
    WindowUnderTest desk;
    const auto id = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=10"));
    REQUIRE(desk.wait_for(id, Status::done));
    desk.window->perform(QStringLiteral("run.remove"), {{QStringLiteral("run"), id}});
    REQUIRE(wait_until([&] { return desk.rows().empty(); }));
    const auto removed = [&] { return Project::open(desk.project().toStdString(), Access::read).size().removed_runs; };
    const auto compact = [&](bool yes) {
        bool asked = false;
        answer<QMessageBox>([&](QMessageBox& box) {
            asked = true;
            const auto buttons = box.buttons();
            const auto wanted = std::find_if(buttons.begin(), buttons.end(), [&](QAbstractButton* button) {
                return (box.buttonRole(button) == QMessageBox::AcceptRole) == yes;
            });
            (*wanted)->click();
        });
        desk.window->perform(QStringLiteral("project.compact"));
        CHECK(asked);
    };
    compact(false);
    wait_until([] { return false; }, 300);
    CHECK(removed() == 1);
    compact(true);
    CHECK(wait_until([&] { return removed() == 0; }, 10'000));
    CHECK(wait_until([&] { return log_of(*desk.window).contains(QStringLiteral("project.compact()")); }, 5000));
}

TEST_CASE("a panel is split off its tabs by its title", "[gui]") {
    WindowUnderTest desk;
    auto* graph = desk.window->dock(QStringLiteral("graph"));
    auto* field = desk.window->dock(QStringLiteral("field"));
    const auto others = desk.window->tabifiedDockWidgets(graph).size();
    REQUIRE(others >= 2);
    desk.window->perform(QStringLiteral("view.split"), {{QStringLiteral("panel"), QStringLiteral("Graph")}});
    REQUIRE(wait_until([&] { return desk.window->tabifiedDockWidgets(graph).isEmpty(); }, 5000));
    CHECK(desk.window->tabifiedDockWidgets(field).size() == others - 1); // they stay together
    CHECK_FALSE(graph->isFloating());
    CHECK(wait_until([&] { return graph->width() > 100 && !graph->visibleRegion().isEmpty(); }, 5000));
    CHECK(wait_until([&] { return log_of(*desk.window).contains(QStringLiteral("window.view_split(\"graph\")")); },
                     5000));
    desk.window->perform(QStringLiteral("view.split"), {{QStringLiteral("panel"), QStringLiteral("Graph")}});
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("no tab among others")); }, 5000));
    // What is asked for are titles; the line says the panel's name.
    const auto offered = desk.window->commands().commands().suggest("view.tear_off", "panel", "Metr");
    REQUIRE(offered.size() == 1);
    CHECK(text_of(offered.front().value) == "Metrics");
    desk.window->perform(QStringLiteral("view.tear_off"), {{QStringLiteral("panel"), QStringLiteral("Metrics")}});
    CHECK(wait_until([&] { return desk.window->dock(QStringLiteral("plot"))->isFloating(); }, 5000));
    CHECK(wait_until([&] { return log_of(*desk.window).contains(QStringLiteral("window.view_tear_off(\"plot\")")); },
                     5000));
}

TEST_CASE("without a project the palette finds recent projects and samples, and opens them", "[gui]") {
    WindowUnderTest desk;
    desk.window->perform(QStringLiteral("project.close"));
    REQUIRE(wait_until([&] { return desk.window->project() == nullptr; }));
    desk.press("Ctrl+Shift+P");
    auto* palette = desk.window->findChild<gui::Palette*>();
    REQUIRE(wait_until([&] { return palette->isVisible(); }));
    auto* typed = palette->findChild<QLineEdit*>();
    auto* list = palette->findChild<QListWidget*>();
    const auto found = [&](const QString& title) {
        for (int row = 0; row < list->count(); ++row)
            if (list->item(row)->text() == title) return true;
        return false;
    };
    for (const auto& folder : WelcomePage::samples()) {
        typed->clear();
        const auto name = QFileInfo(folder).fileName();
        QTest::keyClicks(typed, name);
        INFO(name.toStdString());
        CHECK(found(name));
    }
    typed->clear();
    QTest::keyClicks(typed, QStringLiteral("walk"));
    REQUIRE(list->count() > 0);
    CHECK(list->item(0)->text() == QStringLiteral("walk"));
    QTest::keyClick(typed, Qt::Key_Return);
    REQUIRE(wait_until([&] { return desk.window->project() && desk.window->project()->is_open(); }));
    CHECK(desk.window->project()->folder() == desk.project());
}

TEST_CASE("titles, help and arguments of the window's commands are translated", "[gui]") {
    const Shouted language;
    MainWindow window;
    for (const auto* id : {"view.split", "run.stop", "run.start", "project.compact"}) {
        const auto& command = window.commands().commands().at(id);
        INFO(command.title << ": " << command.help);
        CHECK(QString::fromStdString(command.title) == QString::fromStdString(command.title).toUpper());
        CHECK(QString::fromStdString(command.help) == QString::fromStdString(command.help).toUpper());
        for (const auto& field : command.arguments.fields)
            CHECK(QString::fromStdString(field.help) == QString::fromStdString(field.help).toUpper());
    }
}
