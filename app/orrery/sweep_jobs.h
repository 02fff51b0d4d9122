// SPDX-License-Identifier: BSD-3-Clause
// Runs many points of one experiment, several at once: a run that fails doesn't end the others.
#pragma once
#include "core/jobs/queue.h"

#include <string>
#include <vector>

namespace orrery::cli {

// How a point gets its run: a new one, one of the project that waits or is to go on, one that another process computes
// just now, or one that is done.
enum class PointSource { add, adopt, resume, watch, held };

struct SweepPoint {
    JobOrder order;
    PointSource source = PointSource::add;
    std::string run;                  // its id; empty if it has none (yet)
    bool ended = false;               // held, run to its end, or refused
    ExitCode code = ExitCode::done;   // of what ended
    std::vector<std::string> refused; // why its parameters were refused before the first step
};

struct SweepResult {
    bool stopped = false; // on request, before all points had run
    ExitCode code = ExitCode::done;
};

// Runs all points that aren't held, `at_once` of them at a time, with one line of progress for all. They wait in the
// project's queue, so that a sweep that dies can be resumed. The first Ctrl+C (or SIGTERM) asks the running ones to
// stop and starts no other, the second kills them. Throws Error, after the running ones have ended, if a run can't even
// be started.
SweepResult run_points(Project& project, const PluginCatalogue::Found& found, std::vector<SweepPoint>& points,
                       int at_once, const std::vector<std::string>& command_line, bool show_progress);

} // namespace orrery::cli
