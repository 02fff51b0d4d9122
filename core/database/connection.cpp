// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/connection.h"

#include "core/platform/disk.h"
#include "core/project.h"

#include <sqlite3.h>

namespace orrery::database {

namespace {

int flags_of(OpenMode mode) {
    switch (mode) {
    case OpenMode::read:
        return SQLite::OPEN_READONLY;
    case OpenMode::write:
        return SQLite::OPEN_READWRITE;
    case OpenMode::create:
        break;
    }
    return SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
}

// The path as a file URI (RFC 3986): '?', '#' and '%' in a name would otherwise mean something.
std::string uri_of(const std::filesystem::path& file, const std::string& options) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char c : file.string()) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           std::string_view("/-._~").find(c) != std::string_view::npos;
        if (plain) {
            uri += c;
        } else {
            uri.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
        }
    }
    return uri + "?" + options;
}

} // namespace

void throw_as_error(const SQLite::Exception& exception, const std::filesystem::path& file) {
    const std::string name = "The project database " + file.string();
    const std::string reported = std::string(" (SQLite: ") + exception.what() + ").";
    int code = exception.getErrorCode() & 0xff; // extended codes are kinds of these
    // For the files beside the database SQLite reports a full disk as an error of the disk.
    if ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && platform::is_full(file.parent_path())) code = SQLITE_FULL;
    switch (code) {
    case SQLITE_FULL:
        throw Error(name + " can't be written: the disk is full" + reported,
                    "Make room on the disk; what was written is safe.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        throw DatabaseBusy(name + " has been locked by another program for more than " +
                               std::to_string(busy_milliseconds / 1000) + " s" + reported,
                           "Close the program that holds it, for example an open sqlite3 shell, and try again.");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        throw DatabaseDamaged(name + " is damaged" + reported,
                              "Keep a copy of the project; `orrery verify` names what is damaged.");
    case SQLITE_ERROR: // a table or column is missing, or the file says it has a format that SQLite doesn't know
        throw DatabaseDamaged(name + " is not as it was made" + reported,
                              "Keep a copy of the project; `orrery verify` names what is damaged.");
    case SQLITE_READONLY:
        throw Error(name + " can't be written" + reported, "Check the permissions of the project's folder.");
    case SQLITE_CANTOPEN:
        throw Error(name + " can't be opened" + reported, "Check the permissions of the project's folder.");
    case SQLITE_IOERR:
        throw Error(name + " can't be read or written: the disk reports an error" + reported);
    default:
        throw Error(name + " failed" + reported);
    }
}

Connection::Connection(const std::filesystem::path& file, const std::string& name, int flags)
    : file_(file), database_(name, flags, busy_milliseconds) {
    sqlite3_extended_result_codes(database_.getHandle(), 1);
    sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    database_.exec("PRAGMA foreign_keys = ON");
    database_.exec("PRAGMA trusted_schema = OFF");
    database_.exec("PRAGMA cell_size_check = ON");
}

Connection::Connection(const std::filesystem::path& file, OpenMode mode)
    : Connection(file, file.string(), flags_of(mode)) {}

std::unique_ptr<Connection> Connection::open_immutable(const std::filesystem::path& file) {
    const int flags = SQLite::OPEN_READONLY | SQLite::OPEN_URI;
    return std::unique_ptr<Connection>(new Connection(file, uri_of(file, "mode=ro&immutable=1"), flags));
}

void Connection::use_write_ahead_log(bool wanted) {
    const std::string now = database_.execAndGet("PRAGMA journal_mode").getString();
    if (wanted && now != "wal") database_.exec("PRAGMA journal_mode = WAL");
    if (!wanted && now == "wal") {
        // With exclusive locking SQLite leaves the log without using shared memory.
        database_.exec("PRAGMA locking_mode = EXCLUSIVE");
        database_.exec("PRAGMA journal_mode = DELETE");
        database_.exec("PRAGMA locking_mode = NORMAL");
        database_.execAndGet("SELECT count(*) FROM sqlite_schema"); // lets go of the exclusive lock
    }
    // With a log, NORMAL loses nothing when a process is killed; a power cut may take the last moments, never the
    // order.
    database_.exec(wanted ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
}

Query Connection::query(const char* sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) found = statements_.try_emplace(sql, database_, sql).first;
    found->second.tryReset();
    return Query(found->second);
}

void Connection::execute(const std::string& sql) { database_.exec(sql); }

std::int64_t Connection::pragma(const char* name) {
    return database_.execAndGet(std::string("PRAGMA ") + name).getInt64();
}

} // namespace orrery::database
