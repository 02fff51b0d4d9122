// SPDX-License-Identifier: BSD-3-Clause
// What another program wrote about its runs, read but not yet part of a project: metrics over steps, by run.
#pragma once
#include "core/records.h"

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace orrery {

struct LoggedMetric {
    std::string key, unit;
    std::vector<MetricPoint> points; // in the order of the log; a step that comes twice counts as it came last
};

struct LoggedRun {
    std::string name;                                     // of the file or sub-directory, or what the log calls it
    std::vector<std::filesystem::path> files;             // that it was read from
    std::vector<LoggedMetric> metrics;                    // at least one, in the order of the log
    nlohmann::json parameters = nlohmann::json::object(); // as far as the log knows them
    std::vector<std::string> notes;                       // one sentence each: what was chosen or left out
};

// Called now and then with how much was read, in [0, 1]; it may throw, to end the reading.
using ReadingProgress = std::function<void(double fraction)>;

} // namespace orrery
