// SPDX-License-Identifier: BSD-3-Clause
// What a project holds about runs, as plain values.
#pragma once
#include "core/api.h"
#include "core/error.h"
#include "core/run.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orrery {

enum class Status { queued, running, stopping, done, failed, stopped, lost };
ORRERY_API const char* name_of(Status status);

// How a run ended by itself or by its supervisor's word; "lost" is never written, only derived.
enum class Outcome { done, failed, stopped };
ORRERY_API const char* name_of(Outcome outcome);

struct RunEnd {
    Outcome outcome = Outcome::done;
    int exit_code = 0;
    std::string error, hint; // one sentence each, empty when done
};

// What is to be run. Parameters are complete and checked.
struct RunRequest {
    std::string experiment, plugin;
    std::string name, note;
    std::vector<std::string> tags;
    nlohmann::json parameters = nlohmann::json::object();
    nlohmann::json declaration = nlohmann::json::object(); // Declaration::to_json(): stored once, named by its hash
    std::uint64_t seed = 0;                                // at most 2^63 - 1
    std::string device = "cpu";
    int threads = 1;
    int priority = 0;
    std::string sweep;      // runs made together have the same; empty if alone
    std::string reproduces; // the run that this one repeats, or empty
    nlohmann::json command; // {"arguments","folder"}: what was typed, and where; null if nothing was
};

// A run that waits for its turn.
struct QueuedRun {
    std::string id, device;
    int threads = 1;
    std::string owner;          // who started it and will take it; may be empty
    bool is_waited_for = false; // the owner is alive
};

struct ArtifactRow {
    std::string name;
    Kind kind = Kind::field;
    std::string file; // name it had when the run made it; its ending tells the format
    std::string sha256;
    std::int64_t bytes = 0;
    nlohmann::json to_json() const; // {"name","kind","sha256","bytes","file"}
};

struct InputRow {
    std::string path, sha256;
    std::int64_t bytes = 0;
};

struct MetricPoint {
    std::int64_t step = 0;
    double value = 0;   // may be NaN or infinite
    double elapsed = 0; // seconds of computing since the run began
};

struct RunName {
    std::string id, name, experiment;
};

// A live field that was changed while the run went on: `value` counts from this step on.
struct LiveChange {
    std::int64_t step = 0;
    std::string field;
    nlohmann::json value;
    bool operator==(const LiveChange&) const = default;
};

struct FigureRow {
    std::string name, specification; // canonical JSON
    std::string created, changed;    // UTC
};

struct EventRow {
    std::int64_t number = 0;
    std::string time, kind, run, data; // data: canonical JSON
    std::string previous, hash;        // SHA-256: of the event before (64 zeros for the first), of this one
};

struct ORRERY_API RunRow {
    std::int64_t number = 0;                                 // order of creation in this project
    std::string id, experiment, version, plugin, name, note; // version: of the experiment
    nlohmann::json parameters;
    std::string schema; // SHA-256 of the canonical declaration
    std::uint64_t seed = 0;
    std::string device;
    int threads = 1;
    int priority = 0;
    std::string reproduces; // the run that this one repeats, or empty
    Status status = Status::queued;
    std::optional<RunEnd> end;
    std::string created, began, ended; // UTC, empty if not yet
    double seconds = 0;                // of computing, until it ended or until now; pauses aren't counted
    double progress = 0;               // in [0, 1]
    std::string doing;                 // progress in words
    std::string host;
    std::int64_t pid = 0;
    bool removed = false;
    bool artifacts_removed = false;         // then there are none in the list below
    std::optional<std::int64_t> checkpoint; // last step of the checkpoint that it can go on from
    std::int64_t memory = 0;                // estimate of the bytes that it needs on its device; 0: not known
    nlohmann::json command;                 // as in RunRequest
    std::string sweep;                      // that it belongs to, empty if it was run alone
    std::map<std::string, double> metrics;  // by key: the value at the largest step
    std::vector<ArtifactRow> artifacts;     // by name
    std::vector<std::string> tags;          // by name

    // {"run","experiment","status","device","seconds","params","metrics","artifacts"} and, beyond what is fixed,
    // "name", "note", "tags", "seed", "threads", "created", "reproduces", "error", "hint", "progress", "sweep",
    // "priority", "checkpoint", "memory", "removed", "artifacts_removed".
    nlohmann::json to_json() const;
};

} // namespace orrery
