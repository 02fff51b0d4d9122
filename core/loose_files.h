// SPDX-License-Identifier: BSD-3-Clause
// Files in a project's artifacts/ that no row names: left by a crash, or by runs whose rows were deleted.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace orrery {

struct LooseFile {
    std::filesystem::path path;
    std::int64_t bytes = 0;
};

// `folder` is artifacts/, `named` the SHA-256 of those that rows name. Only files of Orrery's making are told:
// ab/abcdef... and incoming-XXXXXX; what else somebody put there is left alone.
ORRERY_API std::vector<LooseFile> loose_files(const std::filesystem::path& folder, const std::set<std::string>& named);

} // namespace orrery
