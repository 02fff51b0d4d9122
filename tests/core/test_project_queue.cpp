// SPDX-License-Identifier: BSD-3-Clause
#include "core/canonical_json.h"
#include "core/jobs/recorder.h"
#include "core/platform/process_info.h"
#include "core/project.h"
#include "core/verify.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <istream>
#include <iterator>
#include <ostream>
#include <thread>

using namespace orrery;
using Catch::Matchers::Contains;

namespace {

struct Sample {
    ScratchFolder folder;
    std::filesystem::path file = folder / "p.orrery/project.db";
    Project project = Project::open(folder / "p.orrery", Access::create);

    std::string queued(int priority = 0, const std::string& owner = {}) {
        auto request = sample_request();
        request.priority = priority;
        return project.enqueue(std::span(&request, 1), owner).front();
    }
    std::vector<std::string> order(std::string_view up_to = {}) {
        std::vector<std::string> ids;
        for (const auto& run : project.queue(up_to)) ids.push_back(run.id);
        return ids;
    }
    std::vector<double> steps(const std::string& id, const std::string& key) {
        std::vector<double> list;
        for (const auto& point : project.metric_series(id, key)) list.push_back(static_cast<double>(point.step));
        return list;
    }
};

RunEnd stopped() { return {Outcome::stopped, 130, "the run was stopped", "what it had written is kept"}; }

// A run that was stopped at step 3 with a checkpoint at step 2.
std::string stopped_run(Sample& sample) {
    setenv("ORRERY_CHECKPOINT_SECONDS", "0", 1);
    const auto created = sample.project.create_run(sample_request());
    sample.project.begin(created.id, sample_provenance());
    RecordedRun run(sample.project, created.id, {});
    for (std::int64_t step = 0; step < 4; ++step) {
        run.metric("place", step, static_cast<double>(step));
        if (step == 3) run.metric("late", 3, 1);
        if (step == 2) CHECK(run.checkpoint(step, [](std::ostream& out) { out << "state"; }));
    }
    std::ofstream(run.scratch() / "half.bin") << "half a field";
    run.finish(stopped());
    unsetenv("ORRERY_CHECKPOINT_SECONDS");
    return created.id;
}

} // namespace

TEST_CASE("Runs wait in the order of priority, then age", "[core]") {
    Sample sample;
    const auto a = sample.queued(), b = sample.queued(2), c = sample.queued(2), d = sample.queued(-1);
    CHECK(sample.order() == std::vector<std::string>{b, c, a, d});
    for (const auto& run : sample.project.runs()) CHECK(run.status == Status::queued);
    CHECK(sample.project.run(a).seconds == 0);
}

TEST_CASE("A waiting run is claimed once", "[core]") {
    Sample sample;
    const auto id = sample.queued();
    auto other = Project::open(sample.folder / "p.orrery", Access::write);
    {
        const auto lock = sample.project.claim(id);
        REQUIRE(lock);
        CHECK_FALSE(other.claim(id));
        CHECK(other.run(id).status == Status::running);
        CHECK(sample.order().empty());
    }
    CHECK(other.run(id).status == Status::lost); // its process died before the first step
    CHECK_FALSE(other.claim(id));
}

TEST_CASE("What waits with a living owner is left to it, and to anybody once the owner is dead", "[core]") {
    Sample sample;
    const auto first = sample.queued(0, "queue-a"), second = sample.queued(0, "queue-b");
    {
        const auto alive = FileLock::try_take(sample.project.owner_file("queue-a"));
        const auto line = sample.project.queue("queue-b");
        REQUIRE(line.size() == 2);
        CHECK(line[0].is_waited_for);
        CHECK_FALSE(line[1].is_waited_for);
        CHECK(sample.order("queue-a") == std::vector<std::string>{first});
        CHECK_THROWS_WITH(sample.project.adopt(first, "queue-c"), Contains("waits for another program"));
    }
    sample.project.adopt(first, "queue-c");
    CHECK(sample.project.queue().front().owner == "queue-c");
    CHECK(sample.project.claim(second));
    CHECK_THROWS_WITH(sample.project.adopt(second, "queue-c"), Contains("does not wait"));
}

TEST_CASE("A stop ends what waits and reaches what computes through the project", "[core]") {
    Sample sample;
    const auto id = sample.queued();
    CHECK_FALSE(sample.project.request_stop(id));
    CHECK(sample.project.run(id).status == Status::stopped);
    CHECK_THROWS_WITH(sample.project.request_stop(id), Contains("nothing to stop"));

    auto other = Project::open(sample.folder / "p.orrery", Access::write);
    const auto created = sample.project.create_run(sample_request());
    sample.project.begin(created.id, sample_provenance());
    // This very process computes it, and must not be signalled: its row is of another machine.
    sql(sample.file, "UPDATE run SET host = 'elsewhere' WHERE id = '" + created.id + "'");
    RecordedRun run(sample.project, created.id, {});
    CHECK(other.request_stop(created.id));
    CHECK(other.run(created.id).status == Status::stopping);
    for (int i = 0; i < 100 && !run.stop().stop_requested(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    CHECK(run.stop().stop_requested());
    run.finish(stopped());
    CHECK(verify(sample.project).ok());
}

TEST_CASE("A process that has the number of a run's dead process is not signalled", "[core]") {
    Sample sample;
    const auto created = sample.project.create_run(sample_request());
    sample.project.begin(created.id, sample_provenance());
    // As if this process had been started later and got the number: a signal would end the test.
    sql(sample.file, "UPDATE run SET process_start = process_start - 1 WHERE id = '" + created.id + "'");
    CHECK(sample.project.request_stop(created.id));
    CHECK_FALSE(sample.project.kill(created.id));
    CHECK(sample.project.run(created.id).status == Status::stopping);
}

TEST_CASE("A stopped run goes on from its checkpoint under the same id", "[core][P2]") {
    Sample sample;
    const auto id = stopped_run(sample);
    auto before = sample.project.run(id);
    REQUIRE(before.checkpoint == 2);
    CHECK(sample.steps(id, "place") == std::vector<double>{0, 1, 2, 3});
    CHECK(verify(sample.project).ok());

    sample.project.requeue(id);
    CHECK(sample.project.run(id).status == Status::queued);
    CHECK_FALSE(sample.project.run(id).end);
    CHECK(verify(sample.project).ok());
    const auto lock = sample.project.claim(id);
    REQUIRE(lock);
    auto origin = read_checkpoint(sample.project.checkpoint_file(id), id);
    REQUIRE(origin);
    auto provenance = sample_provenance();
    provenance.values["machine/host"] = "there";
    sample.project.begin(id, provenance, origin->step);
    const double computed = origin->elapsed;
    CHECK(sample.steps(id, "place") == std::vector<double>{0, 1, 2});
    CHECK(sample.project.run(id).metrics == std::map<std::string, double>{{"place", 2}}); // and "late" is gone
    {
        RecordedRun run(sample.project, id, {}, std::move(origin));
        auto given = run.resume();
        REQUIRE(given);
        CHECK(given->step == 2);
        CHECK(std::string(std::istreambuf_iterator<char>(*given->stream), {}) == "state");
        CHECK_FALSE(run.resume()); // it was given
        CHECK(std::filesystem::exists(run.scratch() / "half.bin"));
        run.metric("place", 3, 30);
        run.finish({});
    }
    const auto row = sample.project.run(id);
    CHECK(row.status == Status::done);
    CHECK(row.metrics.at("place") == 30);
    CHECK(row.began == before.began);
    CHECK_FALSE(row.checkpoint);
    CHECK(sample.project.metric_series(id, "place").back().elapsed >= computed);
    CHECK_FALSE(std::filesystem::exists(sample.project.checkpoint_file(id)));
    CHECK_FALSE(std::filesystem::exists(sample.project.scratch_folder(id)));
    const auto kept = sample.project.provenance(id);
    CHECK(kept.at("machine/host") == "here");
    CHECK(kept.at("resumed/1/machine/host") == "there");
    CHECK(kept.count("resumed/1/code/commit") == 0);
    CHECK(verify(sample.project).ok());
    CHECK_THROWS_WITH(sample.project.requeue(id), Contains("nothing to go on with"));
}

TEST_CASE("What can't go on says why", "[core][P2]") {
    Sample sample;
    const auto failed = sample.project.create_run(sample_request());
    sample.project.begin(failed.id, sample_provenance());
    CHECK_THROWS_WITH(sample.project.requeue(failed.id), Contains("running already"));
    sample.project.end(failed.id, {Outcome::failed, 1, "it failed", ""});
    CHECK_THROWS_WITH(sample.project.requeue(failed.id), Contains("wrote no checkpoint"));
    const auto waits = sample.queued();
    CHECK_THROWS_WITH(sample.project.requeue(waits), Contains("queued already"));
    CHECK_THROWS_WITH(sample.project.requeue("nosuchrun1"), Contains("no run nosuchrun1"));
    const auto id = stopped_run(sample);
    sample.project.set_removed(id, true);
    CHECK_THROWS_WITH(sample.project.requeue(id), Contains("was removed"));
}

TEST_CASE("A run that got lost without a checkpoint begins anew", "[core][P2]") {
    Sample sample;
    std::string id;
    {
        const auto created = sample.project.create_run(sample_request());
        id = created.id;
        sample.project.begin(id, sample_provenance());
        RecordedRun run(sample.project, id, {});
        run.metric("place", 0, 5);
        run.flush();
    }
    REQUIRE(sample.project.run(id).status == Status::lost);
    sample.project.requeue(id);
    const auto lock = sample.project.claim(id);
    sample.project.begin(id, sample_provenance());
    CHECK(sample.project.metric_keys(id).empty());
    sample.project.end(id, {});
    CHECK(verify(sample.project).ok());
}
