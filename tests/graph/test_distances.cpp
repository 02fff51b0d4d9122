// SPDX-License-Identifier: BSD-3-Clause
// Distances by searches that share their work against one search at a time, and bounds of large graphs.
#include "plugins/graph/measure/distances.h"
#include "tests/catch.h"
#include "tests/graph/random_graphs.h"

#include <cmath>

using namespace random_graphs;

namespace {

struct Plain {
    std::vector<std::int32_t> eccentricity;
    double sum = 0, pairs = 0;
};

Plain plain_distances(const Graph& graph) {
    const Adjacency a = adjacency_of(graph);
    const auto n = static_cast<std::size_t>(graph.nodes);
    Plain result;
    for (std::size_t source = 0; source < n; ++source) {
        std::vector<std::int32_t> distance(n, -1), queue{static_cast<std::int32_t>(source)};
        distance[source] = 0;
        for (std::size_t i = 0; i < queue.size(); ++i) {
            const auto node = static_cast<std::size_t>(queue[i]);
            for (auto e = a.first[node]; e < a.first[node + 1]; ++e) {
                const std::int32_t other = a.neighbour[static_cast<std::size_t>(e)];
                if (distance[static_cast<std::size_t>(other)] >= 0) continue;
                distance[static_cast<std::size_t>(other)] = distance[node] + 1;
                queue.push_back(other);
            }
        }
        for (const std::int32_t node : queue) result.sum += distance[static_cast<std::size_t>(node)];
        result.pairs += static_cast<double>(queue.size()) - 1;
        result.eccentricity.push_back(distance[static_cast<std::size_t>(queue.back())]);
    }
    return result;
}

Distances measured(const Graph& graph, const DistanceOptions& options = {}, int threads = 1) {
    const Adjacency a = adjacency_of(graph);
    return distances_of(a, components_of(a), options, threads > 1 ? std::make_shared<Team>(threads) : nullptr);
}

} // namespace

TEST_CASE("all distances are those of single searches, on graphs of every shape and for any number of threads",
          "[graph]") {
    for (std::uint64_t i = 0; i < 120; ++i) {
        CAPTURE(i);
        const Graph graph = any(i, i < 80 ? 100 : 900);
        const Plain plain = plain_distances(graph);
        for (const int threads : {1, 3}) {
            const Distances d = measured(graph, {}, threads);
            REQUIRE(d.low == plain.eccentricity);
            REQUIRE(d.high == plain.eccentricity);
            REQUIRE(d.sum == plain.sum);
            REQUIRE(d.pairs == plain.pairs);
            CHECK(d.exact);
            CHECK(d.standard_error == 0);
        }
    }
}

TEST_CASE("graphs without nodes or edges have distances too", "[graph]") {
    Graph graph;
    CHECK(measured(graph).low.empty());
    graph.nodes = 3;
    const Distances d = measured(graph);
    CHECK(d.low == std::vector<std::int32_t>{0, 0, 0});
    CHECK(d.pairs == 0);
}

TEST_CASE("bounds of a large graph enclose its eccentricities, the sampled mean is near the true one", "[graph]") {
    DistanceOptions options;
    options.exact_nodes = 0;
    for (std::uint64_t i = 0; i < 4; ++i) {
        CAPTURE(i);
        const Graph graph = i == 0   ? barabasi_albert(6000, 2, 1)
                            : i == 1 ? grid_graph(80, 70)
                            : i == 2 ? scattered(erdos_renyi(7000, 3.0 / 7000, 5), 4, 2)
                                     : watts_strogatz(5000, 6, 0.01, 3);
        const Distances exact = measured(graph), bounded = measured(graph, options),
                        again = measured(graph, options, 3);
        CHECK_FALSE(bounded.exact);
        for (std::size_t node = 0; node < exact.low.size(); ++node) {
            REQUIRE(bounded.low[node] <= exact.low[node]);
            REQUIRE(bounded.high[node] >= exact.low[node]);
        }
        CHECK(bounded.pairs == exact.pairs);
        CHECK(bounded.standard_error > 0);
        CHECK(bounded.standard_error < 0.03 * exact.sum);
        CHECK(std::abs(bounded.sum - exact.sum) < 5 * bounded.standard_error);
        CHECK(bounded.sum == again.sum);
        CHECK(bounded.low == again.low);
        // The largest and the least are found on such graphs.
        CHECK(*std::max_element(bounded.low.begin(), bounded.low.end()) ==
              *std::max_element(exact.low.begin(), exact.low.end()));
        CHECK(*std::min_element(bounded.high.begin(), bounded.high.end()) ==
              *std::min_element(exact.low.begin(), exact.low.end()));
    }
}
