// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of a sweep in one line of the table: folded, unfolded, selected, sorted, filtered, kept.
#include "tests/catch.h"
#include "tests/gui/lists_samples.h"
#include "views/runs/run_table.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QSet>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <limits>

using namespace orrery;
using namespace orrery::gui;

namespace {

// Six runs: 0 alone, 1 to 4 of a sweep over kappa, 5 alone.
std::vector<RunRow> with_sweep() {
    std::vector<RunRow> runs;
    for (int i = 0; i < 6; ++i) {
        auto run = sample_run(i);
        const bool inside = i > 0 && i < 5;
        run.sweep = inside ? "s1" : i == 5 ? "of one run" : "";
        run.parameters["kappa"] = inside ? 0.1 * i : 7.0;
        run.metrics["error/l2"] = inside ? 1e-3 * (5 - i) : 9.0;
        runs.push_back(std::move(run));
    }
    runs[2].metrics["error/l2"] = std::numeric_limits<double>::quiet_NaN();
    runs[3].status = Status::failed;
    runs[3].metrics["error/l2"] = 1e-9; // no result
    runs[0].experiment = "sqg.spectral";
    return runs;
}

struct Grouped {
    QApplication& screen = application(); // before any widget
    RunTable table;
    QTableView* view = nullptr;
    explicit Grouped(std::vector<RunRow> runs = with_sweep()) {
        table.resize(900, 400);
        table.set_lower_is_better([](const std::string&, const std::string& key) { return key == "error/l2"; });
        table.show();
        (void)QTest::qWaitForWindowExposed(&table);
        table.set_runs(snapshot(std::move(runs)));
        view = table.findChild<QTableView*>("runs");
    }
    int column(const QString& title) const {
        for (int c = 0; c < view->model()->columnCount(); ++c)
            if (view->model()->headerData(c, Qt::Horizontal).toString() == title) return c;
        return -1;
    }
    QString text(int row, const QString& title) const {
        return view->model()->index(row, column(title)).data().toString();
    }
    QStringList column_texts(const QString& title) const {
        QStringList list;
        for (int row = 0; row < view->model()->rowCount(); ++row) list << text(row, title);
        return list;
    }
    void click(int row, const QString& title, Qt::KeyboardModifiers modifiers = {}) {
        const auto place = view->visualRect(view->model()->index(row, column(title))).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, modifiers, place);
    }
    void press(int key) { QTest::keyClick(view, static_cast<Qt::Key>(key)); }
};

QString id(int number) { return QString::fromStdString(sample_run(number).id); }

} // namespace

TEST_CASE("runs of a sweep are one line that tells ranges, counts and the best value", "[gui]") {
    Grouped shown;
    REQUIRE(shown.view->model()->rowCount() == 3); // 5, the sweep, 0: the newest first
    CHECK(shown.text(0, "run") == id(5));
    CHECK(shown.text(1, "run").endsWith("4 runs"));
    CHECK(shown.text(1, "kappa") == QString::fromUtf8("0.1 \u2026 0.4"));
    CHECK(shown.text(1, "error/l2") == "0.001"); // run 4; NaN of run 2 counts for nothing
    CHECK(shown.text(1, "experiment") == "pinn.sqg"); // once
    CHECK(shown.text(1, "status") == "3 done, 1 failed");
    const auto tip = shown.view->model()->index(1, shown.column("error/l2")).data(Qt::ToolTipRole).toString();
    CHECK(tip.contains(id(4)));
    CHECK(shown.view->model()->index(1, shown.column("run")).data(Qt::ToolTipRole).toString().contains("kappa 0.1"));
    CHECK(shown.table.visible().size() == 6); // also those that are folded away
}

TEST_CASE("a sweep is unfolded and folded by mouse and keys", "[gui]") {
    Grouped shown;
    shown.click(1, "run");
    CHECK(shown.column_texts("run").mid(2, 4) == QStringList{id(4), id(3), id(2), id(1)});
    shown.click(1, "run");
    CHECK(shown.view->model()->rowCount() == 3);
    shown.press(Qt::Key_Right);
    CHECK(shown.view->model()->rowCount() == 7);
    shown.press(Qt::Key_Left);
    CHECK(shown.view->model()->rowCount() == 3);
    shown.press(Qt::Key_Return);
    CHECK(shown.view->model()->rowCount() == 7);
    auto* button = shown.table.findChild<QToolButton*>("group_sweeps");
    button->click();
    CHECK(shown.column_texts("run") == QStringList{id(5), id(4), id(3), id(2), id(1), id(0)});
    button->click();
    CHECK(shown.view->model()->rowCount() == 7); // as it was
}

TEST_CASE("a selected sweep stands for all of its runs", "[gui]") {
    Grouped shown;
    QSignalSpy told(&shown.table, &RunTable::selection_changed);
    shown.click(1, "kappa");
    CHECK(shown.table.selected() == QStringList{id(4), id(3), id(2), id(1)});
    CHECK(told.count() == 1);
    shown.press(Qt::Key_Right); // unfolding changes nothing of it
    CHECK(shown.table.selected().size() == 4);
    shown.click(3, "kappa");
    CHECK(shown.table.selected() == QStringList{id(3)});
    shown.table.set_grouped(false);
    CHECK(shown.table.selected() == QStringList{id(3)});
}

TEST_CASE("all runs of a sweep are selected from the menu of one of them", "[gui]") {
    Grouped shown;
    shown.table.set_grouped(false);
    shown.table.set_grouped(true);
    shown.table.select({id(2)}); // from outside: the sweep is unfolded
    CHECK(shown.view->model()->rowCount() == 7);
    CHECK(shown.table.selected() == QStringList{id(2)});
    const auto place = shown.view->visualRect(shown.view->model()->index(4, 1)).center();
    Q_EMIT shown.view->customContextMenuRequested(place);
    auto* menu = shown.table.findChild<QMenu*>("run_menu");
    REQUIRE(menu);
    auto* all = menu->findChild<QAction*>("action:select_sweep");
    REQUIRE(all);
    all->trigger();
    const auto selected = shown.table.selected();
    CHECK(QSet<QString>(selected.begin(), selected.end()) == QSet<QString>{id(1), id(2), id(3), id(4)});
    menu->close();
}

TEST_CASE("sweeps are sorted by their first run and filtered with their runs", "[gui]") {
    Grouped shown;
    auto* header = shown.view->horizontalHeader();
    const auto sort = [&](const QString& title) {
        const int at = header->sectionViewportPosition(shown.column(title));
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, {at + 8, header->height() / 2});
    };
    sort("error/l2");
    CHECK(shown.text(0, "run").endsWith("4 runs"));
    shown.press(Qt::Key_Home);
    shown.click(0, "run");
    CHECK(shown.column_texts("run").mid(1, 4) == QStringList{id(3), id(4), id(1), id(2)}); // NaN last
    shown.table.set_filter("kappa>0.15");
    CHECK(shown.text(0, "run").endsWith("3 runs"));
    CHECK(shown.table.visible().size() == 5);
    shown.table.set_filter("kappa=0.2"); // one run is no group
    CHECK(shown.column_texts("run") == QStringList{id(2)});
}

TEST_CASE("the baseline stands alone above its sweep", "[gui]") {
    Grouped shown;
    shown.table.set_baseline(id(3));
    CHECK(shown.text(0, "run").startsWith(id(3)));
    CHECK(shown.text(2, "run").endsWith("3 runs"));
}

TEST_CASE("which sweeps are unfolded is kept, and new runs of a folded one are told", "[gui]") {
    Grouped shown;
    shown.click(1, "run");
    const auto state = shown.table.save_state();
    Grouped again;
    again.table.restore_state(state);
    CHECK(again.view->model()->rowCount() == 7);
    again.table.findChild<QToolButton*>("group_sweeps")->click();
    Grouped flat;
    flat.table.restore_state(again.table.save_state());
    CHECK(flat.view->model()->rowCount() == 6);

    Grouped folded;
    QSignalSpy told(&folded.table, &RunTable::visible_changed);
    auto runs = with_sweep();
    runs.push_back(sample_run(6));
    runs.back().sweep = "s1";
    folded.table.set_runs(snapshot(std::move(runs)));
    CHECK(told.count() == 1);
    CHECK(folded.table.visible().size() == 7);
}

TEST_CASE("the table as it is shown is copied: columns, filter and order", "[gui]") {
    Grouped shown;
    shown.table.set_filter("kappa<0.35");
    const auto csv = shown.table.table_text(TableFormat::csv);
    const auto lines = csv.split("\r\n");
    CHECK(lines.front().contains("param/kappa"));
    CHECK_FALSE(lines.front().contains("seed"));
    REQUIRE(lines.size() == 5); // and the end of the last line
    CHECK(lines[1].startsWith(id(3)));
    CHECK(lines[2].contains("nan"));
    QSignalSpy asked(&shown.table, &RunTable::command_requested);
    Q_EMIT shown.view->horizontalHeader()->customContextMenuRequested({5, 5});
    auto* menu = shown.table.findChild<QMenu*>("column_menu");
    REQUIRE(menu);
    menu->findChild<QAction*>("action:copy_table_markdown")->trigger();
    CHECK(QApplication::clipboard()->text().startsWith("| run |"));
    menu->findChild<QAction*>("action:export_table")->trigger();
    REQUIRE(asked.count() == 1);
    CHECK(asked[0][0].toString() == "project.export_table");
    CHECK(asked[0][1].toMap()["runs"].toString() == QStringList({id(3), id(2), id(1)}).join(u' '));
    menu->close();
}
