// SPDX-License-Identifier: BSD-3-Clause
// Child processes, signals and the terminal: what supervision of a job needs of the system.
#pragma once
#include "core/api.h"

#include <cstdint>
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
    int input = -1, output = -1;                    // descriptors that become its stdin (else /dev/null) and stdout
    std::map<std::string, std::string> environment; // added to this process's
    std::filesystem::path log;                      // the child's stdout and stderr are appended here
    std::vector<int> inherited;                     // descriptors that stay open under the same number
    std::filesystem::path folder;                   // to work in; this process's if it isn't there
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

enum class ProcessSignal { stop, kill }; // SIGTERM, SIGKILL
// To a process of this machine that began at that time (process_start): never to another one that has its number now.
// False if it is gone, or isn't ours.
ORRERY_API bool signal_process(std::int64_t pid, std::int64_t start, ProcessSignal signal);

inline constexpr int kill_signal = 9; // SIGKILL

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

// For this process and the children it starts from now on. Call it before any thread starts.
ORRERY_API void set_environment(const std::string& name, const std::string& value);

ORRERY_API bool is_terminal(int descriptor);
ORRERY_API int terminal_width();

} // namespace orrery::platform
