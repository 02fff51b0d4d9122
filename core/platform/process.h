// SPDX-License-Identifier: BSD-3-Clause
// Child processes, signals and the terminal: what supervision of a job needs of the system.
#pragma once
#include "core/api.h"

#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace orrery::platform {

struct SpawnRequest {
    std::filesystem::path program;
    std::vector<std::string> arguments;             // without the program's name
    std::map<std::string, std::string> environment; // added to this process's
    std::filesystem::path log;                      // the child's stdout and stderr are appended here
    std::vector<int> inherited;                     // descriptors that stay open under the same number
};

// How a child ended.
struct ChildEnd {
    int exit_code = 0;
    int signal = 0; // 0: it exited by itself
};

class ORRERY_API ChildProcess {
public:
    // In a process group of its own, so that the terminal's Ctrl+C reaches the supervisor only. Throws Error.
    explicit ChildProcess(const SpawnRequest& request);
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess() = default; // the child goes on: it doesn't need its supervisor

    int pid() const { return pid_; }
    std::optional<ChildEnd> wait(int milliseconds); // nothing if it still runs after that time
    void terminate() const;                         // asks it to stop (SIGTERM)
    void kill() const;                              // SIGKILL

private:
    int pid_ = -1;
    std::optional<ChildEnd> end_;
};

// "SIGSEGV (segmentation fault)" for messages.
ORRERY_API std::string signal_name(int signal);

// Turns SIGTERM and SIGINT of this process into a stop request. Make it before any thread starts.
class ORRERY_API StopSignals {
public:
    StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();
    int received() const; // how many so far
};

// Opens /dev/null for standard input, output and error where they are closed: else the next file that is opened would
// take their numbers.
ORRERY_API void ensure_standard_descriptors();

// A file that reaches the user's limit (ulimit -f) fails to be written, like on a full disk, and doesn't end the
// process by a signal.
ORRERY_API void ignore_file_size_signal();

ORRERY_API bool is_terminal(int descriptor);
ORRERY_API int terminal_width();

} // namespace orrery::platform
