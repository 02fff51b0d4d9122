// SPDX-License-Identifier: BSD-3-Clause
// Records that a file left the project: a sidecar beside it that tells where it came from, and an event.
#pragma once
#include "core/project.h"

#include <filesystem>
#include <vector>

namespace orrery {

// Writes OUT.orrery.json with the runs (core/exchange/run_record.h), what was exported and the file's SHA-256, and logs
// an "export" event; a project that can't be written is told in the sidecar ("logged": false). Throws Error.
ORRERY_API void record_export(Project& project, const std::filesystem::path& out, const std::vector<RunRow>& runs,
                              nlohmann::json what);

} // namespace orrery
