// SPDX-License-Identifier: BSD-3-Clause
#include "core/canonical_json.h"
#include "core/database/migrations.h"
#include "core/project.h"
#include "core/sha256.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <csignal>
#include <cstdlib>
#include <limits>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace orrery;
namespace fs = std::filesystem;
using Catch::Matchers::Contains;

namespace {

std::string begun(Project& project, const RunRequest& request = sample_request()) {
    auto created = project.create_run(request);
    project.begin(created.id, sample_provenance());
    return created.id; // its lock is let go: the run is lost unless it ends
}

void append_points(Project& project, const std::string& run, const std::string& key,
                   const std::vector<MetricPoint>& points) {
    const std::vector<std::string> keys{key};
    std::vector<MetricBatch::Point> batch;
    for (const auto& point : points) batch.push_back({0, point});
    project.append(run, {keys, batch, false, 0, ""});
}

} // namespace

TEST_CASE("A project is made where its path says, whatever characters that has", "[core][P6]") {
    const ScratchFolder folder;
    for (const char* name : {"plain.orrery",
                             "pr\xC3\xBC"
                             "f stand.orrery",
                             "100%41 #1?a=b&c.orrery", "file:x.orrery"}) {
        const auto path = folder / name;
        std::string id;
        {
            auto project = Project::open(path / "", Access::create);
            CHECK(project.writable());
            CHECK(project.folder() == path);
            id = begun(project);
        }
        CHECK(fs::exists(path / "project.db"));
        for (const char* part : {"artifacts", "jobs", "plugins"}) CHECK(fs::is_directory(path / part));
        CHECK(Project::open(path, Access::read).run(id).experiment == "test.walk");
    }
    CHECK(folder.count() == 4);
}

TEST_CASE("The database says whose it is and keeps a write-ahead log", "[core][P6]") {
    const ScratchFolder folder;
    const auto file = folder / "p.orrery/project.db";
    Project::open(folder / "p.orrery", Access::create);
    CHECK(sql(file, "PRAGMA application_id").at(0) == std::to_string(0x4F525259));
    CHECK(sql(file, "PRAGMA user_version").at(0) == "2");
    CHECK(sql(file, "PRAGMA journal_mode").at(0) == "wal");
    const auto tables = sql(file, "SELECT name FROM sqlite_schema WHERE type = 'table'");
    for (const char* table : {"run", "provenance", "metric_key", "metric", "metric_last", "artifact", "input", "schema",
                              "tag", "figure", "event", "layout"})
        CHECK(std::find(tables.begin(), tables.end(), table) != tables.end());
}

TEST_CASE("On a network file system the database uses no shared memory", "[core][P6]") {
    const ScratchFolder folder;
    const auto file = folder / "p.orrery/project.db";
    Project::open(folder / "p.orrery", Access::create); // made elsewhere, with a log
    ::setenv("ORRERY_JOURNAL", "delete", 1);
    {
        auto project = Project::open(folder / "p.orrery", Access::write);
        const auto id = begun(project);
        CHECK(project.run(id).status == Status::running); // no lock is held: its process lives
        CHECK_FALSE(fs::exists(file.string() + "-shm"));
    }
    ::unsetenv("ORRERY_JOURNAL");
    CHECK(sql(file, "PRAGMA journal_mode").at(0) == "delete");
}

TEST_CASE("What is no project is named and left as it is", "[core][P6][P9]") {
    const ScratchFolder folder;
    const auto check_untouched = [&](const std::string& name, const std::string& sentence) {
        const std::string before = folder.text_of(name + "/project.db");
        for (const auto access : {Access::read, Access::write, Access::create})
            CHECK_THROWS_WITH(Project::open(folder / name, access), Contains(sentence));
        CHECK(folder.text_of(name + "/project.db") == before);
    };
    SECTION("a file of another kind") {
        fs::create_directories(folder / "a.orrery");
        std::string text;
        for (int i = 0; i < 100; ++i) text += "this is no database";
        folder.write("a.orrery/project.db", text);
        check_untouched("a.orrery", "is no SQLite database");
    }
    SECTION("a database of another program") {
        fs::create_directories(folder / "b.orrery");
        sql(folder / "b.orrery/project.db", "CREATE TABLE places (url TEXT)");
        check_untouched("b.orrery", "database of another program");
    }
    SECTION("a folder of other things") {
        folder.write("letter.txt", "dear reader");
        CHECK_THROWS_WITH(Project::open(folder.path(), Access::create), Contains("letter.txt"));
        CHECK(folder.count() == 1);
    }
    SECTION("a file") {
        folder.write("file", "text");
        CHECK_THROWS_WITH(Project::open(folder / "file", Access::create), Contains("is a file"));
    }
    SECTION("nothing") {
        CHECK_THROWS_WITH(Project::open(folder / "none.orrery", Access::read), Contains("There is no project"));
        CHECK_THROWS_WITH(Project::open(folder / "none.orrery", Access::write), Contains("There is no project"));
        CHECK(folder.count() == 0);
    }
    SECTION("a database with flipped pages") {
        {
            auto project = Project::open(folder / "c.orrery", Access::create);
            for (int i = 0; i < 50; ++i) begun(project);
        }
        const std::string name = "c.orrery/project.db";
        std::string bytes = folder.text_of(name);
        for (std::size_t at = 4096; at < bytes.size(); ++at) bytes[at] = static_cast<char>(bytes[at] ^ 0x5A);
        folder.write(name, bytes);
        CHECK_THROWS_WITH(Project::open(folder / "c.orrery", Access::read).runs(), Contains("damaged"));
        CHECK(folder.text_of(name) == bytes);
    }
}

TEST_CASE("A project of a newer version can be read, and is not written", "[core][P6]") {
    const ScratchFolder folder;
    const auto path = folder / "p.orrery";
    std::string id;
    {
        auto project = Project::open(path, Access::create);
        id = begun(project);
        project.end(id, {});
    }
    sql(path / "project.db", "PRAGMA user_version = 3");
    auto project = Project::open(path, Access::write);
    CHECK_FALSE(project.writable());
    CHECK_THAT(project.notice(), Contains("newer Orrery") && Contains("format 3"));
    CHECK(project.run(id).status == Status::done);
    CHECK_THROWS_WITH(project.create_run(sample_request()), Contains("newer Orrery"));
    CHECK_THROWS_WITH(project.log_event("export", "", {}), Contains("newer Orrery"));
    CHECK(sql(path / "project.db", "SELECT count(*) FROM run").at(0) == "1");
}

TEST_CASE("A migration leaves a backup, and one that fails leaves everything as it was", "[core][P6]") {
    const ScratchFolder folder;
    const auto file = folder / "p.orrery/project.db";
    Project::open(folder / "p.orrery", Access::create);
    auto steps = database::migrations();
    steps.push_back({3, "ALTER TABLE run ADD COLUMN colour TEXT; CREATE TABLE run (x)"}); // the second part fails
    CHECK_THROWS_AS(database::migrate_file(file, steps), Error);
    CHECK(sql(file, "PRAGMA user_version").at(0) == "2");
    CHECK_THROWS(sql(file, "SELECT colour FROM run"));

    steps.back().sql = "ALTER TABLE run ADD COLUMN colour TEXT";
    database::migrate_file(file, steps);
    CHECK(sql(file, "PRAGMA user_version").at(0) == "3");
    CHECK(sql(file, "SELECT count(colour) FROM run").at(0) == "0");
    CHECK(sql(file.string() + ".version-2.backup", "PRAGMA user_version").at(0) == "2");
    CHECK(sql(file.string() + ".version-2.backup", "PRAGMA integrity_check").at(0) == "ok");
}

TEST_CASE("A run keeps what it was asked for", "[core][P4]") {
    const ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    auto request = sample_request(0.30000000000000004);
    request.parameters["large"] = std::int64_t{9007199254740993};
    request.seed = 9223372036854775807ULL;
    const auto created = project.create_run(request);
    const auto row = project.run(created.id);
    CHECK(row.parameters == request.parameters);
    CHECK(row.seed == request.seed);
    CHECK(row.schema == sha256(canonical_json(request.declaration)));
    CHECK(row.version == "1");
    CHECK(row.threads == 2);
    CHECK(row.name == "a walk");
    CHECK(project.declaration(created.id) == request.declaration);
    request.seed += 1;
    CHECK_THROWS_WITH(project.create_run(request), Contains("seed"));
    request.seed = 0;
    request.parameters["kappa"] = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(project.create_run(request), Error);
    CHECK(project.runs().size() == 1);
}

TEST_CASE("The JSON of a run is what other tools read", "[core][P7]") {
    const ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    const auto id = begun(project);
    append_points(project, id, "error/l2", {{0, 1.0, 0}, {5, 0.25, 0}});
    append_points(project, id, "odd", {{0, std::numeric_limits<double>::quiet_NaN(), 0}});
    append_points(project, id, "up", {{0, std::numeric_limits<double>::infinity(), 0}});
    append_points(project, id, "down", {{0, -std::numeric_limits<double>::infinity(), 0}});
    folder.write("theta.vtkhdf", "field");
    project.add_artifact(id, "theta", Kind::field, folder / "theta.vtkhdf");
    project.end(id, {});
    const auto json = project.run(id).to_json();
    CHECK(json["run"] == id);
    CHECK(json["experiment"] == "test.walk");
    CHECK(json["status"] == "done");
    CHECK(json["device"] == "cpu");
    CHECK(json["seconds"].get<double>() >= 0);
    CHECK(json["params"] == nlohmann::json{{"kappa", 0.1}, {"initial", "cmt"}});
    CHECK(json["metrics"] == nlohmann::json{{"error/l2", 0.25}, {"odd", nullptr}, {"up", "inf"}, {"down", "-inf"}});
    REQUIRE(json["artifacts"].size() == 1);
    CHECK(json["artifacts"][0]["name"] == "theta");
    CHECK(json["artifacts"][0]["kind"] == "field");
    CHECK(json["artifacts"][0]["sha256"] == sha256("field"));
    CHECK(json["artifacts"][0]["bytes"] == 5);
    CHECK(sha256_of_file(project.artifact_path(project.artifacts(id).at(0))) == sha256("field"));
}

TEST_CASE("Metrics keep NaN and infinities, and the last value of a step wins", "[core][P4]") {
    const ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    const auto id = begun(project);
    const double inf = std::numeric_limits<double>::infinity();
    append_points(project, id, "loss",
                  {{3, 1, 0.5}, {1, std::nan(""), 0.1}, {2, inf, 0.2}, {2, -inf, 0.3}, {1000000000000, 5e-324, 9}});
    append_points(project, id, "loss", {{3, 2, 0.75}});
    const auto series = project.metric_series(id, "loss");
    REQUIRE(series.size() == 4);
    CHECK(std::isnan(series[0].value));
    CHECK(series[1].value == -inf);
    CHECK(series[1].elapsed == 0.3);
    CHECK(series[2].value == 2);
    CHECK(series[3].step == 1000000000000);
    CHECK(series[3].value == 5e-324);
    // The value at the largest step, also when an earlier step is written again later.
    CHECK(project.run(id).metrics.at("loss") == 5e-324);
    append_points(project, id, "loss", {{1000000000000, 4, 10}});
    CHECK(project.run(id).metrics.at("loss") == 4);
    CHECK(project.metric_keys(id) == std::vector<std::string>{"loss"});
    CHECK(project.metric_series(id, "unknown").empty());
    CHECK(sql(folder / "p.orrery/project.db", "SELECT value FROM metrics WHERE key = 'loss' AND step = 1").at(0) ==
          "NULL");
}

TEST_CASE("Runs are found by id, prefix and 'last'", "[core][P9]") {
    const ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    CHECK_THROWS_WITH(project.find("last"), Contains("no runs yet"));
    const auto first = begun(project);
    CHECK(project.find(first.substr(0, 1)) == first);
    const auto second = begun(project);
    CHECK(project.find(first) == first);
    CHECK(project.find("last") == second);
    std::size_t common = 0;
    while (first[common] == second[common]) ++common;
    CHECK(project.find(second.substr(0, common + 1)) == second);
    std::string shouted = first;
    for (char& c : shouted) c = static_cast<char>(std::toupper(c));
    CHECK(project.find(shouted) == first);
    CHECK_THROWS_WITH(project.find(first.substr(0, common)), Contains(first) && Contains(second));
    for (const char* text : {"", "%", "_", "zzzz", "1", "abcdefghijk", "' OR 1=1 --"}) {
        try {
            project.find(text);
            FAIL("found " << text);
        } catch (const Error& error) {
            CHECK(error.code() == ExitCode::usage);
            CHECK_THAT(error.hint(), Contains(second));
        }
    }
    sql(folder / "p.orrery/project.db", "UPDATE run SET removed = 'now' WHERE id = '" + second + "'");
    CHECK(project.find("last") == first);
    CHECK(project.find(second) == second); // to restore it
    CHECK(project.runs().size() == 1);
    CHECK(project.runs(true).size() == 2);
}

TEST_CASE("A run that never began can be discarded, one that began can't", "[core][P9]") {
    const ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    auto created = project.create_run(sample_request());
    CHECK(fs::exists(project.lock_file(created.id)));
    project.discard(created.id);
    CHECK(project.runs().empty());
    CHECK_FALSE(fs::exists(project.lock_file(created.id)));
    CHECK(project.events().empty());
    CHECK_THROWS_AS(project.discard(created.id), Error);
    const auto id = begun(project);
    CHECK_THROWS_WITH(project.discard(id), Contains("has begun"));
    CHECK(project.runs().size() == 1);
}

TEST_CASE("What has ended is sealed", "[core][P4]") {
    const ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    const auto id = begun(project);
    CHECK(project.end(id, {Outcome::failed, 1, "It broke.", "Mend it."}));
    CHECK_FALSE(project.end(id, {Outcome::done, 0, "", ""}));
    const auto row = project.run(id);
    CHECK(row.status == Status::failed);
    CHECK(row.end->error == "It broke.");
    CHECK(row.to_json()["hint"] == "Mend it.");
    folder.write("late.txt", "late");
    CHECK_THROWS_WITH(append_points(project, id, "loss", {{0, 1, 0}}), Contains("has ended"));
    CHECK_THROWS_WITH(project.add_artifact(id, "late", Kind::report, folder / "late.txt"), Contains("has ended"));
    CHECK_THROWS_WITH(project.add_input(id, folder / "p.orrery/project.db"), Contains("has ended"));
    CHECK_THROWS_WITH(project.begin(id, {}), Contains("has ended"));
    CHECK(project.metric_series(id, "loss").empty());
    CHECK_THROWS_AS(project.end("aaaaaaaaaa", {}), Error);
}

TEST_CASE("Provenance, inputs and uncommitted changes stand beside the run", "[core][P4]") {
    const ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    folder.write("in.npy", "data");
    for (int i = 0; i < 2; ++i) {
        auto created = project.create_run(sample_request());
        auto provenance = collect_provenance({"test", "1", "key", "cpu", "a CPU", "", 2});
        provenance.code_diff = "+ a line";
        provenance.values["code/diff_sha256"] = sha256(provenance.code_diff);
        project.begin(created.id, provenance);
        project.add_input(created.id, folder / "in.npy");
        const auto stored = project.provenance(created.id);
        for (const char* key : {"code/commit", "code/compiler", "library/torch", "library/cuda", "library/sqlite",
                                "library/hdf5", "machine/cpu", "machine/system", "machine/host", "process/arguments"})
            CHECK_FALSE(stored.at(key).empty());
        CHECK(stored.at("run/seed") == "7");
        CHECK(stored.at("run/schema") == project.run(created.id).schema);
        CHECK(stored.at("plugin/build_key") == "key");
        CHECK(stored.at("process/threads") == "2");
        CHECK(project.inputs(created.id).at(0).sha256 == sha256("data"));
        CHECK(project.inputs(created.id).at(0).path == (folder / "in.npy").string());
    }
    CHECK(sql(folder / "p.orrery/project.db", "SELECT diff FROM code_diff") ==
          std::vector<std::string>{"+ a line"}); // stored once
}

TEST_CASE("A running job holds its lock; without it the run is lost", "[core][P2]") {
    const ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    std::string id;
    {
        const auto created = project.create_run(sample_request());
        id = created.id;
        CHECK(project.run(id).status == Status::running);
        project.begin(id, sample_provenance());
        CHECK(project.run(id).status == Status::running);
        sql(folder / "p.orrery/project.db", "UPDATE run SET stop_requested = 'now'");
        CHECK(project.run(id).status == Status::stopping);
    }
    CHECK(project.run(id).status == Status::lost);
    CHECK(project.runs().at(0).status == Status::lost);
    project.end(id, {Outcome::stopped, 130, "stopped", ""});
    CHECK(project.run(id).status == Status::stopped);
    CHECK_FALSE(fs::exists(project.lock_file(id)));
    sql(folder / "p.orrery/project.db", "UPDATE run SET claimed = NULL, began = NULL, outcome = NULL");
    CHECK(project.run(id).status == Status::queued);
}

TEST_CASE("A killed run keeps what it had written and is shown as lost", "[core][P2]") {
    const ScratchFolder folder;
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            auto project = Project::open(folder / "p.orrery", Access::create);
            const auto created = project.create_run(sample_request());
            project.begin(created.id, sample_provenance());
            append_points(project, created.id, "loss", {{0, 1, 0}, {1, 0.5, 0}});
            (void)!::write(ready[1], created.id.data(), 10);
            ::pause();
        } catch (...) {
        }
        ::_exit(1);
    }
    char id[11] = {};
    REQUIRE(::read(ready[0], id, 10) == 10);
    {
        const auto project = Project::open(folder / "p.orrery", Access::read);
        CHECK(project.run(id).status == Status::running);
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
    const auto project = Project::open(folder / "p.orrery", Access::read);
    CHECK(project.run(id).status == Status::lost);
    CHECK(project.metric_series(id, "loss").size() == 2);
    CHECK(sql(folder / "p.orrery/project.db", "PRAGMA integrity_check").at(0) == "ok");
}

TEST_CASE("Programs write to one project at once and lose nothing", "[core][P2]") {
    const ScratchFolder folder;
    constexpr int writers = 4;
    constexpr int batches = 50;
    std::vector<pid_t> children;
    for (int w = 0; w < writers; ++w) {
        children.push_back(::fork());
        if (children.back() == 0) {
            int result = 1;
            try {
                auto project = Project::open(folder / "p.orrery", Access::create); // all of them make it
                const auto id = begun(project);
                for (int b = 0; b < batches; ++b) {
                    std::vector<MetricPoint> points;
                    for (int i = 0; i < 100; ++i) points.push_back({b * 100 + i, 1.0 * i, 0});
                    append_points(project, id, "loss/" + std::to_string(b % 7), points);
                }
                project.end(id, {});
                result = 0;
            } catch (const std::exception& error) {
                std::fprintf(stderr, "%s\n", error.what());
            }
            ::_exit(result);
        }
    }
    for (const pid_t child : children) {
        int status = -1;
        ::waitpid(child, &status, 0);
        CHECK(status == 0);
    }
    const auto project = Project::open(folder / "p.orrery", Access::read);
    CHECK(project.runs().size() == writers);
    CHECK(sql(folder / "p.orrery/project.db", "SELECT count(*) FROM metric").at(0) ==
          std::to_string(writers * batches * 100));
    CHECK(project.events().size() == 2 * writers);
}

TEST_CASE("Listing many runs doesn't read their metrics", "[core][P1]") {
    const ScratchFolder folder;
    const auto file = folder / "p.orrery/project.db";
    auto project = Project::open(folder / "p.orrery", Access::create);
    const auto id = begun(project);
    append_points(project, id, "loss", {{0, 1, 0}});
    project.end(id, {});
    // Were the table read, what isn't there would be missed.
    sql(file, "ALTER TABLE metric RENAME TO hidden");
    CHECK(project.runs().at(0).metrics.at("loss") == 1);
}
