// SPDX-License-Identifier: BSD-3-Clause
// Ways around all eigenpairs: projection beside the low ones, polynomials of the Laplacian, flips that spare the low
// ones; and graphons.
#include "core/error.h"
#include "plugins/graph/augment/chebyshev.h"
#include "plugins/graph/augment/drift.h"
#include "plugins/graph/augment/graphon.h"
#include "plugins/graph/augment/peers.h"
#include "plugins/graph/augment/projection.h"
#include "plugins/graph/augment/safe_flips.h"
#include "plugins/graph/data/classics.h"
#include "tests/catch.h"
#include "tests/graph/augmented.h"

using namespace augmented;

namespace {

std::int64_t components(const Graph& graph) {
    const auto values = spectrum::eigen_pairs(std::vector<Graph>{graph}).front().values;
    return std::count_if(values.begin(), values.end(), [&](double v) { return v < 1e-9 * values.back(); });
}

double certificate(const Changes& changes, const std::string& name) {
    const auto at = std::find_if(changes.certificates.begin(), changes.certificates.end(),
                                 [&](const auto& c) { return c.first == name; });
    REQUIRE(at != changes.certificates.end());
    return at->second;
}

} // namespace

TEST_CASE("the projected operator is L + Pi S Pi entry by entry and keeps the low pairs", "[graph][augment]") {
    const Graph graph = orrery::graph::stochastic_block_model({15, 15, 15}, 0.5, 0.03, 2);
    auto low = spectrum::lowest(graph, 4);
    std::vector<Edge> entries;
    std::vector<double> values;
    Random random(3);
    for (const Edge& e : graph.edges) {
        if (!random.chance(0.5)) continue;
        entries.push_back(ascending(e));
        values.push_back(random.normal());
    }
    const ComplementProjection projection(graph, low, entries, values);
    CHECK(projection.residual() < 1e-10);
    const std::size_t n = 45;
    std::vector<double> s(n * n, 0.0), pi(n * n, 0.0), l = augmented::laplacian(graph);
    for (std::size_t e = 0; e < entries.size(); ++e) {
        const std::size_t i = size_of(entries[e].from), j = size_of(entries[e].to);
        s[i * n + j] = s[j * n + i] = values[e];
    }
    double row_sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
        double sum = 0;
        for (std::size_t j = 0; j < n; ++j) sum += std::abs(s[i * n + j]);
        row_sum = std::max(row_sum, sum);
        for (std::size_t j = 0; j < n; ++j) {
            pi[i * n + j] = i == j;
            for (std::size_t k = 0; k < 4; ++k) pi[i * n + j] -= low.vector(k)[i] * low.vector(k)[j];
        }
    }
    CHECK(projection.norm_bound() == Approx(row_sum));
    const auto product = [n](const std::vector<double>& a, const std::vector<double>& b) {
        std::vector<double> c(n * n, 0.0);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t k = 0; k < n; ++k)
                for (std::size_t j = 0; j < n; ++j) c[i * n + j] += a[i * n + k] * b[k * n + j];
        return c;
    };
    const auto noise = product(pi, product(s, pi));
    std::vector<double> unit(n, 0.0), column(n);
    for (std::size_t j = 0; j < n; ++j) {
        unit.assign(n, 0.0);
        unit[j] = 1;
        projection.apply(unit, column);
        for (std::size_t i = 0; i < n; ++i) {
            CHECK(std::abs(column[i] - l[i * n + j] - noise[i * n + j]) < 1e-12);
            if (i != j)
                CHECK(std::abs(
                          projection.entry(static_cast<std::int32_t>(i), static_cast<std::int32_t>(j), s[i * n + j]) -
                          noise[i * n + j]) < 1e-12);
        }
    }
    ProjectionOptions options;
    options.low_pairs = 3;
    options.std = 0.4;
    options.weighted = true;
    const Augmented result = apply(*complement_projection(options), graph, 4);
    const auto pairs = spectrum::eigen_pairs(std::vector<Graph>{graph}).front();
    CHECK(certificate(result.changes, "projection/residual") < 1e-10);
    CHECK(certificate(result.changes, "projection/gap") == Approx(pairs.values[3] - pairs.values[2]));
    CHECK(certificate(result.changes, "projection/norm") > 0.4);
    const std::vector<std::size_t> kept{0, 1, 2};
    CHECK(low_drift(result.graph, pairs, kept) > 1e-6); // a sparse graph can't be exact, and says so
}

TEST_CASE("projection keeps 16 low pairs of 200,000 nodes", "[graph][augment][slow]") {
    const Graph graph =
        orrery::graph::stochastic_block_model(std::vector<std::int32_t>(16, 12500), 0.00125, 0.0000064, 1);
    REQUIRE(graph.nodes == 200'000);
    REQUIRE(graph.edges.size() > 1'500'000);
    ProjectionOptions options;
    const Augmented result = apply(*complement_projection(options), graph, 1);
    CHECK(certificate(result.changes, "projection/residual") <= 1e-9);
    CHECK(certificate(result.changes, "projection/gap") > 1);
    CHECK(!result.changes.no_op);
}

TEST_CASE("the spectral polynomial is a filtered sum of cosines, and its certificate holds", "[graph][augment]") {
    const std::vector<double> amplitudes{0.4, -1.1, 0.7};
    double last = 1e9;
    for (const int terms : {32, 64, 128, 256}) {
        const SpectralPolynomial polynomial(20, 12, amplitudes, terms);
        CHECK(std::abs(polynomial(0)) < 1e-12);
        double worst = 0;
        for (double x = 0; x <= 6; x += 0.0037) worst = std::max(worst, std::abs(polynomial(x)));
        CHECK(worst <= polynomial.certificate(6));
        CHECK(polynomial.certificate(6) < 1.2 * worst + 1e-9);
        CHECK(polynomial.certificate(6) < 0.5 * last);
        last = polynomial.certificate(6);
    }
    CHECK(last < 1e-2);
    // Where the filter passes: sum_c a_c T_c.
    const SpectralPolynomial sharp(20, 12, amplitudes, 1024);
    const double angle = std::acos(0.75); // lambda = 17.5
    CHECK(sharp(17.5) == Approx(0.4 - 1.1 * std::cos(angle) + 0.7 * std::cos(2 * angle)).margin(2e-3));
}

TEST_CASE("Chebyshev noise is the polynomial of the Laplacian: pairs move by its values", "[graph][augment]") {
    const Graph graph = orrery::graph::stochastic_block_model({20, 20, 20, 20}, 0.5, 0.02, 2);
    ChebyshevOptions options;
    options.weighted = true;
    options.low_pairs = 4;
    options.frequency_ratio = 0.6;
    options.terms = 200;
    const Augmented result = apply(*chebyshev_noise(options), graph, 7);
    const auto pairs = spectrum::eigen_pairs(std::vector<Graph>{graph}).front();
    std::vector<std::size_t> low{0, 1, 2, 3}, all(80);
    std::iota(all.begin(), all.end(), std::size_t{0});
    const double bound = certificate(result.changes, "chebyshev/certificate");
    CHECK(low_drift(result.graph, pairs, low) <= bound + 1e-9);
    CHECK(bound < 0.02);
    CHECK(low_drift(result.graph, pairs, all) > 0.3);
    // Each u_k is still an eigenvector, of another value.
    const auto l = augmented::laplacian(result.graph);
    for (std::size_t k = 0; k < 80; ++k) {
        std::vector<double> y(80, 0.0);
        double value = 0, residual = 0;
        for (std::size_t i = 0; i < 80; ++i) {
            for (std::size_t j = 0; j < 80; ++j) y[i] += l[i * 80 + j] * pairs.vector(k)[j];
            value += y[i] * pairs.vector(k)[i];
        }
        for (std::size_t i = 0; i < 80; ++i) residual += std::pow(y[i] - value * pairs.vector(k)[i], 2);
        CHECK(std::sqrt(residual) < 1e-9);
    }
    options.weighted = false;
    options.edit_rate = 0.1;
    CHECK(apply(*chebyshev_noise(options), graph, 7).changes.edit_rate() == Approx(0.1).margin(0.01));
}

TEST_CASE("safe flips take pairs that move the low eigenvalues least, and disconnect nothing", "[graph][augment]") {
    using namespace orrery::graph;
    double safe = 0, random_flips = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const Graph graph = stochastic_block_model({15, 15, 15}, 0.4, 0.02, seed);
        const auto before = spectrum::eigen_pairs(std::vector<Graph>{graph}).front().values;
        const auto drift = [&](const Graph& changed) {
            const auto after = spectrum::eigen_pairs(std::vector<Graph>{changed}).front().values;
            double sum = 0;
            for (std::size_t k = 1; k <= 5; ++k) sum += std::abs(after[k] - before[k]);
            return sum;
        };
        SafeFlipOptions options;
        const Augmented result = apply(*safe_flips(options), graph, seed);
        CHECK(std::abs(result.changes.edit_rate() - 0.1) * static_cast<double>(graph.edges.size()) < 1.01);
        safe += drift(result.graph);
        random_flips += drift(apply(*flip_edges(0.1), graph, seed).graph);
    }
    CHECK(safe < 0.4 * random_flips);
    // Two cliques and three edges between them, which the low eigenvalues hang on: they are the last to go.
    Graph cliques = ring_of_cliques(2, 6);
    for (const Edge e : {Edge{1, 7}, Edge{2, 8}, Edge{3, 9}}) {
        if (edge_set(cliques).count(e) == 0) cliques.edges.push_back(e);
    }
    SafeFlipOptions all;
    all.edit_rate = 1;
    all.removed_share = 1;
    all.low_pairs = 1;
    const auto left = edge_set(apply(*safe_flips(all), cliques, 1).graph);
    for (const Edge e : {Edge{1, 7}, Edge{2, 8}, Edge{3, 9}}) CHECK(left.count(e) == 1);
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const Graph tree = random_tree(30, seed);
        SafeFlipOptions options;
        options.edit_rate = 0.3;
        const Augmented kept = apply(*safe_flips(options), tree, seed);
        CHECK(kept.changes.removed == 0); // a tree is bridges alone: all edits come
        CHECK(std::abs(static_cast<double>(kept.changes.added) - 0.3 * 29) < 1);
        const Graph sparse = watts_strogatz(40, 4, 0.2, seed);
        options.edit_rate = 0.8;
        const Augmented many = apply(*safe_flips(options), sparse, seed);
        CHECK(components(many.graph) == components(sparse));
        options.protect_bridges = false;
        const Graph open = apply(*safe_flips(options), tree, seed).graph;
        const Adjacency adjacency = adjacency_of(open);
        for (std::int32_t i = 0; i < open.nodes; ++i) CHECK(adjacency.degree(i) > 0);
    }
}

TEST_CASE("a graphon is estimated as the blocks that graphs were drawn from", "[graph][augment]") {
    std::vector<Graph> graphs;
    for (std::uint64_t seed = 0; seed < 60; ++seed)
        graphs.push_back(orrery::graph::stochastic_block_model({20, 20}, 0.9, 0.1, seed));
    // Degrees don't tell the blocks apart, so all is mixed: density is the mean everywhere.
    const Graphon mixed = estimate_graphon(graphs, 10);
    double mean = 0;
    for (const double w : mixed.values) mean += w / 100;
    double edges = 0;
    for (const Graph& g : graphs) edges += 2 * static_cast<double>(g.edges.size()) / (40.0 * 40.0) / 60;
    CHECK(mean == Approx(edges));
    // A core of high degree, joined to a sparse rim.
    std::vector<Graph> cores;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        Graph g;
        g.nodes = 40;
        Random random(seed);
        for (std::int32_t i = 0; i < 40; ++i) {
            for (std::int32_t j = i + 1; j < 40; ++j) {
                const double p = j < 20 ? 0.9 : i < 20 ? 0.4 : 0.05;
                if (random.chance(p)) g.edges.push_back({i, j});
            }
        }
        cores.push_back(std::move(g));
    }
    const Graphon core = thresholded(estimate_graphon(cores, 4), 60);
    // Within a block the degrees of this very graph sort the nodes, so only a block's mean is the blocks'.
    const auto block = [&](std::size_t a, std::size_t b) {
        return (core.values[a * 4 + b] + core.values[a * 4 + b + 1] + core.values[(a + 1) * 4 + b] +
                core.values[(a + 1) * 4 + b + 1]) /
               4;
    };
    CHECK(block(0, 0) == Approx(0.9 * 19 / 20).margin(0.03));
    CHECK(block(0, 2) == Approx(0.4).margin(0.03));
    CHECK(block(2, 2) == Approx(0.05).margin(0.03));
    CHECK(core.values[2 * 4 + 1] == Approx(core.values[1 * 4 + 2]));
}

TEST_CASE("g-mixup draws from its class and another, with as many nodes and aligned attributes", "[graph][augment]") {
    std::vector<Graph> set;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const bool dense = seed % 2 == 0;
        Graph g = orrery::graph::erdos_renyi(20 + static_cast<std::int32_t>(seed % 5), dense ? 0.6 : 0.1, seed);
        g.graph = {{"label", std::vector<std::int64_t>{dense ? 1 : -1}}};
        g.node = {{"label", std::vector<std::int64_t>(size_of(g.nodes), dense ? 5 : 6)}};
        set.push_back(std::move(g));
    }
    GMixupOptions options;
    options.mix = 0.1;
    const auto mixup = g_mixup(set, options);
    double dense = 0, fives = 0, nodes = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const Augmented result = apply(*mixup, set[0], seed);
        REQUIRE_NOTHROW(orrery::check(result.graph, "mixed"));
        CHECK(result.graph.nodes == set[0].nodes);
        CHECK(find(result.graph.graph, "label")->number(0) == 1);
        CHECK(find(result.graph.graph, "mix_label")->text(0) == "-1");
        CHECK(find(result.graph.graph, "mix_weight")->number(0) == 0.1);
        dense += 2.0 * static_cast<double>(result.graph.edges.size()) / (20.0 * 19.0) / 40;
        for (std::size_t i = 0; i < 20; ++i) {
            fives += find(result.graph.node, "label")->number(i) == 5;
            ++nodes;
        }
    }
    CHECK(dense == Approx(0.9 * 0.6 + 0.1 * 0.1).margin(0.06));
    CHECK(fives / nodes == Approx(0.9).margin(0.04));
    CHECK_THROWS_AS(g_mixup(std::span(set).first(1), options), Error);
}
