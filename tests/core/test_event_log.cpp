// SPDX-License-Identifier: BSD-3-Clause
#include "core/canonical_json.h"
#include "core/project.h"
#include "core/sha256.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

using namespace orrery;

namespace {

// A walk of its own along the chain, from the definition alone: empty, or what is wrong.
std::string broken_at(const std::vector<EventRow>& events) {
    std::string previous(64, '0');
    std::int64_t number = 0;
    for (const auto& event : events) {
        if (event.number != ++number) return "number " + std::to_string(event.number);
        if (event.previous != previous) return "previous of " + std::to_string(event.number);
        const std::string text = "{\"data\":" + nlohmann::json(event.data).dump() + ",\"kind\":\"" + event.kind +
                                 "\",\"number\":" + std::to_string(number) + ",\"previous\":\"" + event.previous +
                                 "\",\"run\":\"" + event.run + "\",\"time\":\"" + event.time + "\"}";
        if (sha256(text) != event.hash) return "hash of " + std::to_string(event.number);
        previous = event.hash;
    }
    return "";
}

struct Sample {
    ScratchFolder folder;
    std::filesystem::path file = folder / "p.orrery/project.db";
    Project project = Project::open(folder / "p.orrery", Access::create);
    std::string id;
    Sample() {
        const auto created = project.create_run(sample_request());
        id = created.id;
        project.begin(id, sample_provenance());
        const std::vector<std::string> keys{"loss", "error/l2"};
        const std::vector<MetricBatch::Point> points{
            {0, {0, 1.5, 0.1}}, {0, {1, std::nan(""), 0.2}}, {1, {1, 1e-7, 0.3}}};
        project.append(id, {keys, points, false, 0, ""});
        folder.write("in.npy", "data");
        project.add_input(id, folder / "in.npy");
        folder.write("theta.h5", "field");
        project.add_artifact(id, "theta", Kind::field, folder / "theta.h5");
        project.end(id, {});
        project.log_event("export", id, {{"out", "gr\"\xC3\xBC\xC3\x9F.csv"}, {"rows", 3}});
    }
    std::string sealed() const {
        for (const auto& event : project.events())
            if (event.kind == "run.end") return nlohmann::json::parse(event.data).at("sha256");
        return "";
    }
};

} // namespace

TEST_CASE("Each event holds the hash of the one before and its own", "[core][P4][P6]") {
    const Sample sample;
    const auto events = sample.project.events();
    REQUIRE(events.size() == 3);
    CHECK(events[0].kind == "run.begin");
    CHECK(events[1].kind == "run.end");
    CHECK(events[2].kind == "export");
    CHECK(events[1].run == sample.id);
    CHECK(broken_at(events) == "");
    CHECK(nlohmann::json::parse(events[1].data).at("outcome") == "done");
}

TEST_CASE("Events can't be changed or deleted by the way, and by force it shows", "[core][P6]") {
    const Sample sample;
    CHECK_THROWS_WITH(sql(sample.file, "UPDATE event SET kind = 'x'"), Catch::Matchers::Contains("never changed"));
    CHECK_THROWS_WITH(sql(sample.file, "DELETE FROM event"), Catch::Matchers::Contains("never deleted"));
    const std::string force = "DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted; ";
    SECTION("changed data") {
        sql(sample.file, force + "UPDATE event SET data = replace(data, '3', '4') WHERE number = 3");
        CHECK(broken_at(sample.project.events()) == "hash of 3");
    }
    SECTION("a deleted event") {
        sql(sample.file, force + "DELETE FROM event WHERE number = 2");
        CHECK(broken_at(sample.project.events()) == "number 3");
    }
    SECTION("swapped events") {
        sql(sample.file,
            force + "UPDATE event SET number = 9 WHERE number = 2; UPDATE event SET number = 2 WHERE number = 3; "
                    "UPDATE event SET number = 3 WHERE number = 9");
        CHECK(broken_at(sample.project.events()) == "previous of 2");
    }
    SECTION("a deleted end, hidden by what comes later") {
        sql(sample.file, force + "DELETE FROM event WHERE number = 3");
        auto project = Project::open(sample.folder / "p.orrery", Access::write);
        project.log_event("export", "", {});
        CHECK(broken_at(project.events()) == "number 4");
    }
}

TEST_CASE("The seal of a run is the hash of its rows in their documented form", "[core][P6]") {
    const Sample sample;
    const auto row = sample.project.run(sample.id);
    const auto quoted = [](const std::string& text) { return nlohmann::json(text).dump(); };
    std::string text = "[\"run\"," + quoted(row.id) + ",\"test.walk\",\"1\",\"test\"," + quoted(row.schema) +
                       ",\"7\",\"cpu\",\"2\"," + quoted(row.created) + "," + quoted(row.began) + "," +
                       quoted(row.ended) + ",\"done\",\"0\",\"\",\"\"]\n";
    text += "[\"origin\",\"" + std::to_string(row.number) + "\",\"\",\"\"," +
            quoted(sql(sample.file, "SELECT claimed FROM run").at(0)) + "," + quoted(row.host) + "," +
            quoted(sql(sample.file, "SELECT boot_id FROM run").at(0)) + ",\"" + std::to_string(row.pid) + "\",\"" +
            sql(sample.file, "SELECT process_start FROM run").at(0) + "\",\"\",\"\",0]\n";
    text += "[\"parameters\"," + quoted(row.parameters.dump()) + "]\n";
    for (const auto& [key, value] : sample.project.provenance(sample.id))
        text += "[\"provenance\"," + quoted(key) + "," + quoted(value) + "]\n";
    text += "[\"input\"," + quoted((sample.folder / "in.npy").string()) + "," + quoted(sha256("data")) + ",\"4\"]\n";
    text += "[\"artifact\",\"theta\",\"field\",\"theta.h5\"," + quoted(sha256("field")) + ",\"5\"]\n";
    text += "[\"metric\",\"error/"
            "l2\",\"1\",1e-7,0.3]\n[\"metric\",\"loss\",\"0\",1.5,0.1]\n[\"metric\",\"loss\",\"1\",null,0.2]\n";
    CHECK(sample.sealed() == sha256(text));
    CHECK(sample.project.run_hash(sample.id) == sample.sealed());
}

TEST_CASE("A change in any row of a run breaks its seal; names, notes and tags don't", "[core][P6]") {
    const Sample sample;
    const auto seal = sample.sealed();
    for (const char* allowed : {"UPDATE run SET name = 'x', note = 'y', priority = 3, removed = 'now'",
                                "INSERT INTO tag SELECT id, 'good' FROM run"}) {
        sql(sample.file, allowed);
        CHECK(sample.project.run_hash(sample.id) == seal);
    }
    const std::vector<const char*> changes{
        "UPDATE metric SET value = value * 1.0000001",
        "UPDATE metric SET elapsed = elapsed + 1",
        "UPDATE metric SET value = 0 WHERE value IS NULL",
        "UPDATE metric SET step = step + 10",
        "DELETE FROM metric WHERE step = 0",
        "INSERT INTO metric SELECT id, 1, 77, 1, 1 FROM run",
        "UPDATE metric_key SET key = 'loss/total' WHERE key = 'loss'",
        "UPDATE run SET parameters = replace(parameters, '0.1', '0.2')",
        "UPDATE run SET parameters = parameters || ' '",
        "UPDATE run SET seed = 8",
        "UPDATE run SET device = 'cuda:0'",
        "UPDATE run SET ended = created || '0'",
        "UPDATE run SET outcome = 'failed'",
        "UPDATE provenance SET value = 'x' WHERE key = 'code/commit'",
        "DELETE FROM provenance WHERE key = 'code/commit'",
        "UPDATE input SET sha256 = 'x'",
        "UPDATE artifact SET bytes = 6",
        "UPDATE artifact SET file = 'theta.csv'",
        "DELETE FROM artifact",
        "INSERT INTO live SELECT id, 3, 'kappa', '0.5' FROM run",
    };
    for (const char* change : changes) {
        const Sample fresh;
        sql(fresh.file, change);
        INFO(change);
        CHECK(fresh.project.run_hash(fresh.id) != fresh.sealed());
    }
}
