// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/upkeep.h"

#include "core/database/connection.h"
#include "core/database/result_tables.h"

#include <SQLiteCpp/Backup.h>

namespace orrery::database {

ProjectSize select_size(Connection& connection) {
    ProjectSize size;
    size.format = static_cast<int>(connection.pragma("user_version"));
    size.database_bytes = connection.pragma("page_count") * connection.pragma("page_size");
    auto counts = connection.query(
        "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM metric), (SELECT count(*) FROM artifact), "
        "(SELECT count(*) FROM run WHERE removed IS NOT NULL)");
    counts.step();
    size.events = counts.integer(0);
    size.points = counts.integer(1);
    size.artifacts = counts.integer(2);
    size.removed_runs = counts.integer(3);
    std::set<std::pair<std::string, std::int64_t>> files;
    for (const auto& [run, artifact] : select_all_artifacts(connection)) files.emplace(artifact.sha256, artifact.bytes);
    size.files = static_cast<std::int64_t>(files.size());
    for (const auto& [sha256, bytes] : files) size.file_bytes += bytes;
    return size;
}

std::set<std::string> select_files(Connection& connection) {
    std::set<std::string> files;
    for (auto& [run, artifact] : select_all_artifacts(connection)) files.insert(std::move(artifact.sha256));
    return files;
}

std::vector<std::string> delete_removed_runs(Connection& connection) {
    std::vector<std::string> ids;
    {
        auto rows = connection.query("SELECT id FROM run WHERE removed IS NOT NULL ORDER BY number");
        while (rows.step()) ids.push_back(rows.text(0));
    }
    for (const auto& id : ids) {
        for (const char* rows : {"DELETE FROM metric WHERE run = ?1", "DELETE FROM metric_last WHERE run = ?1",
                                 "DELETE FROM provenance WHERE run = ?1", "DELETE FROM live WHERE run = ?1",
                                 "DELETE FROM artifact WHERE run = ?1", "DELETE FROM input WHERE run = ?1",
                                 "DELETE FROM tag WHERE run = ?1", "DELETE FROM run WHERE id = ?1"})
            connection.query(rows).bind(id).run();
    }
    for (const char* unused : {"DELETE FROM schema WHERE hash NOT IN (SELECT schema FROM run)",
                               "DELETE FROM code_diff WHERE sha256 NOT IN "
                               "(SELECT value FROM provenance WHERE key = 'code/diff_sha256')",
                               "DELETE FROM metric_key WHERE id NOT IN (SELECT key FROM metric_last)"})
        connection.query(unused).run();
    return ids;
}

void vacuum(Connection& connection) {
    try {
        connection.execute("VACUUM");
        connection.pragma("wal_checkpoint(TRUNCATE)"); // else the log keeps the size of the whole file
    } catch (const SQLite::Exception& exception) {
        throw_as_error(exception, connection.file());
    }
}

void copy_to(Connection& connection, const std::filesystem::path& file) {
    try {
        SQLite::Database copy(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_milliseconds);
        SQLite::Backup(copy, connection.handle()).executeStep(-1);
        copy.exec("PRAGMA journal_mode = DELETE"); // so that the copy is one file
    } catch (const SQLite::Exception& exception) {
        throw_as_error(exception, connection.file());
    }
}

} // namespace orrery::database
