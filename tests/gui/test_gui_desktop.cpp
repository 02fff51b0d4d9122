// SPDX-License-Identifier: GPL-3.0-or-later
// The window among others on a desktop: notifications, drag and drop, torn-off panels, its theme, its end and its next
// start.
#include "app/gui/crash_note.h"
#include "core/platform/machine.h"
#include "core/platform/process.h"
#include "core/platform/process_info.h"
#include "tests/catch.h"
#include "tests/gui/session_under_test.h"
#include "tests/gui/window_under_test.h"
#include "views/field/field_canvas.h"
#include "views/field/field_view.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QProcess>
#include <QTest>
#include <QToolButton>

#include <csignal>

using namespace orrery;
using namespace orrery::gui;
namespace fs = std::filesystem;

namespace {

QString path_of(const fs::path& path) { return QString::fromStdString(path.string()); }

QVariantMap with(const char* name, const QString& value) { return {{QString::fromUtf8(name), value}}; }

} // namespace

TEST_CASE("the end of a long run is told on the desktop, if the window isn't looked at", "[gui]") {
    const Desktop desktop;
    if (!desktop.is_there()) {
        WARN("skipped: no D-Bus session can be started here");
        return;
    }
    QSettings().setValue(QStringLiteral("notify_after_seconds"), 0.5);
    WindowUnderTest desk;
    desk.window->hide();
    REQUIRE(wait_until([&] { return !desk.window->isActiveWindow(); }));
    const auto brief = desk.start(QStringLiteral("test.slow"), QStringLiteral("seconds=0"));
    REQUIRE(desk.wait_for(brief, Status::done));
    const auto long_one = desk.start(QStringLiteral("test.slow"), QStringLiteral("seconds=1"));
    REQUIRE(desk.wait_for(long_one, Status::done));
    CHECK(wait_until([&] { return !desktop.notifications.isEmpty(); }, 10'000));
    desk.window->show();
    QApplication::setActiveWindow(desk.window.get());
    REQUIRE(wait_until([&] { return desk.window->isActiveWindow(); }));
    const auto watched = desk.start(QStringLiteral("test.slow"), QStringLiteral("seconds=1"));
    REQUIRE(desk.wait_for(watched, Status::done));
    wait_until([] { return false; }, 300);
    INFO(desktop.notifications.join(QLatin1Char('\n')).toStdString());
    REQUIRE(desktop.notifications.size() == 1);
    CHECK(desktop.notifications.front().contains(long_one));
    QSettings().remove(QStringLiteral("notify_after_seconds"));
}

TEST_CASE("the theme of the system is followed, also when it changes", "[gui]") {
    Desktop desktop;
    if (!desktop.is_there()) {
        WARN("skipped: no D-Bus session can be started here");
        return;
    }
    desktop.set_dark(true);
    QSettings().setValue(QStringLiteral("theme"), QStringLiteral("system"));
    const auto dark = [] { return QApplication::palette().color(QPalette::Window).lightness() < 128; };
    WindowUnderTest desk;
    CHECK(wait_until(dark, 5000));
    desktop.set_dark(false);
    CHECK(wait_until([&] { return !dark(); }, 5000));
    desk.window->perform(QStringLiteral("view.theme"), with("theme", QStringLiteral("light")));
    REQUIRE(wait_until([&] { return !desk.window->commands().undo_title().isEmpty(); }));
    desktop.set_dark(true);
    wait_until([] { return false; }, 300);
    CHECK_FALSE(dark()); // the user chose
    desk.window->perform(QStringLiteral("view.theme"), with("theme", QStringLiteral("system")));
    CHECK(wait_until(dark, 5000));
    desktop.set_dark(false);
    CHECK(wait_until([&] { return !dark(); }, 5000));
}

TEST_CASE("what is dropped onto the window is opened: projects, recipes, fields", "[gui]") {
    WindowUnderTest desk;
    const auto project = desk.folder / "other.orrery";
    Project::open(project, Access::create);
    desk.drop({project});
    CHECK(wait_until([&] { return desk.window->project()->folder() == path_of(project); }));
    desk.folder.write("recipe.toml", "name = \"dropped\"\ntitle = \"Dropped\"\n"
                                     "[[run]]\nname = \"walk\"\nexperiment = \"test.walk\"\n");
    desk.drop({desk.folder / "recipe.toml"});
    CHECK(wait_until([&] { return desk.window->project()->name() == QStringLiteral("dropped"); }));
    CHECK(wait_until([&] { return desk.window->reason(QStringLiteral("recipe.play")).isEmpty(); }));
    REQUIRE(wait_until([&] { return desk.window->project()->catalogue() != nullptr; }));
    desk.window->perform(QStringLiteral("experiment.select"), with("experiment", QStringLiteral("test.live")));
    desk.drop({desk.folder / "field.npy"});
    const auto wanted = QStringLiteral("input=") + path_of(desk.folder / "field.npy");
    CHECK(wait_until([&] { return desk.window->views().form.assignments().contains(wanted); }));
    desk.window->perform(QStringLiteral("experiment.select"), with("experiment", QStringLiteral("test.walk")));
    desk.drop({desk.folder / "field.npy"});
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("no parameter")); }));
    desk.drop({desk.folder / "nothing.txt"});
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("nothing.txt")); }));
    fs::remove_all(path_of(desk.window->project()->folder().toStdString()).toStdString());
}

TEST_CASE("a live field that is changed in the window reaches the run within a step, and is recorded", "[gui]") {
    WindowUnderTest desk;
    auto* view = desk.window->findChild<FieldView*>();
    if (!view) {
        WARN("skipped: no OpenGL here");
        return;
    }
    const auto id = desk.start(QStringLiteral("test.live"), QStringLiteral("steps=1000 pause=0.4 size=16"));
    desk.window->select_runs({id});
    auto* panel = desk.window->dock(QStringLiteral("field"));
    panel->show();
    panel->raise();
    const auto shown = [&] { return !view->canvas()->panels().empty() && view->canvas()->panels().front().grid; };
    REQUIRE(wait_until(shown)); // a live frame has come
    const auto frame_value = [&] { return shown() ? view->canvas()->panels().front().grid->range.high : 0.0; };
    const auto first = frame_value();
    CHECK(wait_until([&] { return frame_value() > first; })); // and others after it
    QTest::mouseClick(view->findChild<QToolButton*>(QStringLiteral("field_settings_button")), Qt::LeftButton);
    const auto edit = [&] { return view->findChild<QLineEdit*>(QStringLiteral("live_gain")); };
    REQUIRE(wait_until([&] { return edit() && edit()->isVisible(); }));
    edit()->setFocus();
    edit()->selectAll();
    QTest::keyClicks(edit(), QStringLiteral("5"));
    wait_until([] { return false; }, 500); // what the run writes meanwhile must not take the typed text away
    REQUIRE(edit()->text() == QStringLiteral("5"));
    const auto before = frame_value(); // the step that was shown last
    QTest::keyClick(edit(), Qt::Key_Return);
    std::vector<LiveChange> changes;
    const auto project = Project::open(desk.project().toStdString(), Access::read);
    REQUIRE(wait_until([&] { return !(changes = project.live_changes(id.toStdString())).empty(); }));
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].field == "gain");
    CHECK(changes[0].value == 5);
    CHECK(static_cast<double>(changes[0].step) <= before + 2); // the one that went on, and the next
    wait_until([] { return false; }, 700);
    CHECK(edit()->text() == QStringLiteral("5")); // shows what counts now
    desk.window->select_runs({});
    desk.window->select_runs({id});
    CHECK(wait_until([&] { return edit() && edit()->text() == QStringLiteral("5"); }));
    desk.window->perform(QStringLiteral("run.kill"), with("run", id));
    CHECK(desk.wait_for(id, Status::stopped));
}

TEST_CASE("a panel is torn off, works, and comes back; also after a restart", "[gui]") {
    WindowUnderTest desk;
    const auto id = desk.start(QStringLiteral("test.live"), QStringLiteral("steps=10000 pause=0.05 size=16"));
    desk.window->select_runs({id});
    for (const auto* name : {"field", "plot", "runs"}) {
        auto* panel = desk.window->dock(QString::fromUtf8(name));
        panel->show();
        panel->raise();
        panel->setFloating(true);
        REQUIRE(panel->isWindow());
        wait_until([] { return false; }, 200);
        CHECK_FALSE(panel->grab().isNull());
    }
    if (auto* view = desk.window->findChild<FieldView*>()) {
        const auto shown = [&] { return !view->canvas()->panels().empty() && view->canvas()->panels().front().grid; };
        REQUIRE(wait_until(shown));
        const auto first = view->canvas()->panels().front().grid->range.high;
        CHECK(wait_until([&] { return shown() && view->canvas()->panels().front().grid->range.high > first; }));
    }
    desk.reopen();
    CHECK(wait_until([&] { return desk.window->dock(QStringLiteral("plot"))->isFloating(); }, 5000));
    desk.window->perform(QStringLiteral("view.reset_layout"));
    for (const auto* name : {"field", "plot", "runs"})
        CHECK(wait_until([&] { return !desk.window->dock(QString::fromUtf8(name))->isFloating(); }, 5000));
    desk.window->perform(QStringLiteral("run.kill"), with("run", id));
    CHECK(desk.wait_for(id, Status::stopped));
}

TEST_CASE("a window that crashes loses nothing, and the next start says what happened", "[gui][P2][P3]") {
    const ScratchFolder folder;
    const auto project = folder / "crash.orrery";
    const auto ids = [&] { return Project::open(project, Access::read).runs(); };
    Project::open(project, Access::create);
    for (const int signal : {SIGSEGV, SIGKILL}) {
        QProcess window;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XDG_STATE_HOME"), path_of(folder / "state"));
        window.setProcessEnvironment(environment);
        window.start(path_of(platform::executable().parent_path() / "orrery-gui"), {path_of(project)});
        REQUIRE(window.waitForStarted());
        const auto notes = [&] {
            std::error_code none;
            for (const auto& entry : fs::directory_iterator(folder / "state/orrery/windows", none))
                return folder.text_of(fs::relative(entry.path(), folder.path()).string());
            return std::string();
        };
        REQUIRE(wait_until([&] { return notes().find("crash.orrery") != std::string::npos; }));
        // A run of this window's own queue would need its mouse: one beside it must survive as well.
        QProcess run;
        run.start(path_of(platform::command_line_program()),
                  {"run", "test.slow", "seconds=2", "--now", "--quiet", "--project", path_of(project)});
        const auto count = ids().size();
        REQUIRE(wait_until([&] { return ids().size() > count && ids().back().status == Status::running; }));
        REQUIRE(::kill(static_cast<pid_t>(window.processId()), signal) == 0);
        REQUIRE(window.waitForFinished());
        CHECK(window.exitStatus() == QProcess::CrashExit);
        REQUIRE(wait_until([&] { return run.state() == QProcess::NotRunning; }));
        CHECK(run.exitCode() == 0);
        CHECK(ids().back().status == Status::done);
        const CrashNote next(folder / "state/orrery/windows");
        CHECK(next.earlier().contains(QStringLiteral("crash.orrery")));
        const auto how = signal == SIGSEGV ? QStringLiteral("SIGSEGV") : QStringLiteral("crashed or was killed");
        CHECK(next.earlier().contains(how));
        CHECK(next.details().contains(QStringLiteral("crash.orrery")));
    }
}

// Started by ctest with QT_XCB_GL_INTEGRATION=none, where Qt finds no OpenGL.
TEST_CASE("without OpenGL the window opens without pictures of fields, and says so", "[.][gui][no_opengl]") {
    QString why;
    REQUIRE_FALSE(FieldView::is_possible(&why));
    WindowUnderTest desk;
    CHECK(wait_until(
        [&] { return desk.window->message().contains(QStringLiteral("Fields and graphs can't be drawn")); }));
    const auto* label = desk.window->findChild<QLabel*>(QStringLiteral("field_impossible"));
    REQUIRE(label);
    CHECK(label->text().contains(QStringLiteral("Everything else works")));
    const auto id = desk.start(QStringLiteral("test.live"), QStringLiteral("steps=20 pause=0"));
    CHECK(desk.wait_for(id, Status::done));
    desk.window->perform(QStringLiteral("run.open"), with("run", id));
    CHECK(wait_until([&] { return desk.window->selected_runs() == QStringList{id}; }));
}

// Started by ctest with QT_SCALE_FACTOR=2.
TEST_CASE("on a screen of twice as many pixels everything is twice as large and at its place", "[.][gui][scaled]") {
    WindowUnderTest desk;
    REQUIRE(desk.window->devicePixelRatioF() == Approx(2));
    const auto id = desk.start(QStringLiteral("test.live"), QStringLiteral("steps=100000 pause=0.02 size=16"));
    desk.window->select_runs({id});
    auto* panel = desk.window->dock(QStringLiteral("field"));
    panel->show();
    panel->raise();
    const auto picture = desk.window->grab();
    CHECK(picture.size() == desk.window->size() * 2);
    if (auto* view = desk.window->findChild<FieldView*>()) {
        REQUIRE(wait_until([&] {
            return !view->canvas()->panels().empty() && view->canvas()->last_paint_ms() > 0 &&
                   view->canvas()->place_at(view->canvas()->picture_rect(0).center());
        }));
        const auto rect = view->canvas()->picture_rect(0);
        const auto place = view->canvas()->place_at(rect.center()); // the probe lands where the mouse is
        REQUIRE(place);
        const auto back = view->canvas()->position_of(0, place->x, place->y);
        CHECK(back.x() == Approx(rect.center().x()).margin(1));
        CHECK(back.y() == Approx(rect.center().y()).margin(1));
        const auto drawn = view->canvas()->grabFramebuffer();
        CHECK(drawn.size() == view->canvas()->size() * 2);
        // Inside of the picture there is colour, outside there is background.
        const auto inside = drawn.pixelColor((rect.center() * 2).toPoint() + QPoint(3, 3));
        const auto outside = drawn.pixelColor(2, drawn.height() - 3);
        CHECK(inside != outside);
    }
    desk.window->perform(QStringLiteral("run.kill"), with("run", id));
    CHECK(desk.wait_for(id, Status::stopped));
}
