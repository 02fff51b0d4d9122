// SPDX-License-Identifier: BSD-3-Clause
// What machine this is: cores, names, times. With its neighbours in this folder the only place of POSIX and /proc
// calls.
#pragma once
#include "core/api.h"

#include <filesystem>
#include <string>

namespace orrery::platform {

ORRERY_API std::string cpu_model();
ORRERY_API int cpu_count(); // cores that this process may use
ORRERY_API std::string os_name();
ORRERY_API std::string host_name();
ORRERY_API std::string boot_id();
ORRERY_API std::filesystem::path executable(); // of this process

} // namespace orrery::platform
