// SPDX-License-Identifier: GPL-3.0-or-later
// The console, the editor and the recorder, with Python for real in its own process.
#include "app/gui/scripting.h"
#include "core/platform/machine.h"
#include "core/project.h"
#include "tests/catch.h"
#include "tests/gui/window_under_test.h"
#include "views/console/ansi_text.h"
#include "views/console/python_text.h"
#include "views/console/script_editor.h"

#include <QAction>
#include <QFile>
#include <QProcess>
#include <QTest>

using namespace orrery;
using namespace orrery::gui;

namespace {

struct ConsoleUnderTest : WindowUnderTest {
    Scripting& scripting = window->scripting();
    ConsoleInput& input = scripting.console()->input();
    ConsoleProcess& process = scripting.process();

    ConsoleUnderTest() {
        scripting.scripts()->ask_to_save = [](const QString&) { return ScriptPanel::Answer::discard; };
        if (process.state() != ConsoleProcess::State::off || scripting.scripts()->current())
            throw std::runtime_error("Python or the editor was begun before anybody looked at them");
        show("console");
        if (!wait_until([&] { return process.state() == ConsoleProcess::State::idle; }))
            throw std::runtime_error("Python did not start: " + output().toStdString());
    }
    void show(const char* panel) {
        window->dock(QString::fromUtf8(panel))->show();
        window->dock(QString::fromUtf8(panel))->raise();
    }
    QString output() const { return scripting.console()->output().toPlainText(); }
    bool is_idle() {
        return wait_until([&] { return process.state() == ConsoleProcess::State::idle; });
    }
    void type(const char* code) {
        input.setFocus();
        for (const auto& line : QString::fromUtf8(code).split(QLatin1Char('\n'))) {
            QTest::keyClicks(&input, line);
            QTest::keyClick(&input, Qt::Key_Return);
        }
    }
    using WindowUnderTest::run;
    // Types it and waits for its end.
    void run(const char* code) {
        type(code);
        REQUIRE(is_idle());
    }
    QString script(const char* name, const char* text) const {
        const auto path = QString::fromStdString((folder.path() / name).string());
        QFile file(path);
        REQUIRE(file.open(QIODevice::WriteOnly));
        file.write(text);
        return path;
    }
};

} // namespace

TEST_CASE("a line is evaluated in the console, and names stay", "[gui][console]") {
    ConsoleUnderTest desk;
    desk.run("1 + 1");
    CHECK(desk.output() == QStringLiteral(">>> 1 + 1\n2"));
    desk.run("value = 40");
    desk.run("value + 2");
    CHECK(desk.output().endsWith(QStringLiteral("\n42")));
    // A block goes on until an empty line; its lines are indented.
    desk.run("for i in range(3):\nprint('item', i)\n");
    CHECK(desk.output().contains(QStringLiteral("item 0\nitem 1\nitem 2")));
    CHECK(desk.output().contains(QStringLiteral("... ")));
    // What was typed is found again by what it begins with, and kept for the next session.
    QTest::keyClicks(&desk.input, QStringLiteral("val"));
    QTest::keyClick(&desk.input, Qt::Key_Up);
    CHECK(desk.input.toPlainText() == QStringLiteral("value + 2"));
    QTest::keyClick(&desk.input, Qt::Key_Up);
    CHECK(desk.input.toPlainText() == QStringLiteral("value = 40"));
    QTest::keyClick(&desk.input, Qt::Key_Down);
    QTest::keyClick(&desk.input, Qt::Key_Down);
    CHECK(desk.input.toPlainText() == QStringLiteral("val"));
    CHECK(ConsoleHistory().entries().contains(QStringLiteral("value = 40")));
}

TEST_CASE("an endless loop is interrupted, exit ends nothing but the script", "[gui][console]") {
    ConsoleUnderTest desk;
    desk.run("kept = 'still here'");
    CHECK_FALSE(desk.window->reason(QStringLiteral("console.interrupt")).isEmpty());
    desk.type("while True: pass\n");
    REQUIRE(wait_until([&] { return desk.process.state() == ConsoleProcess::State::busy; }));
    CHECK(desk.window->reason(QStringLiteral("console.interrupt")).isEmpty());
    // What is typed meanwhile stays in the line.
    QTest::keyClicks(&desk.input, QStringLiteral("kept"));
    QTest::keyClick(&desk.input, Qt::Key_Return);
    CHECK(desk.input.toPlainText() == QStringLiteral("kept"));
    wait_until([] { return false; }, 200);
    QTest::keyClick(&desk.input, Qt::Key_C, Qt::ControlModifier);
    REQUIRE(desk.is_idle());
    CHECK(desk.output().contains(QStringLiteral("KeyboardInterrupt")));
    QTest::keyClick(&desk.input, Qt::Key_Return);
    REQUIRE(desk.is_idle());
    CHECK(desk.output().endsWith(QStringLiteral("\n'still here'")));
    desk.run("import sys; sys.exit(3)");
    CHECK(desk.output().contains(QStringLiteral("exit code 3")));
    desk.run("kept + '!'");
    CHECK(desk.output().contains(QStringLiteral("'still here!'")));
}

TEST_CASE("a crash in native code ends Python, not the window; restart begins anew", "[gui][console][P3]") {
    ConsoleUnderTest desk;
    desk.run("gone = 1");
    const int pid = desk.process.pid();
    desk.type("import os; os.abort()");
    REQUIRE(wait_until([&] { return desk.process.state() == ConsoleProcess::State::ended; }));
    CHECK(desk.output().contains(QStringLiteral("Python ended by SIGABRT")));
    CHECK_FALSE(desk.window->reason(QStringLiteral("script.run")).isEmpty());
    QTest::keyClicks(&desk.input, QStringLiteral("'gone' in globals()"));
    QTest::keyClick(&desk.input, Qt::Key_Return);
    CHECK(desk.input.toPlainText().startsWith(QStringLiteral("'gone'"))); // nothing is lost
    desk.window->perform(QStringLiteral("console.restart"));
    REQUIRE(desk.is_idle());
    CHECK(desk.process.pid() != pid);
    QTest::keyClick(&desk.input, Qt::Key_Return);
    REQUIRE(desk.is_idle());
    CHECK(desk.output().endsWith(QStringLiteral("\nFalse")));
    // Also while something runs.
    desk.type("while True: pass\n");
    REQUIRE(wait_until([&] { return desk.process.state() == ConsoleProcess::State::busy; }));
    desk.window->perform(QStringLiteral("console.restart"));
    REQUIRE(wait_until([&] { return desk.process.state() == ConsoleProcess::State::starting; }));
    REQUIRE(desk.is_idle());
}

TEST_CASE("a flood of output neither stops the window nor fills its memory", "[gui][console][P1]") {
    ConsoleUnderTest desk;
    desk.type("while True: print(1)\n");
    REQUIRE(wait_until([&] { return desk.scripting.console()->output().blockCount() > 1000; }));
    TickMeter ticks;
    wait_until([] { return false; }, 3000);
    WARN("longest time between two turns of the event loop: " << ticks.longest_ms() << " ms ("
                                                              << ticks.slowest().toStdString() << ")");
    CHECK(ticks.longest_ms() < 100);
    CHECK(desk.scripting.console()->output().blockCount() <= ConsoleOutput::most_lines + 1);
    CHECK(desk.process.state() == ConsoleProcess::State::busy);
    desk.window->perform(QStringLiteral("console.interrupt"));
    REQUIRE(desk.is_idle());
    desk.run("'done'");
    CHECK(desk.output().endsWith(QStringLiteral("\n'done'")));
}

TEST_CASE("names are completed by Tab and behind a point", "[gui][console]") {
    ConsoleUnderTest desk;
    desk.run("import math; long_name = 'text'");
    QTest::keyClicks(&desk.input, QStringLiteral("long_n"));
    QTest::keyClick(&desk.input, Qt::Key_Tab);
    CHECK(wait_until([&] { return desk.input.toPlainText() == QStringLiteral("long_name"); }));
    QTest::keyClicks(&desk.input, QStringLiteral("."));
    auto* list = desk.input.completions();
    REQUIRE(wait_until([&] { return list->isVisible(); }));
    CHECK_FALSE(list->findItems(QStringLiteral("upper"), Qt::MatchExactly).isEmpty());
    QTest::keyClicks(&desk.input, QStringLiteral("zf"));
    REQUIRE(wait_until([&] { return list->isVisible() && list->count() == 1; }));
    QTest::keyClick(&desk.input, Qt::Key_Return);
    CHECK(desk.input.toPlainText() == QStringLiteral("long_name.zfill"));
    CHECK_FALSE(list->isVisible());
    desk.input.clear();
    QTest::keyClicks(&desk.input, QStringLiteral("project.unt"));
    QTest::keyClick(&desk.input, Qt::Key_Tab);
    CHECK(wait_until([&] { return desk.input.toPlainText() == QStringLiteral("project.untag"); }));
}

TEST_CASE("commands of the console are executed by the window: undone, logged", "[gui][console]") {
    ConsoleUnderTest desk;
    desk.run("run = project.run('test.walk', steps=10)");
    INFO(desk.output().toStdString());
    REQUIRE(desk.rows().size() == 1);
    const auto id = QString::fromStdString(desk.rows().front().id);
    CHECK(desk.run(id)->status == Status::done); // it was waited for
    desk.run("project.tag(run, 'good')");
    REQUIRE(wait_until([&] { return desk.run(id)->tags == std::vector<std::string>{"good"}; }));
    const auto log = [&] { return desk.window->findChild<LogPanel*>()->text(); };
    CHECK(wait_until([&] { return log().contains(QStringLiteral("project.tag(\"%1\", \"good\")").arg(id)); }));
    REQUIRE(wait_until([&] { return desk.window->reason(QStringLiteral("edit.undo")).isEmpty(); }));
    desk.window->perform(QStringLiteral("edit.undo"));
    CHECK(wait_until([&] { return desk.run(id)->tags.empty(); }));
    // Refused as in a script; the message of the window isn't for it.
    const auto message = desk.window->message();
    desk.run("project.tag('nowhere', 'x')");
    CHECK(desk.output().contains(QStringLiteral("nowhere")));
    CHECK(desk.window->message() == message);
    desk.run("run.metrics['place'].values.size"); // the package's run
    CHECK(desk.output().endsWith(QStringLiteral("\n10")));
    desk.run("project.run('test.walk', steps=-1)");
    CHECK(desk.output().contains(QStringLiteral("ParameterError")));
    // An interrupt stops the run that is waited for.
    desk.type("project.run('test.slow', seconds=60)");
    REQUIRE(wait_until([&] { return desk.rows().size() == 2 && desk.rows().back().status == Status::running; }));
    const auto slow = QString::fromStdString(desk.rows().back().id);
    desk.window->perform(QStringLiteral("console.interrupt"));
    REQUIRE(desk.is_idle());
    CHECK(desk.wait_for(slow, Status::stopped));
}

TEST_CASE("a script is edited and run; its errors are marked and linked", "[gui][console]") {
    ConsoleUnderTest desk;
    auto* panel = desk.scripting.scripts();
    const auto path = desk.script("a script.py", "def broken():\n    return 1 / 0\n\n\nbroken()\n");
    desk.show("scripts");
    auto* editor = panel->open(path);
    desk.press("F5");
    REQUIRE(wait_until([&] { return editor->marked_line() == 2; }));
    CHECK(desk.output().contains(QStringLiteral("ZeroDivisionError")));
    CHECK(editor->annotation(1) == QStringLiteral("ZeroDivisionError: division by zero"));
    CHECK(desk.output().contains(path));
    // The link in the traceback leads there.
    editor->setCursorPosition(0, 0);
    Q_EMIT desk.scripting.console()->place_clicked(path, 5);
    int line = 0, column = 0;
    editor->getCursorPosition(&line, &column);
    CHECK(line == 4);
    // A correction takes the mark away; a wrong syntax has one, too.
    REQUIRE(desk.is_idle());
    editor->setText(QStringLiteral("a = 1\nif a\n    pass\n"));
    CHECK(editor->marked_line() == 0);
    desk.press("F5");
    REQUIRE(wait_until([&] { return editor->marked_line() == 2; }));
    REQUIRE(desk.is_idle());
    QFile saved(path);
    REQUIRE(saved.open(QIODevice::ReadOnly));
    CHECK(saved.readAll() == "a = 1\nif a\n    pass\n"); // what runs is what lies on the disk
    // One line, with its own number; the cursor goes on.
    editor->setText(QStringLiteral("x = 1\ny = x + 1\nz = y / 0\n"));
    editor->setCursorPosition(0, 0);
    for (int i = 0; i < 3; ++i) {
        desk.press("F9");
        wait_until([&] { return desk.process.state() == ConsoleProcess::State::busy; }, 1000);
        REQUIRE(desk.is_idle());
    }
    CHECK(wait_until([&] { return editor->marked_line() == 3; }));
}

TEST_CASE("no change of a script is lost without a question", "[gui][console]") {
    ConsoleUnderTest desk;
    auto* panel = desk.scripting.scripts();
    desk.show("scripts");
    const auto path = desk.script("kept.py", "a = 1\n");
    auto* editor = panel->open(path);
    QStringList asked;
    auto answer = ScriptPanel::Answer::cancel;
    panel->ask_to_save = [&](const QString& name) { return asked << name, answer; };
    editor->append(QStringLiteral("b = 2\n"));
    desk.window->perform(QStringLiteral("script.close"));
    REQUIRE(wait_until([&] { return asked == QStringList{path}; }));
    CHECK(panel->current() == editor);
    CHECK_FALSE(desk.window->close());
    CHECK(desk.window->isVisible());
    // Another program writes it: our changes stay until the user says otherwise.
    desk.script("kept.py", "other = 3\n# longer than before\n");
    auto* reload = panel->findChild<QToolButton*>(QStringLiteral("script_reload"));
    REQUIRE(wait_until([&] { return reload->isVisible(); }));
    CHECK(editor->text() == QStringLiteral("a = 1\nb = 2\n"));
    QStringList overwritten;
    panel->ask_to_overwrite = [&](const QString& name) { return overwritten << name, false; };
    desk.window->perform(QStringLiteral("script.save"));
    REQUIRE(wait_until([&] { return overwritten == QStringList{path}; }));
    QFile theirs(path);
    REQUIRE(theirs.open(QIODevice::ReadOnly));
    CHECK(theirs.readAll().startsWith("other = 3"));
    reload->click();
    CHECK(editor->text().startsWith(QStringLiteral("other = 3")));
    CHECK_FALSE(reload->isVisible());
    // Not changed here: taken over.
    desk.script("kept.py", "third = 4\n");
    CHECK(wait_until([&] { return editor->text() == QStringLiteral("third = 4\n"); }));
    answer = ScriptPanel::Answer::save;
    editor->append(QStringLiteral("last = 5\n"));
    desk.window->perform(QStringLiteral("script.close"));
    REQUIRE(wait_until([&] { return panel->current() != editor; }));
    QFile saved(path);
    REQUIRE(saved.open(QIODevice::ReadOnly));
    CHECK(saved.readAll() == "third = 4\nlast = 5\n");
    CHECK_THROWS_AS(panel->open(QStringLiteral("/nowhere/x.py")), Error);
    desk.script("bytes.py", "\xff\xfe");
    CHECK_THROWS_WITH(panel->open(QString::fromStdString((desk.folder.path() / "bytes.py").string())),
                      Catch::Contains("UTF-8"));
    panel->ask_to_save = [](const QString&) { return ScriptPanel::Answer::discard; };
}

TEST_CASE("what was recorded replays to an equal project", "[gui][console]") {
    ConsoleUnderTest desk;
    const auto old = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=5"));
    REQUIRE(desk.wait_for(old, Status::done));
    auto& window = *desk.window;
    const auto perform = [&](const char* id, const QVariantMap& arguments) {
        auto* log = window.findChild<LogPanel*>();
        const auto before = log->text();
        window.perform(QString::fromUtf8(id), arguments);
        REQUIRE(wait_until([&] { return log->text() != before; }));
    };
    const auto run = [](const QString& id) { return QVariantMap{{QStringLiteral("run"), id}}; };
    const auto with = [](QVariantMap map, const char* name, const QString& value) {
        return map.insert(QString::fromUtf8(name), value), map;
    };
    CHECK(window.reason(QStringLiteral("record.stop")) == QStringLiteral("Nothing is being recorded."));
    window.findChild<QToolButton*>(QStringLiteral("log_record"))->click();
    REQUIRE(wait_until([&] { return desk.scripting.recorder().is_recording(); }));
    const auto first = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=20 bias=0.25"));
    REQUIRE(desk.wait_for(first, Status::done));
    perform("run.tag", with(run(first), "tag", QStringLiteral("good")));
    perform("run.tag", with(run(first), "tag", QStringLiteral("wrong \"one\"")));
    perform("edit.undo", {});
    perform("run.note", with(run(first), "text", QStringLiteral("Two\nlines, one é.")));
    perform("run.rename", with(run(first), "name", QStringLiteral("a walk")));
    perform("view.panel", {{QStringLiteral("panel"), QStringLiteral("jobs")}, {QStringLiteral("shown"), false}});
    const auto second = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=7"));
    REQUIRE(desk.wait_for(second, Status::done));
    perform("run.remove", run(second));
    REQUIRE(wait_until([&] { return !desk.run(second); }));
    const auto failed = desk.start(QStringLiteral("test.segfault"), QString());
    REQUIRE(desk.wait_for(failed, Status::failed));
    perform("run.tag", with(run(failed), "tag", QStringLiteral("broken")));
    const auto before = desk.rows().size();
    window.perform(QStringLiteral("run.start"),
                   {{QStringLiteral("experiment"), QStringLiteral("test.walk")},
                    {QStringLiteral("parameters"), QStringLiteral("steps=4,6 bias=0..1:lin:2")},
                    {QStringLiteral("sweep"), true}});
    REQUIRE(wait_until([&] { return desk.rows().size() == before + 4; }));
    for (const auto& row : desk.rows()) {
        const auto id = QString::fromStdString(row.id);
        if (id != failed) REQUIRE(desk.wait_for(id, Status::done));
    }
    perform("run.rename", with(run(QString::fromStdString(desk.rows().back().id)), "name", QStringLiteral("the last")));
    window.findChild<QToolButton*>(QStringLiteral("log_record"))->click();
    REQUIRE(wait_until([&] { return !desk.scripting.recorder().is_recording(); }));
    perform("run.tag", with(run(first), "tag", QStringLiteral("after the end")));
    perform("edit.undo", {});
    const auto path = QString::fromStdString((desk.folder.path() / "recorded.py").string());
    desk.scripting.scripts()->ask_for_file = [&](const QString&, bool) { return path; };
    window.perform(QStringLiteral("record.save"));
    QFile file(path);
    REQUIRE(wait_until([&] { return file.exists(); }));
    REQUIRE(file.open(QIODevice::ReadOnly));
    const auto script = QString::fromUtf8(file.readAll());
    INFO(script.toStdString());
    CHECK(script.contains(QStringLiteral("run1 = project.run(\"test.walk\", steps=20, bias=0.25")));
    CHECK(script.contains(QStringLiteral("project.tag(run1, \"good\")")));
    CHECK(script.contains(QStringLiteral("project.sweep(\"test.walk\", steps=[4, 6], bias=[0.0, 1.0]")));
    CHECK(script.contains(QStringLiteral("project.rename(sweep1.runs[3], \"the last\")")));
    CHECK_FALSE(script.contains(QStringLiteral("window.")));
    CHECK_FALSE(script.contains(QStringLiteral("after the end")));
    CHECK_FALSE(script.contains(first));
    // Run again, into a new project: the same runs, but the one from before the recording.
    const auto other = desk.folder.path() / "other.orrery";
    QProcess replay;
    replay.setProcessChannelMode(QProcess::MergedChannels);
    replay.start(QString::fromStdString(platform::command_line_program().string()),
                 {QStringLiteral("script"), path, QString::fromStdString(other.string())});
    REQUIRE(replay.waitForFinished(120'000));
    INFO(replay.readAll().toStdString());
    REQUIRE(replay.exitCode() == 0);
    const auto facts = [](const std::filesystem::path& folder, const std::string& left_out) {
        const auto project = Project::open(folder, Access::read);
        std::vector<std::string> list;
        for (const auto& row : project.runs(true)) {
            if (row.id == left_out) continue;
            auto json = row.to_json();
            list.push_back(nlohmann::json{{"params", json["params"]},
                                          {"metrics", json["metrics"]},
                                          {"name", row.name},
                                          {"tags", row.tags},
                                          {"note", row.note},
                                          {"removed", row.removed},
                                          {"seed", row.seed},
                                          {"status", name_of(row.status)},
                                          {"swept", !row.sweep.empty()}}
                               .dump());
        }
        return list;
    };
    const auto here = facts(desk.project().toStdString(), old.toStdString());
    CHECK(here.size() == 7);
    CHECK(facts(other, {}) == here);
}

TEST_CASE("escape sequences of a terminal become colours, however they are cut", "[gui][console]") {
    const QByteArray text = "plain \x1b[1;31mred\x1b[0m\r\n\x1b[38;5;208mexact\x1b[2K \xc3\xa9\x1b]0;title\x07!";
    const auto joined = [](const std::vector<AnsiPiece>& pieces) {
        QString all;
        for (const auto& piece : pieces)
            all += piece.kind == AnsiPiece::Kind::text ? QStringLiteral("<%1%2%3>")
                                                             .arg(piece.style.colour)
                                                             .arg(piece.style.bold ? "b" : "")
                                                             .arg(piece.text)
                                                       : QStringLiteral("|");
        return all;
    };
    AnsiReader whole;
    CHECK(joined(whole.read(text)) == QStringLiteral("<-1plain ><1bred>||<-1exact>|<-1 é><-1!>"));
    for (qsizetype cut = 0; cut <= text.size(); ++cut) {
        AnsiReader reader;
        QString plain;
        for (const auto& part : {text.left(cut), text.mid(cut)})
            for (const auto& piece : reader.read(part)) plain += piece.text;
        CHECK(plain == QStringLiteral("plain redexact é!"));
    }
    for (const bool dark : {true, false})
        for (int colour = 0; colour < 16; ++colour) {
            AnsiStyle style;
            style.colour = colour;
            const int light = colour_of(style, dark).lightness();
            CHECK((dark ? light > 120 : light < 130));
        }
}

TEST_CASE("a carriage return begins the line anew, as bars of progress do", "[gui][console]") {
    ConsoleOutput output;
    output.write("10 %\r20 %\r\x1b[Kdone\nnext");
    CHECK(output.toPlainText() == QStringLiteral("done\nnext"));
    output.write("\r12345678\rab");
    CHECK(output.toPlainText() == QStringLiteral("done\nab345678"));
    output.write_lines(QStringLiteral("own line"));
    CHECK(output.toPlainText() == QStringLiteral("done\nab345678\nown line"));
    output.write("next"); // not in the line of others
    CHECK(output.toPlainText().endsWith(QStringLiteral("own line\nnext")));
    output.empty();
    output.write(QByteArray(100'000, 'x')); // one line: cut, not slow
    CHECK(output.blockCount() >= 5);
}

TEST_CASE("Return goes on with what is not whole yet", "[gui][console]") {
    for (const char* code : {"f(", "x = [1,", "if a:", "if a: b()", "def f():\n    return 1", "'''text", "x = 1 + \\",
                             "@decorator", "class A: pass", "for i in x:\n    if i:\n        pass"})
        CHECK(is_incomplete(QString::fromUtf8(code)));
    for (const char* code : {"", "1 + 1", "f(1)", "x = '('", "# if a:", "x[1:2]", "d = {'a': 1}", "if a:\n    b()\n",
                             "classes = 1", "print('if a:')", "match = 3", "x = 1)"})
        CHECK_FALSE(is_incomplete(QString::fromUtf8(code)));
    const auto indentation = [](const char* code) { return indentation_after(QString::fromUtf8(code)).size(); };
    CHECK(indentation("if a:") == 4);
    CHECK(indentation("    if a: # why") == 8);
    CHECK(indentation("    x = 1") == 4);
    CHECK(indentation("    return x") == 0);
    CHECK(indentation("f(") == 4);
    CHECK(indentation("x = 'a:'") == 0);
}
