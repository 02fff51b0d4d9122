// SPDX-License-Identifier: BSD-3-Clause
// Graphs whose spectra are known, random ones, and how good eigenpairs are.
#pragma once
#include "core/graph/graph.h"
#include "gpu/spectrum/spectrum.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

namespace spectrum_test {

using orrery::Edge;
using orrery::Graph;
using orrery::spectrum::EigenPairs;

inline Graph with_nodes(std::int32_t n) {
    Graph g;
    g.nodes = n;
    return g;
}
inline Graph path(std::int32_t n) {
    Graph g = with_nodes(n);
    for (std::int32_t i = 1; i < n; ++i) g.edges.push_back({i - 1, i});
    return g;
}
inline Graph cycle(std::int32_t n) {
    Graph g = path(n);
    g.edges.push_back({n - 1, 0});
    return g;
}
inline Graph complete(std::int32_t n) {
    Graph g = with_nodes(n);
    for (std::int32_t i = 0; i < n; ++i) {
        for (std::int32_t j = 0; j < i; ++j) g.edges.push_back({i, j});
    }
    return g;
}
inline Graph bipartite(std::int32_t a, std::int32_t b) {
    Graph g = with_nodes(a + b);
    for (std::int32_t i = 0; i < a; ++i) {
        for (std::int32_t j = 0; j < b; ++j) g.edges.push_back({i, a + j});
    }
    return g;
}
inline Graph star(std::int32_t n) { return bipartite(1, n - 1); }
// The Cartesian product: node (i, j) is i * (nodes of b) + j.
inline Graph product(const Graph& a, const Graph& b) {
    Graph g = with_nodes(a.nodes * b.nodes);
    for (const Edge& e : a.edges) {
        for (std::int32_t j = 0; j < b.nodes; ++j) g.edges.push_back({e.from * b.nodes + j, e.to * b.nodes + j});
    }
    for (const Edge& e : b.edges) {
        for (std::int32_t i = 0; i < a.nodes; ++i) g.edges.push_back({i * b.nodes + e.from, i * b.nodes + e.to});
    }
    return g;
}
inline Graph hypercube(int d) {
    Graph g = path(2);
    for (int k = 1; k < d; ++k) g = product(g, path(2));
    return g;
}
inline Graph petersen() {
    Graph g = with_nodes(10);
    for (std::int32_t i = 0; i < 5; ++i) {
        g.edges.push_back({i, (i + 1) % 5});
        g.edges.push_back({i, i + 5});
        g.edges.push_back({5 + i, 5 + (i + 2) % 5});
    }
    return g;
}
inline Graph together(const Graph& a, const Graph& b) {
    Graph g = a;
    g.nodes += b.nodes;
    for (const Edge& e : b.edges) g.edges.push_back({a.nodes + e.from, a.nodes + e.to});
    return g;
}

// `edges` of them with random ends: some are self-loops or repeated.
inline Graph random_graph(std::int32_t n, std::int64_t edges, std::uint64_t seed) {
    Graph g = with_nodes(n);
    std::mt19937_64 bits(seed);
    const auto node = [&] { return static_cast<std::int32_t>(bits() % static_cast<std::uint64_t>(n)); };
    for (std::int64_t k = 0; k < edges; ++k) g.edges.push_back({node(), node()});
    return g;
}
// Blocks of equal size; each node has about `inner` edges within its block and `outer` beyond.
inline Graph block_graph(std::int32_t n, std::int32_t blocks, double inner, double outer, std::uint64_t seed) {
    Graph g = with_nodes(n);
    std::mt19937_64 bits(seed);
    const std::int32_t size = n / blocks;
    const auto below = [&](std::int32_t m) {
        return static_cast<std::int32_t>(bits() % static_cast<std::uint64_t>(m));
    };
    for (std::int64_t k = 0; k < std::llround(inner * n / 2); ++k) {
        const std::int32_t first = below(blocks) * size;
        g.edges.push_back({first + below(size), first + below(size)});
    }
    for (std::int64_t k = 0; k < std::llround(outer * n / 2); ++k) g.edges.push_back({below(n), below(n)});
    return g;
}
// Each node brings two edges to nodes drawn by their degrees: a few of these grow very large.
inline Graph preferential_graph(std::int32_t n, std::uint64_t seed) {
    Graph g = path(2);
    g.nodes = n;
    std::mt19937_64 bits(seed);
    std::vector<std::int32_t> ends = {0, 1};
    for (std::int32_t node = 2; node < n; ++node) {
        for (int k = 0; k < 2; ++k) {
            const std::int32_t other = ends[bits() % ends.size()];
            g.edges.push_back({other, node});
            ends.insert(ends.end(), {other, node});
        }
    }
    return g;
}
inline Graph permuted(const Graph& graph, const std::vector<std::int32_t>& to) {
    Graph g = graph;
    for (Edge& e : g.edges) e = {to[static_cast<std::size_t>(e.from)], to[static_cast<std::size_t>(e.to)]};
    return g;
}

// Spectra in closed form, ascending.
inline std::vector<double> path_values(int n) {
    std::vector<double> values;
    for (int k = 0; k < n; ++k) values.push_back(2 - 2 * std::cos(std::numbers::pi * k / n));
    return values;
}
inline std::vector<double> cycle_values(int n) {
    std::vector<double> values;
    for (int k = 0; k < n; ++k) values.push_back(2 - 2 * std::cos(2 * std::numbers::pi * k / n));
    std::sort(values.begin(), values.end());
    return values;
}
inline std::vector<double> sums(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> values;
    for (const double x : a) {
        for (const double y : b) values.push_back(x + y);
    }
    std::sort(values.begin(), values.end());
    return values;
}
inline std::vector<double> repeated(const std::vector<std::pair<double, int>>& of) {
    std::vector<double> values;
    for (const auto& [value, times] : of) values.insert(values.end(), static_cast<std::size_t>(times), value);
    return values;
}

// The largest ||L u - l u||, without any of the module's own products.
inline double worst_residual(const Graph& graph, const EigenPairs& pairs) {
    const Graph simple = orrery::simplified(graph).graph;
    double worst = 0;
    for (std::size_t k = 0; k < pairs.pairs(); ++k) {
        const auto u = pairs.vector(k);
        std::vector<double> r(pairs.n);
        for (std::size_t i = 0; i < pairs.n; ++i) r[i] = -pairs.values[k] * u[i];
        for (const Edge& e : simple.edges) {
            const auto i = static_cast<std::size_t>(e.from), j = static_cast<std::size_t>(e.to);
            r[i] += u[i] - u[j];
            r[j] += u[j] - u[i];
        }
        double sum = 0;
        for (const double x : r) sum += x * x;
        worst = std::max(worst, std::sqrt(sum));
    }
    return worst;
}

// The largest entry of |U UT - 1|.
inline double worst_angle(const EigenPairs& pairs) {
    double worst = 0;
    for (std::size_t k = 0; k < pairs.pairs(); ++k) {
        for (std::size_t m = 0; m <= k; ++m) {
            double sum = k == m ? -1 : 0;
            for (std::size_t i = 0; i < pairs.n; ++i) sum += pairs.vector(k)[i] * pairs.vector(m)[i];
            worst = std::max(worst, std::abs(sum));
        }
    }
    return worst;
}

inline double worst_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double worst = a.size() == b.size() ? 0 : std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k) worst = std::max(worst, std::abs(a[k] - b[k]));
    return worst;
}

inline EigenPairs dense_pairs(const Graph& graph) { return orrery::spectrum::eigen_pairs({&graph, 1})[0]; }

} // namespace spectrum_test
