// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/process.h"
#include "core/project.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

using namespace orrery;

namespace {

RunRequest request() {
    RunRequest made;
    made.experiment = "test.walk";
    made.plugin = "test";
    made.declaration = {{"id", "test.walk"}};
    return made;
}

void write_point(Project& project, const std::string& run, std::int64_t step, double value) {
    const std::vector<std::string> keys{"place"};
    const std::vector<MetricBatch::Point> points{{0, {step, value, 0.0}}};
    project.append(run, {keys, points, false, 0, {}});
}

} // namespace

TEST_CASE("whoever looks on sees that something changed, and whether the list did", "[core]") {
    const ScratchFolder folder;
    auto writer = Project::open(folder.path() / "a.orrery", Access::create);
    const auto reader = Project::open(folder.path() / "a.orrery", Access::read);
    const auto nothing = reader.changes();
    CHECK(reader.changes() == nothing);

    const auto run = writer.create_run(request());
    const auto made = reader.changes();
    const auto list = reader.list_changes();
    CHECK(made != nothing);
    CHECK(reader.changes() == made);

    writer.begin(run.id, {});
    const auto begun = reader.list_changes();
    CHECK(begun != list);
    write_point(writer, run.id, 0, 1);
    CHECK(reader.changes() != made);
    CHECK(reader.list_changes() == begun); // points alone are nothing to read the whole list for
    CHECK(reader.unfinished_runs().size() == 1);

    writer.set_note(run.id, "look here");
    CHECK(reader.list_changes() != begun);
    const auto noted = reader.list_changes();
    writer.end(run.id, {});
    CHECK(reader.list_changes() != noted);
    CHECK(reader.unfinished_runs().empty());
    CHECK(writer.changes() == writer.changes());
}

TEST_CASE("a run that is discarded changes the list", "[core]") {
    const ScratchFolder folder;
    auto project = Project::open(folder.path() / "a.orrery", Access::create);
    const auto ids = project.enqueue(std::vector<RunRequest>{request()});
    const auto before = project.list_changes();
    project.discard(ids.front());
    CHECK(project.list_changes() != before);
}

TEST_CASE("a process that has a project open twice loses nothing when another one closes it", "[core][P2]") {
    const ScratchFolder folder;
    auto writer = Project::open(folder.path() / "a.orrery", Access::create);
    const auto reader = Project::open(folder.path() / "a.orrery", Access::read);
    // The other process closes the database: as the last one, if the locks of this one were gone.
    const auto other = [&] {
        platform::SpawnRequest spawn;
        spawn.program = ORRERY_PROGRAM;
        spawn.arguments = {"tag", writer.ids("", 1).front(), "seen", "--project",
                           (folder.path() / "a.orrery").string()};
        platform::ChildProcess child(spawn);
        while (!child.wait(1000)) {
        }
        return child.wait(0)->exit_code;
    };
    writer.enqueue(std::vector<RunRequest>{request()});
    REQUIRE(other() == 0);
    const auto id = writer.enqueue(std::vector<RunRequest>{request()}).front();
    REQUIRE(other() == 0);                                          // it finds the second run
    CHECK(reader.run(id).tags == std::vector<std::string>{"seen"}); // and we find what it wrote
}

TEST_CASE("a series is read from a step on", "[core]") {
    const ScratchFolder folder;
    auto project = Project::open(folder.path() / "a.orrery", Access::create);
    const auto run = project.create_run(request());
    project.begin(run.id, {});
    for (std::int64_t step = -2; step < 3; ++step) write_point(project, run.id, step, static_cast<double>(step));
    CHECK(project.metric_series(run.id, "place").size() == 5);
    const auto later = project.metric_series(run.id, "place", 1);
    REQUIRE(later.size() == 2);
    CHECK(later.front().step == 1);
}

TEST_CASE("how a window looked is kept by name, and what isn't named stays", "[core]") {
    const ScratchFolder folder;
    auto project = Project::open(folder.path() / "a.orrery", Access::create);
    CHECK(project.layout().empty());
    project.set_layout({{"window", "abc"}, {"view/plot/test.walk", "a"}, {"gone", "b"}});
    project.set_layout({{"window", "def"}, {"gone", ""}}); // empty: removed
    CHECK(project.layout() == std::map<std::string, std::string>{{"view/plot/test.walk", "a"}, {"window", "def"}});
    const auto events = project.events().size();
    project.set_layout({{"window", "ghi"}});
    CHECK(project.events().size() == events); // no part of the record
}
