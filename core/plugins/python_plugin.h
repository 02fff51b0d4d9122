// SPDX-License-Identifier: BSD-3-Clause
// A Python file as a plugin: what it declares, read from its text by a child process and remembered by its hash.
#pragma once
#include "core/plugins/plugin_manifest.h"

#include <filesystem>
#include <optional>

namespace orrery {

ORRERY_API bool is_python_file(const std::filesystem::path& file);

// Nothing if the file declares no experiment (a module of helpers). Its id is the file's name less its ending, its
// version and build key come from its SHA-256. Never throws for what is wrong with it: the plugin is refused then, with
// the line.
ORRERY_API std::optional<PluginInfo> inspect_python_plugin(const std::filesystem::path& file);

// What the child process does: PythonHost::declare with what a plugin must be besides.
ORRERY_API nlohmann::json declare_python_plugin(const std::filesystem::path& file);

} // namespace orrery
