// SPDX-License-Identifier: BSD-3-Clause
// A project: the folder NAME.orrery/ with its database, artifacts and jobs; the only way to read or write one.
#pragma once
#include "core/api.h"
#include "core/platform/file_lock.h"
#include "core/provenance.h"
#include "core/records.h"
#include "core/verify.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

// read: must be there. write: must be there. create: is made when it isn't there.
// A project that can only be read (newer version, read-only disk) opens for reading in all three; see
// Project::notice().
enum class Access { read, write, create };

// Another program has locked the database for more than 10 s: worth another try.
class ORRERY_API DatabaseBusy : public Error {
public:
    using Error::Error;
};

// The file is no database, or not as SQLite wrote it.
class ORRERY_API DatabaseDamaged : public Error {
public:
    using Error::Error;
};

// A row that waits for begin(), and the lock that shows that a process stands behind it: keep it, or hand its
// descriptor to the child that runs, until the run has ended.
struct CreatedRun {
    std::string id;
    FileLock lock;
};

// What a run reports between two commits.
struct MetricBatch {
    struct Point {
        std::size_t key = 0; // index into keys
        MetricPoint point;
    };
    std::span<const std::string> keys;
    std::span<const Point> points;
    bool has_progress = false;
    double progress = 0;
    std::string doing;
};

// How much a project holds.
struct ProjectSize {
    int format = 0; // of the database: the number of its last migration
    std::int64_t removed_runs = 0, events = 0, points = 0, artifacts = 0;
    std::int64_t files = 0, file_bytes = 0; // that artifacts name; the same content once
    std::int64_t database_bytes = 0;
    std::int64_t loose_files = 0, loose_bytes = 0; // in artifacts/, named by no row
};

// What compact() deleted.
struct Compacted {
    std::vector<std::string> runs;
    std::int64_t files = 0, bytes = 0;
};

// Thread-safe; one connection. Every function throws Error with a sentence when the database can't be read or written
// (damaged, disk full, locked by another program for more than 10 s); a failed write leaves no trace.
class ORRERY_API Project {
public:
    static Project open(const std::filesystem::path& folder, Access access);
    Project(Project&&) noexcept;
    Project& operator=(Project&&) noexcept;
    ~Project();

    const std::filesystem::path& folder() const; // absolute
    bool writable() const;
    const std::string& notice() const; // why it can only be read, when it was to be written; else empty
    bool is_in_place() const;          // its database is still the file that was opened
    bool on_network_disk() const;      // then a run shows with a heartbeat that it lives
    std::filesystem::path lock_file(std::string_view run) const;       // jobs/ID.lock
    std::filesystem::path log_file(std::string_view run) const;        // jobs/ID.log
    std::filesystem::path checkpoint_file(std::string_view run) const; // jobs/ID.checkpoint
    std::filesystem::path owner_file(std::string_view owner) const;    // jobs/OWNER.lock
    std::filesystem::path scratch_folder(std::string_view run) const;  // jobs/ID.tmp
    std::filesystem::path artifact_path(const ArtifactRow& artifact) const;
    // The same, after its bytes were compared with their SHA-256. Throws Error if it is missing or damaged.
    std::filesystem::path sound_artifact(const ArtifactRow& artifact) const;

    // --- the queue ---
    // Rows that wait; `owner` names the lock file (owner_file) of the process that will take them, if any.
    std::vector<std::string> enqueue(std::span<const RunRequest> requests, std::string_view owner = {});
    // In the order in which they are to be taken: by priority, then age; up to the first of this owner, if one is
    // given.
    std::vector<QueuedRun> queue(std::string_view up_to_owner = {}) const;
    // Makes a run that waits without a living owner this one's. Throws Error (usage).
    // `threads`: of a run that never began; 0: as it is.
    void adopt(std::string_view run, std::string_view owner, int threads = 0);
    // Leaves a run that waits to whoever takes it.
    void disown(std::string_view run);
    // Takes a run that waits; nothing if somebody else was faster or it doesn't wait any more.
    std::optional<FileLock> claim(std::string_view run);
    // Lets a run that was stopped, failed or got lost wait again, to go on from its checkpoint. One that never ended by
    // itself may begin anew where there is none. Throws Error (usage) that says why not.
    void requeue(std::string_view run, std::string_view owner = {});
    // Asks a run to stop, wherever it computes; one that waits is ended (then false). Throws Error (usage) if there is
    // nothing to stop.
    bool request_stop(std::string_view run);
    // The same by force (SIGKILL), if its process is on this machine: false if it isn't, or has ended.
    bool kill(std::string_view run);
    bool stop_requested(std::string_view run) const;

    // --- the life of a run ---
    // A row that doesn't wait: it is this process's at once.
    CreatedRun create_run(const RunRequest& request);
    // Deletes the row of a run that never began (its child found wrong parameters). Throws Error if it did begin.
    // The log stays, it says why; whoever started the run removes it.
    void discard(std::string_view run);
    // By the process that computes, which holds the lock: first the stored provenance, then the run's steps.
    // One that goes on, from what was done up to that step: its later metrics are removed (all of them if there is no
    // step), and of its provenance only what changed is added, as "resumed/N/KEY".
    void begin(std::string_view run, const Provenance& provenance, std::optional<std::int64_t> go_on_after = {});
    // Seals the run: outcome, and the SHA-256 of its rows in the event log. By the run's process, or by its supervisor
    // when that died. False, and nothing done, if it had ended before.
    // `claim`: only if the run is still that of the process that claimed it then (claim_of); empty: whosever it is.
    bool end(std::string_view run, const RunEnd& end, std::string_view claim = {});
    // When the run was claimed last; tells whether somebody else has gone on with it since. Empty if it waits or is
    // gone.
    std::string claim_of(std::string_view run) const;
    void set_checkpoint(std::string_view run, std::int64_t step);
    void set_memory(std::string_view run, std::int64_t bytes);
    // Seconds that a run took before it came here; they are added to those between its beginning and its end.
    void set_computed(std::string_view run, double seconds);

    // --- what a run writes (through RecordedRun) ---
    void append(std::string_view run, const MetricBatch& batch);
    // Hashes the file, moves it in and writes the row; the same name again replaces the row.
    ArtifactRow add_artifact(std::string_view run, std::string_view name, Kind kind, const std::filesystem::path& file);
    InputRow add_input(std::string_view run, const std::filesystem::path& file);
    void add_input(std::string_view run, const InputRow& input); // read and hashed by the caller
    // The same step and field again: the last value counts.
    void append_live(std::string_view run, std::span<const LiveChange> changes);

    // --- reading ---
    // A whole id, a prefix that fits one run only, or "last". Throws Error (ExitCode::usage) that names candidates.
    std::string find(std::string_view text) const;
    // At most `limit` ids that begin with `prefix`, the newest first; fast in a project of many runs.
    std::vector<std::string> ids(const std::string& prefix, int limit) const;
    // Id, name and experiment of at most `limit` runs whose id begins with `text` or whose name holds it, removed ones
    // or the others, the newest first; fast too.
    std::vector<RunName> search(const std::string& text, int limit, bool removed = false) const;
    std::vector<RunRow> runs(bool with_removed = false) const; // in order of creation
    // The same without parameters, command and artifacts: for lists that don't show them, in about half the time.
    std::vector<RunRow> brief_runs() const;
    RunRow run(std::string_view id) const; // throws Error (usage) if there is none
    std::vector<std::string> metric_keys(std::string_view run) const;
    std::vector<MetricPoint> metric_series(std::string_view run, std::string_view key) const; // by step
    std::vector<ArtifactRow> artifacts(std::string_view run) const;       // none if they were removed
    std::vector<ArtifactRow> named_artifacts(std::string_view run) const; // also those
    std::vector<InputRow> inputs(std::string_view run) const;
    std::vector<LiveChange> live_changes(std::string_view run) const; // by step
    // Whether the files that the run read are what they were.
    bool inputs_unchanged(std::string_view run) const;
    std::map<std::string, std::string> provenance(std::string_view run) const;
    nlohmann::json declaration(std::string_view run) const; // as it was when the run was made

    // --- looking on ---
    // Differs from what it was if any process has changed anything since; costs next to nothing.
    std::string changes() const;
    // The same of what lists show: runs that came, went, began, ended or were written on. What runs report while they
    // go on doesn't count, and neither does a run that gets lost: unfinished_runs() tells.
    std::string list_changes() const;
    std::vector<RunRow> unfinished_runs() const; // whole rows of those without an end, in order of creation
    // The points from that step on.
    std::vector<MetricPoint> metric_series(std::string_view run, std::string_view key, std::int64_t from) const;

    // --- how a window looked: texts by name, no event ---
    std::map<std::string, std::string> layout() const;
    void set_layout(const std::map<std::string, std::string>& contents); // an empty one is removed, the others stay

    // --- figures: specifications by name (core/figure/figure.h says what they hold); each change is an event ---
    std::vector<FigureRow> figures() const;                       // by name
    std::optional<FigureRow> figure(std::string_view name) const; // nothing: there is none of that name
    // Saves one, or replaces it. Returns the specification that it had: empty if it is new, nothing if it was so
    // already. Throws Error (usage) for a name that can't be stored.
    std::optional<std::string> set_figure(std::string_view name, const nlohmann::json& specification);
    // Returns the specification that it had. Throws Error (usage) if there is none.
    std::string remove_figure(std::string_view name);
    // False if the names are the same. Throws Error (usage) if there is none, or the other name is taken.
    bool rename_figure(std::string_view name, std::string_view new_name);

    // --- what people write on runs (core/labels.h says what may stand there); each change is an event ---
    // Return what it was before; nothing if it was so already. Throw Error (usage) for what can't be stored.
    std::optional<std::string> set_name(std::string_view run, std::string_view name);
    std::optional<std::string> set_note(std::string_view run, std::string_view note);
    std::optional<int> set_priority(std::string_view run, int priority); // throws Error (usage) unless it is queued
    // False if it was so already.
    bool add_tag(std::string_view run, std::string_view tag);
    bool remove_tag(std::string_view run, std::string_view tag);
    std::vector<std::string> tags(std::string_view run) const; // by name
    // Of runs that aren't removed, by name, with their counts.
    std::vector<std::pair<std::string, std::int64_t>> all_tags() const;

    // --- the event log ---
    // Appends to the chain: kind "export", "remove", ...; `run` may be empty.
    void log_event(std::string_view kind, std::string_view run, const nlohmann::json& data);
    std::vector<EventRow> events() const;
    // SHA-256 of the run's rows as they are now: what its "run.end" event must hold ("sha256" in its data).
    std::string run_hash(std::string_view run) const;

    // --- upkeep ---
    // Hides the run from lists, or shows it again; nothing is deleted. False if it was so already. Throws Error while
    // it runs or waits.
    bool set_removed(std::string_view run, bool removed);
    // Takes the run's artifacts out of its lists, or puts them back as long as compact() has not deleted their files;
    // parameters, metrics and provenance stay. False if it was so already. Throws Error (usage) while it runs or waits,
    // if it made none, or if the files are gone.
    bool set_artifacts_removed(std::string_view run, bool removed);
    ProjectSize size() const;
    // Deletes removed runs and the files of artifacts that no run has any more: the only function that deletes what a
    // run made. Throws Error, and deletes nothing, while a run is going on.
    Compacted compact();
    // One state of the database as a new file, whatever others write meanwhile.
    void copy_database(const std::filesystem::path& file) const;

    // --- for verify() ---
    std::vector<Damage> inspect() const; // everything but the artifact files
    // Of all runs, removed ones too: id and artifact; not the artifacts that were removed alone.
    std::vector<std::pair<std::string, ArtifactRow>> all_artifacts() const;

private:
    struct Impl;
    explicit Project(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace orrery
