// SPDX-License-Identifier: BSD-3-Clause
// A plugin that needs a function which is nowhere.
#include "core/plugin.h"

ORRERY_PLUGIN("undefined", "1.0", "Needs what isn't there")

extern "C" int a_function_that_is_nowhere();
extern "C" ORRERY_API int calls_it() { return a_function_that_is_nowhere(); }
