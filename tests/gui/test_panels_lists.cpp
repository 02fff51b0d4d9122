// SPDX-License-Identifier: GPL-3.0-or-later
// The panels beside the views: jobs and the palette.
#include "tests/catch.h"
#include "tests/gui/lists_samples.h"
#include "views/jobs/jobs_panel.h"
#include "views/log/log_panel.h"
#include "views/palette/palette.h"
#include "views/runs/run_words.h"

#include <QListView>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace orrery;
using namespace orrery::gui;

namespace {

// A run that the panel sees going on, and then fail.
RunRow failing_in(JobsPanel& panel, RunRow run, const RunEnd& end) {
    run.status = Status::running;
    run.end.reset();
    panel.set_runs(snapshot({run}));
    run.status = Status::failed;
    run.end = end;
    panel.set_runs(snapshot({run}));
    return run;
}

} // namespace

TEST_CASE("a job is known by what differs, and says how far it is and how long it takes", "[gui]") {
    application();
    std::vector<RunRow> runs;
    for (int i = 0; i < 3; ++i) {
        auto run = sample_run(i);
        run.parameters["kappa"] = 0.1 * (i + 1);
        run.status = i < 2 ? Status::running : Status::queued;
        run.end.reset();
        run.progress = 0.25;
        run.seconds = 20;
        run.doing = "loss 1e-3";
        run.priority = 4;
        runs.push_back(run);
    }
    JobsPanel panel;
    panel.set_runs(snapshot(runs));
    const auto* model = panel.findChild<QListView*>("jobs_list")->model();
    REQUIRE(model->rowCount() == 3);
    const auto text = [&](int row, int role) { return model->index(row, 0).data(role).toString(); };
    CHECK(text(0, Qt::DisplayRole) == "pinn.sqg");
    CHECK(text(0, JobModel::differs_role) == "kappa=0.1"); // and not width, which they share
    CHECK(text(1, JobModel::differs_role) == "kappa=0.2");
    CHECK(text(0, JobModel::said_role) == "running 25 %, loss 1e-3, 60 s left");
    CHECK(text(2, JobModel::said_role) == "queued for cpu, priority 4");
    CHECK(panel.findChild<QPushButton*>("jobs_sooner")->isVisibleTo(&panel));
}

TEST_CASE("a kill that was asked for doesn't look like a crash", "[gui]") {
    application();
    auto killed = sample_run(0), crashed = sample_run(1);
    killed.status = Status::stopped;
    killed.end = RunEnd{Outcome::stopped, 130, "the run was killed on request", "what it wrote is kept"};
    crashed.status = Status::failed;
    crashed.end = RunEnd{Outcome::failed, 1, "the run was killed by SIGSEGV", "look into its log"};
    JobsPanel panel;
    auto going_on = std::vector{killed, crashed};
    for (auto& run : going_on) run.status = Status::running, run.end.reset();
    panel.set_runs(snapshot(going_on));
    panel.set_runs(snapshot({killed, crashed}));
    const auto* error = panel.findChild<QLabel*>("jobs_error");
    panel.select(QString::fromStdString(crashed.id));
    CHECK(error->text().startsWith("The run was killed by SIGSEGV"));
    CHECK(error->text().contains("What to do: look into its log"));
    const auto red = error->palette().color(QPalette::WindowText);
    CHECK(red == colour_of(Status::failed, panel.palette()));
    panel.select(QString::fromStdString(killed.id));
    CHECK(error->text().startsWith("The run was killed on request"));
    CHECK(error->palette().color(QPalette::WindowText) != red);
    CHECK_FALSE(panel.findChild<QPushButton*>("jobs_sooner")->isVisibleTo(&panel)); // nothing waits
}

TEST_CASE("an old failure doesn't cover the runs that go on", "[gui]") {
    application();
    std::vector<RunRow> runs;
    for (int i = 0; i < 6; ++i) {
        runs.push_back(sample_run(i));
        runs.back().status = Status::running;
        runs.back().end.reset();
    }
    JobsPanel panel;
    panel.resize(320, 480);
    panel.show();
    (void)QTest::qWaitForWindowExposed(&panel);
    panel.set_runs(snapshot({runs[0]}));
    runs[0].status = Status::failed;
    const auto words = QStringLiteral("the solver gave up because of a long list of reasons ").repeated(40);
    runs[0].end = RunEnd{Outcome::failed, 1, words.toStdString(), ""};
    panel.set_runs(snapshot({runs[0]}));
    const auto failed = QString::fromStdString(runs[0].id);
    panel.select(failed);
    panel.set_log(failed, QStringLiteral("line\n").repeated(100));
    panel.set_runs(snapshot(runs));
    QTest::qWait(20);
    CHECK(panel.selected() == failed);
    const auto* list = panel.findChild<QListView*>("jobs_list");
    CHECK(list->model()->index(5, 0).data(JobModel::id_role).toString() == failed); // what goes on comes first
    CHECK(list->height() >= panel.height() / 3);
    CHECK(list->viewport()->rect().contains(list->visualRect(list->model()->index(1, 0))));
    const auto* box = panel.findChild<QScrollArea*>("jobs_error_box");
    CHECK(box->height() <= panel.height() / 3);
    CHECK(box->verticalScrollBar()->maximum() > 0); // all of it can be read
}

TEST_CASE("a job that isn't highlighted has no details and takes no commands", "[gui]") {
    application();
    JobsPanel panel;
    const auto run = failing_in(panel, sample_run(0), RunEnd{Outcome::failed, 1, "the run was killed by SIGSEGV", ""});
    auto* list = panel.findChild<QListView*>("jobs_list");
    list->selectionModel()->setCurrentIndex(list->model()->index(0, 0), QItemSelectionModel::NoUpdate); // as by Tab
    CHECK(panel.selected().isEmpty());
    CHECK(panel.findChild<QLabel*>("jobs_error")->text().isEmpty());
    CHECK_FALSE(panel.findChild<QPushButton*>("jobs_run.resume")->isEnabled());
    panel.select(QString::fromStdString(run.id));
    CHECK_FALSE(panel.findChild<QLabel*>("jobs_error")->text().isEmpty());
    CHECK(panel.findChild<QPushButton*>("jobs_run.resume")->isEnabled());
    list->clearSelection();
    CHECK(panel.findChild<QLabel*>("jobs_error")->text().isEmpty());
}

TEST_CASE("what to do about a run is said in words of the window", "[gui]") {
    auto run = sample_run(0);
    run.status = Status::stopped;
    run.end = RunEnd{Outcome::stopped, 130, "the run was stopped", "`orrery resume x` goes on from its checkpoint"};
    run.checkpoint = 40;
    CHECK(hint_of(run) == "Resume goes on after step 40.");
    run.checkpoint.reset();
    CHECK(hint_of(run) == "What it wrote is kept; Resume begins it anew.");
    run.status = Status::failed;
    run.end = RunEnd{Outcome::failed, 1, "the run was killed by SIGSEGV",
                     "its log is /a/b.log; `orrery resume x` goes on from its last checkpoint"};
    run.checkpoint = 40;
    CHECK(hint_of(run) == "its log shows what it printed last; Resume goes on after step 40.");
    run.end->hint = "take a smaller step; or a larger one";
    CHECK(hint_of(run) == "take a smaller step; or a larger one");
    run.status = Status::running; // again
    CHECK(hint_of(run).isEmpty());
}

TEST_CASE("the log of a run that goes on can be read", "[gui]") {
    application();
    auto run = sample_run(0);
    run.status = Status::running;
    run.end.reset();
    JobsPanel panel;
    panel.set_runs(snapshot({run}));
    const auto id = QString::fromStdString(run.id);
    panel.select(id);
    QSignalSpy wanted(&panel, &JobsPanel::log_wanted);
    panel.findChild<QPushButton*>("jobs_log_button")->click();
    REQUIRE(wanted.count() == 1);
    CHECK(wanted[0][0].toString() == id);
    panel.set_log(id, "epoch 1");
    auto* text = panel.findChild<QPlainTextEdit*>("run_log_text");
    REQUIRE(text);
    CHECK(text->toPlainText() == "epoch 1");
    panel.set_log("another", "epoch 7");
    CHECK(text->toPlainText() == "epoch 1");
    panel.findChild<QPushButton*>("run_log_again")->click();
    CHECK(wanted.count() == 2);
    panel.set_log(id, "epoch 1\nepoch 2");
    CHECK(text->toPlainText() == "epoch 1\nepoch 2");
}

TEST_CASE("what is said of a failed run follows the theme", "[gui]") {
    application();
    JobsPanel panel;
    const auto crashed = failing_in(panel, sample_run(1),
                                    RunEnd{Outcome::failed, 1, "the run was killed by SIGSEGV", "look into its log"});
    panel.select(QString::fromStdString(crashed.id));
    const auto* error = panel.findChild<QLabel*>("jobs_error");
    for (const auto& base : {QColor(Qt::black), QColor(Qt::white)}) {
        panel.setPalette(QPalette(base, base));
        CHECK(error->palette().color(QPalette::WindowText) == colour_of(Status::failed, panel.palette()));
    }
    CHECK(colour_of(Status::failed, QPalette(Qt::black, Qt::black)) !=
          colour_of(Status::failed, QPalette(Qt::white, Qt::white)));
}

TEST_CASE("the log follows its end unless a person scrolled up", "[gui]") {
    application();
    LogPanel panel;
    panel.resize(500, 400);
    panel.show();
    (void)QTest::qWaitForWindowExposed(&panel);
    for (int i = 0; i < 100; ++i) panel.add(LogPanel::Kind::note, QStringLiteral("line %1").arg(i));
    auto* text = panel.findChild<QPlainTextEdit*>("log_text");
    auto* bar = text->verticalScrollBar();
    const auto is_at_end = [&] { return bar->value() == bar->maximum(); };
    for (const int height : {150, 300, 120}) {
        panel.resize(height == 300 ? 200 : 500, height);
        QTest::qWait(20);
        CHECK(is_at_end());
        panel.add(LogPanel::Kind::note, "more");
        CHECK(is_at_end());
    }
    QTest::keyClick(text, Qt::Key_PageUp);
    CHECK_FALSE(is_at_end());
    panel.resize(500, 200);
    QTest::qWait(20);
    panel.add(LogPanel::Kind::note, "more");
    CHECK_FALSE(is_at_end());
    bar->triggerAction(QAbstractSlider::SliderToMaximum);
    panel.add(LogPanel::Kind::note, "more");
    CHECK(is_at_end());
}

TEST_CASE("the palette shows what can be done before what can't, among what fits as well", "[gui]") {
    application();
    const std::vector<PaletteEntry> entries{{"a", "Stop run", "", "", "No run is selected."},
                                            {"b", "Set theme", "", "", ""},
                                            {"c", "Remove run", "", "", "No run is selected."},
                                            {"d", "Play runs", "", "", ""}};
    Palette palette([&](const QString&) { return entries; });
    palette.open_at({0, 0, 900, 700});
    auto* list = palette.findChild<QListWidget*>();
    const auto titles = [&] {
        QStringList all;
        for (int i = 0; i < list->count(); ++i) all << list->item(i)->text();
        return all;
    };
    CHECK(titles() == QStringList{"Set theme", "Play runs", "Stop run", "Remove run"});
    palette.findChild<QLineEdit*>()->setText("stop");
    CHECK(titles().front() == "Stop run"); // it fits better, and says why not
}
