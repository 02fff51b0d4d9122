// SPDX-License-Identifier: BSD-3-Clause
// What differs between runs: how they were made, and what came out.
#pragma once
#include "core/experiment.h"
#include "core/project.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace orrery {

// One line of the comparison: a value for each run, null where a run has none. Lines whose values are all the same are
// left out.
struct Difference {
    std::string name;
    std::vector<nlohmann::json> values;
};

struct ORRERY_API RunComparison {
    std::vector<std::string> runs;
    std::vector<Difference> settings; // experiment, version, device, threads, seed
    std::vector<Difference> parameters;
    std::vector<Difference> code;        // commit, uncommitted changes, plugin
    std::vector<Difference> environment; // libraries, machine, device
    std::vector<Difference> inputs;      // SHA-256 by path
    std::vector<Difference> metrics;     // last values
    std::vector<Difference> artifacts;   // SHA-256 by name

    // {"runs":[id],"settings":[{"name","values"}], ...}
    nlohmann::json to_json() const;
};

// The declaration's metrics as they were when the run was made, with tolerances and timing; a part that is missing in
// it has its default.
ORRERY_API Declaration stored_metrics(const Project& project, std::string_view run);

// Two or more runs by their ids. Metrics declared timing by the first run that has them are left out, and so is what
// differs by nature: the command line, the build key. Throws Error.
ORRERY_API RunComparison compare(const Project& project, const std::vector<std::string>& runs);

} // namespace orrery
