// SPDX-License-Identifier: BSD-3-Clause
// What machine this is: cores, names, times. With its neighbours in this folder the only place of POSIX and /proc
// calls.
#pragma once
#include "core/api.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace orrery::platform {

ORRERY_API std::string cpu_model();
ORRERY_API int cpu_count(); // cores that this process may use
ORRERY_API std::string os_name();
ORRERY_API std::string host_name();
ORRERY_API std::string boot_id();
ORRERY_API std::filesystem::path executable(); // of this process
// The folder above the library of the core: bin/, lib/ and python/ lie in it, whatever program loaded the library.
ORRERY_API std::filesystem::path installation();
ORRERY_API std::filesystem::path command_line_program(); // bin/orrery there, which children are made of
// What programs of this user on this machine share while it is up: $XDG_RUNTIME_DIR/orrery, else a folder of the user
// in the system's temporary one. Made if it isn't there. Throws Error if it can't be, or belongs to somebody else.
ORRERY_API std::filesystem::path runtime_folder();
// orrery/NAME in a folder of the user that a variable names ("XDG_STATE_HOME"), else in this one of his home
// (".local/state"). Empty if neither is known: what isn't absolute is ignored, as the XDG specification wants it.
ORRERY_API std::filesystem::path user_folder(const char* variable, const char* in_home, const char* name);
// Bytes that a program could still take, within the limits of its control group.
ORRERY_API std::int64_t available_memory();

} // namespace orrery::platform
