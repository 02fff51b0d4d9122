// SPDX-License-Identifier: BSD-3-Clause
// The tables of a project, version by version.
#pragma once
#include "core/api.h"

#include <filesystem>
#include <string>
#include <vector>

namespace orrery::database {

class Connection;

// Brings a database from the version before to `version`. Once released it is never edited.
struct Migration {
    int version;
    std::string sql;
};

ORRERY_API const std::vector<Migration>& migrations();
int latest_version();

// Applies what is missing, each in one transaction, after a backup of a database that already had a version
// (project.db.version-N.backup). Does nothing if another process was faster. Throws Error; then the database is as it
// was.
void migrate(Connection& connection, const std::vector<Migration>& steps);
// The same for a file, for tests of migrations.
ORRERY_API void migrate_file(const std::filesystem::path& file, const std::vector<Migration>& steps);

} // namespace orrery::database
