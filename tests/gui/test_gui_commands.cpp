// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands of the window do to the form, the views and the project.
#include "tests/catch.h"
#include "tests/gui/window_under_test.h"

#include <QApplication>
#include <QClipboard>

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
