// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/migrations.h"

#include "core/database/connection.h"

#include <SQLiteCpp/Backup.h>

namespace orrery::database {

namespace {

// Times are UTC text, hashes 64 hexadecimal digits, JSON is text: everything reads well in the sqlite3 shell.
// Metric steps and values have no foreign keys: checking them would cost more than writing them.
constexpr const char* version_1 = R"sql(
CREATE TABLE schema (                 -- declarations of experiments, as they were when a run was made
    hash TEXT PRIMARY KEY,            -- SHA-256 of the canonical JSON
    experiment TEXT NOT NULL,
    version TEXT NOT NULL,
    declaration TEXT NOT NULL
);
CREATE TABLE run (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- order of creation in this project
    id TEXT NOT NULL UNIQUE,
    experiment TEXT NOT NULL,
    version TEXT NOT NULL,            -- of the experiment
    plugin TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    parameters TEXT NOT NULL,
    schema TEXT NOT NULL REFERENCES schema(hash),
    seed INTEGER NOT NULL,
    device TEXT NOT NULL,
    threads INTEGER NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0,
    sweep TEXT,                       -- runs made together
    reproduces TEXT,                  -- the run that this one repeats
    created TEXT NOT NULL,
    claimed TEXT,                     -- a process took it and holds jobs/ID.lock
    began TEXT,
    stop_requested TEXT,
    ended TEXT,
    outcome TEXT CHECK (outcome IN ('done', 'failed', 'stopped')),
    exit_code INTEGER,
    error TEXT,
    hint TEXT,
    progress REAL NOT NULL DEFAULT 0,
    doing TEXT NOT NULL DEFAULT '',
    host TEXT,
    boot_id TEXT,
    pid INTEGER,
    process_start INTEGER,            -- clock ticks since boot: tells a reused pid
    heartbeat TEXT,
    removed TEXT                      -- when; removal is soft
);
CREATE INDEX run_unfinished ON run(number) WHERE outcome IS NULL;
CREATE TABLE provenance (
    run TEXT NOT NULL REFERENCES run(id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, key)
) WITHOUT ROWID;
CREATE TABLE code_diff (              -- uncommitted changes that runs were made with
    sha256 TEXT PRIMARY KEY,
    diff TEXT NOT NULL
);
CREATE TABLE metric_key (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
);
CREATE TABLE metric (
    run TEXT NOT NULL,
    key INTEGER NOT NULL,
    step INTEGER NOT NULL,
    value REAL,                       -- NULL is NaN
    elapsed REAL NOT NULL,            -- seconds of computing since the run began
    PRIMARY KEY (run, key, step)
) WITHOUT ROWID;
CREATE TABLE metric_last (            -- the value at the largest step
    run TEXT NOT NULL REFERENCES run(id),
    key INTEGER NOT NULL REFERENCES metric_key(id),
    step INTEGER NOT NULL,
    value REAL,
    PRIMARY KEY (run, key)
) WITHOUT ROWID;
CREATE VIEW metrics AS                -- metric with its names, to read
    SELECT metric.run, metric_key.key, metric.step, metric.value, metric.elapsed
    FROM metric JOIN metric_key ON metric_key.id = metric.key;
CREATE TABLE live (                   -- parameters changed while a run went on
    run TEXT NOT NULL REFERENCES run(id),
    step INTEGER NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,              -- JSON
    PRIMARY KEY (run, step, field)
) WITHOUT ROWID;
CREATE TABLE artifact (
    run TEXT NOT NULL REFERENCES run(id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    file TEXT NOT NULL,               -- name it had when it was made
    sha256 TEXT NOT NULL,             -- artifacts/ab/abcdef...
    bytes INTEGER NOT NULL,
    PRIMARY KEY (run, name)
) WITHOUT ROWID;
CREATE INDEX artifact_by_content ON artifact(sha256);
CREATE TABLE input (
    run TEXT NOT NULL REFERENCES run(id),
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (run, path)
) WITHOUT ROWID;
CREATE TABLE tag (
    run TEXT NOT NULL REFERENCES run(id),
    tag TEXT NOT NULL,
    PRIMARY KEY (run, tag)
) WITHOUT ROWID;
CREATE TABLE figure (
    name TEXT PRIMARY KEY,
    specification TEXT NOT NULL,      -- JSON
    created TEXT NOT NULL,
    changed TEXT NOT NULL
);
CREATE TABLE layout (
    name TEXT PRIMARY KEY,
    content TEXT NOT NULL,
    changed TEXT NOT NULL
);
CREATE TABLE event (                  -- append-only; AUTOINCREMENT remembers the last number when the last rows are deleted
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    kind TEXT NOT NULL,
    run TEXT NOT NULL DEFAULT '',
    data TEXT NOT NULL,               -- canonical JSON
    previous TEXT NOT NULL,           -- hash of the event before
    hash TEXT NOT NULL                -- SHA-256 of the canonical JSON of the columns above
);
CREATE INDEX event_of_run ON event(run, kind);
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
)sql";

constexpr const char* version_2 = R"sql(
ALTER TABLE run ADD COLUMN owner TEXT;                        -- of a queued run: jobs/OWNER.lock is held by who waits for it
ALTER TABLE run ADD COLUMN command TEXT;                      -- JSON {"arguments", "folder"}: what was typed, and where
ALTER TABLE run ADD COLUMN checkpoint INTEGER;                -- last step in jobs/ID.checkpoint, which it can go on from
ALTER TABLE run ADD COLUMN resumed TEXT;                      -- when the last process began, if it wasn't the first
ALTER TABLE run ADD COLUMN computed REAL NOT NULL DEFAULT 0;  -- seconds of the processes before the last one
ALTER TABLE run ADD COLUMN memory INTEGER;                    -- estimate of the bytes that it needs on its device
CREATE INDEX run_queue ON run(priority DESC, number) WHERE outcome IS NULL AND claimed IS NULL;
)sql";

// While `connection` holds the write lock, so that it is surely this version that is copied; SQLite reads for it
// through another connection. It has its name only when it is complete.
void back_up(Connection& connection, std::int64_t version) {
    const std::string file = connection.file().string() + ".version-" + std::to_string(version) + ".backup";
    const std::string unfinished = file + ".unfinished";
    std::error_code ignored;
    std::filesystem::remove(unfinished, ignored);
    try {
        Connection source(connection.file(), OpenMode::read);
        {
            SQLite::Database copy(unfinished, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_milliseconds);
            SQLite::Backup(copy, source.handle()).executeStep(-1);
            copy.exec("PRAGMA journal_mode = DELETE"); // so that the copy is one file
        }
        std::filesystem::rename(unfinished, file);
    } catch (const std::exception& error) {
        std::filesystem::remove(unfinished, ignored);
        throw Error("The backup " + file + " can't be written: " + error.what() + ". The project was not changed.",
                    "Make room there: a project is brought up to date only after a backup.");
    }
}

} // namespace

const std::vector<Migration>& migrations() {
    static const std::vector<Migration> steps{{1, version_1}, {2, version_2}};
    return steps;
}

int latest_version() { return migrations().back().version; }

void migrate(Connection& connection, const std::vector<Migration>& steps) {
    try {
        if (connection.pragma("user_version") >= steps.back().version) return;
        bool backed_up = false;
        // The version is read again: now nobody else can be at it.
        const auto apply = [&](const Migration& step) {
            const std::int64_t before = connection.pragma("user_version");
            if (before >= step.version) return;
            if (before > 0 && !backed_up) back_up(connection, before);
            backed_up = true;
            connection.execute(step.sql);
            connection.execute("PRAGMA application_id = " + std::to_string(application_id));
            connection.execute("PRAGMA user_version = " + std::to_string(step.version));
        };
        const bool made = connection.write([&] { // a new project is there at once, or not at all
            if (connection.pragma("user_version") > 0) return false;
            for (const Migration& step : steps) apply(step);
            return true;
        });
        if (made) return;
        for (const Migration& step : steps) connection.write([&] { apply(step); });
    } catch (const SQLite::Exception& exception) {
        throw_as_error(exception, connection.file());
    }
}

void migrate_file(const std::filesystem::path& file, const std::vector<Migration>& steps) {
    Connection connection(file, OpenMode::create);
    migrate(connection, steps);
}

} // namespace orrery::database
