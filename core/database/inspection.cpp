// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/inspection.h"

#include "core/canonical_json.h"
#include "core/database/connection.h"
#include "core/database/event_log.h"
#include "core/database/migrations.h"
#include "core/database/run_hash.h"
#include "core/database/run_table.h"
#include "core/sha256.h"

#include <sqlite3.h>

#include <filesystem>
#include <functional>
#include <map>
#include <set>

namespace orrery::database {

namespace {

using Problems = std::vector<Damage>;

// What the log says of one run.
struct Logged {
    bool begun = false, removed = false;
    nlohmann::json begin, end; // data; null if there is none
};

struct Log {
    std::map<std::string, Logged> runs;
    std::set<std::string> compacted; // their rows were deleted on purpose
};

std::string run_object(std::string_view id) { return "run " + valid_utf8(id); }

bool is_damage(const SQLite::Exception& exception) {
    const int code = exception.getErrorCode() & 0xff;
    // SQLITE_ERROR: a statement doesn't fit the tables, so these are not as they were made.
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_FORMAT || code == SQLITE_ERROR;
}

// One check; damage that keeps it from reading on is a problem of its own.
void attempt(Problems& problems, const std::string& object, const std::function<void()>& check) {
    try {
        check();
    } catch (const SQLite::Exception& exception) {
        if (!is_damage(exception)) throw;
        problems.push_back({object, std::string("can't be read to its end: ") + exception.what()});
    }
}

void check_file(Connection& connection, Problems& problems) {
    auto rows = connection.query("PRAGMA integrity_check(20)");
    while (rows.step())
        if (const std::string text = rows.text(0); text != "ok")
            problems.push_back({"project.db", "the database is damaged: " + valid_utf8(text)});
    // SQLite reads what is missing of the last page as zeros.
    std::error_code unknown;
    const auto size = std::filesystem::file_size(connection.file(), unknown);
    if (!unknown && size % static_cast<std::uintmax_t>(connection.pragma("page_size")) != 0)
        problems.push_back({"project.db", "the file was cut: it does not end with a whole page"});
    auto keys = connection.query("PRAGMA foreign_key_check");
    std::map<std::string, int> strays;
    while (keys.step()) ++strays["of table " + keys.text(0) + " without their row of table " + keys.text(2)];
    for (const auto& [which, count] : strays)
        problems.push_back({"project.db", "there are rows (" + std::to_string(count) + ") " + which});
}

// Everything that migrations make, by type and name: what SQLite keeps of it, with quotes that tell text from bytes.
std::map<std::string, std::string> definitions(SQLite::Database& database) {
    std::map<std::string, std::string> found;
    SQLite::Statement rows(database, "SELECT type || ' ' || name, quote(type) || quote(name) || quote(tbl_name) || "
                                     "quote(sql) FROM sqlite_schema");
    while (rows.executeStep()) found.emplace(rows.getColumn(0).getString(), rows.getColumn(1).getString());
    return found;
}

// Tables, indexes and triggers as they were made; what somebody added is his.
void check_tables(Connection& connection, Problems& problems) {
    SQLite::Database fresh(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    for (const auto& step : migrations()) fresh.exec(step.sql);
    const auto now = definitions(connection.handle());
    for (const auto& [name, text] : definitions(fresh)) {
        const auto found = now.find(name);
        if (found == now.end())
            problems.push_back({"project.db", "its " + name + " is gone"});
        else if (found->second != text)
            problems.push_back({"project.db", "its " + name + " is not as it was made"});
    }
}

// One flipped bit makes a text of a record bytes, or a zero no bytes: they read the same, but are equal to no text and
// no number. The metric table, the largest, is read so for the seals.
void check_types(Connection& connection, Problems& problems) {
    SQLite::Statement columns(connection.handle(),
                              "SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c WHERE "
                              "t.type = 'table' AND c.type IN ('TEXT', 'INTEGER', 'REAL') AND t.name <> 'metric'");
    while (columns.executeStep()) {
        const std::string table = columns.getColumn(0).getString(), column = columns.getColumn(1).getString();
        const std::string type = columns.getColumn(2).getString();
        const std::string others = type == "TEXT" ? "'text'" : type == "REAL" ? "'real', 'integer'" : "'integer'";
        SQLite::Statement rows(connection.handle(), "SELECT count(*) FROM \"" + table + "\" WHERE typeof(\"" + column +
                                                        "\") NOT IN ('null', " + others + ")");
        if (rows.executeStep() && rows.getColumn(0).getInt64() > 0)
            problems.push_back({"project.db", valid_utf8("values in column " + column + " of table " + table +
                                                         " were changed: they are not of type " + type)});
    }
}

std::string text_in(const nlohmann::json& data, const char* key) {
    if (!data.is_object() || !data.contains(key) || !data[key].is_string()) return {};
    return data[key].get<std::string>();
}

void add_to(Log& log, const EventRow& event) {
    const auto data = nlohmann::json::parse(event.data, nullptr, false);
    Logged& run = log.runs[event.run];
    if (event.kind == "run.begin") {
        run.begun = true;
        run.begin = data;
        run.end = nullptr;
    } else if (event.kind == "run.resume") {
        run.end = nullptr;
    } else if (event.kind == "run.end") {
        run.end = data;
    } else if (event.kind == "run.remove" || event.kind == "run.restore") {
        run.removed = event.kind == "run.remove";
    } else if (event.kind == "project.compact" && data.is_object() && data.contains("runs")) {
        for (const auto& id : data["runs"])
            if (id.is_string()) log.compacted.insert(id.get<std::string>());
    }
}

std::string missing_events(std::int64_t first, std::int64_t last) {
    return first == last ? "event " + std::to_string(first)
                         : "events " + std::to_string(first) + " to " + std::to_string(last);
}

// Numbers 1, 2, 3 ... without a gap, each with the hash of the one before and its own.
Log check_events(Connection& connection, Problems& problems) {
    Log log;
    std::string previous(64, '0');
    std::int64_t expected = 1;
    for (const auto& event : select_events(connection)) {
        const std::string object = "event " + std::to_string(event.number);
        const bool gap = event.number != expected;
        if (gap) problems.push_back({missing_events(expected, event.number - 1), "is gone from the log"});
        if (!gap && event.previous != previous)
            problems.push_back(
                {object, "does not follow the event before it: one of them was changed, moved or put in"});
        std::string hash;
        try {
            hash = event_hash(event);
        } catch (const Error&) { // not even text any more
        }
        if (hash != event.hash) problems.push_back({object, "was changed: its hash is not that of its content"});
        previous = event.hash;
        expected = event.number + 1;
        add_to(log, event);
    }
    auto ever = connection.query("SELECT seq FROM sqlite_sequence WHERE name = 'event'");
    const std::int64_t last = ever.step() ? ever.integer(0) : 0;
    if (last >= expected) problems.push_back({missing_events(expected, last), "is gone from the end of the log"});
    if (last < expected - 1) problems.push_back({"project.db", "the count of events was changed"});
    log.runs.erase("");
    return log;
}

std::string words_for(const std::string& part) {
    if (part.starts_with("metric/")) return "metric " + part.substr(7);
    if (part.starts_with("artifact/")) return "artifact " + part.substr(9);
    if (part == "live") return "live changes";
    if (part == "origin") return "its order, sweep or process";
    return part == "run" ? "its own row" : part;
}

void compare_seal(const std::string& id, const nlohmann::json& sealed, const RunSeal& now, Problems& problems) {
    const std::string was = text_in(sealed, "sha256");
    if (was.empty()) {
        problems.push_back({run_object(id), "the event of its end holds no seal"});
        return;
    }
    if (was == now.sha256) return;
    const std::size_t before = problems.size();
    if (sealed.contains("parts") && sealed["parts"].is_object()) {
        const auto& parts = sealed["parts"];
        for (const auto& [part, hash] : parts.items()) {
            const auto found = now.parts.find(part);
            if (found == now.parts.end())
                problems.push_back({run_object(id) + ", " + words_for(part), "is gone since the run ended"});
            else if (hash != found->second)
                problems.push_back({run_object(id) + ", " + words_for(part), "was changed after the run ended"});
        }
        for (const auto& [part, hash] : now.parts)
            if (!parts.contains(part))
                problems.push_back({run_object(id) + ", " + words_for(part), "was added after the run ended"});
    }
    if (problems.size() == before)
        problems.push_back({run_object(id), "its rows were changed after it ended: they don't fit its seal"});
}

// Until a run has ended its first event tells what it was to compute.
void compare_begin(const std::string& id, const nlohmann::json& begin, Query& row, Problems& problems) {
    if (!begin.is_object()) return; // told by the check of the events
    const auto parameters = nlohmann::json::parse(row.text(1), nullptr, false);
    bool same = !parameters.is_discarded();
    try {
        same = same && text_in(begin, "parameters") == sha256(canonical_json(parameters));
    } catch (const Error&) { // nested beyond all measure
        same = false;
    }
    if (!same) problems.push_back({run_object(id) + ", parameters", "was changed after the run began"});
    if (text_in(begin, "schema") != row.text(2) || text_in(begin, "seed") != std::to_string(row.integer(3)) ||
        text_in(begin, "experiment") != row.text(7))
        problems.push_back({run_object(id) + ", its own row", "was changed after the run began"});
}

// To a seal NULL is as zero and as an empty text; these are written together.
void check_times(const std::string& id, Query& row, Problems& problems) {
    if (row.integer(8) != (row.null(4) ? 4 : 0))
        problems.push_back({run_object(id) + ", its own row", "was changed: only a part of its end is there"});
    if (row.integer(9) != (row.null(5) ? 4 : 0))
        problems.push_back({run_object(id) + ", its own row", "was changed: only a part of its process is there"});
}

void check_runs(Connection& connection, const Log& log, Problems& problems) {
    std::set<std::string> there;
    auto rows = connection.query(
        "SELECT id, parameters, schema, seed, outcome, began, removed, experiment, "
        "(ended IS NULL) + (exit_code IS NULL) + (error IS NULL) + (hint IS NULL), "
        "(host IS NULL) + (boot_id IS NULL) + (pid IS NULL) + (process_start IS NULL) FROM run ORDER BY number");
    while (rows.step()) {
        const std::string id = rows.text(0);
        there.insert(id);
        const auto found = log.runs.find(id);
        const Logged logged = found == log.runs.end() ? Logged{} : found->second;
        const bool ended = !rows.null(4);
        if (!rows.null(5) && !logged.begun) problems.push_back({run_object(id), "began without an event"});
        if (ended && logged.end.is_null()) problems.push_back({run_object(id), "ended without an event"});
        if (!ended && !logged.end.is_null())
            problems.push_back({run_object(id), "has ended by the log, but not by its row"});
        if (rows.null(6) == logged.removed)
            problems.push_back(
                {run_object(id), logged.removed ? "was restored without an event" : "was removed without an event"});
        check_times(id, rows, problems);
        if (ended && !logged.end.is_null())
            attempt(problems, run_object(id), [&] {
                if (!run_exists(connection, id)) { // its row is there, but the index doesn't lead to it
                    problems.push_back({run_object(id), "is not found by its id"});
                    return;
                }
                const bool with_origin = is_sealed_with_origin(logged.end);
                compare_seal(id, logged.end, seal_of_run(connection, id, with_origin), problems);
            });
        else if (logged.begun)
            compare_begin(id, logged.begin, rows, problems);
    }
    for (const auto& [id, logged] : log.runs)
        if (!there.contains(id) && !log.compacted.contains(id))
            problems.push_back({run_object(id), "is gone, but the log tells of it"});
}

// A diff is kept up to 1 MiB and cleaned of bytes that are no text, while its hash is of the whole: then the provenance
// of its runs has the hash of what is kept.
void check_diffs(Connection& connection, Problems& problems) {
    auto diffs = connection.query(
        "SELECT sha256, diff, (SELECT group_concat(kept.value) FROM provenance whole JOIN provenance kept ON kept.run "
        "= "
        "whole.run WHERE whole.key = 'code/diff_sha256' AND whole.value = sha256 AND kept.key = "
        "'code/diff_kept_sha256'), length(diff) < 1000000 AND instr(diff, char(65533)) = 0 FROM code_diff");
    while (diffs.step()) {
        const std::string hash = sha256(diffs.text(1)), kept = diffs.text(2);
        const bool whole = kept.empty() && diffs.integer(3) != 0; // what older versions kept in part can't be checked
        if ((whole && hash != diffs.text(0)) || (!kept.empty() && kept.find(hash) == std::string::npos))
            problems.push_back({valid_utf8("code diff " + diffs.text(0).substr(0, 10)),
                                "was changed: its hash is not that of its content"});
    }
    auto gone =
        connection.query("SELECT DISTINCT value FROM provenance WHERE key = 'code/diff_kept_sha256' AND run NOT "
                         "IN (SELECT run FROM provenance JOIN code_diff ON value = sha256 WHERE key = "
                         "'code/diff_sha256')");
    while (gone.step())
        problems.push_back({valid_utf8("code diff " + gone.text(0).substr(0, 10)), "is gone, but a run names it"});
}

// What no seal covers, but what is shown or decides: declarations by their name, last values by the series.
void check_derived(Connection& connection, Problems& problems) {
    auto schemas = connection.query("SELECT hash, declaration, experiment, version FROM schema");
    while (schemas.step()) {
        const std::string object =
            valid_utf8("declaration of " + schemas.text(2) + " (" + schemas.text(0).substr(0, 10) + ")");
        const auto declaration = nlohmann::json::parse(schemas.text(1), nullptr, false);
        if (sha256(schemas.text(1)) != schemas.text(0))
            problems.push_back({object, "was changed: its hash is not that of its content"});
        else if (text_in(declaration, "id") != schemas.text(2) || text_in(declaration, "version") != schemas.text(3))
            problems.push_back({object, "was changed: its experiment or version is not that of its content"});
    }
    auto last = connection.query(
        "SELECT l.run, coalesce(k.key, l.key) FROM metric_last l LEFT JOIN metric_key k ON k.id = l.key "
        "LEFT JOIN metric m ON m.run = l.run AND m.key = l.key AND m.step = l.step "
        "WHERE m.run IS NULL OR m.value IS NOT l.value "
        "OR EXISTS (SELECT 1 FROM metric n WHERE n.run = l.run AND n.key = l.key AND n.step > l.step) "
        "ORDER BY 1, 2");
    while (last.step())
        problems.push_back({run_object(last.text(0)) + ", metric " + valid_utf8(last.text(1)),
                            "its last value is not the one of its largest step"});
    auto unlisted =
        connection.query("SELECT run, key FROM metric GROUP BY run, key EXCEPT SELECT run, key FROM metric_last");
    while (unlisted.step())
        problems.push_back(
            {run_object(unlisted.text(0)) + ", metric number " + unlisted.text(1), "has points but no last value"});
    check_diffs(connection, problems);
}

} // namespace

std::vector<Damage> inspect(Connection& connection) {
    Problems problems;
    connection.read([&] {
        if (const auto version = connection.pragma("user_version"); version > latest_version())
            throw Error("The project database " + connection.file().string() + " has the newer format " +
                            std::to_string(version) + ", which this Orrery can't check.",
                        "Check it with the Orrery that wrote it.");
        Log log;
        attempt(problems, "project.db", [&] {
            check_file(connection, problems);
            check_tables(connection, problems);
            check_types(connection, problems);
        });
        bool events_read = false;
        attempt(problems, "event log", [&] {
            log = check_events(connection, problems);
            events_read = true;
        });
        if (events_read) attempt(problems, "table run", [&] { check_runs(connection, log, problems); });
        attempt(problems, "project.db", [&] { check_derived(connection, problems); });
    });
    return problems;
}

} // namespace orrery::database
