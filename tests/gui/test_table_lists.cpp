// SPDX-License-Identifier: GPL-3.0-or-later
// The table of runs and the comparison, driven by mouse and keyboard.
#include "tests/catch.h"
#include "tests/gui/lists_samples.h"
#include "tests/scratch_folder.h"
#include "views/compare/compare_view.h"
#include "views/compare/parallel_coordinates.h"
#include "views/runs/run_table.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSet>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>
#include <QTest>
#include <QToolButton>

#include <limits>

using namespace orrery;
using namespace orrery::gui;

namespace {

std::vector<RunRow> sample_runs(int count) {
    std::vector<RunRow> runs;
    for (int i = 0; i < count; ++i) {
        auto run = sample_run(i);
        run.parameters["kappa"] = 0.01 * ((i * 7) % count);
        run.metrics["error/l2"] = i == 3 ? std::numeric_limits<double>::quiet_NaN() : 1e-3 * ((i * 3) % count + 1);
        runs.push_back(std::move(run));
    }
    return runs;
}

struct Shown {
    QApplication& screen = application(); // before any widget
    explicit Shown(std::vector<RunRow> runs) {
        table.resize(900, 300);
        table.show();
        (void)QTest::qWaitForWindowExposed(&table);
        table.set_runs(snapshot(std::move(runs)));
        view = table.findChild<QTableView*>("runs");
        filter = table.findChild<QLineEdit*>("run_filter");
    }
    int column(const QString& title) const {
        for (int c = 0; c < view->model()->columnCount(); ++c)
            if (view->model()->headerData(c, Qt::Horizontal).toString() == title) return c;
        return -1;
    }
    QStringList texts(const QString& title) const {
        QStringList list;
        for (int r = 0; r < view->model()->rowCount(); ++r)
            list << view->model()->index(r, column(title)).data().toString();
        return list;
    }
    void click_header(const QString& title) {
        auto* header = view->horizontalHeader();
        const int at = header->sectionViewportPosition(column(title));
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, {at + 8, header->height() / 2});
    }
    void click_row(int row, Qt::KeyboardModifiers modifiers = {}) {
        const auto place = view->visualRect(view->model()->index(row, 1)).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, modifiers, place);
    }
    RunTable table;
    QTableView* view = nullptr;
    QLineEdit* filter = nullptr;
};

QMenu* open_menu(QWidget& widget, const QPoint& place, const QString& name, QWidget& owner) {
    Q_EMIT widget.customContextMenuRequested(place);
    auto* menu = owner.findChild<QMenu*>(name);
    REQUIRE(menu);
    return menu;
}

} // namespace

TEST_CASE("numbers are sorted as numbers, and NaN comes last both ways", "[gui]") {
    Shown shown(sample_runs(8));
    shown.click_header("error/l2");
    CHECK(shown.texts("error/l2") == QStringList{"0.001", "0.003", "0.004", "0.005", "0.006", "0.007", "0.008", "nan"});
    shown.click_header("error/l2");
    CHECK(shown.texts("error/l2") == QStringList{"0.008", "0.007", "0.006", "0.005", "0.004", "0.003", "0.001", "nan"});
    shown.click_header("error/l2"); // as they were made, the newest first
    CHECK(shown.table.visible().front() == QString::fromStdString(sample_run(7).id));
}

TEST_CASE("a filter is typed; what is wrong with it stands below, and the rows stay", "[gui][P9]") {
    Shown shown(sample_runs(8));
    QSignalSpy visible(&shown.table, &RunTable::visible_changed);
    QTest::keyClicks(shown.filter, "error/l2<=0.004");
    CHECK(shown.view->model()->rowCount() == 3);
    CHECK(shown.table.findChild<QLabel*>("run_count")->text() == "3 of 8");
    CHECK(visible.count() > 0);
    CHECK(visible.last()[0].toStringList() == shown.table.visible());
    shown.table.set_filter("error/l2<=0.004 kapa<1");
    auto* problem = shown.table.findChild<QLabel*>("filter_problem");
    CHECK(problem->isVisible());
    CHECK(problem->text() == "There is no parameter or metric 'kapa'; did you mean 'kappa'?");
    CHECK(shown.view->model()->rowCount() == 3);
    QTest::keyClick(shown.filter, Qt::Key_Escape);
    CHECK(shown.view->model()->rowCount() == 8);
    CHECK_FALSE(problem->isVisible());
    shown.table.set_filter("status:lost");
    CHECK(shown.table.findChild<QLabel*>("run_hint")->isVisible());
    QTest::mouseClick(shown.table.findChild<QWidget*>("clear_filter"), Qt::LeftButton);
    CHECK(shown.view->model()->rowCount() == 8);
}

TEST_CASE("what a filter hides is selected again when it is shown, unless another run was chosen", "[gui]") {
    Shown shown(sample_runs(5));
    shown.click_row(1);
    const auto chosen = shown.table.selected();
    REQUIRE(chosen.size() == 1);
    auto* filter = shown.table.findChild<QLineEdit*>("run_filter");
    filter->setText("nothing-has-this-name");
    CHECK(shown.table.selected().isEmpty());
    filter->setText("");
    CHECK(shown.table.selected() == chosen);
    filter->setText("-" + chosen.front());
    CHECK(shown.table.selected().isEmpty());
    shown.click_row(0);
    const auto other = shown.table.selected();
    filter->setText("");
    CHECK(shown.table.selected() == other);
}

TEST_CASE("a filter that comes before its runs is read when they come", "[gui]") {
    Shown shown({});
    auto* problem = shown.table.findChild<QLabel*>("filter_problem");
    shown.table.set_filter("experiment:pinn.sqg error/l2<=0.004");
    CHECK_FALSE(problem->isVisible());
    auto runs = sample_runs(8);
    auto young = runs;
    for (auto& run : young) run.metrics.clear();
    shown.table.set_runs(snapshot(young)); // without the metric yet
    CHECK(problem->isVisible());
    for (auto& run : runs) run.status = Status::running; // their metrics are still read
    shown.table.set_runs(snapshot(runs));
    CHECK_FALSE(problem->isVisible());
    CHECK(shown.view->model()->rowCount() == 3);
    CHECK(shown.table.findChild<QLabel*>("run_count")->text() == "3 of 8");
    // A baseline that doesn't fit is shown, not counted.
    for (const auto& run : runs)
        if (!shown.table.visible().contains(QString::fromStdString(run.id)))
            shown.table.set_baseline(QString::fromStdString(run.id));
    CHECK(shown.view->model()->rowCount() == 4);
    CHECK(shown.table.findChild<QLabel*>("run_count")->text() == "3 of 8");
}

TEST_CASE("brushes that leave no run are told, and are taken away from the table", "[gui]") {
    Shown shown(sample_runs(4));
    QSignalSpy cleared(&shown.table, &RunTable::restriction_cleared);
    shown.table.set_restriction(QStringList());
    auto* hint = shown.table.findChild<QLabel*>("run_hint");
    CHECK(hint->isVisible());
    CHECK(hint->text().contains("brushes"));
    QTest::mouseClick(shown.table.findChild<QWidget*>("clear_filter"), Qt::LeftButton);
    CHECK(cleared.count() == 1);
    CHECK(shown.view->model()->rowCount() == 4);
}

TEST_CASE("a note is wrapped, and Ctrl+Return accepts it", "[gui]") {
    Shown shown(sample_runs(2));
    shown.click_row(0);
    auto* menu = open_menu(*shown.view, {10, 10}, "run_menu", shown.table);
    menu->findChild<QAction*>("action:note")->trigger();
    menu->close();
    auto* dialog = shown.table.findChild<QInputDialog*>("note_dialog");
    REQUIRE(dialog);
    QApplication::setActiveWindow(dialog); // as a window manager would
    auto* edit = dialog->findChild<QPlainTextEdit*>();
    REQUIRE(edit);
    CHECK(edit->lineWrapMode() == QPlainTextEdit::WidgetWidth);
    QSignalSpy asked(&shown.table, &RunTable::command_requested);
    QTest::keyClicks(edit, "two");
    QTest::keyClick(edit, Qt::Key_Return);
    QTest::keyClicks(edit, "lines");
    CHECK(asked.count() == 0);
    QTest::keyClick(edit, Qt::Key_Return, Qt::ControlModifier);
    REQUIRE(asked.count() == 1);
    CHECK(asked[0][1].toMap()["text"].toString() == "two\nlines");
}

TEST_CASE("the menu of one run that began offers its log", "[gui]") {
    Shown shown(sample_runs(3));
    QSignalSpy wanted(&shown.table, &RunTable::log_wanted);
    shown.click_row(1);
    auto* menu = open_menu(*shown.view, {10, 10}, "run_menu", shown.table);
    menu->findChild<QAction*>("action:log")->trigger();
    menu->close();
    REQUIRE(wanted.count() == 1);
    CHECK(wanted[0][0].toString() == shown.table.selected().front());
}

TEST_CASE("keys and menu ask for commands on the selected runs", "[gui][P7]") {
    Shown shown(sample_runs(5));
    QSignalSpy commands(&shown.table, &RunTable::command_requested), opened(&shown.table, &RunTable::activated),
        selections(&shown.table, &RunTable::selection_changed);
    shown.click_row(1);
    shown.click_row(3, Qt::ControlModifier);
    REQUIRE(selections.count() == 2);
    const auto ids = shown.table.selected();
    CHECK(selections.last()[0].toStringList() == ids);
    REQUIRE(ids.size() == 2);
    QTest::keyClick(shown.view, Qt::Key_Delete);
    REQUIRE(commands.count() == 1); // one key undoes it
    CHECK(commands[0][0].toString() == "run.remove");
    CHECK(commands[0][1].toMap() == QVariantMap{{"run", ids}});
    commands.clear();
    QTest::keyClick(shown.view, Qt::Key_D, Qt::ControlModifier);
    REQUIRE(commands.count() == 1);
    CHECK(commands[0][0].toString() == "run.duplicate");
    QTest::keyClick(shown.view, Qt::Key_Return);
    REQUIRE(opened.count() == 1);
    CHECK(opened[0][0].toString() == ids[1]); // where the cursor is
    commands.clear();
    auto* menu = open_menu(*shown.view, {5, 5}, "run_menu", shown.table);
    menu->findChild<QAction*>("action:run.compare")->trigger();
    REQUIRE(commands.count() == 1);
    CHECK(commands[0][1].toMap()["runs"].toStringList() == ids);
    CHECK_FALSE(menu->findChild<QAction*>("action:run.stop")->isEnabled()); // they are done
    menu->findChild<QAction*>("action:copy_python")->trigger();
    CHECK(QApplication::clipboard()->text().startsWith("project.run(\"pinn.sqg\", kappa="));
    menu->close();
}

TEST_CASE("the menu asks for the baseline by a command", "[gui][P7]") {
    Shown shown(sample_runs(3));
    QSignalSpy commands(&shown.table, &RunTable::command_requested);
    shown.click_row(1);
    const auto ids = shown.table.selected();
    const auto choose = [&] {
        auto* menu = open_menu(*shown.view, {5, 5}, "run_menu", shown.table);
        menu->findChild<QAction*>("action:baseline")->trigger();
        menu->close();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    };
    choose();
    REQUIRE(commands.count() == 1);
    CHECK(commands[0][0].toString() == "run.baseline");
    CHECK(commands[0][1].toMap() == QVariantMap{{"run", ids[0]}});
    CHECK(shown.table.baseline().isEmpty()); // the command does it
    shown.table.set_baseline(ids[0]);
    shown.table.select(ids);
    choose();
    REQUIRE(commands.count() == 2);
    CHECK(commands[1][0].toString() == "run.no_baseline");
}

TEST_CASE("F2 renames in place, and the snapshot brings the name", "[gui]") {
    auto runs = sample_runs(3);
    Shown shown(runs);
    QSignalSpy commands(&shown.table, &RunTable::command_requested);
    CHECK(shown.column("name") == -1);
    shown.click_row(0);
    const auto id = shown.table.selected().front();
    QTest::keyClick(shown.view, Qt::Key_F2);
    REQUIRE(shown.column("name") > 0);
    auto* editor = shown.view->viewport()->findChild<QLineEdit*>();
    REQUIRE(editor);
    QTest::keyClicks(editor, "best so far");
    shown.table.set_runs(snapshot(runs)); // must not close the editor
    CHECK(shown.view->viewport()->findChild<QLineEdit*>() == editor);
    QTest::keyClick(editor, Qt::Key_Return);
    QTest::qWait(150); // the editor closes, then comes the snapshot that waited
    REQUIRE(commands.count() == 1);
    CHECK(commands[0][0].toString() == "run.rename");
    CHECK(commands[0][1].toMap() == QVariantMap{{"run", id}, {"name", "best so far"}});
    runs[2].name = "best so far";
    shown.table.set_runs(snapshot(runs));
    CHECK(shown.texts("name").front() == "best so far");
}

TEST_CASE("selection and scroll place stay when a snapshot comes", "[gui]") {
    auto runs = sample_runs(200);
    Shown shown(runs);
    shown.click_header("kappa");
    auto* bar = shown.view->verticalScrollBar();
    bar->setValue(60);
    shown.click_row(63);
    const auto selected = shown.table.selected();
    const auto top = shown.view->model()->index(shown.view->rowAt(0), 1).data().toString();
    QSignalSpy selections(&shown.table, &RunTable::selection_changed);
    for (int i = 0; i < 30; ++i) { // rows above: smaller kappa
        auto run = sample_run(200 + i);
        run.parameters["kappa"] = -1.0 - i;
        run.metrics["error/l2"] = 1;
        runs.push_back(run);
    }
    shown.table.set_runs(snapshot(runs));
    CHECK(shown.table.selected() == selected);
    CHECK(shown.view->model()->index(shown.view->rowAt(0), 1).data().toString() == top);
    CHECK(bar->value() == 90);
    CHECK(selections.count() == 0);
    runs[0].removed = true;
    std::erase_if(runs, [&](const auto& run) { return selected.front().toStdString() == run.id; });
    shown.table.set_runs(snapshot(runs));
    CHECK(shown.table.selected().isEmpty());
    CHECK(selections.count() == 1);
    CHECK(shown.view->model()->rowCount() == 228);
}

TEST_CASE("the button and the header's menu choose columns", "[gui]") {
    Shown shown(sample_runs(4));
    CHECK(shown.column("width") == -1);
    CHECK(shown.column("kappa") > 0);
    auto* only = shown.table.findChild<QToolButton*>("only_differing");
    QTest::mouseClick(only, Qt::LeftButton);
    CHECK(shown.column("width") > 0);
    QTest::mouseClick(only, Qt::LeftButton);
    CHECK(shown.column("width") == -1);
    auto* menu = open_menu(*shown.view->horizontalHeader(), {10, 5}, "column_menu", shown.table);
    menu->findChild<QAction*>("column:parameter:width")->trigger();
    menu->close();
    CHECK(shown.column("width") > 0);
    CHECK_FALSE(only->isChecked());
    shown.table.set_filter("kappa<0.1");
    shown.click_header("kappa");
    const auto state = shown.table.save_state();
    RunTable other;
    other.set_runs(snapshot(sample_runs(4)));
    other.restore_state(state);
    CHECK(other.save_state() == state);
    CHECK(other.visible() == shown.table.visible());
    other.restore_state("no state");
    CHECK(other.save_state() == state);
}

TEST_CASE("a pinned baseline stands first, and numbers say how far they are from it", "[gui]") {
    Shown shown(sample_runs(8));
    const auto base = QString::fromStdString(sample_run(2).id); // error/l2 0.007
    shown.table.set_baseline(base);
    shown.click_header("error/l2");
    CHECK(shown.table.visible().front() == base);
    CHECK(shown.view->model()->index(0, 1).data().toString() == base + " (baseline)");
    shown.table.set_filter("error/l2<0.002");
    CHECK(shown.table.visible().size() == 2); // whatever the filter
    const auto error = shown.view->model()->index(1, shown.column("error/l2"));
    CHECK(error.data().toString() == "0.001");
    CHECK(error.data(Qt::AccessibleTextRole).toString().contains("\u221286 %"));
}

TEST_CASE("status is told in words, and why it is so", "[gui]") {
    auto runs = sample_runs(3);
    runs[0].status = Status::lost;
    runs[0].progress = 0.41;
    runs[0].end.reset();
    runs[1].status = Status::failed;
    runs[1].end = RunEnd{Outcome::failed, 1, "The loss became NaN at step 7.", "Take a smaller learning rate."};
    runs[2].status = Status::running;
    runs[2].progress = 0.999;
    runs[2].doing = "adam 700";
    Shown shown(runs);
    CHECK(shown.texts("status") == QStringList{"running 99 %", "failed", "lost at 41 %"});
    const auto tip = [&](int row) {
        return shown.view->model()->index(row, shown.column("status")).data(Qt::ToolTipRole).toString();
    };
    CHECK(tip(1) == "The loss became NaN at step 7.\nTake a smaller learning rate.");
    CHECK(tip(2).startsWith("Its process is gone"));
    CHECK(tip(0) == "adam 700");
    QSignalSpy commands(&shown.table, &RunTable::command_requested);
    QTest::mouseClick(shown.view->viewport(), Qt::LeftButton, {},
                      shown.view->visualRect(shown.view->model()->index(0, 0)).center());
    REQUIRE(commands.count() == 1);
    CHECK(commands[0][1].toMap()["tag"].toString() == "star");
}

TEST_CASE("an empty table says what to do", "[gui]") {
    Shown shown({});
    auto* hint = shown.table.findChild<QLabel*>("run_hint");
    CHECK(hint->isVisible());
    CHECK(hint->text().startsWith("No runs yet."));
    CHECK_FALSE(shown.table.findChild<QWidget*>("clear_filter")->isVisible());
}

TEST_CASE("the best of a metric is the lowest or the highest, never NaN", "[gui]") {
    const double nan = std::nan("");
    using Best = std::vector<std::size_t>;
    CHECK(best_of({3.0, 1.0, nan, std::nullopt}, true) == Best{1});
    CHECK(best_of({3.0, 1.0, nan, std::nullopt}, false) == Best{0});
    CHECK(best_of({1.0, 1.0, 2.0}, true) == Best{0, 1});
    CHECK(best_of({1.0, 1.0}, true) == Best{});
    CHECK(best_of({1.0, nan}, true) == Best{});
}

TEST_CASE("a comparison marks the best and lists what differs", "[gui]") {
    application();
    auto runs = sample_runs(4);
    for (auto& run : runs) run.metrics["accuracy"] = run.metrics["error/l2"] * 2;
    CompareView view;
    view.resize(700, 500);
    view.show();
    QStringList ids;
    for (const auto& run : runs) ids << QString::fromStdString(run.id);
    auto comparison = std::make_shared<Comparison>();
    for (const auto& run : runs) comparison->differences.runs.push_back(run.id);
    comparison->differences.parameters = {{"kappa", {0.0, 0.03, 0.02, 0.01}}};
    comparison->differences.code = {{"code/commit", {"abc", "abc", "def", nullptr}}};
    comparison->declarations["pinn.sqg"] = sample_declaration();
    view.set_comparison(comparison);
    view.set_runs(snapshot(runs), ids);
    auto* metrics = view.findChild<QTableWidget*>("compare_metrics");
    REQUIRE(metrics->rowCount() == 2);
    const auto best = [&](int row) {
        QStringList list;
        for (int c = 1; c < metrics->columnCount(); ++c)
            if (metrics->item(row, c)->text().endsWith(QChar(0x2714))) list << ids[c - 1];
        return list;
    };
    CHECK(metrics->verticalHeaderItem(0)->text() == "accuracy");
    CHECK(best(0) == QStringList{ids[1]}); // 0.004, the highest
    CHECK(best(1) == QStringList{ids[0]}); // 0.001, the lowest
    auto* made = view.findChild<QTableWidget*>("compare_made");
    REQUIRE(made->rowCount() == 5);
    CHECK(made->verticalHeaderItem(0)->text() == "Parameters");
    CHECK(made->item(1, 1)->text() == "0.03");
    CHECK(made->verticalHeaderItem(3)->text().trimmed() == "code/commit");
    CHECK(made->item(3, 3)->text() == QStringLiteral("\u2013"));
    CHECK(made->verticalHeaderItem(4)->text() == "Environment");
    CHECK(made->item(4, 0)->text() == "the same in all");
    comparison = std::make_shared<Comparison>(*comparison); // a hash is cut, and copied whole
    const std::string hash(64, 'e');
    comparison->differences.code = {{"code/hash", {hash, hash, hash, 7}}};
    view.set_comparison(comparison);
    CHECK(made->item(3, 0)->text() == QString(12, u'e') + QChar(0x2026));
    CHECK(made->item(3, 0)->toolTip() == QString::fromStdString(hash));
    CHECK((made->item(3, 3)->textAlignment() & Qt::AlignLeft));
    // What differs heads the columns; the id is in the tooltip.
    const auto* heading = metrics->horizontalHeaderItem(2);
    CHECK(heading->text().contains("kappa=0.03"));
    CHECK_FALSE(heading->text().contains(ids[1]));
    CHECK(heading->toolTip().contains(ids[1]));
    view.set_runs(snapshot(runs), {ids[0]});
    CHECK(view.findChild<QLabel*>("compare_hint")->isVisible());
}

TEST_CASE("a small comparison shows four rows, and axes whose numbers can be read", "[gui]") {
    application();
    auto runs = sample_runs(5);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        runs[i].metrics["a/nearly/equal"] = 1 + 1e-6 * static_cast<double>(i);
        for (int m = 0; m < 12; ++m)
            runs[i].metrics["loss/" + std::to_string(m)] = 1e-5 * (m + 1) * static_cast<double>(i + 1);
        runs[i].parameters["width"] = 32 + static_cast<int>(i);
    }
    CompareView view;
    view.resize(390, 250);
    view.show();
    (void)QTest::qWaitForWindowExposed(&view);
    QStringList ids;
    for (const auto& run : runs) ids << QString::fromStdString(run.id);
    view.set_runs(snapshot(runs), ids);
    QTest::qWait(50); // for the layout
    auto* plot = &view.coordinates();
    CHECK(view.height() == 250); // it fits
    CHECK(plot->isVisible());
    CHECK(plot->axes().contains("kappa"));
    CHECK(plot->axes().contains("width"));
    CHECK_FALSE(plot->axes().contains("a/nearly/equal"));
    CHECK(plot->axis_x(1) - plot->axis_x(0) >= plot->fontMetrics().horizontalAdvance("-1.234e-05"));
    auto* scroll = view.findChild<QScrollArea*>("compare_scroll");
    CHECK(scroll->horizontalScrollBar()->maximum() > 0);
    plot->setFocus();
    for (int i = 0; i < plot->axes().size(); ++i) QTest::keyClick(plot, Qt::Key_Right);
    CHECK(scroll->horizontalScrollBar()->value() > 0); // the axis that the keys move on is in sight
    auto* tabs = view.findChild<QTabWidget*>("compare_tabs");
    REQUIRE(tabs->count() == 3);
    auto* metrics = view.findChild<QTableWidget*>("compare_metrics");
    tabs->setCurrentWidget(metrics);
    CHECK(metrics->viewport()->height() >= 4 * metrics->rowHeight(0));
    view.resize(700, 700);
    QTest::qWait(50);
    CHECK(tabs->count() == 2);
    CHECK(plot->isVisible());
    CHECK(metrics->isVisible());
    CHECK(metrics->viewport()->height() >= 4 * metrics->rowHeight(0));
}

TEST_CASE("a brush on an axis filters by mouse and by keyboard", "[gui]") {
    application();
    auto runs = sample_runs(6);
    CompareView view;
    view.resize(800, 500);
    view.show();
    (void)QTest::qWaitForWindowExposed(&view);
    QStringList ids;
    for (const auto& run : runs) ids << QString::fromStdString(run.id);
    view.set_runs(snapshot(runs), ids);
    QTest::qWait(50); // for the layout
    auto& plot = view.coordinates();
    CHECK(plot.axes() == QStringList{"kappa", "error/l2"});
    QSignalSpy brushed(&view, &CompareView::brushed);
    const int x = static_cast<int>(plot.axis_x(0));
    const auto area = plot.plot_area();
    // The upper half of kappa, 0 to 0.05: 0.03, 0.04 and 0.05.
    QTest::mousePress(&plot, Qt::LeftButton, {}, {x, static_cast<int>(area.top())});
    QTest::mouseMove(&plot, {x, static_cast<int>(area.center().y())});
    QTest::mouseRelease(&plot, Qt::LeftButton, {}, {x, static_cast<int>(area.center().y())});
    REQUIRE(brushed.count() > 0);
    CHECK(brushed.last()[0].toStringList() == QStringList{ids[3], ids[4], ids[5]});
    QTest::mouseClick(&plot, Qt::LeftButton, {}, {x, static_cast<int>(area.center().y())});
    CHECK(brushed.last()[0].toStringList() == ids);
    plot.setFocus();
    QTest::keyClick(&plot, Qt::Key_Right);
    QTest::keyClick(&plot, Qt::Key_Up, Qt::ShiftModifier); // from the lowest on: NaN and the lowest are left out
    CHECK(plot.brush("error/l2")->low == Approx(0.05));
    CHECK_FALSE(brushed.last()[0].toStringList().contains(ids[0]));
    CHECK_FALSE(brushed.last()[0].toStringList().contains(ids[3]));
    QTest::keyClick(&plot, Qt::Key_Escape);
    CHECK(brushed.last()[0].toStringList() == ids);
}

TEST_CASE("lines have the colours of the runs' curves, and a brush takes them away", "[gui]") {
    application();
    auto runs = sample_runs(4);
    runs[0].metrics["alone"] = 1;
    CompareView view;
    view.resize(800, 500);
    const QColor colours[] = {QColor(250, 10, 10), QColor(10, 10, 250), QColor(10, 250, 10), QColor(10, 10, 250)};
    QStringList ids;
    for (const auto& run : runs) ids << QString::fromStdString(run.id);
    view.set_colours([&](const QString& id) { return colours[ids.indexOf(id)]; });
    view.show();
    (void)QTest::qWaitForWindowExposed(&view);
    view.set_runs(snapshot(runs), ids);
    QTest::qWait(50); // for the layout
    auto& plot = view.coordinates();
    CHECK(plot.axes() == QStringList{"kappa", "error/l2"}); // "alone" tells nothing of two runs
    const auto has = [&](const QColor& colour) {
        const auto image = plot.grab().toImage();
        int count = 0;
        for (int x = 0; x < image.width(); ++x)
            for (int y = 0; y < image.height(); ++y) {
                const QColor seen = image.pixelColor(x, y);
                // Of that hue, whatever the background does to it.
                const auto strong = [](int a, int b) { return a - b > 60; };
                count +=
                    (colour.red() > 200 && strong(seen.red(), seen.green()) && strong(seen.red(), seen.blue())) ||
                    (colour.green() > 200 && strong(seen.green(), seen.red()) && strong(seen.green(), seen.blue()));
            }
        return count > 30;
    };
    CHECK(has(colours[0]));
    CHECK(has(colours[2]));
    plot.set_brush("kappa", ParallelCoordinates::Brush{0.9, 1}); // 0.03: the second run, blue as the brush is
    CHECK(plot.brushed().size() == 1);
    CHECK_FALSE(has(colours[0]));
    CHECK_FALSE(has(colours[2]));
    view.set_runs(snapshot(runs), {ids[0], ids[1]});
    CHECK_FALSE(plot.has_brush()); // it was of other runs
}

TEST_CASE("words are looked for in the logs too, in the background", "[gui]") {
    ScratchFolder folder;
    auto runs = sample_runs(4);
    folder.write(runs[1].id + ".log", "step 1\nGradient vanished\n");
    folder.write(runs[2].id + ".log", std::string((1 << 20) - 3, 'x') + "gradient"); // across two pieces
    folder.write(runs[3].id + ".txt", "gradient");
    runs[0].note = "the gradient was fine";
    Shown shown(runs);
    const auto ids_of = [&](std::initializer_list<std::size_t> numbers) {
        QSet<QString> ids;
        for (const auto i : numbers) ids.insert(QString::fromStdString(runs[i].id));
        return ids;
    };
    const auto visible = [&] {
        const auto ids = shown.table.visible();
        return QSet<QString>(ids.begin(), ids.end());
    };
    shown.table.set_log_folder(QString::fromStdString(folder.path().string()));
    shown.table.set_filter("GRADIENT");
    CHECK(visible() == ids_of({0})); // at once what is known
    CHECK(QTest::qWaitFor([&] { return visible() == ids_of({0, 1, 2}); }));
    CHECK(QTest::qWaitFor([&] { return !shown.table.findChild<QLabel*>("run_count")->text().contains("logs"); }));
    shown.table.set_filter("log:gradient -log:vanished");
    CHECK(QTest::qWaitFor([&] { return visible() == ids_of({2}); }));
    shown.table.set_filter("log:overflow");
    QTest::qWait(100);
    CHECK(visible().isEmpty());
    folder.write(runs[3].id + ".log", "Overflow in step 3"); // written later: seen with the next snapshots
    shown.table.set_runs(snapshot(runs));
    CHECK(QTest::qWaitFor([&] { return visible() == ids_of({3}); }));
}

TEST_CASE("artifacts alone are removed and brought back from the menu", "[gui]") {
    auto runs = sample_runs(2);
    runs[0].artifacts_removed = true;
    runs[1].artifacts.push_back({"theta", Kind::field, "theta.vtkhdf", std::string(64, '0'), 2'000'000});
    Shown shown(runs);
    QSignalSpy wanted(&shown.table, &RunTable::command_requested);
    const auto choose = [&](std::size_t run, const QString& action) {
        shown.table.select({QString::fromStdString(runs[run].id)});
        QContextMenuEvent event(QContextMenuEvent::Keyboard, {5, 5}, shown.view->mapToGlobal(QPoint(5, 5)));
        QApplication::sendEvent(shown.view->viewport(), &event);
        auto* menu = shown.table.findChild<QMenu*>("run_menu");
        REQUIRE(menu);
        auto* found = menu->findChild<QAction*>("action:" + action);
        const bool can = found && found->isEnabled();
        if (can) found->trigger();
        delete menu;
        return can;
    };
    CHECK_FALSE(choose(0, "run.remove_artifacts"));
    CHECK(choose(0, "run.restore_artifacts"));
    CHECK(wanted.last()[0] == "run.restore_artifacts");
    CHECK_FALSE(choose(1, "run.restore_artifacts"));
    CHECK(choose(1, "run.remove_artifacts"));
    CHECK(wanted.last()[0] == "run.remove_artifacts");
    CHECK(wanted.last()[1].toMap()["run"] == QString::fromStdString(runs[1].id));
    CHECK(shown.texts("disk").contains("removed"));
}
