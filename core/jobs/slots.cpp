// SPDX-License-Identifier: BSD-3-Clause
#include "core/jobs/slots.h"

#include "core/error.h"
#include "core/platform/machine.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace orrery {

namespace fs = std::filesystem;

namespace {

int number_in(const char* variable, int otherwise) {
    const char* text = std::getenv(variable);
    int number = otherwise;
    if (text) std::from_chars(text, text + std::string_view(text).size(), number);
    return std::clamp(number, 1, 1024);
}

// Slot files of a device; the first is the one that is locked while slots are taken, so that nobody takes half of what
// somebody else needs.
struct Files {
    fs::path gate;
    std::vector<fs::path> slots;
};

Files files_of(const Device& device) {
    const fs::path folder = platform::runtime_folder() / "slots";
    fs::create_directories(folder);
    const std::string name = device.cuda ? "cuda-" + std::to_string(device.index) : "cpu";
    const int count = device.cuda ? number_in("ORRERY_CUDA_SLOTS", 1) : platform::cpu_count();
    Files files{folder / (name + ".gate"), {}};
    for (int i = 0; i < count; ++i) files.slots.push_back(folder / (name + "." + std::to_string(i)));
    return files;
}

std::optional<FileLock> pass(const fs::path& gate) {
    for (int attempt = 0; attempt < 20; ++attempt) {
        if (auto lock = FileLock::try_take(gate)) return lock;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return std::nullopt;
}

} // namespace

std::optional<Slots> Slots::try_take(const Device& device, int threads, std::string_view holder) {
    Slots taken;
    try {
        const Files files = files_of(device);
        const auto gate = pass(files.gate);
        if (!gate) return std::nullopt;
        const auto needed =
            device.cuda ? std::size_t{1} : std::min(static_cast<std::size_t>(std::max(threads, 1)), files.slots.size());
        for (const auto& file : files.slots) {
            if (taken.locks_.size() == needed) break;
            auto lock = platform::is_locked(file) ? std::nullopt : FileLock::try_take(file);
            if (!lock) continue;
            std::ofstream(file, std::ios::trunc) << holder << '\n';
            taken.locks_.push_back(std::move(*lock));
        }
        if (taken.locks_.size() < needed) return std::nullopt;
    } catch (const Error&) { // no folder to lock in: better all at once than none at all
        return Slots();
    } catch (const fs::filesystem_error&) {
        return Slots();
    }
    return taken;
}

int Slots::free(const Device& device) {
    try {
        const Files files = files_of(device);
        return static_cast<int>(std::count_if(files.slots.begin(), files.slots.end(),
                                              [](const fs::path& file) { return !platform::is_locked(file); }));
    } catch (const Error&) {
    } catch (const fs::filesystem_error&) {
    }
    return platform::cpu_count(); // nothing is shared out
}

std::vector<std::string> Slots::holders(const Device& device) {
    std::vector<std::string> names;
    try {
        for (const auto& file : files_of(device).slots) {
            if (!platform::is_locked(file)) continue;
            std::ifstream in(file);
            std::string name;
            std::getline(in, name);
            if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
    } catch (const Error&) { // then there are none
    } catch (const fs::filesystem_error&) {
    }
    return names;
}

std::vector<int> Slots::descriptors() const {
    std::vector<int> list;
    for (const auto& lock : locks_) list.push_back(lock.descriptor());
    return list;
}

Slots Slots::share() const {
    Slots shared;
    for (const auto& lock : locks_) shared.locks_.push_back(lock.share());
    return shared;
}

int threads_for(int at_once) {
    if (at_once <= 0) at_once = number_in("ORRERY_CPU_SLOTS", 1);
    return std::max(1, platform::cpu_count() / at_once);
}

} // namespace orrery
