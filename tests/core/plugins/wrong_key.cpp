// SPDX-License-Identifier: BSD-3-Clause
// Built against "another" Orrery.
#include "core/plugin.h"

#include <cstdlib>

extern "C" ORRERY_API const char* orrery_plugin_build_key() { return "another"; }
extern "C" ORRERY_API const orrery::PluginEntry* orrery_plugin_entry() { std::abort(); } // must never be called
