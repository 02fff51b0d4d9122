// SPDX-License-Identifier: BSD-3-Clause
// plugin.json: what is known of a plugin without opening its library.
#pragma once
#include "core/experiment.h"

#include <filesystem>
#include <string>
#include <vector>

namespace orrery {

// found: its manifest was read and fits. refused: it can't be used as it is. loaded: this process has opened it.
// failed: it could not be opened when it was tried last. disabled: the user leaves it out, or --safe does.
enum class PluginState { found, refused, loaded, failed, disabled };
ORRERY_API const char* name_of(PluginState state);

struct PluginInfo {
    std::string id, version, title, build_key;
    std::filesystem::path folder, library;
    PluginState state = PluginState::found;
    std::string reason; // why it is refused, failed or disabled
    std::string hint;   // what to do about it
    std::vector<Declaration> experiments;
};

// The build key that this library was made with.
ORRERY_API std::string build_key();

// The text of a plugin.json.
ORRERY_API nlohmann::json manifest_of(const PluginInfo& plugin);

// Whether the text can be a plugin's id: letters, digits, _ - and ., a letter or digit first, at most 64 of them. (The
// ids name files.)
ORRERY_API bool is_plugin_id(std::string_view text);

// Reads plugin.json and nothing else: no code of the plugin runs, whoever wrote it. Never throws for what is wrong with
// it: the plugin is refused then, and the reason names line or entry and what is accepted.
ORRERY_API PluginInfo inspect_plugin(const std::filesystem::path& folder);

} // namespace orrery
