// SPDX-License-Identifier: BSD-3-Clause
// What the system says about processes, this one first, and the time.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace orrery::platform {

// "Linux 6.1.0".
ORRERY_API std::string kernel();
// Arguments of this process, the program first.
ORRERY_API std::vector<std::string> command_line();

ORRERY_API std::int64_t process_id();
// Clock ticks between the machine's start and the process's; 0 if there is no such process. Tells a reused pid.
ORRERY_API std::int64_t process_start(std::int64_t pid);

// UTC with milliseconds: "2026-01-31T12:00:00.000Z".
ORRERY_API std::string utc_now();
// Seconds since 1970 of such a text; NaN if it is none.
ORRERY_API double seconds_of_utc(const std::string& text);

// The shared library that this code lies in.
ORRERY_API std::filesystem::path core_library();

} // namespace orrery::platform
