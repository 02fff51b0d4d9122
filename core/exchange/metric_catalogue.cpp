// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/metric_catalogue.h"

namespace orrery {

Table metric_catalogue(const PluginCatalogue& plugins) {
    Table table;
    table.title = "Metrics";
    for (const char* name :
         {"plugin", "experiment", "title", "metric", "unit", "better", "tolerance", "timing", "help"})
        table.columns.push_back({name});
    for (const auto& [plugin, experiment] : plugins.experiments())
        for (const auto& metric : experiment->metrics)
            table.rows.push_back({plugin->id, experiment->id, experiment->title, metric.key, metric.unit,
                                  metric.lower_is_better ? "lower" : "",
                                  metric.tolerance > 0 ? Table::Cell(metric.tolerance) : Table::Cell(),
                                  metric.timing ? "yes" : "", metric.help});
    return table;
}

} // namespace orrery
