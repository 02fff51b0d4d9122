// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/graph/measure/properties.h"

#include "plugins/graph/measure/betweenness.h"
#include "plugins/graph/measure/laplacian_ends.h"
#include "plugins/graph/measure/local_counts.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <numeric>

namespace orrery::graph {

namespace {

__extension__ using Wide = __int128; // sums of products of degrees, exactly

// Newman, Assortative mixing in networks (2002), eq. 4, times 4 edges^2: all sums are integers.
double assortativity_of(const Graph& graph, const Adjacency& adjacency) {
    Wide product = 0, sum = 0, squares = 0;
    for (const Edge& e : graph.edges) {
        const Wide a = adjacency.degree(e.from), b = adjacency.degree(e.to);
        product += a * b;
        sum += a + b;
        squares += a * a + b * b;
    }
    const auto edges = static_cast<Wide>(graph.edges.size());
    const Wide above = 4 * edges * product - sum * sum, below = 2 * edges * squares - sum * sum;
    return below == 0 ? undefined : static_cast<double>(above) / static_cast<double>(below);
}

void measure_degrees(const Graph& graph, const Adjacency& adjacency, Properties& p) {
    const auto n = static_cast<double>(p.nodes), m = static_cast<double>(p.edges);
    p.degree_min = adjacency.degree(0);
    for (std::int32_t i = 0; i < graph.nodes; ++i) {
        p.degree_min = std::min(p.degree_min, adjacency.degree(i));
        p.degree_max = std::max(p.degree_max, adjacency.degree(i));
    }
    p.degree_mean = 2 * m / n;
    if (p.nodes > 1) p.density = 2 * m / (n * (n - 1));
    p.assortativity = assortativity_of(graph, adjacency);
    const auto cores = core_numbers_of(adjacency);
    p.core = *std::max_element(cores.begin(), cores.end());
}

void measure_triangles(const Adjacency& adjacency, Properties& p) {
    const auto triangles = triangles_of(adjacency);
    std::int64_t corners = 0;
    double paths = 0, clustering = 0; // paths of two edges, by their middle
    for (std::size_t i = 0; i < triangles.size(); ++i) {
        const auto degree = static_cast<double>(adjacency.degree(static_cast<std::int32_t>(i)));
        const double pairs = degree * (degree - 1) / 2;
        corners += triangles[i];
        paths += pairs;
        if (triangles[i] > 0) clustering += static_cast<double>(triangles[i]) / pairs;
    }
    p.triangles = corners / 3;
    p.transitivity = paths > 0 ? static_cast<double>(corners) / paths : 0;
    p.average_clustering = clustering / static_cast<double>(triangles.size());
}

void measure_distances(const Adjacency& adjacency, const Components& components, const DistanceOptions& options,
                       const std::shared_ptr<Team>& team, Properties& p) {
    const Distances d = distances_of(adjacency, components, options, team);
    p.diameter = *std::max_element(d.low.begin(), d.low.end());
    p.diameter_high = *std::max_element(d.high.begin(), d.high.end());
    p.radius = *std::min_element(d.high.begin(), d.high.end());
    p.radius_low = *std::min_element(d.low.begin(), d.low.end());
    // Counted if no node's bounds leave it open.
    const auto count = [&](std::int64_t eccentricity) -> std::int64_t {
        std::int64_t sure = 0;
        for (std::size_t i = 0; i < d.low.size(); ++i) {
            const bool known = d.low[i] == d.high[i];
            if (!known && d.low[i] <= eccentricity && d.high[i] >= eccentricity) return -1;
            if (known && d.low[i] == eccentricity) ++sure;
        }
        return sure;
    };
    if (p.diameter == p.diameter_high) p.periphery = count(p.diameter);
    if (p.radius == p.radius_low) p.center = count(p.radius);
    if (d.pairs > 0) {
        p.average_shortest_path = d.sum / d.pairs;
        p.average_shortest_path_error = d.standard_error / d.pairs;
    }
    p.distances_exact = d.exact;
}

void measure_betweenness(const Adjacency& adjacency, const std::shared_ptr<Team>& team, Properties& p) {
    if (p.nodes < 3) return;
    const auto values = betweenness_of(adjacency, team);
    const auto n = static_cast<double>(p.nodes);
    const double pairs = (n - 1) * (n - 2) / 2;
    p.betweenness_max = *std::max_element(values.begin(), values.end()) / pairs;
    p.betweenness_mean = std::accumulate(values.begin(), values.end(), 0.0) / n / pairs;
}

// All but eigenvalues, of a graph as `simplified` gives it.
Properties measured(const Graph& graph, const PropertyOptions& options, const std::shared_ptr<Team>& team) {
    Properties p;
    p.nodes = graph.nodes;
    p.edges = static_cast<std::int64_t>(graph.edges.size());
    if (p.nodes == 0) return p;
    const Adjacency adjacency = adjacency_of(graph);
    const Components components = components_of(adjacency);
    p.components = static_cast<std::int64_t>(components.size());
    std::size_t largest = 0;
    for (const auto& component : components) largest = std::max(largest, component.size());
    p.largest_component = static_cast<double>(largest) / static_cast<double>(p.nodes);
    const CutParts cuts = cut_parts_of(adjacency);
    p.bridges = static_cast<std::int64_t>(cuts.bridges.size());
    p.articulation_points = static_cast<std::int64_t>(cuts.articulation_points.size());
    measure_degrees(graph, adjacency, p);
    measure_triangles(adjacency, p);
    measure_distances(adjacency, components, options.distances, team, p);
    if (options.betweenness) measure_betweenness(adjacency, team, p);
    return p;
}

// Graphs above this are measured one after the other, each by all threads.
constexpr std::int32_t large = 2000;

void measure_small(std::span<const Graph> graphs, const PropertyOptions& options, const std::shared_ptr<Team>& team,
                   std::vector<Properties>& result) {
    std::atomic<std::size_t> next{0};
    for_parts(team, options.threads, [&](int) {
        for (std::size_t i = next++; i < graphs.size(); i = next++) {
            if (graphs[i].nodes <= large) result[i] = measured(graphs[i], options, {});
        }
    });
}

} // namespace

std::vector<Properties> properties_of(std::span<const Graph> graphs, const PropertyOptions& options,
                                      const std::function<void(std::size_t)>& done) {
    constexpr std::size_t block = 256; // so that who waits is told, and copies stay few
    const auto team = options.threads > 1 ? std::make_shared<Team>(options.threads) : nullptr;
    std::vector<Properties> result;
    for (std::size_t begin = 0; begin < graphs.size(); begin += block) {
        std::vector<Graph> some;
        for (const Graph& graph : graphs.subspan(begin, std::min(block, graphs.size() - begin))) {
            check(graph, "A graph");
            Graph bare; // without attributes
            bare.nodes = graph.nodes;
            bare.edges = graph.edges;
            some.push_back(simplified(bare).graph);
        }
        std::vector<Properties> measured_here(some.size());
        measure_small(some, options, team, measured_here);
        for (std::size_t i = 0; i < some.size(); ++i) {
            if (some[i].nodes > large) measured_here[i] = measured(some[i], options, team);
        }
        if (options.eigenvalues) {
            std::vector<bool> connected;
            for (const Properties& p : measured_here) connected.push_back(p.components == 1);
            const auto ends = laplacian_ends(some, connected, options.threads);
            for (std::size_t i = 0; i < some.size(); ++i) {
                measured_here[i].algebraic_connectivity = ends[i].second;
                measured_here[i].largest_eigenvalue = ends[i].largest;
            }
        }
        result.insert(result.end(), measured_here.begin(), measured_here.end());
        if (done) done(result.size());
    }
    return result;
}

Properties properties_of(const Graph& graph, const PropertyOptions& options) {
    return properties_of(std::span(&graph, 1), options).front();
}

} // namespace orrery::graph
