// SPDX-License-Identifier: BSD-3-Clause
// A project as Python holds it: rows and series as Python objects, its commands, and the jobs that it starts.
#pragma once
#include "core/command.h"
#include "core/jobs/queue_thread.h"
#include "core/project.h"

#include <pybind11/pybind11.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace orrery::python {

// What a started run needs beside its parameters.
struct StartOptions {
    std::string device = "auto", name, note, sweep;
    std::vector<std::string> tags;
    std::uint64_t seed = 0;
    int threads = 0, priority = 0;
};

// The jobs of one project that this process answers for. Its functions are called without the interpreter's lock.
class Jobs {
public:
    explicit Jobs(std::shared_ptr<Project> project);

    // Puts one run for each set of parameters into the queue; they have passed Schema::parse. Throws Error.
    std::vector<std::string> start(const std::string& experiment, const std::vector<Values>& parameters,
                                   const StartOptions& options);
    void resume(const std::string& run);
    // Waits at most that long for one of them to end; tells those that have, once. Throws Error if a run can't be
    // started.
    std::vector<EndedJob> wait(const std::vector<std::string>& runs, int milliseconds);
    // Runs that are at work go on by themselves; returns those that still wait, for others to begin.
    std::vector<std::string> leave();
    std::string hindrance(); // why the next one doesn't begin, in a sentence; empty if it does

private:
    std::shared_ptr<Project> project_;
    std::mutex mutex_;
    std::condition_variable news_;
    std::map<std::string, EndedJob> ended_;
    std::string hindrance_;
    std::set<std::string> started_;
    std::optional<Error> failure_;
    std::unique_ptr<QueueThread> queue_; // last: it reports into the others; made with the first run
    QueueThread& queue();
};

void bind_project(pybind11::module_& module);

} // namespace orrery::python
