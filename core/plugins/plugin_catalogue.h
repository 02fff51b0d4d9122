// SPDX-License-Identifier: BSD-3-Clause
// Which plugins and experiments there are, read from plugin.json files alone; and the opening of one, in a child
// process only.
#pragma once
#include "core/plugins/plugin_manifest.h"
#include "core/plugins/plugin_state.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

// A folder of plugins, each a folder of its own with a plugin.json in it.
struct PluginFolder {
    PluginFolder(std::filesystem::path folder, bool safe = false) : path(std::move(folder)), left_out(safe) {}
    std::filesystem::path path;
    bool left_out; // by --safe: what lies there is shown but not used
};

class ORRERY_API PluginCatalogue {
public:
    // Scans the folders in this order. A plugin is refused when its id, or one of its experiments, was found before.
    // Never throws for a broken plugin.
    explicit PluginCatalogue(const std::vector<PluginFolder>& folders, const PluginMemory& memory = PluginMemory());

    const std::vector<PluginInfo>& plugins() const { return plugins_; }

    struct Found {
        const PluginInfo* plugin;
        const Declaration* experiment;
    };
    // Experiments of usable plugins, by id. What is found points into the catalogue: a temporary one can't be asked.
    std::vector<Found> experiments() const&;
    std::vector<Found> experiments() const&& = delete;
    // Throws Error (ExitCode::usage): unknown (with a suggestion), or in a plugin that can't be used (with the reason).
    Found find(std::string_view experiment) const&;
    Found find(std::string_view experiment) const&& = delete;

private:
    void add(PluginInfo plugin, bool left_out, const PluginMemory& memory);
    std::vector<PluginInfo> plugins_;
};

// Beside the binary, then $ORRERY_PLUGIN_PATH, then the project's plugins/ (if a project is given). In safe mode only
// the first is used.
ORRERY_API std::vector<PluginFolder> plugin_path(const std::filesystem::path& project = {});

// Opens a library and returns its experiments; its state is `loaded`. Only jobs, workers and `orrery declare` call
// this: a library that is opened can crash the process, which `memory` then tells the next one. Throws Error if it
// can't be opened, isn't a plugin or has another build key; that is remembered too. Libraries are never closed.
struct OpenedPlugin {
    PluginInfo info;
    std::vector<std::shared_ptr<Experiment>> experiments;
};
ORRERY_API OpenedPlugin open_plugin(const std::filesystem::path& library, const PluginMemory& memory = PluginMemory());

} // namespace orrery
