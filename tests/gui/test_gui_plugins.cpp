// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/catch.h"
#include "tests/gui/window_under_test.h"

#include <fstream>

using namespace orrery;
using namespace orrery::gui;
namespace fs = std::filesystem;

namespace {

void write_plugin(const WindowUnderTest& desk, const std::string& parameters, const std::string& body) {
    const auto folder = fs::path(desk.project().toStdString()) / "plugins";
    fs::create_directories(folder);
    // Replaced as editors do it.
    std::ofstream(folder / "mine.new") << "import orrery\n@orrery.experiment(\"mine.line\", \"A line\")\ndef line(run, "
                                       << parameters << "):\n    " << body << '\n';
    fs::rename(folder / "mine.new", folder / "mine.py");
}

bool form_has(MainWindow& window, const char* field) {
    return window.findChild<QWidget*>(QStringLiteral("field:") + QLatin1String(field)) != nullptr;
}

} // namespace

TEST_CASE("an experiment written in Python is found, run and changed while the window is open", "[gui][P7]") {
    WindowUnderTest desk;
    auto& window = *desk.window;
    CHECK_FALSE(desk.has_experiment("mine.line"));
    write_plugin(desk, "slope: orrery.Float(0, 10) = 2.0", "run.metric(\"y\", 3, 3 * slope)");
    REQUIRE(wait_until([&] { return desk.has_experiment("mine.line"); }));
    window.perform(QStringLiteral("experiment.select"), {{QStringLiteral("experiment"), QStringLiteral("mine.line")}});
    REQUIRE(wait_until([&] { return form_has(window, "slope"); }));
    const auto run = desk.start(QStringLiteral("mine.line"), QStringLiteral("slope=4"));
    REQUIRE(desk.wait_for(run, Status::done));
    CHECK(desk.run(run)->metrics.at("y") == 12);

    write_plugin(desk, "slope: orrery.Float(0, 10) = 2.0, offset: float = 0.5",
                 "run.metric(\"y\", 3, 3 * slope + offset)");
    REQUIRE(wait_until([&] { return form_has(window, "offset"); }));
    const auto second = desk.start(QStringLiteral("mine.line"), QStringLiteral("slope=4"));
    REQUIRE(desk.wait_for(second, Status::done));
    CHECK(desk.run(second)->metrics.at("y") == 12.5);

    write_plugin(desk, "slope: orrery.Float(0, 10) = 2.0", "raise ValueError(\"on purpose\")");
    REQUIRE(wait_until([&] { return !form_has(window, "offset"); }));
    const auto failed = desk.start(QStringLiteral("mine.line"), QStringLiteral("slope=1"));
    REQUIRE(desk.wait_for(failed, Status::failed));
    CHECK(desk.run(failed)->end->error.find("ValueError: on purpose (mine.py, line 4") != std::string::npos);
}
