// SPDX-License-Identifier: BSD-3-Clause
// Whether a project is as it was written: database, events, sealed runs and artifact files.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace orrery {

class Project;

// What is not as it was written: "run ID, metric KEY", "run ID, artifact NAME", "event 7", "project.db"; and how.
struct Damage {
    std::string object, what;
};

struct Verification {
    std::vector<Damage> problems;
    std::int64_t files = 0, bytes = 0; // of artifacts that were read
    double seconds = 0;
    bool ok() const { return problems.empty(); }
};

// Reads everything, on several threads; changes nothing. Not covered, because people may change them: names, notes,
// tags, figures, layouts. Files that no row names are no problem. Throws Error where nothing can be said (the disk
// fails, the database is locked).
ORRERY_API Verification verify(const Project& project);
// The same for a folder, so that a database that can't even be opened is named as damaged. Throws Error if there is no
// project.
ORRERY_API Verification verify(const std::filesystem::path& folder);

} // namespace orrery
