// SPDX-License-Identifier: BSD-3-Clause
// Damage of every kind to a project: each value of each row, each row, places all over the file, its ends and its log.
#include "core/project.h"
#include "core/sha256.h"
#include "core/verify.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/core/scratch_folder.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <set>

using namespace orrery;
namespace fs = std::filesystem;

namespace {

// Columns that no check covers, because people may change them or because they mean nothing once a run has ended.
// Whoever adds a column to a table decides here whether it is one of them.
const std::map<std::string, std::set<std::string>> free_columns{
    {"run",
     {"name", "note", "priority", "progress", "doing", "heartbeat", "stop_requested", "owner", "checkpoint",
      "memory"}}};
const std::set<std::string> free_tables{"tag", "figure", "layout", "sqlite_sequence"};

// Two runs that ended with rows in every table, one of them removed, and their project's file without a log beside it.
struct Ended {
    ScratchFolder folder;
    fs::path home = folder / "p.orrery", file = home / "project.db", pristine = folder / "pristine.db";
    std::vector<std::string> runs;
    Ended() {
        {
            auto project = Project::open(home, Access::create);
            for (const double kappa : {0.1, 0.2}) runs.push_back(add(project, kappa));
            project.set_removed(runs[1], true);
            project.log_event("export", runs[0], {{"rows", 3}});
        }
        sql(file, "INSERT INTO tag SELECT id, 'good' FROM run; PRAGMA wal_checkpoint(TRUNCATE)");
        sql(file, "PRAGMA journal_mode = DELETE");
        fs::copy_file(file, pristine);
    }
    std::string add(Project& project, double kappa) const {
        auto request = sample_request(kappa);
        request.sweep = "a sweep";
        request.reproduces = runs.empty() ? "" : runs.front();
        request.declaration["title"] = "declared for " + std::to_string(kappa);
        const auto created = project.create_run(request);
        auto provenance = sample_provenance();
        provenance.code_diff = "diff " + std::to_string(kappa);
        provenance.values["code/diff_sha256"] = std::string(64, kappa < 0.15 ? 'a' : 'b');
        provenance.values["code/diff_kept_sha256"] = sha256(provenance.code_diff);
        project.begin(created.id, provenance);
        const std::vector<std::string> keys{"loss", "error/l2"};
        const std::vector<MetricBatch::Point> points{
            {0, {0, 1.5, 0.1}}, {0, {1, std::nan(""), 0.2}}, {1, {1, 1e-7, 0.3}}};
        project.append(created.id, {keys, points, true, 0.5, "walking"});
        folder.write("theta.h5", "field of " + std::to_string(kappa));
        folder.write("in.npy", "input");
        project.add_artifact(created.id, "theta", Kind::field, folder / "theta.h5");
        project.add_input(created.id, folder / "in.npy");
        sql(file, "INSERT INTO live VALUES ('" + created.id + "', 1, 'kappa', '0.5')");
        project.end(created.id, {Outcome::failed, 1, "it failed", "try again"});
        return created.id;
    }
    void restore() const {
        for (const char* beside : {"-wal", "-shm", "-journal"}) fs::remove(file.string() + beside);
        fs::copy_file(pristine, file, fs::copy_options::overwrite_existing);
    }
    // As a stranger would who knows the tables: no foreign keys, no checks, no triggers while he does it.
    void attack(const std::string& statement) const {
        restore();
        std::string script = "PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF; BEGIN; ", triggers;
        for (const auto& name : sql(file, "SELECT name FROM sqlite_schema WHERE type = 'trigger'"))
            script += "DROP TRIGGER " + name + "; ";
        for (const auto& trigger : sql(file, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'"))
            triggers += trigger + "; ";
        sql(file, script + statement + "; " + triggers + "COMMIT");
    }
    std::set<std::string> named() const {
        std::set<std::string> objects;
        for (const auto& problem : verify(home).problems) objects.insert(problem.object);
        return objects;
    }
    std::vector<std::string> tables() const {
        auto names = sql(file, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
        std::erase_if(names, [](const std::string& name) { return free_tables.contains(name); });
        return names;
    }
    std::vector<std::string> columns(const std::string& table, bool with_free = false) const {
        auto names = sql(file, "SELECT name FROM pragma_table_info('" + table + "')");
        const auto free = free_columns.find(table);
        if (!with_free && free != free_columns.end())
            std::erase_if(names, [&](const std::string& name) { return free->second.contains(name); });
        return names;
    }
    // A condition that picks each row, by all of its columns.
    std::vector<std::string> rows(const std::string& table) const {
        std::string condition;
        for (const auto& column : columns(table, true))
            condition += (condition.empty() ? "'" : " || ' AND ") + column + " IS ' || quote(" + column + ")";
        return sql(file, "SELECT " + condition + " FROM " + table);
    }
    // What must be in the name of what is found for a row of this table.
    std::string object_of(const std::string& table, const std::string& row) const {
        if (table == "event") return "event " + sql(file, "SELECT number FROM event WHERE " + row).at(0);
        if (table == "schema") return "declaration of";
        if (table == "code_diff") return "code diff";
        if (table == "metric_key") return "run ";
        return "run " +
               sql(file, "SELECT " + std::string(table == "run" ? "id" : "run") + " FROM " + table + " WHERE " + row)
                   .at(0);
    }
};

bool any_contains(const std::set<std::string>& objects, const std::string& part) {
    return std::any_of(objects.begin(), objects.end(),
                       [&](const std::string& o) { return o.find(part) != std::string::npos; });
}

// All that the tables hold and that a check covers; nothing if they can't be read.
std::vector<std::string> content(const Ended& ended) {
    std::vector<std::string> lines;
    for (const auto& table : ended.tables()) {
        std::string row;
        for (const auto& column : ended.columns(table))
            row += (row.empty() ? "quote(" : " || '|' || quote(") + column + ")";
        for (auto& line : sql(ended.file, "SELECT " + row + " FROM " + table + " ORDER BY 1"))
            lines.push_back(table + line);
    }
    return lines;
}

std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Reads a project as the commands do. Whatever is wrong with it, it must be said in a sentence.
void look_at(const fs::path& home, const std::vector<std::string>& runs) {
    try {
        const auto project = Project::open(home, Access::read);
        for (const auto& row : project.runs(true)) row.to_json();
        for (const auto& id : runs) {
            project.run(id);
            for (const auto& key : project.metric_keys(id)) project.metric_series(id, key);
            project.provenance(id);
            project.declaration(id);
        }
        project.events();
        project.size();
    } catch (const Error& error) {
        CHECK(std::string(error.what()).size() > 10);
    }
}

} // namespace

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
    CHECK(named("DROP TABLE figure") == "project.db its table figure is gone");
    CHECK_THAT(named("ALTER TABLE run RENAME COLUMN hint TO advice"),
               contains_text("its table run is not as it was made"));
    CHECK(named("CREATE TABLE my_notes (text); CREATE INDEX mine ON run(experiment)").empty());
}

namespace {

// Flips a bit at each place and looks: named, or all that is kept reads as before. How many were named.
int flip_at(const Ended& ended, const std::vector<std::size_t>& places) {
    const std::string whole = bytes_of(ended.pristine);
    ended.restore();
    const auto was = content(ended);
    REQUIRE(was.size() > 40);
    std::mt19937_64 random(1); // the same bits on every machine
    int found = 0;
    for (const std::size_t place : places) {
        std::string bytes = whole;
        bytes[place] = static_cast<char>(bytes[place] ^ (1 << (random() % 8)));
        ended.restore();
        write_bytes(ended.file, bytes);
        INFO("byte " << place << " of " << whole.size());
        bool named = false;
        try {
            named = !verify(ended.home).ok();
        } catch (const Error& error) { // can't be opened at all: it says so
            INFO(error.what());
            CHECK(place < 100);
            named = true;
        }
        if (!named) CHECK(content(ended) == was);
        found += named ? 1 : 0;
        look_at(ended.home, ended.runs);
    }
    return found;
}

} // namespace

TEST_CASE("A flipped bit anywhere in the database is named, or lies where nothing is kept", "[core][P6]") {
    const Ended ended;
    const std::size_t size = bytes_of(ended.pristine).size();
    std::mt19937_64 random(1);
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < 100; ++place) places.push_back(place); // the header
    for (int i = 0; i < 300; ++i) places.push_back(random() % size);
    CHECK(flip_at(ended, places) > 60);
}

TEST_CASE("A text that is marked as bytes is found, though it reads the same", "[core][P6]") {
    const Ended ended;
    for (const char* change : {"event SET kind = CAST(kind AS BLOB)", "run SET error = CAST(error AS BLOB)",
                               "provenance SET value = CAST(value AS BLOB)"}) {
        ended.attack(std::string("UPDATE ") + change);
        CHECK(any_contains(ended.named(), "project.db"));
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
