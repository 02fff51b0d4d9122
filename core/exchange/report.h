// SPDX-License-Identifier: BSD-3-Clause
// A report of one run, or of several side by side, as one HTML file that stands alone.
#pragma once
#include "core/project.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace orrery {

// Most runs that a report holds: of more, export a table.
inline constexpr std::size_t most_report_runs = 200;

// A page without scripts or anything from outside, which prints: parameters (those that differ first), metrics with
// curves, pictures of fields, artifacts with their hashes, provenance, inputs, live changes, notes and errors. Nothing
// of it depends on when it is made: equal runs give equal bytes. Throws Error (usage) for no run or too many.
ORRERY_API std::string report_html(const Project& project, const std::vector<RunRow>& runs);

// The same into a file (.html, .htm), with the sidecar and event of every export (core/exchange/export_record.h). `ids`
// are whole ids. Throws Error (usage) for another ending.
ORRERY_API void export_report(Project& project, std::span<const std::string> ids, const std::filesystem::path& out);

} // namespace orrery
