// SPDX-License-Identifier: BSD-3-Clause
// Leaves a note in a file when a signal that means a crash ends this process.
#pragma once
#include "core/api.h"

namespace orrery::platform {

// While it lives, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT and SIGSYS first write "\nsignal N\n" to `descriptor`, then
// do what they did before. A process that was killed from outside (SIGKILL, a power cut) leaves no note: that is how a
// crash is told from it. One at a time in a process.
class ORRERY_API CrashNote {
public:
    explicit CrashNote(int descriptor);
    ~CrashNote(); // a handler that was set in between stays
    CrashNote(const CrashNote&) = delete;
    CrashNote& operator=(const CrashNote&) = delete;
};

} // namespace orrery::platform
