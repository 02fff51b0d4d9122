// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugin.h"

ORRERY_PLUGIN("pinn", "0.1.0", "Physics-informed networks and spectral solvers for PDEs")
