// SPDX-License-Identifier: BSD-3-Clause
// A library that is no plugin.
#include "core/api.h"

extern "C" ORRERY_API int something_else() { return 1; }
