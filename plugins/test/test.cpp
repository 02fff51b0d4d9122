// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugin.h"

ORRERY_PLUGIN("test", "1.0", "Experiments for the tests of the core")
