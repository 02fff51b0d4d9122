// SPDX-License-Identifier: BSD-3-Clause
// The metrics of all experiments as a table that can be published.
#pragma once
#include "core/files/table.h"
#include "core/plugins/plugin_catalogue.h"

namespace orrery {

// One line a metric: plugin, experiment, its title, metric, unit, "lower" where lower is better, relative tolerance of
// a reproduction, "yes" where it is timing, help. By experiment, then as declared.
ORRERY_API Table metric_catalogue(const PluginCatalogue& plugins);

} // namespace orrery
