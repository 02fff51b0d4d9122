// SPDX-License-Identifier: BSD-3-Clause
#include "core/platform/machine.h"

#include <sched.h>
#include <unistd.h>

#include <array>
#include <fstream>

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

} // namespace orrery::platform
