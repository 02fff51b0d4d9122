// SPDX-License-Identifier: BSD-3-Clause
// What an experiment sees while it runs: where its metrics, progress, frames and artifacts go, what it goes on from,
// and whether it was asked to stop.
#pragma once
#include "core/api.h"
#include "core/array.h"
#include "core/device.h"
#include "core/error.h"
#include "core/schema.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace orrery {

enum class Kind { field, particles, graph, image, boxes, table, model, report };
ORRERY_API const char* name_of(Kind kind);
ORRERY_API Kind kind_named(std::string_view name); // throws Error

// What a run goes on from: what it wrote at that step.
struct Checkpoint {
    std::int64_t step = 0;
    std::unique_ptr<std::istream> stream;
};

// Thread-safe; metric, progress, log, frame and live never wait for the disk or a window; artifact and checkpoint do.
class ORRERY_API Run {
public:
    virtual ~Run();
    // Same key and step again: the last one wins. NaN is a value and is kept.
    virtual void metric(std::string_view key, std::int64_t step, double value) = 0;
    // fraction in [0, 1]; `what` in a few words.
    virtual void progress(double fraction, std::string_view what) = 0;
    // A line in the run's log.
    virtual void log(std::string_view line) = 0;
    // Shows the array to whoever looks at the run now. Frames may be dropped, and are never queued.
    virtual void frame(std::string_view channel, const Array& array) = 0;
    // Takes over live fields that were changed since the last call; true if any was. Call it once before each step: the
    // changes are recorded with the step, and replayed at it when the run is resumed or reproduced.
    template <class P>
    bool live(P& params, std::int64_t step) {
        const Values changes = live_changes(step);
        if (changes.empty()) return false;
        static const Bind<P> bind = Bind<P>::of();
        bind.assign(params, changes);
        return true;
    }
    // The same for who has no struct: the changed fields by name.
    Values live(std::int64_t step) { return live_changes(step); }
    // Hashes the file and moves it into the project. The same name again replaces the artifact.
    virtual void artifact(std::string_view name, Kind kind, const std::filesystem::path& file) = 0;
    // Records that the run read this file (SHA-256 into its provenance).
    virtual void input(const std::filesystem::path& file) = 0;
    // A folder for files in the making, on the project's disk; removed at the end.
    virtual std::filesystem::path scratch() const = 0;
    // Calls `write` with a stream for all that the rest of the run depends on, if a checkpoint is due: every 30 s, and
    // when a stop was requested. True if it was written: then resume() gives it back to the process that goes on, and
    // finds the scratch folder as the last process left it. `step` is the last one that is done: metrics after it are
    // removed when the run goes on from here. One that can't be written (disk full) is told in the log; then the one
    // before still counts.
    virtual bool checkpoint(std::int64_t step, const std::function<void(std::ostream&)>& write) = 0;
    // What this run is to go on from; nothing if it begins.
    virtual std::optional<Checkpoint> resume() = 0;
    virtual std::stop_token stop() const = 0;
    virtual std::uint64_t seed() const = 0;
    virtual Device device() const = 0;

    // Throws Stopped if a stop was requested.
    void stop_point() const {
        if (stop().stop_requested()) throw Stopped();
    }

protected:
    // Live fields changed since the last call, as they are from this step on; recorded with it.
    virtual Values live_changes(std::int64_t step) = 0;
};

} // namespace orrery
