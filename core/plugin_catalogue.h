// SPDX-License-Identifier: BSD-3-Clause
// Which plugins and experiments there are, read from plugin.json files alone; and the opening of one, in a child
// process only.
#pragma once
#include "core/experiment.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

// found: its manifest was read and fits; refused: it can't be used, `reason` says why.
enum class PluginState { found, refused };
ORRERY_API const char* name_of(PluginState state);

struct PluginInfo {
    std::string id, version, title, build_key;
    std::filesystem::path folder, library;
    PluginState state = PluginState::found;
    std::string reason; // of a refusal
    std::vector<Declaration> experiments;
};

// The build key that this library was made with.
ORRERY_API std::string build_key();

// The text of a plugin.json.
ORRERY_API nlohmann::json manifest_of(const PluginInfo& plugin);

class ORRERY_API PluginCatalogue {
public:
    // Scans the folders of plugin_path(), in this order; an id found again later is refused. Never throws for a broken
    // plugin.
    explicit PluginCatalogue(const std::vector<std::filesystem::path>& folders);

    const std::vector<PluginInfo>& plugins() const { return plugins_; }

    struct Found {
        const PluginInfo* plugin;
        const Declaration* experiment;
    };
    // Experiments of usable plugins, by id. What is found points into the catalogue: a temporary one can't be asked.
    std::vector<Found> experiments() const&;
    std::vector<Found> experiments() const&& = delete;
    // Throws Error (ExitCode::usage): unknown (with a suggestion), or in a plugin that was refused (with the reason).
    Found find(std::string_view experiment) const&;
    Found find(std::string_view experiment) const&& = delete;

private:
    std::vector<PluginInfo> plugins_;
};

// Beside the binary, then $ORRERY_PLUGIN_PATH, then the project's plugins/ (if a project is given).
ORRERY_API std::vector<std::filesystem::path> plugin_path(const std::filesystem::path& project = {});

// Opens a library and returns its experiments. Only jobs, workers and `orrery declare` call this: a library that is
// opened can crash the process. Throws Error if it can't be opened, isn't a plugin or has another build key. Libraries
// are never closed.
struct OpenedPlugin {
    PluginInfo info;
    std::vector<std::shared_ptr<Experiment>> experiments;
};
ORRERY_API OpenedPlugin open_plugin(const std::filesystem::path& library);

} // namespace orrery
