// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugins/python_host.h"

#include "core/platform/process_info.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>

namespace fs = std::filesystem;

namespace orrery {

fs::path python_environment() {
    if (const char* given = std::getenv("ORRERY_VENV"); given && *given) return fs::absolute(given);
    return ORRERY_VENV;
}

const PythonHost& python_host() {
    static const PythonHost* host = nullptr;
    if (host) return *host;
    const auto library = platform::core_library().parent_path() / "liborrery_python.so";
    std::error_code ignored;
    if (!fs::exists(library, ignored))
        throw Error("this Orrery was built without Python", "build it with a Python environment: tools/setup");
    if (!fs::exists(python_environment() / "bin/python3", ignored))
        throw Error(fmt::format("there is no Python environment in {}", python_environment().string()),
                    "tools/setup makes it, or set ORRERY_VENV to one that has torch");
    // RTLD_GLOBAL: extension modules look for the interpreter's symbols without naming its library.
    void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
    const auto entry =
        handle ? reinterpret_cast<const PythonHost* (*)()>(dlsym(handle, "orrery_python_host")) : nullptr;
    if (!entry) {
        const char* why = dlerror();
        throw Error(fmt::format("Python can't be loaded: {}", why ? why : "no reason given"), "run tools/setup again");
    }
    host = entry();
    return *host;
}

} // namespace orrery
