// SPDX-License-Identifier: BSD-3-Clause
// What people may change of a run: its name, note, tags, and its priority while it waits.
#pragma once
#include "core/database/run_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orrery::database {

// All of these run within a transaction of the caller; the run must be there.
struct Labels {
    std::string name, note;
    int priority = 0;
    bool waits = false; // queued: no process took it
};
std::optional<Labels> select_labels(Connection& connection, std::string_view run); // nothing: there is no such run
void update_name(Connection& connection, std::string_view run, const std::string& name);
void update_note(Connection& connection, std::string_view run, const std::string& note);
void update_priority(Connection& connection, std::string_view run, int priority);

// False if it was so already.
bool insert_tag(Connection& connection, std::string_view run, const std::string& tag);
bool delete_tag(Connection& connection, std::string_view run, const std::string& tag);
std::vector<std::string> select_tags(Connection& connection, std::string_view run); // by name
// Tags of runs that aren't removed, by name, and how many have them.
std::vector<std::pair<std::string, std::int64_t>> count_tags(Connection& connection);
// Whose id begins with `text` or whose name holds it, removed ones or the others; the newest first.
std::vector<RunName> search_runs(Connection& connection, const std::string& text, bool removed, int limit);
// Fills the tags of these runs: all of them, or the one of this id.
void add_tags(Connection& connection, std::vector<StoredRun>& runs, std::optional<std::string_view> id);

} // namespace orrery::database
