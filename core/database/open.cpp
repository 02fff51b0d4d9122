// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/open.h"

#include "core/database/migrations.h"
#include "core/platform/disk.h"
#include "core/project.h"

#include <sqlite3.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace orrery::database {

namespace {

constexpr std::string_view sqlite_header{"SQLite format 3\0", 16};

std::uintmax_t size_of_file(const std::filesystem::path& file) {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(file, ignored);
    return ignored ? 0 : size;
}

// The first bytes of a file, through SQLite's own file layer: whoever closes a database file by himself takes away the
// locks that other connections of this process hold on it (https://www.sqlite.org/howtocorrupt.html, 2.2), and the next
// process to close it deletes the write-ahead log under them.
bool read_beginning(const std::filesystem::path& file, char* bytes, int count) {
    sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
    std::vector<std::max_align_t> room(static_cast<std::size_t>(system->szOsFile) / sizeof(std::max_align_t) + 1);
    auto* opened = reinterpret_cast<sqlite3_file*>(room.data());
    // Two zeros: the name, and no parameters of a URI.
    const std::string name = std::filesystem::absolute(file).string() + std::string(2, '\0');
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
    const bool open = system->xOpen(system, name.c_str(), opened, flags, nullptr) == SQLITE_OK;
    const bool read = open && opened->pMethods->xRead(opened, bytes, count, 0) == SQLITE_OK;
    if (opened->pMethods) opened->pMethods->xClose(opened);
    return read;
}

void check_header(const std::filesystem::path& file) {
    sqlite3_initialize();
    char header[16] = {};
    read_beginning(file, header, sizeof header); // what can't be read is no header
    if (std::string_view(header, sizeof header) != sqlite_header)
        throw DatabaseDamaged(file.string() + " is no SQLite database, so " + file.parent_path().string() +
                                  " is no project or is damaged. Nothing was changed.",
                              "Name another project, or move the file away.", ExitCode::usage);
}

void check_application(Connection& connection) {
    // All three from one state: another process may be making the project right now.
    SQLite::Transaction one_state(connection.handle());
    const std::int64_t id = connection.pragma("application_id");
    const std::int64_t version = connection.pragma("user_version");
    const bool empty = connection.handle().execAndGet("SELECT count(*) FROM sqlite_schema").getInt64() == 0;
    if (id == 0 && version == 0 && empty) return; // made, but no table yet
    if (id != application_id)
        throw DatabaseDamaged(connection.file().string() +
                                  " is a database of another program, not a project of Orrery. Nothing was changed.",
                              "Name another project.", ExitCode::usage);
    if (version == 0)
        throw DatabaseDamaged("The project database " + connection.file().string() + " is damaged: it has no version.",
                              "Restore it from a backup.");
}

std::unique_ptr<Connection> connect_for_writing(const std::filesystem::path& file, OpenMode mode) {
    auto connection = std::make_unique<Connection>(file, mode);
    check_application(*connection);
    if (connection->pragma("user_version") > latest_version()) return connection;
    // Changing the kind of journal doesn't wait for other connections by itself.
    for (int attempt = 0;; ++attempt) {
        try {
            connection->use_write_ahead_log(can_use_write_ahead_log(file.parent_path()));
            break;
        } catch (const SQLite::Exception& exception) {
            if (exception.getErrorCode() != SQLITE_BUSY || attempt == 200) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
    }
    migrate(*connection, migrations());
    return connection;
}

// A read-only or full disk has no place for the files beside a write-ahead log.
bool needs_a_writable_folder(const SQLite::Exception& exception, const std::filesystem::path& folder) {
    const int code = exception.getErrorCode() & 0xff; // extended codes are kinds of these
    return code == SQLITE_CANTOPEN || code == SQLITE_READONLY || (code == SQLITE_IOERR && platform::is_full(folder));
}

// A copy that may be written, with what its log holds.
std::filesystem::path copy_of(Opened& opened, const std::filesystem::path& file) {
    opened.temporary = platform::make_temporary_folder("orrery-reading-");
    const auto copy = opened.temporary / file.filename();
    std::filesystem::copy_file(file, copy);
    const std::filesystem::path log = file.string() + "-wal";
    if (size_of_file(log) > 0) std::filesystem::copy_file(log, copy.string() + "-wal");
    std::filesystem::permissions(copy, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
    return copy;
}

void connect_for_reading(Opened& opened, const std::filesystem::path& file) {
    try {
        opened.connection = std::make_unique<Connection>(file, OpenMode::read);
        check_application(*opened.connection);
        return;
    } catch (const SQLite::Exception& exception) {
        if (!needs_a_writable_folder(exception, file.parent_path())) throw;
    }
    if (size_of_file(file.string() + "-wal") == 0) {
        opened.connection = Connection::open_immutable(file);
    } else {
        opened.connection = std::make_unique<Connection>(copy_of(opened, file), OpenMode::write);
    }
    check_application(*opened.connection);
}

} // namespace

bool can_use_write_ahead_log(const std::filesystem::path& folder) {
    const char* const wanted = std::getenv("ORRERY_JOURNAL");
    return !(wanted && std::string_view(wanted) == "delete") && !platform::is_network_file_system(folder);
}

void expect_not_lost(const std::filesystem::path& file) {
    namespace fs = std::filesystem;
    std::error_code error;
    const bool is_file = fs::is_regular_file(file, error);
    const fs::path folder = file.parent_path();
    if (!is_file && fs::exists(fs::symlink_status(file, error)))
        throw DatabaseDamaged(file.string() + " is not a file, so " + folder.string() +
                                  " is no project or is damaged. Nothing was changed.",
                              "Name another project, or put the database back from a backup.");
    if (is_file && size_of_file(file) > 0) return;
    const fs::directory_iterator artifacts(folder / "artifacts", error);
    if (!error && begin(artifacts) != end(artifacts))
        throw DatabaseDamaged("The project " + folder.string() + " is damaged: its project.db is " +
                                  (is_file ? "empty" : "gone") +
                                  ", though there are files that runs made. Nothing was changed.",
                              "Put project.db back from a backup.");
}

Opened open_database(const std::filesystem::path& file, OpenMode mode) {
    Opened opened;
    const bool there = std::filesystem::exists(file);
    if (there && size_of_file(file) > 0) check_header(file);
    const bool may_write = platform::is_writable(file.parent_path()) && (!there || platform::is_writable(file));
    // Making it was interrupted, or is going on: whoever may write finishes it, whoever may not waits a little.
    for (int attempt = 0; !may_write && mode == OpenMode::read && size_of_file(file) == 0 && attempt < 20; ++attempt)
        std::this_thread::sleep_for(std::chrono::milliseconds(25));
    if (!may_write && mode == OpenMode::read && size_of_file(file) == 0)
        throw Error(file.string() + " is empty: the project has no content yet.", "", ExitCode::usage);
    try {
        if (mode != OpenMode::read && may_write) {
            opened.connection = connect_for_writing(file, mode);
            opened.writable = true;
        } else {
            if (mode != OpenMode::read)
                opened.notice = "The project " + file.parent_path().string() +
                                " can only be read: its disk is read-only or you may not write there.";
            connect_for_reading(opened, file);
        }
        const std::int64_t version = opened.connection->pragma("user_version");
        if (version > latest_version()) {
            opened.notice = "The project " + file.parent_path().string() + " was written by a newer Orrery (format " +
                            std::to_string(version) + ", this one writes " + std::to_string(latest_version()) +
                            "): it is opened for reading only.";
            opened.writable = false;
            opened.connection->execute("PRAGMA query_only = ON");
        } else if (version < latest_version()) {
            // Reading needs the present tables too: of the project itself where that may be, else of a copy.
            if (opened.temporary.empty()) opened.connection.reset();
            if (may_write) {
                connect_for_writing(file, OpenMode::write);
                connect_for_reading(opened, file);
            } else if (opened.temporary.empty()) {
                opened.connection = connect_for_writing(copy_of(opened, file), OpenMode::write);
            } else {
                migrate(*opened.connection, migrations());
            }
        }
    } catch (const SQLite::Exception& exception) {
        throw_as_error(exception, file);
    }
    return opened;
}

} // namespace orrery::database
