// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugins/plugin_state.h"

#include "core/error.h"
#include "core/files/replace_file.h"
#include "core/platform/crash_note.h"
#include "core/platform/file_lock.h"
#include "core/platform/machine.h"
#include "core/platform/process.h"
#include "core/platform/process_info.h"
#include "core/sha256.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <system_error>

namespace fs = std::filesystem;

namespace orrery {
namespace {

constexpr std::size_t largest_file = 64 * 1024;
constexpr int unfinished_openings_allowed = 1;

std::string beginning_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text(largest_file, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
}

fs::path full_path(const fs::path& library) {
    std::error_code error;
    auto path = fs::weakly_canonical(library, error);
    return error ? library : path;
}

std::string key_of(const fs::path& library) { return sha256(full_path(library).string()).substr(0, 32); }

std::string stamp_of_file(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error) return "none";
    return fmt::format("{}@{}", size, fs::last_write_time(file, error).time_since_epoch().count());
}

// Changes when the library does, or the core whose symbols it needs.
std::string stamp_of(const fs::path& library) {
    return stamp_of_file(library) + " " + stamp_of_file(platform::core_library());
}

struct Failure {
    std::string reason; // empty: only openings that did not end
    int unfinished = 0;
};

// What is remembered of the library as it is now. A damaged file tells nothing: the next opening will.
Failure read_failure(const fs::path& file, const fs::path& library) {
    const auto json = nlohmann::json::parse(beginning_of(file), nullptr, false);
    const auto text = [&](const char* key) {
        return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
    };
    if (text("stamp") != stamp_of(library)) return {};
    const bool counted = json.contains("unfinished") && json["unfinished"].is_number_unsigned();
    return {text("reason"), counted ? static_cast<int>(std::min(json["unfinished"].get<std::uint64_t>(), 1000UL)) : 0};
}

void write_failure(const fs::path& file, const fs::path& library, const Failure& failure) {
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);
    const nlohmann::json json{{"library", full_path(library).string()},
                              {"stamp", stamp_of(library)},
                              {"reason", failure.reason},
                              {"unfinished", failure.unfinished}};
    try {
        replace_file(file, [&](std::ostream& out) {
            out << json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
        });
    } catch (const Error&) { // the home is read-only or full: the plugin fails again and says so again
    }
}

std::string name_of_mark(const fs::path& library) {
    return fmt::format("{}.{}.{}", key_of(library), platform::process_id(),
                       platform::process_start(platform::process_id()));
}

} // namespace

bool safe_mode() {
    const char* safe = std::getenv("ORRERY_SAFE");
    return safe && *safe && std::string_view(safe) != "0";
}

PluginMemory::PluginMemory() : folder_(platform::user_folder("XDG_STATE_HOME", ".local/state", "plugins")) {}

bool PluginMemory::disabled(std::string_view id) const {
    std::error_code ignored;
    return !folder_.empty() && fs::exists(folder_ / "disabled" / id, ignored);
}

void PluginMemory::disable(const std::string& id) const {
    if (folder_.empty())
        throw Error("there is no place to remember it: neither $XDG_STATE_HOME nor $HOME is set", "set one of them");
    std::error_code error;
    fs::create_directories(folder_ / "disabled", error);
    const auto file = folder_ / "disabled" / id;
    if (error || !std::ofstream(file))
        throw Error(fmt::format("{} can't be written", file.string()),
                    "it remembers which plugins are left out: check the disk and the rights of the folder");
}

void PluginMemory::enable(const std::string& id) const {
    std::error_code error;
    const auto file = folder_ / "disabled" / id;
    if (!folder_.empty()) fs::remove(file, error);
    if (error) throw Error(fmt::format("{} can't be removed: {}", file.string(), error.message()), "remove it by hand");
}

std::optional<std::string> PluginMemory::failure(const fs::path& library) const {
    if (folder_.empty()) return std::nullopt;
    const auto found = read_failure(folder_ / "failed" / (key_of(library) + ".json"), library);
    return found.reason.empty() ? std::nullopt : std::optional(found.reason);
}

void PluginMemory::remember_failure(const fs::path& library, const std::string& reason) const {
    if (!folder_.empty()) write_failure(folder_ / "failed" / (key_of(library) + ".json"), library, {reason, 0});
}

void PluginMemory::forget_failure(const fs::path& library) const {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove(folder_ / "failed" / (key_of(library) + ".json"), ignored);
}

void PluginMemory::remember_unfinished(const fs::path& library, int signal) const {
    const auto file = folder_ / "failed" / (key_of(library) + ".json");
    auto failure = read_failure(file, library);
    ++failure.unfinished;
    if (signal > 0)
        failure.reason = fmt::format("it crashed the process that opened it last: {}", platform::signal_name(signal));
    else if (failure.unfinished > unfinished_openings_allowed)
        failure.reason =
            fmt::format("the last {} processes that opened it ended before it was open", failure.unfinished);
    write_failure(file, library, failure);
}

void PluginMemory::collect_crashes() const {
    if (folder_.empty()) return;
    std::error_code error;
    for (fs::directory_iterator it(folder_ / "opening", error), end; !error && it != end; it.increment(error)) {
        const auto mark = it->path();
        const auto name = mark.filename().string();
        if (name.starts_with('.') || platform::is_locked(mark)) continue;
        const auto text = beginning_of(mark);
        const auto line = text.find("\nsignal ");
        const auto json = nlohmann::json::parse(text.substr(0, text.find('\n')), nullptr, false);
        const bool whole = json.is_object() && json.contains("library") && json["library"].is_string() &&
                           json.contains("stamp") && json["stamp"].is_string() && json.contains("host");
        const int signal = line == std::string::npos ? 0 : std::atoi(text.c_str() + line + 8);
        // Another machine's lock can't be seen over a network: its process may live.
        if (whole && signal == 0 && json["host"] != platform::host_name()) continue;
        std::error_code taken; // who moves the mark away counts it, nobody else does
        const auto claimed = mark.parent_path() / fmt::format(".{}.{}", name, platform::process_id());
        fs::rename(mark, claimed, taken);
        if (taken) continue;
        fs::remove(claimed, taken);
        if (!whole) continue;
        const fs::path library = json["library"].get<std::string>();
        if (json["stamp"] == stamp_of(library)) remember_unfinished(library, signal);
    }
}

struct OpeningMark::Held {
    fs::path file;
    FileLock lock;
    platform::CrashNote note;
    Held(fs::path path, FileLock taken) : file(std::move(path)), lock(std::move(taken)), note(lock.descriptor()) {}
};

OpeningMark::OpeningMark(const PluginMemory& memory, const fs::path& library) {
    if (memory.folder().empty()) return;
    const auto folder = memory.folder() / "opening";
    const auto name = name_of_mark(library);
    std::error_code error;
    fs::create_directories(folder, error);
    // Under its name only when it is locked and written: nobody may take it for that of a dead process.
    const auto early = folder / ("." + name);
    try {
        auto lock = FileLock::try_take(early);
        if (!lock) return;
        const nlohmann::json json{
            {"library", full_path(library).string()}, {"stamp", stamp_of(library)}, {"host", platform::host_name()}};
        std::ofstream out(early, std::ios::binary | std::ios::app);
        out << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        if (!out.flush()) throw Error("the disk is full");
        fs::rename(early, folder / name);
        held_ = std::make_unique<Held>(folder / name, *std::move(lock));
    } catch (const std::exception&) { // no mark: the plugin is opened all the same
        fs::remove(early, error);
    }
}

OpeningMark::~OpeningMark() {
    std::error_code ignored;
    if (held_) fs::remove(held_->file, ignored); // before the lock is let go
}

} // namespace orrery
