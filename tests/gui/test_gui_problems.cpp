// SPDX-License-Identifier: GPL-3.0-or-later
// Problem files: begun, checked while they are typed, put into the form and run.
#include "app/gui/scripting.h"
#include "core/error.h"
#include "tests/catch.h"
#include "tests/gui/window_under_test.h"
#include "views/console/problem_lexer.h"
#include "views/console/script_editor.h"

#include <QAction>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QTest>
#include <QToolButton>

using namespace orrery;
using namespace orrery::gui;

namespace {

struct ProblemUnderTest : WindowUnderTest {
    ScriptPanel& files = *window->scripting().scripts();
    QListWidget& mistakes = *files.findChild<QListWidget*>(QStringLiteral("problem_mistakes"));
    QLabel& verdict = *files.findChild<QLabel*>(QStringLiteral("problem_verdict"));

    ProblemUnderTest() {
        files.ask_to_save = [](const QString&) { return ScriptPanel::Answer::discard; };
    }
    ScriptEditor& begin(const char* name) {
        window->perform(QStringLiteral("problem.new"), {{QStringLiteral("template"), QString::fromUtf8(name)}});
        if (!wait_until([&] { return files.current() && files.current()->language() == Language::problem; }))
            throw std::runtime_error("no problem file was begun: " + window->message().toStdString());
        return *files.current();
    }
    void replace(const char* before, const char* after) {
        auto text = files.current()->text();
        if (!text.contains(QString::fromUtf8(before))) throw std::runtime_error("the text has no such part");
        files.current()->setText(text.replace(QString::fromUtf8(before), QString::fromUtf8(after)));
    }
    bool is_sound() {
        return wait_until([&] { return verdict.text() == QStringLiteral("No mistakes found."); });
    }
    bool tells(const char* words) {
        return wait_until(
            [&] { return mistakes.count() > 0 && mistakes.item(0)->text().contains(QString::fromUtf8(words)); });
    }
    QString place(const char* name) const { return QString::fromStdString((folder.path() / name).string()); }
    QString in_form() const {
        const auto* line = window->findChild<QLineEdit*>(QStringLiteral("field:problem"));
        return line ? line->text() : QString();
    }
};

} // namespace

TEST_CASE("a problem file is begun from a built-in, checked while it is typed, and run", "[gui]") {
    ProblemUnderTest desk;
    auto& window = *desk.window;
    CHECK(window.reason(QStringLiteral("problem.use")) == QStringLiteral("The editor shows no problem file."));
    auto& editor = desk.begin("heat");
    CHECK(editor.path().isEmpty());
    CHECK_FALSE(editor.text().contains(QStringLiteral("SPDX")));
    CHECK(editor.text().contains(QStringLiteral("heat = \"dt(u) - diffusivity*dxx(u)\"")));
    REQUIRE(desk.is_sound());
    CHECK(desk.mistakes.count() == 0);

    // What is wrong is told with its line, and a click leads there.
    desk.replace("dxx(u)", "dxx(w)");
    REQUIRE(desk.tells("w"));
    const int line =
        static_cast<int>(editor.text().left(editor.text().indexOf(QStringLiteral("dxx(w)"))).count(QLatin1Char('\n'))) +
        1;
    CHECK(desk.mistakes.count() == 1);
    CHECK(desk.mistakes.item(0)->text().startsWith(QStringLiteral("Line %1: [equations] heat: ").arg(line)));
    CHECK_FALSE(desk.mistakes.item(0)->text().contains(QStringLiteral(".toml")));
    CHECK(editor.marked_line() == line);
    editor.setCursorPosition(0, 0);
    Q_EMIT desk.mistakes.itemClicked(desk.mistakes.item(0));
    int at = 0, column = 0;
    editor.getCursorPosition(&at, &column);
    CHECK(at == line - 1);
    // Syntax, too; and several at once.
    desk.replace("[equations]", "[equations");
    REQUIRE(wait_until([&] { return editor.marked_line() == line - 1; }));
    desk.replace("[equations", "[equations]");
    desk.replace("t = 0", "s = 0");
    REQUIRE(wait_until([&] { return desk.mistakes.count() == 2; }));
    desk.replace("s = 0", "t = 0");
    desk.replace("dxx(w)", "dxx(u)");
    REQUIRE(desk.is_sound());
    CHECK(editor.marked_line() == 0);

    // It is no script.
    CHECK(window.reason(QStringLiteral("script.run")).contains(QStringLiteral("no script")));
    CHECK_FALSE(desk.files.findChild<QToolButton*>(QStringLiteral("scripts_script.run"))->isVisible());

    // Into the form of the experiment that solves it; there it needs a place on the disk.
    QStringList suggested;
    auto place = QString();
    desk.files.ask_for_file = [&](const QString& name, bool to_save) {
        CHECK(to_save);
        return suggested << name, place;
    };
    auto* use = desk.files.findChild<QToolButton*>(QStringLiteral("scripts_problem.use"));
    REQUIRE(use->isVisible());
    use->click();
    REQUIRE(wait_until([&] { return suggested.size() == 1; }));
    CHECK(suggested.front().endsWith(QStringLiteral("/problem.toml")));
    CHECK(desk.in_form().isEmpty()); // thought better of it
    place = desk.place("a rod");
    use->click();
    REQUIRE(wait_until([&] { return desk.in_form() == desk.place("a rod.toml"); }));
    CHECK(editor.path() == desk.place("a rod.toml"));
    CHECK_FALSE(editor.isModified());
    REQUIRE(wait_until([&] { return window.reason(QStringLiteral("edit.undo")).isEmpty(); }));
    window.perform(QStringLiteral("edit.undo"));
    CHECK(wait_until([&] { return desk.in_form() != desk.place("a rod.toml"); }));
    use->click();
    REQUIRE(wait_until([&] { return desk.in_form() == desk.place("a rod.toml"); }));

    // Run as any draft; its other parameters stay.
    window.perform(QStringLiteral("parameters.set"),
                   {{QStringLiteral("experiment"), QStringLiteral("pinn.solve")},
                    {QStringLiteral("parameters"), QStringLiteral("iterations=3 points=64 width=4 depth=1")}});
    REQUIRE(wait_until([&] { return desk.in_form() == QStringLiteral("burgers"); }));
    use->click();
    REQUIRE(wait_until([&] { return desk.in_form() == desk.place("a rod.toml"); }));
    window.perform(QStringLiteral("run.start"));
    REQUIRE(wait_until([&] { return !desk.rows().empty(); }));
    const auto run = QString::fromStdString(desk.rows().back().id);
    REQUIRE(desk.wait_for(run, Status::done, 120'000));
    CHECK(desk.run(run)->parameters.at("iterations") == 3);
    CHECK(desk.run(run)->parameters.at("problem") == desk.place("a rod.toml").toStdString());
    CHECK(desk.run(run)->metrics.contains("error/l2"));
}

TEST_CASE("a problem file is checked where its data lie, and saved only over what it was read from", "[gui]") {
    ProblemUnderTest desk;
    const auto path = desk.place("measured.toml");
    const auto write = [](const QString& file, const QByteArray& bytes) {
        QFile out(file);
        REQUIRE(out.open(QIODevice::WriteOnly));
        out.write(bytes);
    };
    write(desk.place("rod.csv"), "x,t,u\n0.5,0.1,0.9\n0.5,0.2,0.8\n");
    write(path, "[problem]\nname = \"rod\"\nunknowns = [\"u\"]\n[domain]\nx = [0.0, 1.0]\nt = [0.0, 1.0]\n[equations]\n"
                "heat = \"dt(u) - 0.1*dxx(u)\"\n[conditions]\nstart = { at = \"t = 0\", u = \"sin(pi*x)\" }\n"
                "ends = { at = [\"x = 0\", \"x = 1\"], u = \"0\" }\nseen = { data = \"rod.csv\" }\n");
    desk.window->perform(QStringLiteral("problem.open"), {{QStringLiteral("file"), path}});
    REQUIRE(wait_until([&] { return desk.files.current() && desk.files.current()->path() == path; }));
    REQUIRE(desk.is_sound());
    desk.replace("0.1*dxx", "0.2*dxx"); // not saved, yet the file of data is found
    desk.verdict.clear();
    REQUIRE(desk.is_sound());
    CHECK(QDir(QString::fromStdString(desk.folder.path().string()))
              .entryList({QStringLiteral("*.toml")}, QDir::Files | QDir::Hidden) ==
          QStringList{QStringLiteral("measured.toml")}); // no copy is left
    desk.replace("rod.csv", "none.csv");
    REQUIRE(desk.tells("none.csv"));
    // Another program writes it: nothing is used that the user hasn't agreed to.
    write(path, "# theirs, and longer than ours was before it was touched\n");
    QStringList asked;
    desk.files.ask_to_overwrite = [&](const QString& name) { return asked << name, false; };
    desk.window->perform(QStringLiteral("problem.use"));
    REQUIRE(wait_until([&] { return asked == QStringList{path}; }));
    CHECK(desk.in_form().isEmpty());
    desk.window->perform(QStringLiteral("problem.open"), {{QStringLiteral("file"), desk.place("rod.csv")}});
    REQUIRE(wait_until([&] { return desk.window->message().contains(QStringLiteral(".toml")); }));
}

TEST_CASE("a problem file is coloured by what its words are", "[gui]") {
    ScriptEditor editor(Language::problem);
    const QString text = QStringLiteral("# note\n[domain]\nx = [0.0, \"2*pi\"]\n\"dx(u)\" = 'a # b' # c\nu = \"open\n");
    editor.setText(text);
    editor.recolor();
    const auto style = [&](const char* part) {
        const auto at = text.toUtf8().indexOf(part);
        REQUIRE(at >= 0);
        return static_cast<int>(editor.SendScintilla(QsciScintilla::SCI_GETSTYLEAT, static_cast<long>(at)));
    };
    CHECK(style("# note") == ProblemLexer::comment);
    CHECK(style("domain") == ProblemLexer::heading);
    CHECK(style("x = ") == ProblemLexer::key);
    CHECK(style("0.0") == ProblemLexer::number);
    CHECK(style("2*pi") == ProblemLexer::string);
    CHECK(style("dx(u)") == ProblemLexer::key);
    CHECK(style("# b") == ProblemLexer::string);
    CHECK(style("# c") == ProblemLexer::comment);
    CHECK(style("open") == ProblemLexer::unclosed);
}
