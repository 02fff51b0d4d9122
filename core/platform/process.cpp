// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/process.h"

#include "core/error.h"
#include "core/platform/process_info.h"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

extern char** environ;

namespace orrery::platform {
namespace {

std::atomic<int> stop_signals{0};

void count_signal(int) { stop_signals.fetch_add(1, std::memory_order_relaxed); }

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
    std::vector<std::string> list;
    for (char** entry = environ; *entry; ++entry) {
        const std::string_view text = *entry;
        if (!added.contains(std::string(text.substr(0, text.find('='))))) list.emplace_back(text);
    }
    for (const auto& [name, value] : added) list.push_back(name + "=" + value);
    return list;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (auto& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

} // namespace

ChildProcess::ChildProcess(const SpawnRequest& request) {
    std::vector<std::string> arguments{request.program.string()};
    arguments.insert(arguments.end(), request.arguments.begin(), request.arguments.end());
    auto environment = environment_with(request.environment);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (request.input >= 0)
        posix_spawn_file_actions_adddup2(&actions, request.input, 0);
    else
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!request.log.empty()) {
        posix_spawn_file_actions_addopen(&actions, 1, request.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
        posix_spawn_file_actions_adddup2(&actions, 1, 2);
    }
    if (request.output >= 0) posix_spawn_file_actions_adddup2(&actions, request.output, 1);
    std::error_code ignored;
    if (!request.folder.empty() && std::filesystem::is_directory(request.folder, ignored))
        posix_spawn_file_actions_addchdir_np(&actions, request.folder.c_str());
    // A descriptor duplicated onto itself loses its close-on-exec flag in the child.
    for (const int descriptor : request.inherited) posix_spawn_file_actions_adddup2(&actions, descriptor, descriptor);

    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

    pid_t pid = -1;
    const int failed = posix_spawn(&pid, request.program.c_str(), &actions, &attributes, pointers(arguments).data(),
                                   pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed) throw Error(fmt::format("{} can't be started: {}", request.program.string(), std::strerror(failed)));
    pid_ = pid;
}

std::optional<ChildEnd> ChildProcess::wait(int milliseconds) {
    if (end_) return end_;
    int status = 0;
    const auto reap = [&]() -> bool {
        if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
        end_ =
            WIFSIGNALED(status) ? ChildEnd{128 + WTERMSIG(status), WTERMSIG(status)} : ChildEnd{WEXITSTATUS(status), 0};
        return true;
    };
    if (reap()) return end_;
    const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    if (descriptor >= 0) {
        pollfd waiting{descriptor, POLLIN, 0};
        poll(&waiting, 1, milliseconds);
        close(descriptor);
    } else {
        usleep(static_cast<useconds_t>(milliseconds) * 1000);
    }
    reap();
    return end_;
}

void ChildProcess::terminate() const {
    if (!end_) ::kill(pid_, SIGTERM);
}

void ChildProcess::kill() const {
    if (!end_) ::kill(pid_, SIGKILL);
}

bool signal_process(std::int64_t pid, std::int64_t start, ProcessSignal signal) {
    if (pid <= 0 || start == 0) return false;
    // The descriptor names one process for good: what it is is asked after it was opened.
    const int descriptor = static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0));
    if (descriptor < 0) return false;
    const bool same = process_start(pid) == start;
    const int number = signal == ProcessSignal::stop ? SIGTERM : SIGKILL;
    const bool sent = same && syscall(SYS_pidfd_send_signal, descriptor, number, nullptr, 0) == 0;
    close(descriptor);
    return sent;
}

std::string signal_name(int signal) {
    const char* name = sigabbrev_np(signal);
    const char* words = sigdescr_np(signal);
    return fmt::format("SIG{} ({})", name ? name : std::to_string(signal), words ? words : "unknown signal");
}

StopSignals::StopSignals() {
    stop_signals = 0;
    struct sigaction action {};
    action.sa_handler = count_signal;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, nullptr);
}

StopSignals::~StopSignals() {
    struct sigaction usual {};
    usual.sa_handler = SIG_DFL;
    sigaction(SIGTERM, &usual, nullptr);
    sigaction(SIGINT, &usual, nullptr);
}

int StopSignals::received() const { return stop_signals.load(std::memory_order_relaxed); }

void ensure_standard_descriptors() {
    for (int descriptor = 0; descriptor <= 2; ++descriptor)
        if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
            return; // the lowest free number is the closed one
}

void ignore_file_size_signal() { std::signal(SIGXFSZ, SIG_IGN); }

void set_environment(const std::string& name, const std::string& value) { setenv(name.c_str(), value.c_str(), 1); }

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

int terminal_width() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 100;
}

} // namespace orrery::platform
