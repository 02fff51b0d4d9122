// SPDX-License-Identifier: BSD-3-Clause
// Damage of every kind to a project: each value of each row, each row, its ends and its log.
#include "tests/core/ended_project.h"

using namespace orrery;

TEST_CASE("Every changed value of every row is found and its object named", "[core][P6]") {
    const Ended ended;
    REQUIRE(ended.named().empty());
    int changes = 0;
    for (const auto& table : ended.tables()) {
        ended.restore();
        REQUIRE_FALSE(ended.rows(table).empty());
        for (const auto& row : ended.rows(table)) {
            const std::string object = ended.object_of(table, row);
            for (const auto& column : ended.columns(table)) {
                const std::string now =
                    sql(ended.pristine, "SELECT " + column + " FROM " + table + " WHERE " + row).at(0);
                if (table == "run" && column == "removed" && now != "NULL")
                    continue; // when it was hidden: its event tells
                // A number by one thousand or a part in 10^7, the last letter of a text by one that ids and hashes
                // don't have.
                ended.attack("UPDATE " + table + " SET " + column + " = CASE typeof(" + column +
                             ") WHEN 'integer' THEN " + column + " + 1000 WHEN 'real' THEN " + column +
                             " * 1.0000001 + 1e-9 WHEN 'null' THEN 1 ELSE substr(" + column + ", 1, length(" + column +
                             ") - 1) || '~' END WHERE " + row);
                INFO(table << "." << column << " was " << now);
                const auto named = ended.named();
                // A number that is gone is named with those up to the next one: "events 6 to 1005".
                if (!any_contains(named, object) && !any_contains(named, "events " + object.substr(6) + " to")) {
                    FAIL_CHECK("not named: " << object);
                    for (const auto& n : named) UNSCOPED_INFO(n);
                }
                look_at(ended.home, ended.runs);
                ++changes;
            }
        }
    }
    CHECK(changes > 150);
}

TEST_CASE("Every deleted row is found and its object named", "[core][P6]") {
    const Ended ended;
    for (const auto& table : ended.tables()) {
        ended.restore();
        for (const auto& row : ended.rows(table)) {
            ended.restore();
            // Of what is deleted its owner is named; a declaration or a diff is missed by its runs.
            std::string object = ended.object_of(table, row);
            if (table == "schema") object = "project.db";
            ended.attack("DELETE FROM " + table + " WHERE " + row);
            INFO(table << ": " << row);
            CHECK(any_contains(ended.named(), object));
            look_at(ended.home, ended.runs);
        }
    }
}

TEST_CASE("Rows that change places are found", "[core][P6]") {
    const Ended ended;
    const std::string first = "'" + ended.runs[0] + "'", second = "'" + ended.runs[1] + "'";
    const auto swapped = [](const std::string& table, const std::string& column, const std::string& a,
                            const std::string& b) {
        return "CREATE TEMP TABLE held AS SELECT (SELECT " + column + " FROM " + table + " WHERE " + a +
               ") AS x, (SELECT " + column + " FROM " + table + " WHERE " + b + ") AS y; UPDATE " + table + " SET " +
               column + " = -77 WHERE " + a + "; UPDATE " + table + " SET " + column +
               " = (SELECT x FROM held) WHERE " + b + "; UPDATE " + table + " SET " + column +
               " = (SELECT y FROM held) WHERE " + column + " = -77";
    };
    const std::string of_first = "run = " + first, of_second = "run = " + second;
    const std::vector<std::pair<std::string, std::string>> attacks{
        {swapped("run", "number", "id = " + first, "id = " + second), ended.runs[0] + ", its order"},
        {swapped("run", "created", "id = " + first, "id = " + second), ended.runs[1] + ", its own row"},
        {swapped("run", "id", "number = 1", "number = 2"), "run " + ended.runs[0]},
        {swapped("metric", "elapsed", of_first + " AND step = 0", of_first + " AND step = 1 AND value IS NULL"),
         ended.runs[0] + ", metric loss"},
        {swapped("metric_key", "key", "id = 1", "id = 2"), ended.runs[0] + ", metric"},
        {swapped("artifact", "sha256", of_first, of_second), ended.runs[1] + ", artifact theta"},
        {swapped("provenance", "value", of_first + " AND key = 'code/commit'", of_first + " AND key = 'machine/host'"),
         ended.runs[0] + ", provenance"},
        {swapped("event", "number", "number = 2", "number = 3"), "event 2"},
        {swapped("event", "number", "number = 1", "number = 6"), "event 6"},
        {swapped("event", "data", "number = 2", "number = 4"), "event 4"},
    };
    for (const auto& [attack, object] : attacks) {
        ended.attack(attack + "; DROP TABLE held");
        INFO(attack);
        CHECK(any_contains(ended.named(), object));
        look_at(ended.home, ended.runs);
    }
}

TEST_CASE("A table, index or trigger that is gone or changed is named", "[core][P6]") {
    const Ended ended;
    const auto named = [&](const std::string& statement) {
        ended.restore();
        sql(ended.file, statement);
        const auto result = verify(ended.home);
        look_at(ended.home, ended.runs);
        return result.ok() ? "" : result.problems.front().object + " " + result.problems.front().what;
    };
    CHECK(named("DROP TRIGGER event_is_never_deleted") == "project.db its trigger event_is_never_deleted is gone");
    CHECK(named("DROP INDEX event_of_run") == "project.db its index event_of_run is gone");
    CHECK_THAT(named("DROP TABLE figure"), contains_text("figure"));
    CHECK_THAT(named("ALTER TABLE run RENAME COLUMN hint TO advice"),
               contains_text("its table run is not as it was made"));
    // One flipped bit each, and the table is not listed or has another name, but SQLite opens it.
    const std::string schema = "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET ";
    for (const char* name : {"metric", "event_of_run", "event_is_never_deleted", "sqlite_autoindex_run_1", "metrics"})
        for (const char* change : {"type = CAST(type AS BLOB)", "name = CAST(name AS BLOB)", "sql = CAST(sql AS BLOB)",
                                   "tbl_name = CAST(tbl_name AS BLOB)", "type = 'uable'"})
            if (std::string(change) != "sql = CAST(sql AS BLOB)" || std::string(name) != "sqlite_autoindex_run_1") {
                INFO(name << ": " << change);
                CHECK_THAT(named(schema + change + " WHERE name = '" + name + "'"), contains_text("project.db"));
            }
    CHECK(named("CREATE TABLE my_notes (text); CREATE INDEX mine ON run(experiment)").empty());
}

TEST_CASE("A value of another type is found, though it reads the same", "[core][P6]") {
    const Ended ended;
    for (const auto& table : ended.tables())
        for (const auto& row : ended.rows(table))
            for (const auto& column : ended.columns(table)) {
                const std::string was =
                    sql(ended.pristine, "SELECT quote(" + column + ") FROM " + table + " WHERE " + row).at(0);
                std::string now; // one byte of the record makes it of each of these
                if (was.starts_with("'")) now = "CAST(" + column + " AS BLOB)";
                if (was == "0" || was == "0.0") now = "x''";
                if (now.empty() || (table == "run" && column == "removed")) continue;
                ended.attack("UPDATE " + table + " SET " + column + " = " + now + " WHERE " + row);
                INFO(table << "." << column << " was " << was);
                CHECK_FALSE(verify(ended.home).ok());
                look_at(ended.home, ended.runs);
            }
    const std::string done = " WHERE id = '" + ended.runs[1] + "'", first = " WHERE id = '" + ended.runs[0] + "'";
    for (const auto& [change, object] :
         std::vector<std::pair<std::string, std::string>>{{"exit_code = NULL" + done, ended.runs[1]},
                                                          {"error = NULL" + done, ended.runs[1]},
                                                          {"hint = NULL" + done, ended.runs[1]},
                                                          {"ended = NULL" + first, ended.runs[0]},
                                                          {"pid = NULL" + first, ended.runs[0]},
                                                          {"began = ''" + first, ended.runs[0]}}) {
        ended.attack("UPDATE run SET " + change);
        INFO(change);
        CHECK(any_contains(ended.named(), object));
        look_at(ended.home, ended.runs);
    }
}

TEST_CASE("A database cut anywhere is named", "[core][P6]") {
    const Ended ended;
    const std::string whole = bytes_of(ended.file);
    for (std::size_t length = 1; length < whole.size(); length += whole.size() / 60 + 1) {
        ended.restore();
        write_bytes(ended.file, whole.substr(0, length));
        INFO(length << " of " << whole.size() << " bytes");
        CHECK_FALSE(verify(ended.home).ok());
        look_at(ended.home, ended.runs);
    }
    ended.restore();
    write_bytes(ended.file, whole.substr(0, whole.size() - 1));
    CHECK_FALSE(verify(ended.home).ok());
}

TEST_CASE("No database, an empty one, a folder or a circle of links in its place gets a sentence", "[core][P6][P9]") {
    const Ended ended;
    fs::remove(ended.file);
    SECTION("none") {}
    SECTION("empty") { write_bytes(ended.file, ""); }
    SECTION("a folder") { fs::create_directory(ended.file); }
    SECTION("a link to itself") { fs::create_symlink("project.db", ended.file); }
    SECTION("a link to nothing") { fs::create_symlink("elsewhere.db", ended.file); }
    SECTION("a device") { fs::create_symlink("/dev/null", ended.file); }
    for (const auto access : {Access::read, Access::write, Access::create}) {
        try {
            const auto project = Project::open(ended.home, access);
            FAIL_CHECK("opened");
        } catch (const Error& error) {
            INFO(error.what());
            CHECK_THAT(std::string(error.what()), contains_text("p.orrery"));
        }
    }
    try {
        CHECK_FALSE(verify(ended.home).ok());
    } catch (const Error& error) {
        CHECK_THAT(std::string(error.what()), contains_text("p.orrery"));
    }
}

TEST_CASE("What was committed before the torn place of the log survives, and nothing is invented", "[core][P2][P6]") {
    const ScratchFolder folder;
    const fs::path home = folder / "p.orrery", torn = folder / "torn.orrery";
    constexpr int steps = 40;
    std::string run;
    {
        auto project = Project::open(home, Access::create);
        const auto created = project.create_run(sample_request());
        run = created.id;
        project.begin(run, sample_provenance());
        sql(home / "project.db", "PRAGMA wal_checkpoint(TRUNCATE)");
        const std::vector<std::string> keys{"loss"};
        for (int step = 0; step < steps; ++step) { // one commit each
            const std::vector<MetricBatch::Point> points{{0, {step, step + 0.5, 0.1}}};
            project.append(run, {keys, points, false, 0, ""});
        }
        project.end(run, {});
        fs::copy(home, torn, fs::copy_options::recursive); // as it is while the process lives
    }
    const fs::path file = torn / "project.db", log = torn / "project.db-wal";
    const std::string database = bytes_of(file), whole = bytes_of(log);
    REQUIRE(whole.size() > 40 * 4096);
    const auto steps_left = [&](const std::string& log_bytes, Access access) {
        for (const char* beside : {"-wal", "-shm", "-journal"}) fs::remove(file.string() + beside);
        write_bytes(file, database);
        write_bytes(log, log_bytes);
        const auto problems = verify(torn).problems;
        for (const auto& problem : problems) FAIL_CHECK(problem.object << " " << problem.what);
        const auto project = Project::open(torn, access);
        const auto series = project.metric_series(run, "loss");
        for (std::size_t i = 0; i < series.size(); ++i) {
            if (series[i].step != static_cast<std::int64_t>(i) || series[i].value != static_cast<double>(i) + 0.5)
                FAIL_CHECK("an invented point");
        }
        CHECK((project.run(run).status == Status::done) == (log_bytes.size() == whole.size() && log_bytes == whole));
        return series.size();
    };
    REQUIRE(steps_left(whole, Access::read) == steps);
    std::size_t before = 0, lengths_seen = 0;
    for (std::size_t length = 0; length < whole.size(); length += whole.size() / 50 + 7) { // in the middle of frames
        INFO("cut at " << length);
        const auto left = steps_left(whole.substr(0, length), length % 2 ? Access::read : Access::write);
        CHECK(left >= before);
        lengths_seen += left > before ? 1 : 0;
        before = left;
    }
    CHECK(lengths_seen > 20);
    for (std::size_t place = 3; place < whole.size(); place += whole.size() / 50 + 11) {
        std::string bytes = whole;
        bytes[place] = static_cast<char>(bytes[place] ^ 0x10);
        INFO("flipped at " << place);
        // All commits whose frames lie wholly before the place: there are at most 3 frames in one.
        const auto left = steps_left(bytes, Access::read);
        CHECK(left + 4 >= steps * place / whole.size());
    }
}
