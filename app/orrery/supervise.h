// SPDX-License-Identifier: BSD-3-Clause
// Sees one run to its end from the command line: waits for its turn, shows its progress, passes Ctrl+C on, says how it
// ended.
#pragma once
#include "core/jobs/queue.h"

#include <string>

namespace orrery::cli {

struct Supervised {
    ExitCode code = ExitCode::failed;
    std::string id; // of the run; it is in the project unless the parameters were refused (ExitCode::usage)
};

struct SupervisionOptions {
    bool show_progress = true;
    bool wait_for_slots = true;
};

// First Ctrl+C (or SIGTERM) asks the run to stop, the second kills it. Errors of the run are printed to stderr.
Supervised supervise(Project& project, const RunRequest& request, const SupervisionOptions& options);
// The same for a run that is there: one that waits without an owner, or that is to go on.
Supervised supervise_again(Project& project, const std::string& run, const SupervisionOptions& options);

} // namespace orrery::cli
