// SPDX-License-Identifier: BSD-3-Clause
// graph.layout: places in the plane for the nodes of a graph, shown while they are found. The window asks for it live.
#include "core/experiment.h"
#include "core/files/graph_file.h"
#include "core/graph/edge_array.h"
#include "gpu/layout/layout.h"
#include "plugins/graph/data/input.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace orrery::graph {
namespace {

struct LayoutParams {
    std::string input = "karate", algorithm = "forceatlas2", edges;
    std::int64_t graph = 0, nodes = 0, steps = 3000;

    static void fields(Bind<LayoutParams>& f) {
        f("input", &LayoutParams::input).doc(input_help()).group("Graph");
        f("graph", &LayoutParams::graph).doc("Which graph of a data set, from 0").range(0, 1e9).group("Graph");
        f("edges", &LayoutParams::edges)
            .doc("Instead of input: an .npy file of integers [edges, 2], numbers of nodes")
            .path("table")
            .group("Graph");
        f("nodes", &LayoutParams::nodes).doc("Nodes of the graph of edges").range(0, 2e9).group("Graph");
        f("algorithm", &LayoutParams::algorithm)
            .doc("forceatlas2: springs and repulsion until it rests; spectral: the lowest eigenvectors of the "
                 "Laplacian; circle: node by node around a circle")
            .choices({"forceatlas2", "spectral", "circle"})
            .group("Layout");
        f("steps", &LayoutParams::steps).doc("Of forceatlas2, at most").range(1, 1'000'000).log10().group("Layout");
    }

    static void check(const LayoutParams& p, Problems& problems) {
        if (!p.edges.empty()) return;
        if (const auto problem = check_input(p.input)) problems.add("input", *problem);
    }
};

Graph graph_of(const LayoutParams& p, Run& run) {
    if (!p.edges.empty()) return read_edge_array(p.edges, p.nodes);
    for (const auto& file : input_files(p.input)) run.input(file);
    GraphSet set = load_input(p.input, run.seed());
    expect_graph(set, p.graph, p.input);
    return std::move(set.graphs[static_cast<std::size_t>(p.graph)]);
}

void show(Run& run, std::span<const float> positions) {
    Array places({static_cast<std::int64_t>(positions.size() / 2), 2}, DType::float32);
    places.name = "places";
    std::copy(positions.begin(), positions.end(), places.values<float>().begin());
    run.frame("places", places);
}

std::vector<float> circle(std::int32_t nodes) {
    std::vector<float> positions;
    const double radius = static_cast<double>(nodes) / (2 * std::numbers::pi);
    for (std::int32_t i = 0; i < nodes; ++i) {
        const double angle = 2 * std::numbers::pi * i / nodes;
        positions.push_back(static_cast<float>(radius * std::sin(angle)));
        positions.push_back(static_cast<float>(radius * std::cos(angle)));
    }
    return positions;
}

std::vector<float> force_directed(const LayoutParams& p, const Graph& graph, Run& run) {
    layout::ForceOptions options;
    options.threads = at::get_num_threads();
    options.seed = run.seed();
    options.cuda = run.device().cuda ? run.device().index : -1;
    layout::ForceAtlas2 layout(graph, options);
    const layout::Progress* progress = &layout.progress();
    while (progress->steps < p.steps && !progress->settled()) {
        run.stop_point();
        progress = &layout.step();
        run.metric("displacement", progress->steps, progress->displacement);
        run.metric("edge_length", progress->steps, progress->edge_length);
        run.progress(static_cast<double>(progress->steps) / static_cast<double>(p.steps), "laying out");
        show(run, std::as_const(layout).positions());
    }
    run.metric("steps", progress->steps, static_cast<double>(progress->steps));
    run.metric("settled", progress->steps, progress->settled() ? 1 : 0);
    const auto positions = std::as_const(layout).positions();
    return {positions.begin(), positions.end()};
}

void write_artifact(Graph graph, std::span<const float> positions, Run& run) {
    std::vector<double> x, y;
    for (std::size_t i = 0; 2 * i < positions.size(); ++i) {
        x.push_back(static_cast<double>(positions[2 * i]));
        y.push_back(static_cast<double>(positions[2 * i + 1]));
    }
    std::erase_if(graph.node, [](const Column& c) { return c.name == "x" || c.name == "y"; });
    graph.node.push_back({"x", std::move(x)});
    graph.node.push_back({"y", std::move(y)});
    const auto file = run.scratch() / "layout.npz";
    write_graphs(file, GraphSet{"layout", {std::move(graph)}});
    run.artifact("layout", Kind::graph, file);
}

void lay_out(const LayoutParams& p, Run& run) {
    Graph graph = graph_of(p, run);
    layout::SpectralOptions spectral;
    spectral.threads = at::get_num_threads();
    spectral.seed = run.seed();
    const std::vector<float> positions = p.algorithm == "circle"     ? circle(graph.nodes)
                                         : p.algorithm == "spectral" ? layout::spectral_layout(graph, spectral)
                                                                     : force_directed(p, graph, run);
    show(run, positions);
    run.metric("nodes", 0, graph.nodes);
    run.metric("edges", 0, static_cast<double>(graph.edges.size()));
    if (p.edges.empty()) write_artifact(std::move(graph), positions, run);
}

const auto declared =
    experiment<LayoutParams>("graph.layout", "Lay out a graph", lay_out)
        .summary("Finds places in the plane for the nodes of a graph: by springs and repulsion, by eigenvectors, or on "
                 "a circle. The same seed gives the same places on the same device.")
        .metric("nodes", "nodes of the graph")
        .metric("edges", "edges of the graph")
        .metric("steps", "steps that forceatlas2 made")
        .metric("settled", "1 if the mean displacement fell below a hundredth of the mean edge's length, else 0")
        .metric("displacement", "mean displacement of the nodes in a step of forceatlas2")
        .metric("edge_length", "mean length of the edges before that step")
        .artifact("layout", Kind::graph, "the graph with its places as the node attributes x and y");

} // namespace
} // namespace orrery::graph
