// SPDX-License-Identifier: BSD-3-Clause
// Data sets that are made: the atlas against known counts, classes that differ in what they should differ in alone.
#include "core/error.h"
#include "plugins/graph/data/atlas.h"
#include "plugins/graph/data/graph_sets.h"
#include "plugins/graph/measure/properties.h"
#include "tests/catch.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

using namespace orrery;
using namespace orrery::graph;

namespace {

std::int64_t label_of(const Graph& graph) { return static_cast<std::int64_t>(find(graph.graph, "label")->number(0)); }

// Mean of a property by class.
std::map<std::int64_t, double> means(const GraphSet& set, double (*value)(const Properties&)) {
    const auto all = properties_of(set.graphs);
    std::map<std::int64_t, double> sums, counts;
    for (std::size_t i = 0; i < all.size(); ++i) {
        sums[label_of(set.graphs[i])] += value(all[i]);
        ++counts[label_of(set.graphs[i])];
    }
    for (auto& [label, sum] : sums) sum /= counts[label];
    return sums;
}

} // namespace

TEST_CASE("the atlas holds each graph of up to seven nodes once", "[graph]") {
    const GraphSet& set = atlas();
    CHECK(set.graphs.size() == 1253);
    std::map<std::int32_t, int> graphs, connected;
    std::map<std::pair<std::int32_t, std::size_t>, int> by_edges;
    const auto all = properties_of(set.graphs);
    for (std::size_t i = 0; i < all.size(); ++i) {
        ++graphs[set.graphs[i].nodes];
        ++by_edges[{set.graphs[i].nodes, set.graphs[i].edges.size()}];
        if (all[i].components == 1) ++connected[set.graphs[i].nodes];
    }
    // OEIS A000088 and A001349.
    CHECK(graphs == std::map<std::int32_t, int>{{0, 1}, {1, 1}, {2, 2}, {3, 4}, {4, 11}, {5, 34}, {6, 156}, {7, 1044}});
    CHECK(connected == std::map<std::int32_t, int>{{1, 1}, {2, 1}, {3, 2}, {4, 6}, {5, 21}, {6, 112}, {7, 853}});
    for (std::size_t edges = 0; edges <= 21; ++edges) CHECK(by_edges[{7, edges}] == by_edges[{7, 21 - edges}]);
    // No two of five nodes are isomorphic: the least edge list over all orders differs.
    std::set<std::vector<Edge>> forms;
    for (const Graph& graph : set.graphs) {
        if (graph.nodes != 5) continue;
        std::vector<std::int32_t> order(5);
        std::iota(order.begin(), order.end(), 0);
        std::vector<Edge> least;
        do {
            std::vector<Edge> edges;
            for (const Edge& e : graph.edges) {
                const std::int32_t a = order[static_cast<std::size_t>(e.from)],
                                   b = order[static_cast<std::size_t>(e.to)];
                edges.push_back({std::min(a, b), std::max(a, b)});
            }
            std::sort(edges.begin(), edges.end());
            if (least.empty() || edges < least) least = edges;
        } while (std::next_permutation(order.begin(), order.end()));
        forms.insert(least);
    }
    CHECK(forms.size() == 34);
}

TEST_CASE("circular skip links differ in nothing that degrees see", "[graph]") {
    const GraphSet set = csl_set(15, 1);
    CHECK(set.graphs.size() == 150);
    std::map<std::int64_t, std::set<double>> spectra; // by class: one second eigenvalue each
    const auto all = properties_of(set.graphs);
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(all[i].nodes == 41);
        CHECK(all[i].degree_min == 4);
        CHECK(all[i].degree_max == 4);
        spectra[label_of(set.graphs[i])].insert(std::round(1e9 * all[i].algebraic_connectivity));
    }
    CHECK(spectra.size() == 10);
    std::set<double> different;
    for (const auto& [label, values] : spectra) {
        CHECK(values.size() == 1);
        different.insert(*values.begin());
    }
    CHECK(different.size() == 10);
    CHECK_FALSE(set.graphs[0] == set.graphs[1]); // renumbered
    CHECK(csl_set(15, 1) == set);
}

TEST_CASE("cycles and pairs of cycles have the same sizes", "[graph]") {
    const GraphSet set = cycle_set(50, 3, 1);
    for (const Graph& graph : set.graphs) {
        CHECK(graph.nodes == 6);
        CHECK(properties_of(graph).triangles == 2 * label_of(graph));
    }
    for (const Graph& graph : cycle_set(20, 9, 2).graphs) CHECK(properties_of(graph).components == 1 + label_of(graph));
}

TEST_CASE("motifs are attached whole", "[graph]") {
    for (const Graph& graph : motif_set(10, 20, 1, 3).graphs) {
        const Column* inside = find(graph.node, "motif");
        std::vector<std::int32_t> nodes;
        for (std::int32_t i = 0; i < graph.nodes; ++i)
            if (inside->number(static_cast<std::size_t>(i)) == 1) nodes.push_back(i);
        const Properties motif = properties_of(induced(graph, nodes)), all = properties_of(graph);
        const std::int64_t edges[] = {6, 5, 12}, triangles[] = {1, 0, 0};
        CHECK(motif.edges == edges[label_of(graph)]);
        CHECK(motif.triangles == triangles[label_of(graph)]);
        CHECK(all.components == 1);
        CHECK(all.edges == 19 + 1 + motif.edges);
    }
}

TEST_CASE("numbers of blocks show in the low eigenvalues and not in the number of edges", "[graph]") {
    const GraphSet set = block_count_set(60, 72, 8, 0.03, 1);
    CHECK(set.graphs.size() == 180);
    const auto edges = means(set, [](const Properties& p) { return static_cast<double>(p.edges); });
    CHECK(edges.at(0) == Approx(edges.at(2)).epsilon(0.03));
    CHECK(edges.at(1) == Approx(288).epsilon(0.03));
    CHECK_THROWS_AS(block_count_set(1, 12, 8, 0.05, 1), Error);
}

TEST_CASE("numbers of triangles differ where degrees don't", "[graph]") {
    const GraphSet set = triangle_density_set(60, 6, 8, 3, 1);
    CHECK(set.graphs.size() == 120);
    const auto triangles = means(set, [](const Properties& p) { return static_cast<double>(p.triangles); });
    const auto edges = means(set, [](const Properties& p) { return static_cast<double>(p.edges); });
    const auto low = means(set, [](const Properties& p) { return p.algebraic_connectivity; });
    CHECK(triangles.at(1) > 5 * triangles.at(0));
    CHECK(edges.at(1) == Approx(edges.at(0)).epsilon(0.02));
    CHECK(low.at(1) == Approx(low.at(0)).epsilon(0.25));
    for (const Graph& graph : set.graphs) CHECK(properties_of(graph).components == 1);
    CHECK(triangle_density_set(60, 6, 8, 3, 1) == set);
    CHECK_THROWS_AS(triangle_density_set(1, 6, 8, 9, 1), Error);
}
