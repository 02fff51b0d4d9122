// SPDX-License-Identifier: BSD-3-Clause
// Names of runs: 10 lower-case base32 characters whose ASCII order is the order in time, never a plain number.
#pragma once
#include "core/api.h"

#include <string>
#include <string_view>

namespace orrery {

// 36 bits of time in 1/16 s since 2020 and 14 random bits of the operating system, in the alphabet
// "234567abcdefghijklmnopqrstuvwxyz"; the first character is a letter until 2130. Rises within a process, also when the
// clock is set back. Thread-safe.
ORRERY_API std::string new_run_id();

// Whether `text` could be a complete run id.
ORRERY_API bool is_run_id(std::string_view text);

} // namespace orrery
