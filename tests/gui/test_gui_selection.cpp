// SPDX-License-Identifier: GPL-3.0-or-later
// What is done with several runs in the window: brushed in the comparison, searched by their logs, freed of artifacts.
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/gui/window_under_test.h"
#include "views/compare/compare_view.h"
#include "views/compare/parallel_coordinates.h"
#include "views/plot/metric_plot.h"
#include "views/runs/run_table.h"

using namespace orrery;
using namespace orrery::gui;

TEST_CASE("a brush in the comparison filters the table and the plots, and clearing it brings all back", "[gui]") {
    WindowUnderTest desk;
    auto& window = *desk.window;
    QStringList ids;
    for (const auto* steps : {"steps=10", "steps=20", "steps=30"}) {
        ids << desk.start(QStringLiteral("test.walk"), QString::fromUtf8(steps));
        REQUIRE(desk.wait_for(ids.last(), Status::done));
    }
    window.select_runs(ids);
    auto* view = window.findChild<CompareView*>();
    auto* table = window.findChild<RunTable*>();
    auto* plot = window.findChild<MetricPlot*>();
    auto& axes = view->coordinates();
    REQUIRE(wait_until([&] { return axes.axes().contains(QStringLiteral("steps")); }));
    const auto drawn = [&] {
        QSet<QString> runs;
        for (const auto& curve : plot->canvas().curves()) runs.insert(curve.run);
        return runs;
    };
    const auto all = QSet<QString>(ids.begin(), ids.end());
    REQUIRE(wait_until([&] { return drawn() == all; }));
    axes.set_brush(QStringLiteral("steps"), ParallelCoordinates::Brush{0.4, 1}); // 20 and 30
    const QSet<QString> left{ids[1], ids[2]};
    const auto visible = [&] {
        const auto list = table->visible();
        return QSet<QString>(list.begin(), list.end());
    };
    CHECK(visible() == left);
    CHECK(drawn() == left);
    CHECK(window.selected_runs().size() == 2); // a command on the selection doesn't reach what is hidden
    CHECK(axes.brushed().size() == 2);
    table->select({ids[2]}); // one of them is looked at: the brush stays
    CHECK(drawn() == QSet<QString>{ids[2]});
    CHECK(axes.has_brush());
    CHECK(visible() == left);
    table->findChild<QToolButton*>(QStringLiteral("clear_restriction"))->click();
    CHECK_FALSE(axes.has_brush());
    CHECK(visible() == all);
    CHECK(drawn() == all);
    axes.set_brush(QStringLiteral("steps"), ParallelCoordinates::Brush{0.1, 0.3}); // none: it can still be moved
    CHECK(visible().isEmpty());
    CHECK(axes.has_brush());
    CHECK(axes.axes().contains(QStringLiteral("steps")));
    axes.set_brush(QStringLiteral("steps"), ParallelCoordinates::Brush{0.4, 1});
    CHECK(visible() == left);
    axes.clear_brushes();
    CHECK(visible() == all);
    CHECK(drawn() == all);
    axes.set_brush(QStringLiteral("steps"), ParallelCoordinates::Brush{0.4, 1});
    window.select_runs({ids[0]}); // one that is hidden: the brush goes
    CHECK(visible() == all);
    CHECK(table->selected() == QStringList{ids[0]});
}

TEST_CASE("the words of the filter are found in the logs of the project's runs", "[gui]") {
    WindowUnderTest desk;
    const auto walk = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=10"));
    const auto crash = desk.start(QStringLiteral("test.crash"), QString());
    REQUIRE(desk.wait_for(walk, Status::done));
    REQUIRE(desk.wait_for(crash, Status::failed));
    QFile log(QString::fromStdString(desk.window->project()->writer()->log_file(walk.toStdString()).string()));
    REQUIRE(log.open(QIODevice::Append));
    log.write("a very rare word: xylophone\n");
    log.close();
    auto* table = desk.window->findChild<RunTable*>();
    table->set_filter(QStringLiteral("xylophone"));
    CHECK(wait_until([&] { return table->visible() == QStringList{walk}; }, 10'000));
}

TEST_CASE("what a run made is removed and brought back by commands", "[gui]") {
    WindowUnderTest desk;
    auto& window = *desk.window;
    auto& project = *window.project()->writer();
    const auto made = project.create_run(sample_request());
    const auto id = QString::fromStdString(made.id);
    project.begin(made.id, sample_provenance());
    desk.folder.write("theta.bin", "theta");
    project.add_artifact(made.id, "theta", Kind::table, desk.folder / "theta.bin");
    project.end(made.id, {});
    REQUIRE(wait_until([&] { return desk.run(id) && !desk.run(id)->artifacts.empty(); }));
    window.select_runs({id});
    window.perform(QStringLiteral("run.remove_artifacts"));
    REQUIRE(wait_until([&] { return desk.run(id)->artifacts_removed; }));
    CHECK(window.reason(QStringLiteral("run.remove_artifacts")).contains(QStringLiteral("removed already")));
    REQUIRE(wait_until([&] { return window.reason(QStringLiteral("edit.undo")).isEmpty(); }));
    desk.press("Ctrl+Z");
    CHECK(wait_until([&] { return !desk.run(id)->artifacts.empty(); }));
}
