// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugin.h"

ORRERY_PLUGIN("graph", "0.1.0", "Graph augmentation, spectra and learning")
