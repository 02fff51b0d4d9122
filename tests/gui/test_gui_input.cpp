// SPDX-License-Identifier: GPL-3.0-or-later
// What the window is given and can't use: one sentence says so, and everything else goes on working.
#include "core/platform/machine.h"
#include "tests/catch.h"
#include "tests/gui/small_disk.h"
#include "tests/gui/window_under_test.h"

#include <QAbstractButton>
#include <QFile>
#include <QLabel>
#include <QProcess>
#include <QTest>
#include <QTreeWidgetItemIterator>

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <fstream>

using namespace orrery;
using namespace orrery::gui;
namespace fs = std::filesystem;

namespace {

// That a run can still be made, after whatever went wrong.
void expect_alive(WindowUnderTest& desk) {
    INFO("the window says: " << desk.window->message().toStdString());
    const auto id = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=10"));
    CHECK(desk.wait_for(id, Status::done));
}

QString path_of(const fs::path& path) { return QString::fromStdString(path.string()); }

void make_project(const fs::path& folder) { Project::open(folder, Access::create); }

// Big-endian numbers in the database's header: 60 user_version, 68 application_id.
void change_header(const fs::path& folder, int offset, char value) {
    std::fstream file(folder / "project.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset + 3);
    file.put(value);
}

void run_outside(const fs::path& project, const QStringList& arguments) {
    QProcess process;
    process.start(path_of(platform::command_line_program()), arguments + QStringList{"--project", path_of(project)});
    REQUIRE(wait_until([&] { return process.state() == QProcess::NotRunning; }));
    INFO(process.readAllStandardError().toStdString());
    REQUIRE(process.exitCode() == 0);
}

// `shape` and `bytes` of zeros after it; the file is sparse.
fs::path make_npy(const fs::path& file, const std::string& shape, std::uintmax_t bytes) {
    std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize(117, ' ');
    header += '\n';
    std::ofstream(file, std::ios::binary)
        << std::string("\x93NUMPY\x01\x00", 8) << static_cast<char>(header.size()) << '\0' << header;
    fs::resize_file(file, 128 + bytes);
    return file;
}

QStringList tree_texts(const WindowUnderTest& desk) {
    QStringList texts;
    for (QTreeWidgetItemIterator it(desk.window->findChild<QTreeWidget*>(QStringLiteral("experiments_tree"))); *it;
         ++it)
        texts << (*it)->text(0);
    return texts;
}

} // namespace

TEST_CASE("a project of another program, a cut one and a newer one are told of", "[gui][P6][P9]") {
    WindowUnderTest desk;
    const auto open = [&](const fs::path& folder) { desk.window->open(path_of(folder)); };
    const auto says = [&](const char* words) {
        return wait_until([&] { return desk.window->message().contains(QString::fromUtf8(words)); }, 10'000);
    };
    const fs::path foreign = desk.folder / "foreign.orrery", cut = desk.folder / "cut.orrery";
    make_project(foreign);
    change_header(foreign, 68, 7);
    open(foreign);
    CHECK(says("a database of another program"));
    make_project(cut);
    fs::resize_file(cut / "project.db", 3000);
    open(cut);
    CHECK(says("cut.orrery"));
    CHECK(desk.window->project()->folder() == desk.project());
    expect_alive(desk);
    const fs::path newer = desk.folder / "newer.orrery";
    make_project(newer);
    change_header(newer, 60, 99);
    open(newer);
    CHECK(says("newer Orrery"));
    REQUIRE(wait_until([&] { return desk.window->project()->folder() == path_of(newer); }));
    CHECK_FALSE(desk.window->reason(QStringLiteral("run.start")).isEmpty());
    desk.window->perform(QStringLiteral("project.switch"), {{QStringLiteral("folder"), desk.project()}});
    REQUIRE(wait_until([&] { return desk.window->project()->folder() == desk.project(); }));
    expect_alive(desk);
}

TEST_CASE("a recipe that asks for what there isn't names it, and its other runs are played", "[gui][P9]") {
    WindowUnderTest desk;
    desk.folder.write("recipe.toml",
                      "name = \"small\"\ntitle = \"Small\"\n"
                      "[[run]]\nname = \"good\"\nexperiment = \"test.walk\"\nparameters = {steps = 10}\n"
                      "[[run]]\nname = \"unknown\"\nexperiment = \"test.nothing\"\n"
                      "[[run]]\nname = \"typo\"\nexperiment = \"test.walk\"\nparameters = {stops = 10}\n");
    desk.window->open(path_of(desk.folder / "recipe.toml"));
    REQUIRE(wait_until([&] { return desk.window->message().contains(QStringLiteral("test.nothing")); }));
    CHECK(desk.window->message().contains(QStringLiteral("stops")));
    CHECK(desk.window->message().contains(QStringLiteral("steps"))); // what was meant
    QTest::mouseClick(desk.window->findChild<QAbstractButton*>(QStringLiteral("message_close")), Qt::LeftButton);
    REQUIRE(desk.window->message().isEmpty());
    desk.window->perform(QStringLiteral("recipe.play"), {{QStringLiteral("name"), QString()}});
    CHECK(wait_until([&] {
        const auto rows = desk.rows();
        return rows.size() == 1 && rows.front().name == "good" && rows.front().status == Status::done;
    }));
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("asks for what there isn't")); }));
    CHECK(desk.window->message().contains(QStringLiteral("test.nothing")));
    desk.folder.write("recipe.toml", "name = \"small\n");
    desk.window->open(path_of(desk.folder / "recipe.toml"));
    CHECK(desk.window->message().contains(QStringLiteral("recipe.toml")));
    CHECK(desk.window->message().contains(QStringLiteral("line 1")));
    expect_alive(desk);
}

TEST_CASE("a field file that can't be used is told of beside its parameter, before the run", "[gui][P9]") {
    WindowUnderTest desk;
    if (!desk.has_experiment("sqg.spectral")) {
        WARN("skipped: the plugin pinn is not built");
        return;
    }
    desk.window->perform(QStringLiteral("experiment.select"),
                         {{QStringLiteral("experiment"), QStringLiteral("sqg.spectral")}});
    REQUIRE(wait_until([&] { return desk.window->findChild<QLabel*>(QStringLiteral("message:initial")); }));
    const auto oblong = make_npy(desk.folder / "oblong.npy", "(8, 4)", 256);
    const auto huge = make_npy(desk.folder / "huge.npy", "(36000, 36000)", 36000ULL * 36000 * 8);
    const auto holes = make_npy(desk.folder / "holes.npy", "(8, 8)", 512);
    {
        std::fstream file(holes, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(128 + 80);
        const double nan = std::nan("");
        file.write(reinterpret_cast<const char*>(&nan), sizeof nan);
    }
    const std::pair<fs::path, const char*> files[] = {{oblong, "8"}, {holes, "not finite"}, {huge, "36000"}};
    for (const auto& [file, word] : files) {
        desk.drop({file});
        const auto text = [&] {
            const auto* label = desk.window->findChild<QLabel*>(QStringLiteral("message:initial"));
            return label ? label->text() : QString();
        };
        CHECK(wait_until([&] { return text().contains(path_of(file.filename())); }, 30'000));
        INFO(text().toStdString());
        CHECK(text().contains(QString::fromUtf8(word)));
        CHECK_FALSE(desk.window->reason(QStringLiteral("run.start")).isEmpty());
    }
    expect_alive(desk);
}

TEST_CASE("plugins that fail are listed with their reason, and the others go on", "[gui][P3][P9]") {
    WindowUnderTest desk;
    const fs::path plugins = fs::path(desk.project().toStdString()) / "plugins";
    std::ifstream in(fs::path(TEST_PLUGINS) / "test" / "plugin.json");
    const auto good = nlohmann::json::parse(in);
    const auto make = [&](const std::string& id, bool right_key) {
        auto manifest = good;
        manifest["id"] = manifest["title"] = id;
        if (!right_key) manifest["build_key"] = std::string(64, '0');
        auto one = manifest["experiments"][0];
        one["id"] = id + ".one";
        one["title"] = "One of " + id;
        manifest["experiments"] = {one};
        fs::create_directories(plugins / id);
        std::ofstream(plugins / id / "plugin.json") << manifest.dump();
        std::ofstream(plugins / id / "test.so") << "no library";
    };
    make("corrupt", true);
    make("stranger", false);
    fs::create_directories(plugins / "garbled");
    std::ofstream(plugins / "garbled" / "plugin.json") << "{";
    fs::create_directories(plugins / "moody");
    fs::copy_file(fs::path(SAMPLE_PLUGINS) / "moody" / "moody.so", plugins / "moody" / "moody.so");
    {
        qputenv("ORRERY_TEST_OPENING", "well");
        QProcess declare;
        declare.setStandardOutputFile(path_of(plugins / "moody" / "plugin.json"));
        declare.start(path_of(platform::command_line_program()),
                      {QStringLiteral("declare"), path_of(plugins / "moody" / "moody.so")});
        REQUIRE(declare.waitForFinished());
        qunsetenv("ORRERY_TEST_OPENING");
    }
    desk.reopen();
    const auto texts = tree_texts(desk).join(QLatin1Char('\n'));
    INFO(texts.toStdString());
    CHECK(texts.contains(QStringLiteral("refused: it was built against another Orrery")));
    CHECK(texts.contains(QStringLiteral("plugin.json can't be used")));

    const auto corrupt = desk.start(QStringLiteral("corrupt.one"), {});
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("can't be opened")); }));
    const auto crashing = desk.start(QStringLiteral("moody.walk"), {});
    REQUIRE(desk.wait_for(crashing, Status::failed));
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("SIGABRT")); }));
    CHECK(desk.run(corrupt)->status == Status::failed);
    // From now on it is known, without opening the project anew.
    CHECK(wait_until([&] { return tree_texts(desk).join(QLatin1Char('\n')).contains(QStringLiteral("failed: ")); }));
    expect_alive(desk);
}

TEST_CASE("a project on a read-only disk is looked at, and says why nothing can be run", "[gui][P9]") {
    WindowUnderTest desk;
    const fs::path folder = desk.folder / "fixed.orrery";
    run_outside(folder, {"run", "test.walk", "steps=20", "--quiet"});
    const auto disk = MountedFolder::read_only(folder);
    if (!disk.is_there()) {
        WARN("skipped: mounting is not allowed here");
        return;
    }
    desk.window->open(path_of(folder));
    REQUIRE(wait_until([&] { return desk.window->project()->folder() == path_of(folder); }));
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("can only be read")); }));
    REQUIRE(wait_until([&] { return desk.rows().size() == 1; }));
    const auto id = QString::fromStdString(desk.rows().front().id);
    desk.window->perform(QStringLiteral("run.open"), {{QStringLiteral("run"), id}});
    CHECK(wait_until([&] { return desk.window->selected_runs() == QStringList{id}; }));
    for (const auto* command : {"run.start", "run.remove", "run.resume", "parameters.save_preset"})
        CHECK(desk.window->reason(QString::fromUtf8(command)).contains(QStringLiteral("can only be read")));
    desk.press("Ctrl+Return");
    wait_until([] { return false; }, 300);
    CHECK(desk.rows().size() == 1);
    desk.window->perform(QStringLiteral("project.close"), {{QStringLiteral("folder"), path_of(folder)}});
    REQUIRE(wait_until([&] { return desk.window->project()->folder() == desk.project(); }));
    expect_alive(desk);
}

TEST_CASE("a disk that fills up during a run is told of; with room again runs go on", "[gui][P2][P9]") {
    WindowUnderTest desk;
    const auto disk = MountedFolder::small(desk.folder / "disk", 8);
    if (!disk.is_there()) {
        WARN("skipped: mounting is not allowed here");
        return;
    }
    const auto folder = path_of(desk.folder / "disk" / "full.orrery");
    desk.window->open(folder);
    REQUIRE(
        wait_until([&] { return desk.window->project()->folder() == folder && desk.window->project()->catalogue(); }));
    const auto id = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=2000000 pause=0.0002"));
    REQUIRE(wait_until([&] { return desk.run(id)->metrics.contains("place"); }));
    disk.fill();
    REQUIRE(wait_until([&] { return desk.window->message().contains(QStringLiteral("full")); }));
    CHECK(desk.window->message().contains(QStringLiteral("Make room")));
    desk.window->perform(QStringLiteral("run.start"), {{QStringLiteral("experiment"), QStringLiteral("test.walk")}});
    wait_until([] { return false; }, 1000);
    disk.empty();
    CHECK(wait_until([&] { return desk.run(id)->end.has_value(); }));
    CHECK(desk.run(id)->status == Status::failed);
    const auto points = Project::open(folder.toStdString(), Access::read).metric_series(id.toStdString(), "place");
    REQUIRE(points.size() > 100);
    CHECK(points.back().step == static_cast<std::int64_t>(points.size()) - 1); // no gap
    expect_alive(desk);
}

TEST_CASE("a device that is gone is told of, and the queue goes on", "[gui][P9]") {
    WindowUnderTest desk;
    desk.window->perform(QStringLiteral("run.start"), {{QStringLiteral("experiment"), QStringLiteral("test.walk")},
                                                       {QStringLiteral("device"), QStringLiteral("cuda:9")}});
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("there is no device 'cuda:9'")); }));
    CHECK(desk.rows().empty());
    // One that was made where there was such a device.
    RunRequest request;
    request.experiment = "test.slow";
    request.plugin = "test";
    request.parameters = {{"seconds", 60.0}};
    request.declaration = desk.window->project()->catalogue()->find("test.slow").experiment->to_json();
    request.device = "cuda:9";
    request.threads = 1;
    auto elsewhere = Project::open(desk.project().toStdString(), Access::write);
    const auto id = QString::fromStdString(elsewhere.enqueue({&request, 1}, "nobody").front());
    REQUIRE(wait_until([&] { return desk.run(id) != nullptr; }));
    desk.window->perform(QStringLiteral("run.resume"), {{QStringLiteral("run"), id}});
    REQUIRE(desk.wait_for(id, Status::failed));
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("there is no device 'cuda:9'")); }));
    expect_alive(desk);
}

TEST_CASE("a database that another program locks delays, is told of, and loses nothing", "[gui][P1][P9]") {
    WindowUnderTest desk;
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open((desk.project() + QStringLiteral("/project.db")).toUtf8().constData(), &other) == SQLITE_OK);
    const auto execute = [&](const char* sql) { return sqlite3_exec(other, sql, nullptr, nullptr, nullptr); };
    REQUIRE(execute("BEGIN IMMEDIATE") == SQLITE_OK);
    TickMeter meter;
    desk.window->perform(QStringLiteral("run.start"), {{QStringLiteral("experiment"), QStringLiteral("test.walk")},
                                                       {QStringLiteral("parameters"), QStringLiteral("steps=10")}});
    wait_until([] { return false; }, 1000);
    CHECK(meter.longest_ms() <= 100);
    CHECK(desk.rows().empty());
    REQUIRE(execute("ROLLBACK") == SQLITE_OK);
    CHECK(wait_until([&] { return desk.rows().size() == 1 && desk.rows().front().status == Status::done; }));

    REQUIRE(execute("BEGIN IMMEDIATE") == SQLITE_OK);
    const auto id = QString::fromStdString(desk.rows().front().id);
    desk.window->perform(QStringLiteral("run.rename"),
                         {{QStringLiteral("run"), id}, {QStringLiteral("name"), QStringLiteral("kept")}});
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("locked by another program")); }));
    REQUIRE(execute("ROLLBACK") == SQLITE_OK);
    sqlite3_close(other);
    expect_alive(desk);
}

TEST_CASE("two windows and the command line see each other's runs of one project", "[gui][P2]") {
    WindowUnderTest desk;
    MainWindow second;
    second.show();
    second.open(desk.project());
    REQUIRE(wait_until([&] { return second.project() && second.project()->catalogue(); }));
    const auto seen = [&](const QString& id, Status status) {
        return wait_until([&] {
            const auto* row = second.project()->run(id);
            return row && row->status == status;
        });
    };
    const auto id = desk.start(QStringLiteral("test.slow"), QStringLiteral("seconds=60"));
    REQUIRE(seen(id, Status::running));
    second.perform(QStringLiteral("run.stop"), {{QStringLiteral("run"), id}});
    CHECK(desk.wait_for(id, Status::stopped));
    CHECK(seen(id, Status::stopped));
    run_outside(desk.project().toStdString(), {"run", "test.walk", "steps=20", "--quiet"});
    REQUIRE(wait_until([&] { return desk.rows().size() == 2 && second.project()->runs()->size() == 2; }));
    const auto outside = QString::fromStdString(desk.rows().back().id);
    CHECK(desk.wait_for(outside, Status::done));
    CHECK(seen(outside, Status::done));
    second.perform(QStringLiteral("run.remove"), {{QStringLiteral("run"), outside}});
    CHECK(wait_until([&] { return desk.rows().size() == 1; }));
}

TEST_CASE("a project whose folder vanishes is told of, and goes on when it is back", "[gui][P9]") {
    WindowUnderTest desk;
    const auto id = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=10"));
    REQUIRE(desk.wait_for(id, Status::done));
    const fs::path folder = desk.project().toStdString(), away = desk.folder / "away.orrery";
    fs::rename(folder, away);
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("is gone")); }, 10'000));
    CHECK(desk.window->reason(QStringLiteral("run.start")).contains(QStringLiteral("is gone")));
    CHECK(desk.run(id)); // still to be looked at
    fs::rename(away, folder);
    CHECK(wait_until([&] { return desk.window->reason(QStringLiteral("run.start")).isEmpty(); }, 10'000));
    expect_alive(desk);
    const auto other = path_of(desk.folder / "other.orrery");
    fs::remove_all(folder);
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("is gone")); }, 10'000));
    desk.window->open(other);
    REQUIRE(
        wait_until([&] { return desk.window->project()->folder() == other && desk.window->project()->catalogue(); }));
    expect_alive(desk);
    CHECK_FALSE(fs::exists(folder)); // nothing is written where it was
}
