// SPDX-License-Identifier: BSD-3-Clause
// A copy of a project that is a project: one state of its database and the files that it names.
#pragma once
#include "core/verify.h"

#include <filesystem>

namespace orrery {

class Project;

// Makes the folder `target` (NAME.orrery, must not be there) with the database, every artifact, the logs of runs and
// the project's plugins, while runs may go on; those are shown as lost in the copy. It has its name only when it is
// complete and on the disk. Every artifact is hashed while it is copied: what is already damaged is told, and the rest
// is copied. Throws Error; then there is no `target`.
ORRERY_API Verification back_up(const Project& project, const std::filesystem::path& target);

} // namespace orrery
