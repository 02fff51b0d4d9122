// SPDX-License-Identifier: BSD-3-Clause
// Live requests for a window or a script: a warm child process per device (`orrery worker`) that runs experiments
// unrecorded, the latest request wins. Nothing here ever blocks the caller.
#pragma once
#include "core/live/frames.h"
#include "core/run.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

struct WorkerRequest {
    std::string experiment;
    nlohmann::json parameters = nlohmann::json::object(); // the others have their defaults
    std::uint64_t seed = 0;
    // For fields of type path: the experiment reads the array as a file. It must not be changed until the answer comes.
    std::map<std::string, Array> inputs;
};

struct WorkerPoint {
    std::string key;
    std::int64_t step = 0;
    double value = 0;
};

// What happens to a request: progress, metrics, frames and artifacts, then exactly one of done, failed and cancelled.
struct WorkerEvent {
    enum class Kind { progress, metrics, frame, artifact, done, failed, cancelled };
    std::uint64_t request = 0;
    Kind kind = Kind::progress;
    double fraction = 0; // progress
    std::string what;
    std::vector<WorkerPoint> points; // metrics
    std::string channel;             // frame
    Frame frame;
    std::string name; // artifact
    orrery::Kind artifact = orrery::Kind::field;
    std::filesystem::path file; // kept until four later requests have begun
    double seconds = 0;         // done
    std::string error, hint;    // failed
    Problems problems;          // failed: of the parameters, in the words of Schema::check
};

struct WorkerOptions {
    std::string device = "auto";
    std::filesystem::path project; // whose own plugins count too; may be empty
    std::filesystem::path program; // empty: `orrery` beside this process's executable
    std::filesystem::path log;     // what the child prints; empty: nowhere
    // Time to stop for what was cancelled; then the child is killed and started again.
    std::chrono::milliseconds grace{2000};
};

// Thread-safe. A child that dies (a crash, no memory) fails the request at work with a sentence that names the signal,
// and is started again.
class ORRERY_API Worker {
public:
    // `listener` is called from the worker's own thread, one event at a time; it may call request and cancel, and must
    // not wait for anything. The child is started at once.
    Worker(WorkerOptions options, std::function<void(const WorkerEvent&)> listener);
    // Cancels what is at work; no event comes after it. Waits for the listener, and 0.2 s for the child to go by
    // itself.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Cancels what is at work and replaces what waits. Returns the number that the events carry.
    std::uint64_t request(WorkerRequest request);
    void cancel();
    // Of the child, for those who look at processes; 0 while there is none.
    int pid() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace orrery
