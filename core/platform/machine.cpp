// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/machine.h"

#include "core/error.h"
#include "core/platform/process_info.h"

#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>

namespace orrery::platform {
namespace {
std::string value_after(const char* file, const std::string& key, char separator) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(key)) continue;
        auto value = line.substr(line.find(separator) + 1);
        const auto first = value.find_first_not_of(" \t\"");
        const auto last = value.find_last_not_of(" \t\"\n");
        return first == std::string::npos ? std::string() : value.substr(first, last - first + 1);
    }
    return {};
}
} // namespace

std::string cpu_model() {
    auto model = value_after("/proc/cpuinfo", "model name", ':');
    return model.empty() ? "CPU" : model;
}

int cpu_count() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
    return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
}

std::string os_name() { return value_after("/etc/os-release", "PRETTY_NAME=", '='); }

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string boot_id() {
    std::ifstream in("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(in, id);
    return id;
}

std::filesystem::path executable() { return std::filesystem::read_symlink("/proc/self/exe"); }

std::filesystem::path installation() {
    return std::filesystem::weakly_canonical(core_library()).parent_path().parent_path();
}

std::filesystem::path command_line_program() { return installation() / "bin/orrery"; }

std::filesystem::path user_folder(const char* variable, const char* in_home, const char* name) {
    namespace fs = std::filesystem;
    const auto absolute = [](const char* text) { return text && *text == '/'; };
    if (const char* given = std::getenv(variable); absolute(given)) return fs::path(given) / "orrery" / name;
    if (const char* home = std::getenv("HOME"); absolute(home)) return fs::path(home) / in_home / "orrery" / name;
    return {};
}

std::filesystem::path runtime_folder() {
    namespace fs = std::filesystem;
    const char* given = std::getenv("XDG_RUNTIME_DIR");
    std::error_code error;
    fs::path folder = given && *given && fs::is_directory(given, error)
                          ? fs::path(given) / "orrery"
                          : fs::temp_directory_path() / ("orrery-" + std::to_string(getuid()));
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        throw Error("The folder " + folder.string() + " can't be made: " + std::strerror(errno) + ".",
                    "Set XDG_RUNTIME_DIR to a folder of yours.");
    struct stat status {};
    if (lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != getuid())
        throw Error("The folder " + folder.string() + " belongs to somebody else.",
                    "Set XDG_RUNTIME_DIR to a folder of yours.");
    return folder;
}

std::int64_t available_memory() {
    const auto number = [](const std::string& text, std::int64_t otherwise) {
        std::int64_t value = otherwise;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    const auto line_of = [](const std::filesystem::path& file) {
        std::ifstream in(file);
        std::string line;
        std::getline(in, line);
        return line;
    };
    constexpr auto unlimited = std::numeric_limits<std::int64_t>::max();
    std::int64_t free = number(value_after("/proc/meminfo", "MemAvailable", ':'), unlimited / 1024) * 1024;
    // Control groups of version 2: the limits of this one and of all above it.
    const std::string group = line_of("/proc/self/cgroup");
    if (const auto place = group.find("::"); place != std::string::npos) {
        std::filesystem::path folder = "/sys/fs/cgroup" + group.substr(place + 2);
        for (; folder.string().size() >= std::string_view("/sys/fs/cgroup").size(); folder = folder.parent_path()) {
            const std::int64_t limit = number(line_of(folder / "memory.max"), unlimited);
            if (limit != unlimited) free = std::min(free, limit - number(line_of(folder / "memory.current"), 0));
        }
    }
    return std::max<std::int64_t>(free, 0);
}

} // namespace orrery::platform
