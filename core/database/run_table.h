// SPDX-License-Identifier: BSD-3-Clause
// Rows of runs: made, begun, ended, discarded, listed and found.
#pragma once
#include "core/provenance.h"
#include "core/records.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::database {

class Connection;

// A row as it is stored; RunRow::status is left to whoever can look at the lock.
struct StoredRun {
    RunRow row;
    std::string claimed, stop_requested, boot_id, heartbeat, owner, resumed;
    std::int64_t process_start = 0;
    double computed = 0; // seconds of the processes before the last one
};

// All of these run within a transaction of the caller.
void insert_run(Connection& connection, const std::string& id, const RunRequest& request, std::string_view owner);
// False if it doesn't wait (any more).
bool mark_claimed(Connection& connection, std::string_view id);
bool mark_owned(Connection& connection, std::string_view id, std::string_view owner, int threads);
// Whatever it was: it waits again, and its end is forgotten.
void mark_queued_again(Connection& connection, std::string_view id, std::string_view owner, double computed);
// In the order in which they are to be taken; up to the first of this owner, if one is given.
std::vector<QueuedRun> select_queue(Connection& connection, std::string_view up_to_owner);
// False if there is no such run, or it has ended.
bool mark_stop_requested(Connection& connection, std::string_view id);
bool is_stop_requested(Connection& connection, std::string_view id);
void update_checkpoint(Connection& connection, std::string_view id, std::optional<std::int64_t> step);
void update_memory(Connection& connection, std::string_view id, std::int64_t bytes);
void update_computed(Connection& connection, std::string_view id, double seconds); // before its last process
// False if there is no such run, or it began.
bool delete_unbegun_run(Connection& connection, std::string_view id);
// False if there is no such run, or it has ended.
bool mark_begun(Connection& connection, std::string_view id);
bool mark_ended(Connection& connection, std::string_view id, const RunEnd& end, const std::string& time,
                std::string_view claim);
std::string select_claim(Connection& connection, std::string_view id);
void insert_provenance(Connection& connection, std::string_view id, const Provenance& provenance);
void update_progress(Connection& connection, std::string_view id, double fraction, const std::string& doing);
// False if there is no such run, or it has ended.
bool update_heartbeat(Connection& connection, std::string_view id);

// Rows with last metrics and tags; all of them, or the one of this id. Unless `whole` without parameters, command and
// artifacts.
std::vector<StoredRun> select_runs(Connection& connection, std::optional<std::string_view> id, bool with_removed,
                                   bool whole = true);
// Runs without an end, whether a process stands behind them or not.
std::vector<StoredRun> select_unfinished(Connection& connection);
// False if it was so already.
bool mark_removed(Connection& connection, std::string_view id, bool removed);
bool run_exists(Connection& connection, std::string_view id);
// At most `limit` ids that begin with `prefix`, the newest first; an empty prefix matches all that aren't removed.
std::vector<std::string> ids_with_prefix(Connection& connection, const std::string& prefix, int limit);
std::map<std::string, std::string> select_provenance(Connection& connection, std::string_view id);
std::string select_declaration(Connection& connection, std::string_view id);

} // namespace orrery::database
