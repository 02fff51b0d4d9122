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

// The jobs of one project that this process answers for. Its functions are called without the interpreter's lock.
class Jobs {
public:
    explicit Jobs(std::shared_ptr<Project> project);

    // Puts one run for each object of parameters into the queue, made as `order` says. Throws Error.
    std::vector<std::string> start(JobOrder order, const std::vector<nlohmann::json>& parameters);
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
