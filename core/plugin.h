// SPDX-License-Identifier: BSD-3-Clause
// What a plugin library exports. One source file of a plugin says:  ORRERY_PLUGIN("pinn", "0.1.0", "PINN PDE solving")
#pragma once
#include "core/build_key.h"
#include "core/experiment.h"

namespace orrery {

struct PluginEntry {
    const char* id;
    const char* version;
    const char* title;
    const std::vector<std::shared_ptr<Experiment>>* experiments;
};

} // namespace orrery

#define ORRERY_PLUGIN(id_, version_, title_)                                                                           \
    extern "C" ORRERY_API const char* orrery_plugin_build_key() { return ORRERY_BUILD_KEY; }                           \
    extern "C" ORRERY_API const orrery::PluginEntry* orrery_plugin_entry() {                                           \
        static const orrery::PluginEntry entry{id_, version_, title_, &orrery::experiments_of_this_library()};         \
        return &entry;                                                                                                 \
    }
