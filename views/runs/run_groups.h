// SPDX-License-Identifier: GPL-3.0-or-later
// The runs of one sweep as one line of the table: what varies, how far it is, and the best of what came out.
#pragma once
#include "views/runs/run_store.h"

#include <QString>

#include <functional>
#include <string>
#include <vector>

namespace orrery::gui {

// Whether a smaller value of a metric is the better one, as its experiment declares it.
using LowerIsBetter = std::function<bool(const std::string& experiment, const std::string& key)>;

struct RunGroup {
    std::string sweep;
    std::vector<std::size_t> runs; // indices of the snapshot, in the order of the table; two at least
    bool expanded = false;
};

// Of the runs, in their order: those of one sweep together where the first of them stands, if there are two or more.
// `lone` is left alone (the baseline). Sets group of each run: -1 for none.
std::vector<RunGroup> groups_of(const RunStore& store, const std::vector<std::size_t>& runs, const std::string& lone,
                                std::vector<int>& group_of_run);

// What a cell of the group's line shows: the value that all have, a range "0.01 … 1", texts "a, b", "7 done, 1 failed",
// of a metric that is better lower its least, of seconds and bytes the sum.
QString text_of_group(const RunStore& store, const RunGroup& group, const Column& column,
                      const LowerIsBetter& lower_is_better);

// All that varies, and of a metric which run is the best.
QString explanation_of_group(const RunStore& store, const RunGroup& group, const Column& column,
                             const LowerIsBetter& lower_is_better);

// In [0, 1]: of all its runs together.
double progress_of_group(const RunStore& store, const RunGroup& group);

} // namespace orrery::gui
