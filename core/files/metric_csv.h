// SPDX-License-Identifier: BSD-3-Clause
// Reads metrics from a table of text: one column a metric, or one line a value, as `orrery export --metrics` writes it.
#pragma once
#include "core/exchange/metric_log.h"

#include <vector>

namespace orrery {

// Wide: the column `step`, else `global_step`, `iteration`, `iter`, `epoch` (whichever holds whole numbers), else the
// first column of whole numbers, else the number of the line is the step; `elapsed`, `wall_time` (seconds since 1970)
// or `time` the seconds; every other column of numbers a metric. Long: columns [run,]metric,step,value[,elapsed], one
// run for each name in `run`. TensorBoard's download (Wall time,Step,Value): one metric, named after the file. A name
// may end with its unit, "elapsed [s]". An empty cell is no value; nan, inf and -inf are. Throws Error that names line
// and column of what can't be read.
ORRERY_API std::vector<LoggedRun> read_metric_csv(const std::filesystem::path& file,
                                                  const ReadingProgress& progress = {});

} // namespace orrery
