// SPDX-License-Identifier: BSD-3-Clause
// One eigenvalue of a small graph agrees with that of all of them, and with closed forms.
#include "plugins/graph/measure/algebraic_connectivity.h"

#include "gpu/spectrum/spectrum.h"
#include "plugins/graph/data/atlas.h"
#include "plugins/graph/data/classics.h"
#include "plugins/graph/data/generators.h"
#include "tests/catch.h"

#include <cmath>
#include <numbers>

using namespace orrery;
using namespace orrery::graph;

TEST_CASE("the second eigenvalue is that of all eigenvalues, on all graphs up to 7 nodes", "[graph][properties]") {
    for (const Graph& graph : atlas().graphs) {
        const double found = algebraic_connectivity(graph);
        if (graph.nodes < 2) {
            CHECK(std::isnan(found));
            continue;
        }
        const double expected = spectrum::eigen_pairs(std::span(&graph, 1)).front().values[1];
        REQUIRE(std::abs(found - expected) <= 1e-11);
    }
}

TEST_CASE("the second eigenvalue of larger graphs, also where equal ones or long paths make it hard",
          "[graph][properties]") {
    const double pi = std::numbers::pi;
    CHECK(algebraic_connectivity(path_graph(200)) == Approx(2 - 2 * std::cos(pi / 200)).epsilon(1e-9));
    CHECK(algebraic_connectivity(cycle_graph(301)) == Approx(2 - 2 * std::cos(2 * pi / 301)).epsilon(1e-9));
    CHECK(algebraic_connectivity(complete_graph(120)) == Approx(120).epsilon(1e-11));
    CHECK(algebraic_connectivity(star_graph(90)) == Approx(1).epsilon(1e-11));
    CHECK(algebraic_connectivity(hypercube_graph(8)) == Approx(2).epsilon(1e-11));
    CHECK(algebraic_connectivity(*classic("karate")) == Approx(0.468525226701).epsilon(1e-11));
    std::vector<Graph> graphs{ring_of_cliques(30, 10), barabasi_albert(300, 1, 2), watts_strogatz(300, 4, 0.02, 3)};
    for (std::uint64_t seed = 0; seed < 12; ++seed)
        graphs.push_back(erdos_renyi(300, 0.01 + 0.005 * static_cast<double>(seed), seed));
    for (const Graph& graph : graphs) {
        const double expected = spectrum::eigen_pairs(std::span(&graph, 1)).front().values[1];
        INFO(graph.edges.size());
        CHECK(std::abs(algebraic_connectivity(graph) - expected) <= 1e-10 * std::max(1.0, expected) + 1e-12);
    }
    Graph apart = complete_graph(5);
    apart.nodes = 6;
    CHECK(algebraic_connectivity(apart) == 0);
}
