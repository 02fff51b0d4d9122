// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/platform/machine.h"
#include "core/platform/process.h"
#include "core/platform/process_info.h"
#include "tests/catch.h"
#include "tests/gui/window_under_test.h"

#include <QLabel>

#include <algorithm>
#include <cmath>

using namespace orrery;
using namespace orrery::gui;

TEST_CASE("a run that segfaults is told of, and the window stays responsive", "[gui][P1][P3]") {
    WindowUnderTest desk;
    TickMeter meter;
    wait_until([] { return false; }, 500); // what is drawn in the beginning
    meter.begin();
    const auto id = desk.start(QStringLiteral("test.segfault"), QStringLiteral("steps=5"));
    REQUIRE(desk.wait_for(id, Status::failed));
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("SIGSEGV")); }));
    const auto* error = desk.window->findChild<QLabel*>(QStringLiteral("jobs_error"));
    CHECK(error->text().contains(QStringLiteral("SIGSEGV")));
    WARN("longest gap beside a run that segfaults: " << meter.longest_ms() << " ms");
    CHECK(meter.longest_ms() <= 100);
}

TEST_CASE("a run that hangs is killed from the window, which stays responsive", "[gui][P1][P3]") {
    WindowUnderTest desk;
    const auto id = desk.start(QStringLiteral("test.hang"), QStringLiteral("seconds=600"));
    REQUIRE(
        wait_until([&] { return desk.run(id)->status == Status::running && desk.run(id)->metrics.contains("step"); }));
    TickMeter meter;
    meter.begin();
    desk.window->perform(QStringLiteral("run.stop"), {{QStringLiteral("run"), id}});
    REQUIRE(desk.wait_for(id, Status::stopping));
    desk.window->perform(QStringLiteral("run.kill"), {{QStringLiteral("run"), id}});
    CHECK(wait_until([&] { return desk.run(id)->end.has_value(); }));
    WARN("longest gap beside a run that hangs: " << meter.longest_ms() << " ms");
    CHECK(meter.longest_ms() <= 100);
}

TEST_CASE("a run that is killed from outside is told of", "[gui][P3]") {
    WindowUnderTest desk;
    const auto id = desk.start(QStringLiteral("test.slow"), QStringLiteral("seconds=600"));
    REQUIRE(wait_until([&] { return desk.run(id)->status == Status::running && desk.run(id)->pid > 0; }));
    const auto pid = desk.run(id)->pid;
    REQUIRE(platform::signal_process(pid, platform::process_start(pid), platform::ProcessSignal::kill));
    REQUIRE(desk.wait_for(id, Status::failed));
    CHECK(wait_until([&] { return desk.window->message().contains(QStringLiteral("SIGKILL")); }));
}

TEST_CASE("the window stays responsive while eight runs write ten thousand points a second each", "[gui][P1][slow]") {
    constexpr int steps = 100'000'000; // more than there is time for
    WindowUnderTest desk;
    std::vector<std::unique_ptr<platform::ChildProcess>> runs;
    for (int i = 0; i < 8; ++i) {
        platform::SpawnRequest spawn;
        spawn.program = platform::command_line_program();
        spawn.arguments = {"run",
                           "test.walk",
                           "steps=" + std::to_string(steps),
                           "pause=0.0001",
                           "--now",
                           "--threads",
                           "1",
                           "--quiet",
                           "--seed",
                           std::to_string(i),
                           "--project",
                           desk.project().toStdString()};
        runs.push_back(std::make_unique<platform::ChildProcess>(spawn));
    }
    const auto running = [&] {
        const auto rows = desk.rows();
        return std::count_if(rows.begin(), rows.end(),
                             [](const RunRow& row) { return row.status == Status::running && !row.metrics.empty(); });
    };
    REQUIRE(wait_until([&] { return running() == 8; }, 120'000));
    QStringList ids;
    for (const auto& row : desk.rows()) ids << QString::fromStdString(row.id);
    desk.window->select_runs(ids);
    const auto points = [&] { // all steps that are in the database
        const auto project = Project::open(desk.project().toStdString(), Access::read);
        double count = 0;
        for (const auto& row : project.runs()) count += row.progress * steps;
        return count;
    };
    // What another program does to the machine for a moment may spoil five seconds, hardly three times five.
    constexpr double goal = 100, tries = 3;
    double gap = 2 * goal;
    for (int i = 0; i < tries && gap > goal; ++i) {
        const auto before = points();
        QElapsedTimer clock;
        clock.start();
        TickMeter meter;
        meter.begin();
        wait_until([] { return false; }, 5000);
        gap = meter.longest_ms();
        const double rate = (points() - before) / (static_cast<double>(clock.elapsed()) * 1e-3) / 8;
        WARN("longest gap beside eight runs: " << gap << " ms, while each wrote " << std::llround(rate)
                                               << " points a second; slowest: " << meter.slowest().toStdString());
    }
    CHECK(running() == 8);
    CHECK(gap <= goal);
    for (const auto& run : runs) run->terminate();
    for (const auto& run : runs)
        while (!run->wait(100)) {
        }
}
