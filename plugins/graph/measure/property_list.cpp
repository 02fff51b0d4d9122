// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/property_list.h"

#include <cmath>

namespace orrery::graph {

namespace {

double known(std::int64_t value) { return value < 0 ? undefined : static_cast<double>(value); }

} // namespace

const std::vector<PropertyEntry>& property_list() {
    using P = const Properties&;
    static const std::vector<PropertyEntry> list{
        {"nodes", "nodes", [](P p) { return known(p.nodes); }, true},
        {"edges", "edges, without self-loops and repetitions", [](P p) { return known(p.edges); }, true},
        {"density", "edges over pairs of nodes", [](P p) { return p.density; }},
        {"components", "connected components", [](P p) { return known(p.components); }, true},
        {"connected", "1 if connected, else 0",
         [](P p) { return p.nodes == 0        ? undefined
                          : p.components == 1 ? 1.0
                                              : 0.0; }, true},
        {"largest_component", "share of the nodes in the largest component", [](P p) { return p.largest_component; }},
        {"bridges", "edges whose loss disconnects", [](P p) { return known(p.bridges); }, true},
        {"articulation_points", "nodes whose loss disconnects", [](P p) { return known(p.articulation_points); }, true},
        {"degree/min", "least degree", [](P p) { return p.nodes > 0 ? known(p.degree_min) : undefined; }, true},
        {"degree/mean", "mean degree", [](P p) { return p.degree_mean; }},
        {"degree/max", "largest degree", [](P p) { return p.nodes > 0 ? known(p.degree_max) : undefined; }, true},
        {"assortativity", "correlation of the degrees at both ends of an edge", [](P p) { return p.assortativity; }},
        {"core", "largest k with a k-core", [](P p) { return p.nodes > 0 ? known(p.core) : undefined; }, true},
        {"triangles", "triangles", [](P p) { return known(p.triangles); }, true},
        {"transitivity", "share of the paths of two edges that are closed", [](P p) { return p.transitivity; }},
        {"average_clustering", "mean local clustering coefficient", [](P p) { return p.average_clustering; }},
        {"diameter", "largest distance of two nodes that reach each other", [](P p) { return known(p.diameter); },
         true},
        {"radius", "least eccentricity, over the nodes that each reaches", [](P p) { return known(p.radius); }, true},
        {"periphery", "nodes whose eccentricity is the diameter", [](P p) { return known(p.periphery); }, true},
        {"center", "nodes whose eccentricity is the radius", [](P p) { return known(p.center); }, true},
        {"average_shortest_path", "mean distance of two nodes that reach each other",
         [](P p) { return p.average_shortest_path; }},
        {"algebraic_connectivity", "second least eigenvalue of the Laplacian D - A, 0 if disconnected",
         [](P p) { return p.algebraic_connectivity; }, false, 1e-9},
        {"largest_eigenvalue", "largest eigenvalue of the Laplacian D - A", [](P p) { return p.largest_eigenvalue; },
         false, 1e-12},
        {"betweenness/mean", "mean betweenness, as a share of the pairs of other nodes",
         [](P p) { return p.betweenness_mean; }},
        {"betweenness/max", "largest betweenness, as a share of the pairs of other nodes",
         [](P p) { return p.betweenness_max; }},
    };
    return list;
}

double mean_of(const PropertyEntry& entry, std::span<const Properties> properties) {
    double sum = 0, count = 0;
    for (const Properties& p : properties) {
        const double value = entry.value(p);
        if (std::isnan(value)) continue;
        sum += value;
        ++count;
    }
    return count > 0 ? sum / count : undefined;
}

Table::Cell cell_of(const PropertyEntry& entry, const Properties& properties) {
    const double value = entry.value(properties);
    if (std::isnan(value)) return std::monostate{};
    if (entry.integer) return static_cast<std::int64_t>(value);
    return value;
}

} // namespace orrery::graph
