// SPDX-License-Identifier: BSD-3-Clause
// Python inside this process: liborrery_python.so, opened on first need by scripts, jobs and workers; never by the
// window.
#pragma once
#include "core/plugins/plugin_catalogue.h"

#include <filesystem>
#include <string>
#include <vector>

namespace orrery {

// What liborrery_python.so exports. Each function may throw Error.
struct PythonHost {
    // As the program python3 with these arguments; returns its exit code. It takes the process over: call it last.
    int (*run_main)(const std::vector<std::string>& arguments) = nullptr;
    // The declarations in a file, from its text alone (its code doesn't run): a manifest as plugin.json holds it, less
    // library and build key; or {"error","hint"}; or null if it declares no experiment.
    nlohmann::json (*declare)(const std::filesystem::path& file) = nullptr;
    // Imports the file. Its experiments may be run on any thread, one at a time.
    OpenedPlugin (*open)(const std::filesystem::path& file) = nullptr;
};

// Throws Error if it was not built, or its environment isn't there.
ORRERY_API const PythonHost& python_host();

// The Python environment that holds torch: $ORRERY_VENV, else the one that this build was made with.
ORRERY_API std::filesystem::path python_environment();

} // namespace orrery
