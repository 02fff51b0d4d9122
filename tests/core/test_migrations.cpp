// SPDX-License-Identifier: BSD-3-Clause
// Projects as every earlier version wrote them (fixtures/version-N, by fixtures/write_fixture.cpp of that version) open
// with this one. A new version adds a folder and nothing here.
#include "core/database/migrations.h"
#include "core/project.h"
#include "core/verify.h"
#include "tests/catch.h"
#include "tests/core/fixtures/sample_project.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <sys/wait.h>
#include <unistd.h>

using namespace orrery;
namespace fs = std::filesystem;
using Catch::Matchers::Contains;

namespace {

const int present = database::migrations().back().version;

struct Fixture {
    int version = 0;
    fs::path folder; // the copy of its project
    nlohmann::json expected;
    fs::path file() const { return folder / "project.db"; }
    fs::path backup() const { return file().string() + ".version-" + std::to_string(version) + ".backup"; }
};

std::vector<Fixture> copies_of_all(const ScratchFolder& scratch) {
    std::vector<Fixture> fixtures;
    for (const auto& entry : fs::directory_iterator(fs::path(SOURCE_FOLDER) / "tests/core/fixtures")) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with("version-")) continue;
        Fixture fixture{std::stoi(name.substr(8)), scratch / (name + ".orrery"), {}};
        fs::copy(entry.path() / "project", fixture.folder, fs::copy_options::recursive);
        fixture.expected = nlohmann::json::parse(std::ifstream(entry.path() / "content.json"));
        fixtures.push_back(std::move(fixture));
    }
    REQUIRE_FALSE(fixtures.empty());
    return fixtures;
}

// A later version may know more of a run, never other things.
void check_content(const nlohmann::json& found, const nlohmann::json& expected) {
    CHECK(found.at("events") == expected.at("events"));
    REQUIRE(found.at("runs").size() == expected.at("runs").size());
    for (std::size_t i = 0; i < expected["runs"].size(); ++i)
        for (const auto& [key, value] : expected["runs"][i].items()) {
            INFO("run " << i << ", " << key);
            REQUIRE(found["runs"][i].contains(key));
            CHECK(found["runs"][i][key] == value);
        }
}

void check_whole(const Project& project) {
    const auto result = verify(project);
    for (const auto& [object, what] : result.problems) UNSCOPED_INFO(object << ": " << what);
    CHECK(result.ok());
    CHECK(result.files == 4);
}

std::string version_in(const fs::path& file) { return sql(file, "PRAGMA user_version").at(0); }

// What a step of a later version might be; one that fails has done half of its work by then.
std::vector<database::Migration> with_step(const std::string& sql) {
    auto steps = database::migrations();
    steps.push_back({present + 1, sql});
    return steps;
}

} // namespace

TEST_CASE("A project of every earlier version opens with all its values, after a backup", "[core][P6]") {
    const ScratchFolder scratch;
    const auto access = GENERATE(Access::read, Access::write, Access::create);
    for (const auto& fixture : copies_of_all(scratch)) {
        INFO("version " << fixture.version);
        CHECK(version_in(fixture.file()) == std::to_string(fixture.version));
        {
            auto project = Project::open(fixture.folder, access);
            CHECK(project.writable() == (access != Access::read));
            CHECK(project.notice().empty());
            check_content(fixture::content(project), fixture.expected);
            check_whole(project);
        }
        CHECK(version_in(fixture.file()) == std::to_string(present));
        CHECK(sql(fixture.file(), "PRAGMA integrity_check").at(0) == "ok");
        CHECK(sql(fixture.file(), "PRAGMA foreign_key_check").empty());
        CHECK(fs::exists(fixture.backup()) == (fixture.version < present));
        if (!fs::exists(fixture.backup())) continue;
        CHECK(version_in(fixture.backup()) == std::to_string(fixture.version));
        CHECK(sql(fixture.backup(), "PRAGMA integrity_check").at(0) == "ok");
        CHECK(sql(fixture.backup(), "SELECT count(*) FROM metric") ==
              sql(fixture.file(), "SELECT count(*) FROM metric"));
    }
}

TEST_CASE("A project of an earlier version goes on: new runs, removal, compacting", "[core][P6]") {
    const ScratchFolder scratch;
    for (const auto& fixture : copies_of_all(scratch)) {
        INFO("version " << fixture.version);
        auto project = Project::open(fixture.folder, Access::write);
        const auto id = fixture::begin(project, fixture::request(0.7), {1, 2});
        project.end(id, {});
        project.set_removed(id, true);
        CHECK(project.compact().runs.size() == 2);
        CHECK(project.runs(true).size() == fixture.expected["runs"].size() - 1);
        CHECK(verify(project).ok());
    }
}

TEST_CASE("A project of an earlier version that can't be written is read from a copy", "[core][P6]") {
    const ScratchFolder scratch;
    for (const auto& fixture : copies_of_all(scratch)) {
        using enum fs::perms;
        constexpr auto reading = owner_read | group_read | others_read;
        fs::permissions(fixture.file(), reading);
        fs::permissions(fixture.folder, reading | owner_exec | group_exec | others_exec);
        const pid_t child = ::fork();
        if (child == 0) {
            int code = 1;
            try {
                if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2); // root may write everywhere
                const auto project = Project::open(fixture.folder, Access::write);
                const bool same = fixture::content(project).at("events") == fixture.expected.at("events");
                code = same && !project.writable() && verify(project).ok() ? 0 : 3;
            } catch (const std::exception& error) {
                std::fprintf(stderr, "%s\n", error.what());
            }
            ::_exit(code);
        }
        int status = -1;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
        CHECK(version_in(fixture.file()) == std::to_string(fixture.version));
        CHECK(fs::exists(fixture.backup()) == false);
        fs::permissions(fixture.folder, owner_all);
    }
}

TEST_CASE("What this version writes is what it reads", "[core][P6]") {
    const ScratchFolder scratch;
    scratch.write("input.txt", "an input\n");
    fixture::write_project(scratch / "p.orrery", scratch / "input.txt");
    const auto project = Project::open(scratch / "p.orrery", Access::read);
    const auto found = fixture::content(project);
    check_whole(project);
    const auto& run = found["runs"][0];
    CHECK(run["seed"] == std::numeric_limits<std::int64_t>::max());
    CHECK(run["series"]["loss"][1][1].is_null());
    CHECK(run["series"]["loss"][2][1] == "inf");
    CHECK(run["series"]["loss"][3][1] == "-inf");
    CHECK(run["series"]["loss"][6][1] == 5e-324);
    CHECK(run["inputs"][0][2] == 9);
    std::vector<std::string> statuses;
    for (const auto& row : found["runs"]) statuses.push_back(row["status"]);
    CHECK(statuses == std::vector<std::string>{"done", "failed", "stopped", "done", "lost", "done"});
    // The fixtures hold the same, but for times and names.
    for (const auto& fixture : copies_of_all(scratch)) {
        REQUIRE(fixture.expected["runs"].size() == 6);
        CHECK(fixture.expected["runs"][0]["series"] == run["series"]);
        CHECK(fixture.expected["runs"][0]["artifacts"] == run["artifacts"]);
    }
}

TEST_CASE("A migration that fails in its middle leaves the project as it was", "[core][P6]") {
    const ScratchFolder scratch;
    for (const auto& fixture : copies_of_all(scratch)) {
        INFO("version " << fixture.version);
        Project::open(fixture.folder, Access::write); // to the present version
        const auto schema = sql(fixture.file(), "SELECT group_concat(sql) FROM sqlite_schema");
        const auto broken =
            with_step("ALTER TABLE run ADD COLUMN colour TEXT; DELETE FROM metric; CREATE TABLE run (x)");
        CHECK_THROWS_AS(database::migrate_file(fixture.file(), broken), Error);
        CHECK(version_in(fixture.file()) == std::to_string(present));
        CHECK(sql(fixture.file(), "SELECT group_concat(sql) FROM sqlite_schema") == schema);
        const auto project = Project::open(fixture.folder, Access::write);
        check_content(fixture::content(project), fixture.expected);
        check_whole(project);
    }
}

TEST_CASE("Without its backup a project is not brought up to date", "[core][P6]") {
    const ScratchFolder scratch;
    for (const auto& fixture : copies_of_all(scratch)) {
        const auto backup = fixture.file().string() + ".version-" + std::to_string(present) + ".backup";
        Project::open(fixture.folder, Access::write);
        fs::create_directories(fs::path(backup) / "in the way");
        CHECK_THROWS_WITH(database::migrate_file(fixture.file(), with_step("CREATE TABLE x (y)")),
                          Contains("backup") && Contains("not changed"));
        CHECK(version_in(fixture.file()) == std::to_string(present));
        CHECK_FALSE(fs::exists(backup + ".unfinished"));
    }
}

TEST_CASE("Processes that open an old project at the same time bring it up to date once", "[core][P6]") {
    const ScratchFolder scratch;
    const auto fixture = copies_of_all(scratch).front();
    Project::open(fixture.folder, Access::write);
    // Twice the same column would be an error; so would be a backup of what is already new.
    const auto steps = with_step("ALTER TABLE run ADD COLUMN colour TEXT; CREATE TABLE added (x)");
    const auto backup = fixture.file().string() + ".version-" + std::to_string(present) + ".backup";
    const auto original = scratch / "original.db";
    fs::copy_file(fixture.file(), original);
    for (int round = 0; round < 10; ++round) {
        INFO("round " << round);
        fs::copy_file(original, fixture.file(), fs::copy_options::overwrite_existing);
        fs::remove(backup);
        std::vector<pid_t> children;
        for (int i = 0; i < 4; ++i) {
            const pid_t child = ::fork();
            if (child == 0) {
                int code = 0;
                try {
                    database::migrate_file(fixture.file(), steps);
                } catch (...) {
                    code = 1;
                }
                ::_exit(code);
            }
            children.push_back(child);
        }
        for (const pid_t child : children) {
            int status = -1;
            REQUIRE(::waitpid(child, &status, 0) == child);
            CHECK(status == 0);
        }
        CHECK(version_in(fixture.file()) == std::to_string(present + 1));
        CHECK(version_in(backup) == std::to_string(present));
        CHECK(sql(backup, "SELECT count(*) FROM sqlite_schema WHERE name = 'added'").at(0) == "0");
        CHECK(sql(fixture.file(), "PRAGMA integrity_check").at(0) == "ok");
    }
}

TEST_CASE("A project of a later version is read, with a sentence, and stays as it is", "[core][P6]") {
    const ScratchFolder scratch;
    for (const auto& fixture : copies_of_all(scratch)) {
        Project::open(fixture.folder, Access::write);
        database::migrate_file(fixture.file(), with_step("ALTER TABLE run ADD COLUMN colour TEXT"));
        const auto access = GENERATE(Access::read, Access::write);
        auto project = Project::open(fixture.folder, access);
        CHECK_FALSE(project.writable());
        CHECK_THAT(project.notice(), Contains("newer Orrery") && Contains("format " + std::to_string(present + 1)));
        check_content(fixture::content(project), fixture.expected);
        CHECK_THROWS_WITH(project.set_removed(project.find("last"), true), Contains("newer Orrery"));
        CHECK(version_in(fixture.file()) == std::to_string(present + 1));
    }
}
