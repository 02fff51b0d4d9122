// SPDX-License-Identifier: GPL-3.0-or-later
// Which columns of the table tell runs apart.
#pragma once
#include "views/runs/run_store.h"

namespace orrery::gui {

// Columns by default, of the runs with these indices: run, status and times always; a text that people write where one
// is written; a parameter where two of the runs differ in it, or one of an experiment's runs lacks it; a metric unless
// all that have it, two at least, have the same value. A parameter that runs of another experiment don't know doesn't
// tell runs apart: the experiment does.
std::vector<Column> columns_that_differ(const RunStore& store, const std::vector<std::size_t>& runs);

// Every column that one of the runs has a value for.
std::vector<Column> all_columns(const RunStore& store, const std::vector<std::size_t>& runs);

} // namespace orrery::gui
