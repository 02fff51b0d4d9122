// SPDX-License-Identifier: GPL-3.0-or-later
// Files that come into the window and go out of it; a sweep from the table to its plot.
#include "tests/catch.h"
#include "tests/core/event_log_sample.h"
#include "tests/gui/window_under_test.h"
#include "views/runs/run_table.h"
#include "views/sweep/sweep_plot.h"

#include <QAction>
#include <QTableView>

using namespace orrery;
using namespace orrery::gui;
namespace sample = event_sample;

TEST_CASE("a table and a folder of logs that are dropped become runs, and undo takes them back", "[gui]") {
    WindowUnderTest desk;
    desk.folder.write("their löss.csv", "step,loss\n0,1\n1,0.5\n");
    std::filesystem::create_directories(desk.folder / "logs/a");
    desk.folder.write("logs/a/events.out.tfevents.1",
                      sample::begin(0) + sample::event(1, 0, sample::scalar("loss", 1)));
    desk.drop({desk.folder / "their löss.csv"});
    REQUIRE(wait_until([&] { return desk.rows().size() == 1; }));
    CHECK(desk.rows()[0].name == "their löss");
    desk.drop({desk.folder / "logs"});
    REQUIRE(wait_until([&] { return desk.rows().size() == 2; }));
    CHECK(desk.rows()[1].experiment == "imported");
    desk.press("Ctrl+Z");
    REQUIRE(wait_until([&] { return desk.rows().size() == 1; }));
    desk.folder.write("words.csv", "a,b\nx,y\n");
    desk.drop({desk.folder / "words.csv"});
    CHECK(wait_until([&] { return desk.window->message().contains("no column of numbers"); }));
    CHECK(desk.rows().size() == 1);
}

TEST_CASE("a report of the selected runs is written by the window's command", "[gui]") {
    WindowUnderTest desk;
    auto* action = desk.window->findChild<QAction*>(QStringLiteral("action_project.export_report"));
    REQUIRE(action);
    CHECK(desk.window->reason(QStringLiteral("project.export_report")) == "No run is selected.");
    const auto run = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=10"));
    REQUIRE(desk.wait_for(run, Status::done));
    desk.window->select_runs({run});
    CHECK(desk.window->reason(QStringLiteral("project.export_report")).isEmpty());
    const auto file = desk.folder / "r.html";
    desk.window->perform(QStringLiteral("project.export_report"),
                         {{QStringLiteral("path"), QString::fromStdString(file.string())}});
    CHECK(wait_until([&] { return std::filesystem::exists(file.string() + ".orrery.json"); }));
    CHECK(desk.folder.text_of("r.html").find(run.toStdString()) != std::string::npos);
}

TEST_CASE("a sweep is one line of the table, and drawn over what varies when it is selected", "[gui]") {
    WindowUnderTest desk;
    desk.window->perform(QStringLiteral("run.start"), {{QStringLiteral("experiment"), QStringLiteral("test.walk")},
                                                       {QStringLiteral("parameters"), QStringLiteral("steps=5,10,20")},
                                                       {QStringLiteral("sweep"), true}});
    auto* table = desk.window->findChild<RunTable*>();
    auto* plot = desk.window->findChild<SweepPlot*>();
    const auto all_done = [&] {
        const auto rows = desk.rows();
        return rows.size() == 3 &&
               std::all_of(rows.begin(), rows.end(), [](const auto& row) { return row.status == Status::done; });
    };
    REQUIRE(wait_until(all_done));
    auto* view = table->findChild<QTableView*>(QStringLiteral("runs"));
    CHECK(wait_until([&] { return view->model()->rowCount() == 1; }));
    QStringList ids;
    for (const auto& row : desk.rows()) ids << QString::fromStdString(row.id);
    desk.window->select_runs(ids);
    CHECK(view->model()->rowCount() == 1); // as a whole: it stays folded
    CHECK(plot->parameter() == "steps");
    REQUIRE(plot->curves().size() == 1);
    CHECK(plot->curves()[0].points.size() == 3);
}
