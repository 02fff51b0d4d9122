// SPDX-License-Identifier: BSD-3-Clause
// The properties of a graph as a list: key, help and value, for metrics and tables.
#pragma once
#include "core/files/table.h"
#include "plugins/graph/measure/properties.h"

#include <span>
#include <vector>

namespace orrery::graph {

struct PropertyEntry {
    const char* key;
    const char* help;
    double (*value)(const Properties&); // NaN where it is undefined
    bool integer = false;
    double tolerance = 0; // relative: 0 where any number of threads gives the same bits
};

const std::vector<PropertyEntry>& property_list();

// Over the graphs that have one; NaN if none has.
double mean_of(const PropertyEntry& entry, std::span<const Properties> properties);

// Integers as such; empty where there is no value.
Table::Cell cell_of(const PropertyEntry& entry, const Properties& properties);

} // namespace orrery::graph
