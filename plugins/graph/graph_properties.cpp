// SPDX-License-Identifier: BSD-3-Clause
// graph.properties: what can be measured of a graph or of each graph of a data set.
#include "core/experiment.h"
#include "core/files/graph_file.h"
#include "core/files/table.h"
#include "plugins/graph/data/input.h"
#include "plugins/graph/data/remarks.h"
#include "plugins/graph/measure/property_list.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace orrery::graph {
namespace {

struct Params {
    std::string input = "karate";
    bool eigenvalues = true, betweenness = false;
    std::int64_t exact_nodes = 50'000;

    static void fields(Bind<Params>& f) {
        f("input", &Params::input).doc(input_help());
        f("eigenvalues", &Params::eigenvalues).doc("Also the second least and the largest Laplacian eigenvalue");
        f("betweenness", &Params::betweenness)
            .doc("Also mean and largest betweenness, which takes nodes x edges steps");
        f("exact_nodes", &Params::exact_nodes)
            .doc("Nodes of a component up to which all distances are computed; of a larger one the eccentricities are "
                 "bounded and the mean distance is estimated from 1,024 nodes")
            .range(4096, 10'000'000)
            .log10();
    }

    static void check(const Params& p, Problems& problems) {
        if (const auto problem = check_input(p.input)) problems.add("input", *problem);
    }
};

Table table_of(const GraphSet& set, std::span<const Properties> properties) {
    Table table;
    table.title = "Properties of " + set.name;
    table.columns = {{"graph"}, {"label"}};
    for (const PropertyEntry& entry : property_list()) table.columns.push_back({entry.key});
    for (std::size_t i = 0; i < properties.size(); ++i) {
        auto& row = table.rows.emplace_back();
        row.emplace_back(static_cast<std::int64_t>(i));
        const Column* label = find(set.graphs[i].graph, "label");
        row.push_back(label != nullptr ? Table::Cell(label->text(0)) : Table::Cell());
        for (const PropertyEntry& entry : property_list()) row.push_back(cell_of(entry, properties[i]));
    }
    return table;
}

// Where distances are not exact, between what they lie.
void log_bounds(std::span<const Properties> properties, Run& run) {
    for (std::size_t i = 0; i < properties.size(); ++i) {
        const Properties& p = properties[i];
        if (p.distances_exact) continue;
        run.log(fmt::format("Graph {}: a component is too large for all distances (exact_nodes). The mean distance is "
                            "{:.6g} with a standard error of {:.2g}, from a sample.",
                            i, p.average_shortest_path, p.average_shortest_path_error));
        run.log(
            p.diameter == p.diameter_high && p.radius == p.radius_low
                ? fmt::format("Graph {}: diameter and radius are exact.", i)
                : fmt::format("Graph {}: the diameter lies from {} to {}, the radius from {} to {}; the metrics are "
                              "the largest and least eccentricity that a search can vouch for.",
                              i, p.diameter, p.diameter_high, p.radius_low, p.radius));
    }
}

void report(std::span<const Properties> properties, Run& run) {
    double nodes = 0, edges = 0;
    for (const Properties& p : properties) {
        nodes += static_cast<double>(p.nodes);
        edges += static_cast<double>(p.edges);
    }
    run.metric("graphs", 0, static_cast<double>(properties.size()));
    for (const PropertyEntry& entry : property_list()) {
        const std::string key = entry.key;
        const double value = key == "nodes" ? nodes : key == "edges" ? edges : mean_of(entry, properties);
        if (!key.starts_with("betweenness") || !std::isnan(value)) run.metric(key, 0, value);
    }
}

void measure(const Params& p, Run& run) {
    for (const auto& file : input_files(p.input)) run.input(file);
    run.progress(0, "reading");
    const GraphSet set = load_input(p.input, run.seed());
    for (const std::string& remark : remarks_on(set)) run.log(remark);
    PropertyOptions options;
    options.threads = at::get_num_threads();
    options.eigenvalues = p.eigenvalues;
    options.betweenness = p.betweenness;
    options.distances.exact_nodes = static_cast<std::int32_t>(p.exact_nodes);
    options.distances.seed = run.seed();
    const auto properties = properties_of(set.graphs, options, [&](std::size_t done) {
        run.stop_point();
        run.progress(static_cast<double>(done) / static_cast<double>(set.graphs.size()),
                     fmt::format("{} of {} graphs", done, set.graphs.size()));
    });
    report(properties, run);
    log_bounds(properties, run);
    const auto table = run.scratch() / "properties.csv", graph = run.scratch() / "graph.npz";
    write_table(table, table_of(set, properties));
    run.artifact("properties", Kind::table, table);
    write_graphs(graph, set);
    run.artifact("graph", Kind::graph, graph);
}

ExperimentEditor declare() {
    auto editor = experiment<Params>("graph.properties", "Properties of graphs", measure);
    editor.summary("Degrees, clustering, distances and connectivity of a graph or of a data set's graphs, as simple "
                   "undirected graphs. Of a data set nodes and edges are summed, all others are means over the graphs "
                   "that have a value.");
    editor.metric("graphs", "graphs of the input");
    for (const PropertyEntry& entry : property_list()) {
        const std::string key = entry.key;
        editor.metric(key, std::string(entry.help) + (key == "nodes" || key == "edges" ? ", all graphs together"
                                                                                       : "; of a data set the mean"));
        // Means over graphs are summed in the same order always; only solvers differ between machines.
        if (entry.tolerance > 0) editor.tolerance(entry.tolerance);
    }
    editor.artifact("properties", Kind::table, "all properties, graph by graph");
    editor.artifact("graph", Kind::graph, "the input");
    return editor;
}

const auto declared = declare();

} // namespace
} // namespace orrery::graph
