// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/crash_note.h"
#include "app/gui/message_bar.h"
#include "app/gui/recipe_drafts.h"
#include "app/gui/report.h"
#include "app/gui/run_commands.h"
#include "app/gui/theme.h"
#include "core/provenance.h"
#include "tests/catch.h"
#include "tests/gui/window_under_test.h"
#include "views/jobs/jobs_panel.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <QTreeWidget>

#include <algorithm>
#include <cmath>
#include <fstream>

using namespace orrery;
using namespace orrery::gui;

TEST_CASE("assignments come back from one text, whatever their values hold", "[gui]") {
    const QStringList list{QStringLiteral("kappa=0.1"), QStringLiteral("initial=/a folder/f.npy"),
                           QStringLiteral("title=say \"so\""), QStringLiteral("list=1,2,3"), QStringLiteral("empty=")};
    CHECK(split(joined(list)) == list);
    CHECK(joined({QStringLiteral("a=1"), QStringLiteral("b=2")}) == QStringLiteral("a=1 b=2"));
}

TEST_CASE("a window that wasn't closed is told of at the next start, one that was isn't", "[gui][P2]") {
    const ScratchFolder folder;
    { const CrashNote closed(folder.path()); }
    { CHECK(CrashNote(folder.path()).earlier().isEmpty()); }
    std::ofstream(folder.path() / "12345") << "/data/a.orrery\nproject.run(\"test.walk\")";
    const CrashNote next(folder.path());
    CHECK(next.earlier().contains(QStringLiteral("/data/a.orrery")));
    CHECK(next.earlier().contains(QStringLiteral("test.walk")));
    CHECK(CrashNote(folder.path()).earlier().isEmpty()); // told once; and the living one isn't taken for dead
}

TEST_CASE("a report holds versions, and the last commands and the signal of a session that crashed", "[gui][P2]") {
    const ScratchFolder folder;
    std::ofstream(folder.path() / "12345") << "/data/a.orrery\nproject.stop(\"aaaaaaaaaa\")\nproject.run(\"test.walk\")"
                                           << "\nsignal 11\n";
    const CrashNote next(folder.path());
    CHECK(next.earlier().contains(QStringLiteral("SIGSEGV")));
    CHECK(next.earlier().contains(QStringLiteral("Its last command was project.run(\"test.walk\")")));
    const auto report = make_report({"project.tag()"}, "a line", "/data/b.orrery", "VTK 9", next.details());
    for (const auto* part : {"SIGSEGV", "project.stop(\"aaaaaaaaaa\")", "test.walk", "/data/a.orrery", "project.tag()",
                             "a line", "VTK 9", "sqlite ", "hdf5 "})
        CHECK(report.contains(QString::fromUtf8(part)));
    CHECK(report.contains(QString::fromStdString(code_version().commit)));
    CHECK(report.startsWith(QStringLiteral("Orrery ") + QString::fromStdString(code_version().version)));
}

TEST_CASE("a report is offered for failures of the program, not for mistakes", "[gui]") {
    MessageBar bar;
    const auto* report = bar.findChild<QPushButton*>(QStringLiteral("message_report"));
    bar.tell(QStringLiteral("kappa must be a number from 0 to 10."));
    CHECK_FALSE(report->isVisibleTo(&bar));
    bar.tell(QStringLiteral("Run a failed."), {}, true);
    CHECK(report->isVisibleTo(&bar));
}

TEST_CASE("the jobs panel shows remaining time, what waits by priority, and why a run failed", "[gui]") {
    auto rows = std::make_shared<std::vector<RunRow>>();
    RunRow row;
    row.created = row.began = "2026-01-31T12:00:00.000Z";
    row.experiment = "test.slow";
    row.id = "aaaaaaaaaa";
    row.status = Status::running;
    row.progress = 0.25;
    row.seconds = 10;
    rows->push_back(row);
    for (const int priority : {0, 5}) {
        row.id = priority == 0 ? "bbbbbbbbbb" : "cccccccccc";
        row.status = Status::queued;
        row.priority = priority;
        rows->push_back(row);
    }
    JobsPanel panel;
    panel.set_runs(rows);
    const auto* table = panel.findChild<QListView*>(QStringLiteral("jobs_list"));
    REQUIRE(table->model()->rowCount() == 3);
    CHECK(table->model()->index(0, 0).data(JobModel::said_role).toString() ==
          QStringLiteral("running 25 %, 30 s left"));
    CHECK(table->model()->index(1, 0).data(JobModel::id_role).toString() == QStringLiteral("cccccccccc"));

    auto failed = std::make_shared<std::vector<RunRow>>(*rows);
    failed->front().status = Status::failed;
    failed->front().end = RunEnd{Outcome::failed, 1, "the run was killed by SIGSEGV", "look into its log"};
    panel.set_runs(failed);
    panel.select(QStringLiteral("aaaaaaaaaa"));
    const auto* error = panel.findChild<QLabel*>(QStringLiteral("jobs_error"));
    CHECK(error->text().contains(QStringLiteral("SIGSEGV")));
    CHECK(error->text().contains(QStringLiteral("look into its log")));
    CHECK_FALSE(panel.findChild<QPushButton*>(QStringLiteral("jobs_run.kill"))->isEnabled());
    CHECK(panel.findChild<QPushButton*>(QStringLiteral("jobs_run.resume"))->isEnabled());
}

namespace {

// As WCAG 2.1 defines the contrast ratio: from 1 to 21.
double contrast(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& colour) {
        const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
    };
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

} // namespace

TEST_CASE("in the dark theme boxes and fields have frames, and a checked button differs", "[gui]") {
    apply_theme(Theme::dark);
    QWidget page;
    page.resize(300, 120);
    auto* box = new QCheckBox(&page);
    auto* line = new QLineEdit(&page);
    auto* number = new QSpinBox(&page);
    auto *on = new QToolButton(&page), *off = new QToolButton(&page);
    std::pair<QWidget*, QRect> places[] = {{box, {10, 10, 30, 26}},
                                           {line, {10, 40, 100, 26}},
                                           {number, {10, 80, 100, 26}},
                                           {on, {150, 10, 80, 26}},
                                           {off, {150, 50, 80, 26}}};
    for (auto& [widget, place] : places) widget->setGeometry(place);
    for (auto* button : {on, off}) button->setCheckable(true);
    on->setChecked(true);
    const QImage picture = page.grab().toImage();
    const auto window = page.palette().color(QPalette::Window);
    for (const auto* widget :
         {static_cast<QWidget*>(box), static_cast<QWidget*>(line), static_cast<QWidget*>(number)}) {
        double frame = 1;
        for (int x = -1; x < 6; ++x)
            frame =
                std::max(frame, contrast(picture.pixelColor(widget->x() + x, widget->geometry().center().y()), window));
        INFO(widget->metaObject()->className());
        CHECK(frame >= 3); // WCAG 2.1, 1.4.11
    }
    CHECK(contrast(picture.pixelColor(on->pos() + QPoint(8, 8)), picture.pixelColor(off->pos() + QPoint(8, 8))) >= 1.5);
    apply_theme(Theme::light); // as the other tests have it
}

TEST_CASE("the filter of the experiments hides what doesn't hold its words", "[gui]") {
    PluginInfo plugin;
    plugin.id = plugin.title = "test";
    for (const char* id : {"test.walk", "test.slow"}) {
        Declaration declaration;
        declaration.id = id;
        declaration.title = id;
        plugin.experiments.push_back(declaration);
    }
    PluginInfo broken;
    broken.id = "broken";
    broken.state = PluginState::refused;
    broken.reason = "made by another build";
    ExperimentTree tree;
    tree.set_plugins({plugin, broken});
    const auto* items = tree.findChild<QTreeWidget*>();
    CHECK(items->topLevelItem(1)->child(0)->text(0).contains(QStringLiteral("made by another build")));
    QTest::keyClicks(tree.findChild<QLineEdit*>(QStringLiteral("experiments_filter")), QStringLiteral("WALK"));
    CHECK_FALSE(items->topLevelItem(0)->child(0)->isHidden());
    CHECK(items->topLevelItem(0)->child(1)->isHidden());
    CHECK(items->topLevelItem(1)->isHidden());
}

TEST_CASE("what a recipe asks for is found among the runs that were made", "[gui]") {
    PluginCatalogue catalogue({PluginFolder(TEST_PLUGINS)});
    Recipe recipe;
    recipe.name = "small";
    recipe.runs = {{"walk", "test.walk", {{"steps", 20}}, 3, {}, {}},
                   {"other", "test.walk", {{"steps", 30}}, 3, {}, {}}};
    RecipeDrafts drafts;
    drafts.set(recipe);
    RunRow row;
    row.id = "aaaaaaaaaa";
    row.experiment = "test.walk";
    row.seed = 3;
    row.parameters = {{"steps", 20}, {"pause", 0.0}, {"bias", 0.0}};
    row.status = Status::done;
    const auto items = drafts.items({row}, &catalogue);
    REQUIRE(items.size() == 2);
    CHECK(items[0].run == QStringLiteral("aaaaaaaaaa"));
    CHECK(items[1].run.isEmpty());
    REQUIRE(drafts.to_play({row}, &catalogue).size() == 1);
    row.seed = 4; // another run
    CHECK(drafts.to_play({row}, &catalogue).size() == 2);
    CHECK(drafts.problems(catalogue).isEmpty());
    recipe.runs[0].parameters = {{"stops", 20}};
    recipe.runs[1].experiment = "test.nothing";
    drafts.set(recipe);
    CHECK(drafts.problems(catalogue).size() == 2);
}
