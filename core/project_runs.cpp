// SPDX-License-Identifier: BSD-3-Clause
// The runs of a project: their queue, their life from row to seal, and the status that their locks tell.
#include "core/canonical_json.h"
#include "core/database/event_log.h"
#include "core/database/label_table.h"
#include "core/database/result_tables.h"
#include "core/database/run_hash.h"
#include "core/exchange/import_metrics.h"
#include "core/labels.h"
#include "core/platform/machine.h"
#include "core/platform/process.h"
#include "core/platform/process_info.h"
#include "core/project_impl.h"
#include "core/run_id.h"
#include "core/sha256.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace orrery {

namespace fs = std::filesystem;

// --- status ---

bool Project::Impl::is_alive(const database::StoredRun& stored) const {
    if (platform::is_locked(folder / "jobs" / (stored.row.id + ".lock"))) return true;
    if (!network || stored.row.began.empty()) return false;
    // A network file system may not share locks between machines: the process itself, else its heartbeat.
    if (stored.row.host == platform::host_name() && stored.boot_id == platform::boot_id())
        return stored.process_start != 0 && platform::process_start(stored.row.pid) == stored.process_start;
    return platform::seconds_of_utc(platform::utc_now()) - platform::seconds_of_utc(stored.heartbeat) < 90;
}

Status Project::Impl::status_of(const database::StoredRun& stored) const {
    const RunRow& row = stored.row;
    if (row.end) {
        if (row.end->outcome == Outcome::done) return Status::done;
        return row.end->outcome == Outcome::failed ? Status::failed : Status::stopped;
    }
    if (stored.claimed.empty()) return Status::queued;
    if (!is_alive(stored)) return Status::lost;
    return stored.stop_requested.empty() ? Status::running : Status::stopping;
}

// Of computing: of the last process until its end or until now, and of those before.
double Project::Impl::seconds_of(const database::StoredRun& run) const {
    const RunRow& row = run.row;
    if (row.status == Status::queued) return run.computed;
    const std::string& last = run.resumed.empty() ? row.began : run.resumed;
    if (last < run.claimed) return run.computed; // the last process ended before it computed
    const bool runs_now = row.status == Status::running || row.status == Status::stopping;
    const std::string until = !row.ended.empty() ? row.ended : runs_now ? platform::utc_now() : run.heartbeat;
    const double seconds = platform::seconds_of_utc(until) - platform::seconds_of_utc(last);
    return run.computed + (std::isfinite(seconds) ? std::max(seconds, 0.0) : 0);
}

// Within a transaction: nobody can start a run until it ends.
void Project::Impl::expect_idle() {
    for (const auto& stored : database::select_unfinished(*connection))
        if (is_alive(stored))
            throw Error("Run " + stored.row.id + " is going on: files that it makes could be taken for unused ones.",
                        "Wait for it, or stop it.");
}

// Adds what isn't stored: status and seconds.
std::vector<RunRow> Project::Impl::finished(std::vector<database::StoredRun> stored) {
    std::vector<RunRow> rows;
    rows.reserve(stored.size());
    for (auto& run : stored) {
        run.row.status = status_of(run);
        if (run.row.status == Status::lost) {
            // It may have ended between our reading of the row and our look at the lock.
            auto again = reading().read([&] { return database::select_runs(reading(), run.row.id, true); });
            if (!again.empty() && again.front().row.end) {
                run = std::move(again.front());
                run.row.status = status_of(run);
            }
        }
        RunRow& row = run.row;
        row.seconds = seconds_of(run);
        rows.push_back(std::move(row));
    }
    return rows;
}

// --- the life of a run ---

namespace {

RunRequest checked(const RunRequest& request) {
    if (request.seed > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        throw Error("The seed " + std::to_string(request.seed) + " is too large: it can be 0 to 9223372036854775807.",
                    "", ExitCode::usage);
    RunRequest sound = request;
    sound.name = checked_name(request.name);
    sound.note = checked_note(request.note);
    for (auto& tag : sound.tags) tag = checked_tag(tag);
    canonical_json(sound.parameters); // throws what can't be stored: NaN, bytes that are no text
    return sound;
}

} // namespace

CreatedRun Project::create_run(const RunRequest& request) {
    auto& connection = impl_->writing();
    const RunRequest sound = checked(request);
    while (true) {
        std::string id = new_run_id();
        // The lock first: a row whose lock is free is a lost run.
        auto lock = platform::FileLock::try_take(lock_file(id));
        if (!lock) continue;
        try {
            const bool inserted = connection.write([&] {
                if (database::run_exists(connection, id)) return false; // made by another machine in the same instant
                database::insert_run(connection, id, sound, "");
                for (const auto& tag : sound.tags) database::insert_tag(connection, id, tag);
                return database::mark_claimed(connection, id);
            });
            if (inserted) return {std::move(id), std::move(*lock)};
        } catch (...) {
            std::error_code ignored;
            fs::remove(lock_file(id), ignored);
            throw;
        }
    }
}

std::vector<std::string> Project::enqueue(std::span<const RunRequest> requests, std::string_view owner) {
    auto& connection = impl_->writing();
    std::vector<RunRequest> sound;
    for (const auto& request : requests) sound.push_back(checked(request));
    return connection.write([&] {
        std::vector<std::string> ids;
        for (const auto& request : sound) {
            std::string id = new_run_id();
            while (database::run_exists(connection, id)) id = new_run_id();
            database::insert_run(connection, id, request, owner);
            for (const auto& tag : request.tags) database::insert_tag(connection, id, tag);
            ids.push_back(std::move(id));
        }
        return ids;
    });
}

std::vector<QueuedRun> Project::queue(std::string_view up_to_owner) const {
    auto& connection = impl_->reading();
    auto list = connection.read([&] { return database::select_queue(connection, up_to_owner); });
    std::map<std::string, bool> living;
    for (auto& run : list) {
        if (run.owner.empty()) continue;
        const auto [known, is_new] = living.emplace(run.owner, false);
        if (is_new) known->second = platform::is_locked(owner_file(run.owner));
        run.is_waited_for = known->second;
    }
    return list;
}

void Project::disown(std::string_view run) {
    auto& connection = impl_->writing();
    connection.write([&] { database::mark_owned(connection, run, "", 0); });
}

std::string Project::claim_of(std::string_view run) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_claim(connection, run); });
}

void Project::adopt(std::string_view run, std::string_view owner, int threads) {
    auto& connection = impl_->writing();
    connection.write([&] {
        const auto rows = database::select_runs(connection, run, true);
        if (rows.empty()) no_such_run(run);
        const std::string& before = rows.front().owner;
        if (!before.empty() && before != owner && platform::is_locked(owner_file(before)))
            throw Error("Run " + std::string(run) + " waits for another program, which starts it in its turn.", "",
                        ExitCode::usage);
        if (!database::mark_owned(connection, run, owner, threads))
            throw Error("Run " + std::string(run) + " does not wait any more.", "`orrery runs` tells its state.",
                        ExitCode::usage);
    });
}

std::optional<FileLock> Project::claim(std::string_view run) {
    auto& connection = impl_->writing();
    auto lock = platform::FileLock::try_take(lock_file(run));
    if (!lock) return std::nullopt;
    bool claimed = false;
    try {
        claimed = connection.write([&] { return database::mark_claimed(connection, run); });
    } catch (...) {
        std::error_code ignored;
        fs::remove(lock_file(run), ignored);
        throw;
    }
    if (claimed) return lock;
    std::error_code ignored;
    fs::remove(lock_file(run), ignored); // it has ended, or nobody needs the lock before it is taken again
    return std::nullopt;
}

void Project::requeue(std::string_view run, std::string_view owner) {
    auto& connection = impl_->writing();
    connection.write([&] {
        auto rows = database::select_runs(connection, run, true);
        if (rows.empty()) no_such_run(run);
        auto& stored = rows.front();
        RunRow& row = stored.row;
        row.status = impl_->status_of(stored);
        const std::string subject = "Run " + row.id + " is " + name_of(row.status);
        if (row.removed) throw Error("Run " + row.id + " was removed.", "Restore it first.", ExitCode::usage);
        if (is_imported(row.experiment))
            throw Error("Run " + row.id + " was imported: nothing here can compute it.", "", ExitCode::usage);
        if (row.artifacts_removed)
            throw Error("The artifacts of run " + row.id + " were removed.",
                        "Restore them first, or run it again from the beginning.", ExitCode::usage);
        if (row.status == Status::queued || row.status == Status::running || row.status == Status::stopping)
            throw Error(subject + " already.", "", ExitCode::usage);
        if (row.status == Status::done)
            throw Error(subject + ": there is nothing to go on with.", "`orrery reproduce` runs it again.",
                        ExitCode::usage);
        if (row.end && !row.checkpoint)
            throw Error(subject + ", and it wrote no checkpoint to go on from.", "Run it again.", ExitCode::usage);
        nlohmann::json data{{"was", name_of(row.status)}};
        if (row.checkpoint) data["step"] = std::to_string(*row.checkpoint);
        database::mark_queued_again(connection, run, owner, impl_->seconds_of(stored));
        database::append_event(connection, "run.resume", run, data);
    });
}

bool Project::request_stop(std::string_view run) {
    auto& connection = impl_->writing();
    bool waits = false;
    const auto stored = connection.write([&]() -> database::StoredRun {
        auto rows = database::select_runs(connection, run, true);
        if (rows.empty()) no_such_run(run);
        const Status status = impl_->status_of(rows.front());
        waits = status == Status::queued;
        if (!waits && status != Status::running && status != Status::stopping)
            throw Error("Run " + std::string(run) + " is " + name_of(status) + ": there is nothing to stop.", "",
                        ExitCode::usage);
        // From here on nobody takes it.
        if (waits) database::mark_claimed(connection, run);
        database::mark_stop_requested(connection, run);
        return rows.front();
    });
    if (waits) {
        end(run, {Outcome::stopped, static_cast<int>(ExitCode::stopped), "the run was stopped before it was its turn",
                  "nothing was computed"});
        return false;
    }
    if (stored.row.host == platform::host_name() && stored.boot_id == platform::boot_id())
        platform::signal_process(stored.row.pid, stored.process_start, platform::ProcessSignal::stop);
    return true;
}

bool Project::kill(std::string_view run) {
    request_stop(run);
    auto& connection = impl_->reading();
    const auto rows = connection.read([&] { return database::select_runs(connection, run, true); });
    if (rows.empty() || rows.front().row.end) return false;
    return rows.front().row.host == platform::host_name() && rows.front().boot_id == platform::boot_id() &&
           platform::signal_process(rows.front().row.pid, rows.front().process_start, platform::ProcessSignal::kill);
}

bool Project::stop_requested(std::string_view run) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::is_stop_requested(connection, run); });
}

void Project::set_checkpoint(std::string_view run, std::int64_t step) {
    auto& connection = impl_->writing();
    connection.write([&] { database::update_checkpoint(connection, run, step); });
}

void Project::set_memory(std::string_view run, std::int64_t bytes) {
    auto& connection = impl_->writing();
    connection.write([&] { database::update_memory(connection, run, bytes); });
}

void Project::set_computed(std::string_view run, double seconds) {
    auto& connection = impl_->writing();
    connection.write([&] { database::update_computed(connection, run, seconds); });
}

void Project::discard(std::string_view run) {
    auto& connection = impl_->writing();
    connection.write([&] {
        if (database::delete_unbegun_run(connection, run)) return;
        if (!database::run_exists(connection, run)) no_such_run(run);
        throw Error("Run " + std::string(run) + " has begun and can't be discarded.", "`orrery remove` hides it.");
    });
    std::error_code ignored;
    fs::remove(lock_file(run), ignored);
}

namespace {

// What a process that goes on with a run finds otherwise than the first one, as "resumed/N/KEY"; N counts the resumes.
std::map<std::string, std::string> changed_conditions(const std::map<std::string, std::string>& first,
                                                      const std::map<std::string, std::string>& now) {
    int number = 1;
    while (first.lower_bound("resumed/" + std::to_string(number) + "/") !=
           first.lower_bound("resumed/" + std::to_string(number) + "0"))
        ++number;
    const std::string prefix = "resumed/" + std::to_string(number) + "/";
    std::map<std::string, std::string> changed;
    for (const auto& [key, value] : now) {
        const auto found = first.find(key);
        if (found == first.end() || found->second != value) changed[prefix + key] = value;
    }
    return changed;
}

} // namespace

void Project::begin(std::string_view run, const Provenance& provenance, std::optional<std::int64_t> go_on_after) {
    auto& connection = impl_->writing();
    connection.write([&] {
        const auto rows = database::select_runs(connection, run, true);
        if (rows.empty()) no_such_run(run);
        const RunRow& row = rows.front().row;
        if (!database::mark_begun(connection, run))
            throw Error("Run " + row.id + " has ended already and can't begin.", "Start a new run.");
        Provenance complete = provenance;
        if (!row.began.empty()) {
            complete.values = changed_conditions(database::select_provenance(connection, run), provenance.values);
            database::delete_metrics_after(connection, run, go_on_after);
        } else {
            complete.values["run/seed"] = std::to_string(row.seed);
            complete.values["run/schema"] = row.schema;
        }
        database::insert_provenance(connection, run, complete);
        nlohmann::json data{{"experiment", row.experiment},
                            {"parameters", sha256(canonical_json(row.parameters))},
                            {"schema", row.schema},
                            {"seed", std::to_string(row.seed)}};
        if (go_on_after) data["after"] = std::to_string(*go_on_after);
        database::append_event(connection, "run.begin", run, data);
    });
}

bool Project::end(std::string_view run, const RunEnd& end, std::string_view claim) {
    auto& connection = impl_->writing();
    RunEnd sound = end;
    sound.error = valid_utf8(end.error);
    sound.hint = valid_utf8(end.hint);
    const std::string now = platform::utc_now();
    // Hashing a long run takes a while, and only this run's process writes its rows: so it is done outside of the
    // transaction that others wait for.
    const auto seal = connection.read([&] { return database::seal_of_run(connection, run, sound, now); });
    const bool ended = connection.write([&] {
        if (!database::mark_ended(connection, run, sound, now, claim)) return false;
        if (sound.outcome == Outcome::done) database::update_checkpoint(connection, run, std::nullopt);
        database::append_event(connection, "run.end", run,
                               {{"outcome", name_of(sound.outcome)}, {"sha256", seal.sha256}, {"parts", seal.parts}});
        return true;
    });
    std::error_code ignored;
    if (ended) fs::remove(lock_file(run), ignored);
    if (ended && sound.outcome == Outcome::done) fs::remove(checkpoint_file(run), ignored);
    return ended;
}

} // namespace orrery
