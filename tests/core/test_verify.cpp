// SPDX-License-Identifier: BSD-3-Clause
#include "core/project.h"
#include "core/verify.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <algorithm>
#include <cmath>
#include <fstream>

using namespace orrery;
namespace fs = std::filesystem;

namespace {

// Two runs that ended, one that was lost; two of them share an artifact's content.
struct Sample {
    ScratchFolder folder;
    fs::path home = folder / "p.orrery", file = home / "project.db";
    std::string first, second, lost;
    Sample() {
        auto project = Project::open(home, Access::create);
        first = add(project, "field");
        second = add(project, "field");
        lost = project.create_run(sample_request()).id;
        project.begin(lost, sample_provenance());
        append(project, lost);
        project.log_event("export", first, {{"rows", 3}});
    }
    static void append(Project& project, const std::string& id) {
        const std::vector<std::string> keys{"loss", "error/l2"};
        const std::vector<MetricBatch::Point> points{
            {0, {0, 1.5, 0.1}}, {0, {1, std::nan(""), 0.2}}, {1, {1, 1e-7, 0.3}}};
        project.append(id, {keys, points, false, 0, ""});
    }
    std::string add(Project& project, const std::string& content) const {
        const auto id = project.create_run(sample_request()).id;
        project.begin(id, sample_provenance());
        append(project, id);
        folder.write("theta.h5", content);
        project.add_artifact(id, "theta", Kind::field, folder / "theta.h5");
        folder.write("note.html", "note of " + id);
        project.add_artifact(id, "note", Kind::report, folder / "note.html");
        project.end(id, {});
        return id;
    }
    fs::path path_of(const std::string& run, const std::string& name) const {
        const auto project = Project::open(home, Access::read);
        for (const auto& artifact : project.artifacts(run))
            if (artifact.name == name) return project.artifact_path(artifact);
        return {};
    }
    std::vector<std::string> objects() const {
        std::vector<std::string> names;
        for (const auto& problem : verify(home).problems) names.push_back(problem.object);
        return names;
    }
};

using Names = std::vector<std::string>;

// Without the triggers, which are there again afterwards: that they were gone is a problem of its own.
void by_force(const fs::path& file, const std::string& statement) {
    const auto triggers = sql(file, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'");
    sql(file, "DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted; " + statement);
    for (const auto& trigger : triggers) sql(file, trigger);
}

void flip(const fs::path& file, std::uintmax_t place) {
    fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(place));
    const auto byte = static_cast<char>(stream.get() ^ 1);
    stream.seekp(static_cast<std::streamoff>(place));
    stream.put(byte);
}

} // namespace

TEST_CASE("A project that nobody touched is whole, with lost and removed runs and files that no row names",
          "[core][P6]") {
    const Sample sample;
    const auto result = verify(sample.home);
    CHECK(sample.objects() == Names{});
    CHECK(result.ok());
    CHECK(result.files == 3); // the shared one once
    CHECK(result.bytes == 5 + 2 * 18);
    std::ofstream(sample.home / "artifacts/stray") << "x";
    sql(sample.file, "UPDATE run SET name = 'x', note = 'y', priority = 3; INSERT INTO tag SELECT id, 'good' FROM run");
    CHECK(verify(sample.home).ok());
}

TEST_CASE("A flipped, cut or missing artifact file is named with every run that has it", "[core][P6]") {
    const Sample sample;
    const Names both{"run " + sample.first + ", artifact theta", "run " + sample.second + ", artifact theta"};
    const auto theta = sample.path_of(sample.first, "theta");
    SECTION("each of its bytes") {
        for (std::uintmax_t place = 0; place < fs::file_size(theta); ++place) {
            flip(theta, place);
            CHECK(sample.objects() == both);
            flip(theta, place);
        }
        CHECK(sample.objects() == Names{});
    }
    SECTION("cut") {
        fs::permissions(theta, fs::perms::owner_write, fs::perm_options::add);
        fs::resize_file(theta, 4);
        CHECK(sample.objects() == both);
    }
    SECTION("missing") {
        fs::remove(theta);
        fs::remove(sample.path_of(sample.second, "note"));
        auto expected = both;
        expected.push_back("run " + sample.second + ", artifact note");
        auto seen = sample.objects();
        std::sort(seen.begin(), seen.end());
        std::sort(expected.begin(), expected.end());
        CHECK(seen == expected);
    }
}

TEST_CASE("A changed row is found, and the part of the run that it belongs to is named", "[core][P6]") {
    const std::vector<std::pair<std::string, Names>> changes{
        {"UPDATE metric SET elapsed = elapsed + 1 WHERE run = '$' AND step = 0", {"metric loss"}},
        {"UPDATE metric SET value = value * 1.0000001 WHERE run = '$' AND step = 0", {"metric loss"}},
        {"DELETE FROM metric WHERE run = '$' AND step = 0", {"metric loss"}},
        {"UPDATE metric SET value = 0 WHERE run = '$' AND value IS NULL", {"metric loss", "metric loss"}},
        {"UPDATE metric_last SET value = 2 WHERE run = '$' AND value IS NULL", {"metric loss"}},
        {"UPDATE run SET parameters = replace(parameters, '0.1', '0.2') WHERE id = '$'", {"parameters"}},
        {"UPDATE run SET seed = 8 WHERE id = '$'", {"its own row"}},
        {"UPDATE run SET outcome = 'failed' WHERE id = '$'", {"its own row"}},
        {"UPDATE provenance SET value = 'x' WHERE run = '$' AND key = 'code/commit'", {"provenance"}},
        {"DELETE FROM provenance WHERE run = '$'", {"provenance"}},
        {"INSERT INTO input VALUES ('$', '/x', 'y', 1)", {"inputs"}},
        {"INSERT INTO live VALUES ('$', 3, 'kappa', '0.5')", {"live changes"}},
        {"UPDATE artifact SET file = 'theta.csv' WHERE run = '$' AND name = 'theta'", {"artifact theta"}},
        {"UPDATE artifact SET name = 'omega' WHERE run = '$' AND name = 'theta'", {"artifact theta", "artifact omega"}},
        {"DELETE FROM artifact WHERE run = '$' AND name = 'theta'", {"artifact theta"}},
    };
    for (const auto& [change, parts] : changes) {
        const Sample sample;
        std::string statement = change;
        statement.replace(statement.find('$'), 1, sample.second);
        sql(sample.file, statement);
        INFO(change);
        Names expected;
        for (const auto& part : parts) expected.push_back("run " + sample.second + ", " + part);
        CHECK(sample.objects() == expected);
    }
}

TEST_CASE("What a run that never ended was to compute is kept by the event of its beginning", "[core][P6]") {
    const Sample sample;
    sql(sample.file, "UPDATE run SET parameters = replace(parameters, '0.1', '0.2') WHERE id = '" + sample.lost + "'");
    CHECK(sample.objects() == Names{"run " + sample.lost + ", parameters"});
    sql(sample.file, "UPDATE run SET outcome = 'done', ended = began WHERE id = '" + sample.lost + "'");
    const std::string lost = "run " + sample.lost;
    CHECK(sample.objects() == Names{lost, lost + ", its own row", lost + ", parameters"});
}

TEST_CASE("Changed, deleted and moved events are found and numbered", "[core][P6]") {
    const Sample sample; // events: begin, end, begin, end, begin, export
    const auto change = [&](const std::string& statement) { by_force(sample.file, statement); };
    SECTION("changed data") {
        change("UPDATE event SET data = replace(data, '3', '4') WHERE number = 6");
        CHECK(sample.objects() == Names{"event 6"});
    }
    SECTION("changed time of an earlier one") {
        change("UPDATE event SET time = '2020' WHERE number = 1");
        CHECK(sample.objects() == Names{"event 1"});
    }
    SECTION("changed, with a hash to fit") {
        auto project = Project::open(sample.home, Access::write);
        change("UPDATE event SET hash = '" + std::string(64, 'a') + "' WHERE number = 6");
        CHECK(sample.objects() == Names{"event 6"});
        project.log_event("export", "", {});
        change("UPDATE event SET previous = '" + std::string(64, '0') + "' WHERE number = 7");
        CHECK(sample.objects() == Names{"event 6", "event 7", "event 7"});
    }
    SECTION("deleted in the middle") {
        change("DELETE FROM event WHERE number = 4");
        CHECK(sample.objects() == Names{"event 4", "run " + sample.second});
    }
    SECTION("deleted at the end") {
        change("DELETE FROM event WHERE number >= 5");
        CHECK(sample.objects() == Names{"events 5 to 6", "run " + sample.lost});
    }
    SECTION("all deleted, and their count") {
        change("DELETE FROM event; DELETE FROM sqlite_sequence WHERE name = 'event'");
        CHECK(sample.objects() == Names{"run " + sample.first, "run " + sample.first, "run " + sample.second,
                                        "run " + sample.second, "run " + sample.lost});
    }
    SECTION("swapped") {
        change("UPDATE event SET number = 9 WHERE number = 1; UPDATE event SET number = 1 WHERE number = 3; "
               "UPDATE event SET number = 3 WHERE number = 9");
        const auto seen = sample.objects();
        for (const char* name : {"event 1", "event 3"}) CHECK(std::count(seen.begin(), seen.end(), name) >= 1);
    }
}

TEST_CASE("A deleted run, a removal without an event and a changed declaration are named", "[core][P6]") {
    const Sample sample;
    SECTION("deleted") {
        for (const char* table : {"metric", "metric_last", "provenance", "artifact"})
            sql(sample.file, std::string("DELETE FROM ") + table + " WHERE run = '" + sample.first + "'");
        sql(sample.file, "DELETE FROM run WHERE id = '" + sample.first + "'");
        CHECK(sample.objects() == Names{"run " + sample.first});
    }
    SECTION("hidden") {
        sql(sample.file, "UPDATE run SET removed = 'now' WHERE id = '" + sample.first + "'");
        CHECK(sample.objects() == Names{"run " + sample.first});
    }
    SECTION("declaration") {
        sql(sample.file, "UPDATE schema SET declaration = replace(declaration, '1', '2')");
        const auto seen = sample.objects();
        REQUIRE(seen.size() == 1);
        CHECK(seen.front().starts_with("declaration of test.walk"));
    }
}

TEST_CASE("A database with a damaged page is named; no project at all is a wrong usage", "[core][P6]") {
    const Sample sample;
    sql(sample.file, "PRAGMA wal_checkpoint(TRUNCATE)");
    SECTION("the header") { flip(sample.file, 3); }
    SECTION("the mark of the program") { flip(sample.file, 70); }
    SECTION("the first table page") { flip(sample.file, 4096); }
    SECTION("cut in half") { fs::resize_file(sample.file, fs::file_size(sample.file) / 2); }
    const auto result = verify(sample.home);
    REQUIRE(!result.ok());
    CHECK(result.problems.front().object == "project.db");
    CHECK_THROWS_AS(verify(sample.folder / "none.orrery"), Error);
}
