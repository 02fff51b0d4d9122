// SPDX-License-Identifier: BSD-3-Clause
// Runs as a table: one line a run with its parameters and last metrics, or every value of every metric.
#pragma once
#include "core/files/table.h"
#include "core/project.h"

#include <string>
#include <vector>

namespace orrery {

struct RunTableOptions {
    // Which, in this order: run, name, experiment, status, device, seed, seconds, created, sweep, tags, note, bytes;
    // param/NAME or parameter:NAME; KEY or metric:KEY of a metric. A parameter's or metric's own name will do where it
    // means one thing. Empty: run to seconds, and all parameters and metrics.
    std::vector<std::string> columns;
    bool only_differing = false; // of the columns, those in which two runs differ, and the run
    std::string sort;            // by this column; empty: as the runs are given
    bool descending = false;
};

// The runs as they are given. Sorted: numbers by their size, then texts, then NaN, then what has no value, whatever the
// direction. Throws Error (usage) for a column that no run has.
ORRERY_API Table runs_table(const std::vector<RunRow>& runs, const RunTableOptions& options = {});

// Columns run, metric, step, elapsed [s], value: what import_metrics() reads.
ORRERY_API Table metrics_table(const Project& project, const std::vector<RunRow>& runs);

} // namespace orrery
