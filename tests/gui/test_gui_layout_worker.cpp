// SPDX-License-Identifier: GPL-3.0-or-later
// Layouts found by a worker: they start, the newest wins, they stop, and a dead worker is told.
#include "views/graph/layout_worker.h"

#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <QSignalSpy>
#include <QTest>

#include <cmath>
#include <csignal>

using namespace orrery;
using namespace orrery::gui;

namespace {

DrawnGraph ring(std::int32_t nodes) {
    auto graph = std::make_shared<Graph>();
    graph->nodes = nodes;
    for (std::int32_t i = 0; i < nodes; ++i) graph->edges.push_back({i, (i + 1) % nodes});
    return draw_graph(graph);
}

struct LaidOut {
    ScratchFolder folder;
    LayoutWorker worker;
    std::vector<std::vector<Place>> placed;
    QStringList ends;
    LaidOut() {
        worker.set_project(folder.path());
        QObject::connect(&worker, &LayoutWorker::placed, &worker,
                         [this](const std::vector<Place>& places) { placed.push_back(places); });
        QObject::connect(&worker, &LayoutWorker::ended, &worker, [this](const QString& problem) { ends << problem; });
    }
    bool wait(const std::function<bool()>& holds) { return QTest::qWaitFor(holds, 60'000); }
};

} // namespace

TEST_CASE("a layout is shown while it is found, and ends", "[gui][graph][layout]") {
    LaidOut at;
    CHECK(at.worker.pid() == 0);                   // the first request starts it
    at.worker.start(ring(3000), "forceatlas2", 1); // takes its time
    CHECK(at.worker.is_busy());
    REQUIRE(at.wait([&] { return !at.ends.isEmpty(); }));
    CHECK(at.ends[0].toStdString() == "");
    CHECK_FALSE(at.worker.is_busy());
    CHECK(at.placed.size() > 1);
    CHECK(at.placed.back().size() == 3000);
    CHECK((at.placed.back() != at.placed.front()));
    at.worker.start(ring(40), "forceatlas2", 1);
    REQUIRE(at.wait([&] { return at.ends.size() == 2; }));
    const auto first = at.placed.back();
    at.worker.start(ring(40), "forceatlas2", 1);
    REQUIRE(at.wait([&] { return at.ends.size() == 3; }));
    CHECK((at.placed.back() == first)); // the same seed
    at.worker.start(ring(40), "circle", 1);
    REQUIRE(at.wait([&] { return at.ends.size() == 4; }));
    const double radius = std::hypot(at.placed.back()[0][0], at.placed.back()[0][1]);
    CHECK(std::hypot(at.placed.back()[17][0], at.placed.back()[17][1]) == Approx(radius));
}

TEST_CASE("the newest layout wins, and a stopped one says no more", "[gui][graph][layout]") {
    LaidOut at;
    at.worker.start(ring(20'000), "forceatlas2", 1);
    REQUIRE(at.wait([&] { return !at.placed.empty(); }));
    at.worker.start(ring(30), "circle", 1);
    REQUIRE(at.wait([&] { return !at.ends.isEmpty(); }));
    CHECK(at.placed.back().size() == 30);
    CHECK(at.ends.size() == 1);
    at.worker.start(ring(20'000), "forceatlas2", 1);
    REQUIRE(at.wait([&] { return at.placed.back().size() == 20'000; }));
    at.worker.stop();
    CHECK(at.ends.size() == 2); // at once
    CHECK_FALSE(at.worker.is_busy());
    const auto count = at.placed.size();
    QTest::qWait(300);
    CHECK(at.placed.size() == count);
    CHECK(at.ends.size() == 2);
    at.worker.stop(); // nothing to stop
    CHECK(at.ends.size() == 2);
    at.worker.start(ring(30), "circle", 1); // the same child goes on
    REQUIRE(at.wait([&] { return at.ends.size() == 3; }));
    CHECK(at.placed.back().size() == 30);
}

TEST_CASE("a worker that dies while it lays out is told and replaced; without a project there is none",
          "[gui][graph][layout][P3]") {
    LaidOut at;
    at.worker.start(ring(20'000), "forceatlas2", 1);
    REQUIRE(at.wait([&] { return !at.placed.empty(); }));
    const int pid = at.worker.pid();
    REQUIRE(pid > 0);
    ::kill(pid, SIGKILL);
    REQUIRE(at.wait([&] { return !at.ends.isEmpty(); }));
    CHECK(at.ends[0].contains("SIGKILL"));
    CHECK_FALSE(at.worker.is_busy());
    at.worker.start(ring(30), "circle", 1);
    REQUIRE(at.wait([&] { return at.ends.size() == 2; }));
    CHECK(at.ends[1].toStdString() == "");
    CHECK(at.worker.pid() != pid);
    at.worker.start(ring(30), "no such layout", 1);
    REQUIRE(at.wait([&] { return at.ends.size() == 3; }));
    CHECK_FALSE(at.ends[2].isEmpty());
    at.worker.start(ring(20'000), "forceatlas2", 1);
    at.worker.set_project({}); // another project stops it
    CHECK(at.ends.size() == 4);
    CHECK_FALSE(at.worker.is_possible());
    at.worker.start(ring(30), "circle", 1);
    CHECK_FALSE(at.worker.is_busy());
}
