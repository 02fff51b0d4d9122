// SPDX-License-Identifier: BSD-3-Clause
// Runs one job from the command line: starts the child, shows its progress, passes Ctrl+C on, says how it ended.
#pragma once
#include "core/job.h"

#include <string>
#include <vector>

namespace orrery::cli {

struct Supervised {
    ExitCode code = ExitCode::failed;
    std::string id; // of the run; it is in the project unless the parameters were refused (ExitCode::usage)
};

// First Ctrl+C (or SIGTERM) asks the run to stop, the second kills it. Errors of the run are printed to stderr.
Supervised supervise(Project& project, const PluginCatalogue::Found& found, const JobOrder& order,
                     const std::vector<std::string>& command_line, bool show_progress);

} // namespace orrery::cli
