// SPDX-License-Identifier: BSD-3-Clause
// A run with all that is known about where it came from, as JSON: what `show` prints and sidecars hold.
#pragma once
#include "core/project.h"

#include <nlohmann/json.hpp>

namespace orrery {

// RunRow::to_json() with "provenance" {key: value}, "live" [{"step","field","value"}] and "inputs"
// [{"path","sha256","bytes"}]. Throws Error if the project can't be read.
ORRERY_API nlohmann::json run_record(const Project& project, const RunRow& row);

} // namespace orrery
