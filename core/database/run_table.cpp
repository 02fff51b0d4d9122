// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/run_table.h"

#include "core/canonical_json.h"
#include "core/database/connection.h"
#include "core/database/label_table.h"
#include "core/database/result_tables.h"
#include "core/platform/machine.h"
#include "core/platform/process_info.h"
#include "core/sha256.h"

#include <algorithm>
#include <future>
#include <iterator>

namespace orrery::database {

namespace {

constexpr const char* all_runs = R"(
    SELECT number, id, experiment, plugin, name, note, parameters, schema, seed, device, threads, priority, created, began,
           ended, outcome, exit_code, error, hint, progress, doing, host, pid, removed, claimed, stop_requested, boot_id,
           heartbeat, process_start, version, sweep, reproduces, owner, command, checkpoint, resumed, computed, memory
    FROM run WHERE removed IS NULL OR ?1 ORDER BY number)";
constexpr const char* one_run = R"(
    SELECT number, id, experiment, plugin, name, note, parameters, schema, seed, device, threads, priority, created, began,
           ended, outcome, exit_code, error, hint, progress, doing, host, pid, removed, claimed, stop_requested, boot_id,
           heartbeat, process_start, version, sweep, reproduces, owner, command, checkpoint, resumed, computed, memory
    FROM run WHERE id = ?1)";

std::optional<RunEnd> end_of(const Query& row) {
    if (row.null(15)) return std::nullopt;
    const std::string outcome = row.text(15);
    RunEnd end;
    end.outcome = outcome == "done" ? Outcome::done : outcome == "stopped" ? Outcome::stopped : Outcome::failed;
    end.exit_code = static_cast<int>(row.integer(16));
    end.error = row.text(17);
    end.hint = row.text(18);
    return end;
}

// `texts` in the order of the runs; or none at all.
void parse_parameters(std::vector<StoredRun>& runs, const std::vector<std::string>& texts) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
        RunRow& run = runs[i].row;
        run.parameters = nlohmann::json::parse(texts[i], nullptr, false);
        if (run.parameters.is_discarded())
            throw Error("The parameters of run " + run.id + " are damaged: they are not JSON.",
                        "`orrery verify` names everything that is damaged.");
    }
}

// Without its parameters.
StoredRun stored_run(const Query& row, bool whole) {
    StoredRun stored;
    RunRow& run = stored.row;
    run.number = row.integer(0);
    run.id = row.text(1);
    run.experiment = row.text(2);
    run.plugin = row.text(3);
    run.name = row.text(4);
    run.note = row.text(5);
    run.schema = row.text(7);
    run.seed = static_cast<std::uint64_t>(row.integer(8));
    run.device = row.text(9);
    run.threads = static_cast<int>(row.integer(10));
    run.priority = static_cast<int>(row.integer(11));
    run.created = row.text(12);
    run.began = row.text(13);
    run.ended = row.text(14);
    run.end = end_of(row);
    run.progress = row.real(19);
    run.doing = row.text(20);
    run.host = row.text(21);
    run.pid = row.integer(22);
    run.removed = !row.null(23);
    stored.claimed = row.text(24);
    stored.stop_requested = row.text(25);
    stored.boot_id = row.text(26);
    stored.heartbeat = row.text(27);
    stored.process_start = row.integer(28);
    run.version = row.text(29);
    run.sweep = row.text(30);
    run.reproduces = row.text(31);
    stored.owner = row.text(32);
    if (whole && !row.null(33)) run.command = nlohmann::json::parse(row.view(33), nullptr, false);
    if (!row.null(34)) run.checkpoint = row.integer(34);
    stored.resumed = row.text(35);
    stored.computed = row.real(36);
    run.memory = row.integer(37);
    return stored;
}

} // namespace

void insert_run(Connection& connection, const std::string& id, const RunRequest& request, std::string_view owner) {
    const std::string declaration = canonical_json(request.declaration);
    const std::string hash = sha256(declaration);
    const std::string version = request.declaration.value("version", "");
    connection.query("INSERT OR IGNORE INTO schema (hash, experiment, version, declaration) VALUES (?1, ?2, ?3, ?4)")
        .bind(hash, request.experiment, version, declaration)
        .run();
    const std::string now = platform::utc_now();
    connection
        .query(
            "INSERT INTO run (id, experiment, version, plugin, name, note, parameters, schema, seed, device, threads, "
            "priority, created, sweep, reproduces, owner, command) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
            "?11, ?12, ?13, nullif(?14, ''), nullif(?15, ''), nullif(?16, ''), nullif(?17, 'null'))")
        .bind(id, request.experiment, version, request.plugin, request.name, request.note, request.parameters.dump(),
              hash, static_cast<std::int64_t>(request.seed), request.device, request.threads, request.priority, now,
              request.sweep, request.reproduces, owner,
              request.command.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
        .run();
}

bool mark_claimed(Connection& connection, std::string_view id) {
    return connection
               .query("UPDATE run SET claimed = ?2 WHERE id = ?1 AND claimed IS NULL AND outcome IS NULL AND removed "
                      "IS NULL")
               .bind(id, platform::utc_now())
               .run() == 1;
}

bool mark_owned(Connection& connection, std::string_view id, std::string_view owner, int threads) {
    return connection
               .query(
                   "UPDATE run SET owner = nullif(?2, ''), threads = CASE WHEN ?3 > 0 AND began IS NULL THEN ?3 ELSE "
                   "threads END WHERE id = ?1 AND claimed IS NULL AND outcome IS NULL")
               .bind(id, owner, threads)
               .run() == 1;
}

void mark_queued_again(Connection& connection, std::string_view id, std::string_view owner, double computed) {
    connection
        .query("UPDATE run SET claimed = NULL, owner = nullif(?2, ''), computed = ?3, stop_requested = NULL, ended = "
               "NULL, "
               "outcome = NULL, exit_code = NULL, error = NULL, hint = NULL WHERE id = ?1")
        .bind(id, owner, computed)
        .run();
}

std::vector<QueuedRun> select_queue(Connection& connection, std::string_view up_to_owner) {
    std::vector<QueuedRun> list;
    auto rows = connection.query("SELECT id, device, threads, coalesce(owner, '') FROM run WHERE outcome IS NULL AND "
                                 "claimed IS NULL AND removed IS NULL ORDER BY priority DESC, number");
    while (rows.step()) {
        list.push_back({rows.text(0), rows.text(1), static_cast<int>(rows.integer(2)), rows.text(3)});
        if (!up_to_owner.empty() && list.back().owner == up_to_owner) break;
    }
    return list;
}

bool mark_stop_requested(Connection& connection, std::string_view id) {
    return connection
               .query("UPDATE run SET stop_requested = coalesce(stop_requested, ?2) WHERE id = ?1 AND outcome IS NULL")
               .bind(id, platform::utc_now())
               .run() == 1;
}

bool is_stop_requested(Connection& connection, std::string_view id) {
    auto row = connection.query("SELECT 1 FROM run WHERE id = ?1 AND stop_requested IS NOT NULL");
    return row.bind(id).step();
}

void update_checkpoint(Connection& connection, std::string_view id, std::optional<std::int64_t> step) {
    if (step) {
        connection.query("UPDATE run SET checkpoint = ?2 WHERE id = ?1").bind(id, *step).run();
    } else {
        connection.query("UPDATE run SET checkpoint = NULL WHERE id = ?1").bind(id).run();
    }
}

void update_memory(Connection& connection, std::string_view id, std::int64_t bytes) {
    connection.query("UPDATE run SET memory = ?2 WHERE id = ?1").bind(id, bytes).run();
}

void update_computed(Connection& connection, std::string_view id, double seconds) {
    connection.query("UPDATE run SET computed = ?2 WHERE id = ?1 AND outcome IS NULL").bind(id, seconds).run();
}

bool delete_unbegun_run(Connection& connection, std::string_view id) {
    return connection.query("DELETE FROM run WHERE id = ?1 AND began IS NULL").bind(id).run() == 1;
}

bool mark_begun(Connection& connection, std::string_view id) {
    const std::int64_t pid = platform::process_id();
    const std::string now = platform::utc_now();
    return connection
               .query("UPDATE run SET resumed = CASE WHEN began IS NULL THEN NULL ELSE ?2 END, began = coalesce(began, "
                      "?2), "
                      "host = ?3, boot_id = ?4, pid = ?5, process_start = ?6, heartbeat = ?2 WHERE id = ?1 AND outcome "
                      "IS NULL")
               .bind(id, now, platform::host_name(), platform::boot_id(), pid, platform::process_start(pid))
               .run() == 1;
}

std::string select_claim(Connection& connection, std::string_view id) {
    auto row = connection.query("SELECT coalesce(claimed, '') FROM run WHERE id = ?1");
    return row.bind(id).step() ? row.text(0) : "";
}

bool mark_ended(Connection& connection, std::string_view id, const RunEnd& end, const std::string& time,
                std::string_view claim) {
    return connection
               .query("UPDATE run SET ended = ?2, outcome = ?3, exit_code = ?4, error = ?5, hint = ?6 "
                      "WHERE id = ?1 AND outcome IS NULL AND (?7 = '' OR claimed = ?7)")
               .bind(id, time, name_of(end.outcome), end.exit_code, end.error, end.hint, claim)
               .run() == 1;
}

void insert_provenance(Connection& connection, std::string_view id, const Provenance& provenance) {
    if (!provenance.code_diff.empty()) {
        const auto hash = provenance.values.find("code/diff_sha256");
        connection.query("INSERT OR IGNORE INTO code_diff (sha256, diff) VALUES (?1, ?2)")
            .bind(hash == provenance.values.end() ? sha256(provenance.code_diff) : hash->second, provenance.code_diff)
            .run();
    }
    auto insert = connection.query("INSERT OR REPLACE INTO provenance (run, key, value) VALUES (?1, ?2, ?3)");
    for (const auto& [key, value] : provenance.values) insert.bind(id, key, value).run();
}

void update_progress(Connection& connection, std::string_view id, double fraction, const std::string& doing) {
    connection.query("UPDATE run SET progress = ?2, doing = ?3 WHERE id = ?1").bind(id, fraction, doing).run();
}

bool update_heartbeat(Connection& connection, std::string_view id) {
    auto update = connection.query("UPDATE run SET heartbeat = ?2 WHERE id = ?1 AND outcome IS NULL");
    return update.bind(id, platform::utc_now()).run() == 1;
}

std::vector<StoredRun> select_runs(Connection& connection, std::optional<std::string_view> id, bool with_removed,
                                   bool whole) {
    std::vector<StoredRun> runs;
    if (!id) { // a vector that grows would move them all again and again
        auto count = connection.query("SELECT count(*) FROM run");
        count.step();
        runs.reserve(static_cast<std::size_t>(count.integer(0)));
    }
    auto rows = connection.query(id ? one_run : all_runs);
    if (id) {
        rows.bind(*id);
    } else {
        rows.bind(static_cast<std::int64_t>(with_removed));
    }
    std::vector<std::string> parameters;
    while (rows.step()) {
        runs.push_back(stored_run(rows, whole));
        if (whole) parameters.push_back(rows.text(6));
    }
    // Of a long list they take a fifth of the time: so they are parsed while the other tables are read.
    constexpr std::size_t worth_a_thread = 1000;
    const auto either = std::launch::async | std::launch::deferred; // where there is a thread to be had
    auto parsing = std::async(runs.size() < worth_a_thread ? std::launch::deferred : either,
                              [&] { parse_parameters(runs, parameters); });
    add_results(connection, runs, id, whole);
    add_tags(connection, runs, id);
    parsing.get();
    return runs;
}

std::vector<StoredRun> select_unfinished(Connection& connection) {
    std::vector<StoredRun> runs;
    auto rows = connection.query("SELECT id FROM run WHERE outcome IS NULL ORDER BY number");
    while (rows.step()) {
        auto one = select_runs(connection, rows.text(0), true);
        std::move(one.begin(), one.end(), std::back_inserter(runs));
    }
    return runs;
}

bool mark_removed(Connection& connection, std::string_view id, bool removed) {
    return connection
               .query("UPDATE run SET removed = CASE WHEN ?2 THEN ?3 END WHERE id = ?1 AND (removed IS NULL) = ?2")
               .bind(id, static_cast<std::int64_t>(removed), platform::utc_now())
               .run() == 1;
}

bool run_exists(Connection& connection, std::string_view id) {
    auto row = connection.query("SELECT 1 FROM run WHERE id = ?1");
    return row.bind(id).step();
}

std::vector<std::string> ids_with_prefix(Connection& connection, const std::string& prefix, int limit) {
    std::vector<std::string> ids;
    // '{' follows 'z' in ASCII.
    auto rows =
        connection.query("SELECT id FROM run WHERE id >= ?1 AND id < ?1 || '{' AND (removed IS NULL OR ?1 <> '') "
                         "ORDER BY number DESC LIMIT ?2");
    rows.bind(prefix, limit);
    while (rows.step()) ids.push_back(rows.text(0));
    return ids;
}

std::map<std::string, std::string> select_provenance(Connection& connection, std::string_view id) {
    std::map<std::string, std::string> values;
    auto rows = connection.query("SELECT key, value FROM provenance WHERE run = ?1");
    rows.bind(id);
    while (rows.step()) values.emplace(rows.text(0), rows.text(1));
    return values;
}

std::string select_declaration(Connection& connection, std::string_view id) {
    auto row =
        connection.query("SELECT declaration FROM schema JOIN run ON run.schema = schema.hash WHERE run.id = ?1");
    return row.bind(id).step() ? row.text(0) : "";
}

} // namespace orrery::database
