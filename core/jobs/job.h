// SPDX-License-Identifier: BSD-3-Clause
// A run being executed: the child process that computes it, its lock, and what its end says.
#pragma once
#include "core/jobs/slots.h"
#include "core/platform/process.h"
#include "core/plugins/plugin_catalogue.h"
#include "core/project.h"

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace orrery {

// What to run; the values have passed Schema::check.
struct JobOrder {
    std::string experiment;
    Values parameters;
    Device device;
    std::uint64_t seed = 0;
    std::string name, note;
    std::vector<std::string> tags;
    int threads = 0; // 0: threads_for()
    int priority = 0;
    std::string sweep;      // that the run belongs to; empty if alone
    std::string reproduces; // the run that this one repeats, or empty
};

// Its name, note and tags become what is stored. Throws Error (usage) for what can't be (core/labels.h).
ORRERY_API void check_labels(JobOrder& order);

// The row that waits for it. `command_line`: what a person typed, in this process's folder; may be empty.
ORRERY_API RunRequest request_of(const PluginCatalogue::Found& found, const JobOrder& order,
                                 const std::vector<std::string>& command_line);

// A child process at work on one run. The locks of run and slots are held by the child alone once it was started, so
// that the run's status stays true however either process ends; the child goes on without its supervisor.
class ORRERY_API Job {
public:
    // Starts a run that was claimed (Project::claim), new or to go on. Throws Error; then the run has failed.
    static Job start(Project& project, const std::string& run, FileLock lock, const Slots& slots);

    const std::string& id() const { return id_; }
    const std::filesystem::path& log() const { return log_; }
    // True when the child has ended; waits at most that long.
    bool wait(int milliseconds) { return child_->wait(milliseconds).has_value(); }
    void stop();
    void kill();
    bool stop_requested() const { return stop_requested_; }

    // After the end: makes sure that the run's row says what happened (a child that was killed couldn't), and returns
    // the exit code. With ExitCode::usage a new run's parameters were refused before it began: `log()` holds the
    // sentences, and what becomes of the row is the caller's matter.
    ExitCode finish(Project& project);

private:
    std::string id_, claim_;
    std::filesystem::path log_, lock_file_;
    bool stop_requested_ = false, killed_ = false;
    std::unique_ptr<platform::ChildProcess> child_;
};

// The child's side (`orrery run --job ID`): opens the plugin, checks the parameters, runs, records. `locks` are the
// inherited descriptors of the run's lock and of its slots.
ORRERY_API ExitCode execute_job(const std::filesystem::path& project, const std::string& id,
                                const std::vector<int>& locks);

// Adds a problem if a run that needs so many bytes (0: not known) can only end in a machine that swaps, or in a killed
// run: more than the device has free. $ORRERY_IGNORE_MEMORY: never.
ORRERY_API void check_memory(std::int64_t bytes, const Device& device, Problems& problems);

// Experiment::check in a child process (`orrery declare --check`), since it needs the plugin opened. Adds what is wrong
// with fields that `problems` doesn't name yet. Returns the estimate of the memory that the run needs, in bytes; 0 if
// there is none. When nobody wants the answer any more (`stop`), nothing is added and the child goes on by itself.
ORRERY_API std::int64_t check_in_child(const PluginInfo& plugin, const std::string& experiment, const Values& values,
                                       Problems& problems, const std::stop_token& stop = {});

} // namespace orrery
