// SPDX-License-Identifier: BSD-3-Clause
// Starts the runs that wait in a project, each when it is its turn and its cores are free, and sees them to their end.
#pragma once
#include "core/jobs/job.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace orrery {

// $ORRERY_GRACE_SECONDS, else 30 s.
ORRERY_API std::chrono::duration<double> grace_time();

struct QueueOptions {
    int at_once = 1;            // runs of this queue that compute side by side
    bool wait_for_slots = true; // false: they start even where others have the cores
    bool share_slots = true;    // runs of one thread share the core of another of this queue, up to at_once; false: the
                                // cores alone decide how many there are
    std::chrono::duration<double> grace = grace_time(); // between the request to stop and the kill
};

// A run that ended, or was never begun.
struct EndedJob {
    std::string run;
    ExitCode code = ExitCode::done;
    std::vector<std::string> refused; // why its parameters were refused; then the row is gone, if add() had made it
};

// The runs that this process answers for. Their rows name it as their owner as long as they wait, so that other
// processes leave them to it and let them go first; when it dies they wait on, and anybody may adopt them. To be used
// by one thread; never blocks longer than it is told to.
class ORRERY_API Queue {
public:
    Queue(Project& project, const QueueOptions& options);
    // Children go on by themselves; what waits, waits on.
    ~Queue();
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    // All of them or none. Throws Error.
    std::vector<std::string> add(std::span<const RunRequest> requests);
    // A run that waits without a living owner. Throws Error (usage).
    // `threads`: of one that never began; 0: as it is.
    void adopt(const std::string& run, int threads = 0);
    // A run that was stopped, failed or got lost (Project::requeue). Throws Error (usage).
    void resume(const std::string& run);

    // Starts what can be started, waits at most that long for something to end, and tells what has. Throws Error if a
    // run can't even be started (no disk, no process): the next one would fare no better.
    std::vector<EndedJob> poll(int milliseconds);
    bool idle() const; // nothing waits, nothing is at work
    std::size_t waiting() const;
    std::vector<std::string> at_work() const;
    // Why the next one doesn't begin, in a sentence: "waits for 2 cores: run x of y.orrery has them". Empty if it does.
    const std::string& hindrance() const;

    // Asks those at work to stop, and kills them after the grace; takes back what waits: runs of add() are gone,
    // adopted ones wait on, those that were to go on are stopped again.
    void stop();
    void kill();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace orrery
