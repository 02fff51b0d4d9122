// SPDX-License-Identifier: BSD-3-Clause
// One SQLite connection: how it is opened, short transactions, prepared statements, and errors as sentences. Only for
// this folder and core/project.cpp.
#pragma once
#include "core/error.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace orrery::database {

inline constexpr int application_id = 0x4F525259; // "ORRY"
inline constexpr int busy_milliseconds = 10'000;

// Throws the Error that says in a sentence what SQLite reported about `file`.
[[noreturn]] void throw_as_error(const SQLite::Exception& exception, const std::filesystem::path& file);

struct Null {};

// A prepared statement in use; reset when it goes out of scope, so that no read transaction stays open.
class Query {
public:
    explicit Query(SQLite::Statement& statement) : statement_(statement) {}
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query() { statement_.tryReset(); }

    template <class... Arguments>
    Query& bind(const Arguments&... arguments) {
        int place = 0;
        (bind_one(++place, arguments), ...);
        return *this;
    }
    bool step() { return statement_.executeStep(); }
    // Runs a statement without results; returns the number of changed rows. The bindings stay for the next run.
    int run() {
        const int changed = statement_.exec();
        statement_.reset();
        return changed;
    }

    bool null(int column) const { return statement_.getColumn(column).isNull(); }
    std::string text(int column) const { return statement_.getColumn(column).getString(); }
    // Without a copy; good until the next step.
    std::string_view view(int column) const {
        const auto value = statement_.getColumn(column);
        const auto* const bytes = static_cast<const char*>(value.getBlob());
        return bytes ? std::string_view(bytes, static_cast<std::size_t>(value.getBytes())) : std::string_view();
    }
    std::int64_t integer(int column) const { return statement_.getColumn(column).getInt64(); }
    double real(int column) const { // NULL is NaN
        const auto value = statement_.getColumn(column);
        return value.isNull() ? std::numeric_limits<double>::quiet_NaN() : value.getDouble();
    }
    // The same, but nothing for a value of another type, which SQLite would turn into what it looks like: a flipped bit
    // makes bytes of a text, or no bytes of a zero, and both would read as before.
    std::optional<std::string> strict_text(int column) const {
        const auto value = statement_.getColumn(column);
        if (!value.isText() && !value.isNull()) return std::nullopt;
        return value.getString();
    }
    std::optional<std::int64_t> strict_integer(int column) const {
        const auto value = statement_.getColumn(column);
        if (!value.isInteger() && !value.isNull()) return std::nullopt;
        return value.getInt64();
    }
    std::optional<double> strict_real(int column) const {
        const auto value = statement_.getColumn(column);
        const int type = value.getType();
        if (type == SQLite::Null) return std::numeric_limits<double>::quiet_NaN();
        if (type != SQLite::FLOAT && type != SQLite::INTEGER) return std::nullopt;
        return value.getDouble();
    }

    void bind_one(int place, std::int64_t value) { statement_.bind(place, value); }
    void bind_one(int place, int value) { statement_.bind(place, value); }
    void bind_one(int place, double value) { statement_.bind(place, value); } // NaN becomes NULL
    void bind_one(int place, std::string_view value) { statement_.bind(place, std::string(value)); }
    void bind_one(int place, const std::string& value) { statement_.bind(place, value); }
    void bind_one(int place, const char* value) { statement_.bind(place, value); }
    void bind_one(int place, Null) { statement_.bind(place); }

private:
    SQLite::Statement& statement_;
};

enum class OpenMode { read, write, create };

class Connection {
public:
    Connection(const std::filesystem::path& file, OpenMode mode);
    // For a database on a read-only disk that nobody writes: no lock, no -wal beside it.
    static std::unique_ptr<Connection> open_immutable(const std::filesystem::path& file);

    // Write-ahead log, or a rollback journal where shared memory can't be relied on.
    void use_write_ahead_log(bool wanted);

    // A prepared statement, kept by the address of its text: pass literals.
    Query query(const char* sql);
    void execute(const std::string& sql);
    std::int64_t pragma(const char* name);
    SQLite::Database& handle() { return database_; }
    const std::filesystem::path& file() const { return file_; }

    // Runs `work` in one transaction (BEGIN IMMEDIATE); everything or nothing is written. Throws Error.
    template <class Work>
    auto write(Work&& work) {
        const std::lock_guard lock(mutex_);
        try {
            SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
            if constexpr (std::is_void_v<decltype(work())>) {
                work();
                transaction.commit();
            } else {
                auto result = work();
                transaction.commit();
                return result;
            }
        } catch (const SQLite::Exception& exception) {
            throw_as_error(exception, file_);
        }
    }
    // Runs `work` on one state of the database, whatever others write meanwhile. Throws Error.
    template <class Work>
    auto read(Work&& work) {
        const std::lock_guard lock(mutex_);
        try {
            SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::DEFERRED);
            return work();
        } catch (const SQLite::Exception& exception) {
            throw_as_error(exception, file_);
        }
    }

private:
    Connection(const std::filesystem::path& file, const std::string& name, int flags);
    std::filesystem::path file_;
    SQLite::Database database_;
    std::unordered_map<const char*, SQLite::Statement> statements_; // destroyed before the database
    std::recursive_mutex mutex_;
};

} // namespace orrery::database
