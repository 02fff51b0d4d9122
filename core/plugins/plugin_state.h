// SPDX-License-Identifier: BSD-3-Clause
// What is remembered of plugins from one process to the next: which ones the user leaves out, and which could not be
// opened.
#pragma once
#include "core/api.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace orrery {

// Whether $ORRERY_SAFE is set to something other than 0: only the plugins beside the binary are used then.
ORRERY_API bool safe_mode();

// One small file for each fact, so that processes need not wait for each other and a damaged file spoils one fact only:
//   disabled/ID          the user leaves the plugin out
//   failed/LIBRARY.json  why the library could not be opened, and which library that was (it counts until that changes)
//   opening/...          held locked by the process that opens a library at this moment
class ORRERY_API PluginMemory {
public:
    // In $XDG_STATE_HOME/orrery/plugins, else ~/.local/state/orrery/plugins; without either nothing is remembered.
    PluginMemory();
    // In that folder; an empty one: nothing is remembered.
    explicit PluginMemory(std::filesystem::path folder) : folder_(std::move(folder)) {}

    bool disabled(std::string_view id) const;
    // Throw Error if it can't be written.
    void disable(const std::string& id) const;
    void enable(const std::string& id) const;

    // Why the library can't be opened; nothing if it never failed, or has changed since (or liborrery_core has).
    std::optional<std::string> failure(const std::filesystem::path& library) const;
    // From here on as in `failure`. Where it can't be written (a full disk) it is forgotten: it is a help, no record.
    void remember_failure(const std::filesystem::path& library, const std::string& reason) const;
    void forget_failure(const std::filesystem::path& library) const;

    // Turns what dead processes left in opening/ into failures: at once if a crash signal ended them, the second time
    // in a row if they ended otherwise (killed by somebody, a power cut, a plugin that calls exit).
    void collect_crashes() const;

    const std::filesystem::path& folder() const { return folder_; }

private:
    void remember_unfinished(const std::filesystem::path& library, int signal) const;
    std::filesystem::path folder_;
};

// Marks a library as being opened by this process while it lives; a process that dies meanwhile leaves the mark.
class ORRERY_API OpeningMark {
public:
    OpeningMark(const PluginMemory& memory, const std::filesystem::path& library);
    ~OpeningMark();
    OpeningMark(const OpeningMark&) = delete;
    OpeningMark& operator=(const OpeningMark&) = delete;

private:
    struct Held;
    std::unique_ptr<Held> held_; // none if the mark can't be written
};

} // namespace orrery
