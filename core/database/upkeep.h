// SPDX-License-Identifier: BSD-3-Clause
// The whole database at once: how much it holds, deleting what was removed, and a copy of it.
#pragma once
#include "core/project.h"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace orrery::database {

class Connection;

// Counts of rows, sizes and the format; within a transaction of the caller.
ProjectSize select_size(Connection& connection);
// SHA-256 of every artifact that a run has; within a transaction of the caller.
std::set<std::string> select_files(Connection& connection);

// Deletes the rows of removed runs, and declarations, diffs and metric keys that no run needs any more. Returns the
// runs. Within a write transaction of the caller.
std::vector<std::string> delete_removed_runs(Connection& connection);
// Rewrites the file without its free pages; outside of any transaction. Throws Error.
void vacuum(Connection& connection);
// SQLite's online backup: one state of the database, whatever others write meanwhile. Throws Error.
void copy_to(Connection& connection, const std::filesystem::path& file);

} // namespace orrery::database
