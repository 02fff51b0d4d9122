// SPDX-License-Identifier: BSD-3-Clause
// Dual-Prism: what must not change doesn't, what is drawn is what the eigenvalues get, in any numbering of the nodes.
#include "plugins/graph/data/atlas.h"
#include "plugins/graph/data/classics.h"
#include "tests/catch.h"
#include "tests/graph/augmented.h"

using namespace augmented;
using Options = DualPrismOptions;

namespace {

std::vector<Graph> hidden_graphs() {
    using namespace orrery::graph;
    std::vector<Graph> graphs{*classic("karate"), *classic("petersen"), *classic("les-miserables"), hypercube_graph(4),
                              ring_of_cliques(4, 5)};
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        graphs.push_back(erdos_renyi(30 + 7 * static_cast<std::int32_t>(seed), 0.12, seed));
        graphs.push_back(barabasi_albert(45, 2, seed));
        graphs.push_back(watts_strogatz(36, 4, 0.2, seed));
    }
    return graphs;
}

} // namespace

TEST_CASE("a ratio, probability or standard deviation of 0 gives the very same graph, on all graphs up to 7 nodes",
          "[graph][augment]") {
    Options no_ratio, no_chance, no_noise, mask;
    no_ratio.frequency_ratio = 0;
    no_ratio.probability = 1;
    no_chance.probability = 0;
    no_noise.std = 0;
    no_noise.probability = 1;
    mask.kind = Options::Kind::mask;
    mask.probability = 0;
    std::size_t seen = 0;
    for (const Graph& graph : orrery::graph::atlas().graphs) {
        for (const Options& options : {no_ratio, no_chance, no_noise, mask}) {
            const Augmented result = apply(*dual_prism(options), graph, ++seen);
            REQUIRE((result.graph == graph));
            REQUIRE(result.changes.no_op);
        }
    }
    CHECK(seen == 4 * 1253);
}

TEST_CASE("changes of all eigenvalues below 1/2 change no edge; the bound of no-ops is one", "[graph][augment]") {
    std::size_t unchanged = 0, below = 0, all = 0;
    double bound = 0;
    for (const Graph& graph : orrery::graph::atlas().graphs) {
        Options options;
        options.std = 0.45;
        options.probability = 0.8;
        const auto noise = dual_prism(options);
        const auto pairs = pairs_for(*noise, graph);
        Random random(seed_of({77, all, 0}));
        const Augmented result = noise->apply(graph, pairs, random);
        double largest = 0;
        for (const double d : result.changes.delta) largest = std::max(largest, std::abs(d));
        if (largest < 0.5) {
            ++below;
            REQUIRE((result.graph == graph));
        }
        unchanged += result.changes.no_op;
        bound += *no_op_bound(options, pairs);
        ++all;
    }
    CHECK(below > 100);
    CHECK(below < all);
    CHECK(static_cast<double>(below) == Approx(bound).margin(4 * std::sqrt(static_cast<double>(all)) / 2));
    CHECK(static_cast<double>(unchanged) >= static_cast<double>(below));
}

TEST_CASE("the bound of no-ops counts how often all changes are below 1/2, also where 0 stops their fall",
          "[graph][augment]") {
    const Graph path = orrery::graph::path_graph(12); // 0.07 and 0.27 can't fall by 1/2, 0.59 can
    const auto pairs = spectrum::eigen_pairs(std::vector<Graph>{path}).front();
    for (const double ratio : {0.25, 0.34}) {
        Options options;
        options.band = Band::low;
        options.frequency_ratio = ratio;
        options.probability = 0.9;
        options.std = 0.6;
        const auto clusters = clusters_in(pairs, band_size(ratio, 12), Band::low);
        Random random(3);
        double small = 0;
        for (int draw = 0; draw < 20000; ++draw) {
            const auto delta = clamped(clusters, draw_noise(clusters, 0.9, 0.6, random));
            small += std::all_of(delta.begin(), delta.end(), [](double d) { return std::abs(d) < 0.5; });
        }
        CHECK(*no_op_bound(options, pairs) == Approx(small / 20000).margin(0.012));
    }
}

TEST_CASE("weighted output: trace, Frobenius norm, spectrum and the untouched pairs are as the changes say",
          "[graph][augment]") {
    std::uint64_t seed = 0;
    for (const Graph& graph : hidden_graphs()) {
        for (const auto kind : {Options::Kind::noise, Options::Kind::mask}) {
            for (const auto band : {Band::high, Band::low}) {
                Options options;
                options.kind = kind;
                options.band = band;
                options.probability = 0.7;
                options.std = 1.5;
                options.weighted = true;
                const auto prism = dual_prism(options);
                const auto pairs = pairs_for(*prism, graph);
                Random random(++seed);
                const Augmented result = prism->apply(graph, pairs, random);
                const std::size_t n = size_of(graph.nodes);
                const auto before = augmented::laplacian(graph), after = augmented::laplacian(result.graph);
                const double largest = pairs.values.back();
                double trace = 0, square = 0, sum = 0, squares = 0;
                for (std::size_t i = 0; i < n * n; ++i) square += (after[i] - before[i]) * (after[i] - before[i]);
                for (std::size_t i = 0; i < n; ++i) trace += after[i * n + i];
                std::vector<double> expected = pairs.values;
                for (std::size_t k = 0; k < n; ++k) {
                    const double d = result.changes.delta[k];
                    expected[k] += d;
                    sum += d;
                    squares += d * d;
                    CHECK(expected[k] >= -1e-10);
                }
                CAPTURE(graph.nodes, graph.edges.size(), static_cast<int>(kind), static_cast<int>(band));
                CHECK(std::abs(trace - (2.0 * static_cast<double>(graph.edges.size()) + sum)) < 1e-10 * largest * 10);
                CHECK(std::abs(square - squares) < 1e-10 * std::max(1.0, squares));
                std::sort(expected.begin(), expected.end());
                const std::vector<std::vector<double>> matrices{after};
                const auto measured = spectrum::eigen_pairs_of(matrices).front();
                for (std::size_t k = 0; k < n; ++k) CHECK(std::abs(measured.values[k] - expected[k]) < 1e-10 * largest);
                // Every pair with no change is an eigenpair still.
                for (std::size_t k = 0; k < n; ++k) {
                    if (result.changes.delta[k] != 0) continue;
                    double residual = 0;
                    for (std::size_t i = 0; i < n; ++i) {
                        double y = -pairs.values[k] * pairs.vector(k)[i];
                        for (std::size_t j = 0; j < n; ++j) y += after[i * n + j] * pairs.vector(k)[j];
                        residual += y * y;
                    }
                    REQUIRE(std::sqrt(residual) <= 1e-10 * largest);
                }
            }
        }
    }
}

TEST_CASE("n_a is floor(r_f n), the bands are the two ends, and a cluster that is cut stays", "[graph][augment]") {
    CHECK(band_size(0.29, 100) == 29); // 0.29 * 100 is below 29 in binary
    CHECK(band_size(0.5, 7) == 3);
    CHECK(band_size(1, 7) == 7);
    // Petersen: 0, 2 five times, 5 four times.
    const auto pairs = spectrum::eigen_pairs(std::vector<Graph>{*orrery::graph::classic("petersen")}).front();
    CHECK(clusters_in(pairs, 3, Band::high).empty());
    const auto four = clusters_in(pairs, 4, Band::high);
    REQUIRE(four.size() == 1);
    CHECK(four[0].begin == 6);
    CHECK(four[0].value == Approx(5));
    CHECK(clusters_in(pairs, 8, Band::high).size() == 1);
    CHECK(clusters_in(pairs, 9, Band::high).size() == 2);
    CHECK(clusters_in(pairs, 10, Band::high).size() == 2); // never the zero
    CHECK(clusters_in(pairs, 5, Band::low).empty());
    const auto low = clusters_in(pairs, 6, Band::low);
    REQUIRE(low.size() == 1);
    CHECK(low[0].value == Approx(2));
}

TEST_CASE("Dual-Prism doesn't depend on how the nodes are numbered, repeated eigenvalues or not", "[graph][augment]") {
    using namespace orrery::graph;
    const std::vector<Graph> graphs{*classic("petersen"), hypercube_graph(4), *classic("les-miserables"),
                                    complete_graph(8), ring_of_cliques(5, 4)};
    std::size_t changed = 0;
    for (const Graph& graph : graphs) {
        for (std::uint64_t seed = 1; seed <= 6; ++seed) {
            Options options;
            options.frequency_ratio = 0.9;
            options.probability = 0.8;
            options.std = 3;
            options.kind = seed % 3 == 0 ? Options::Kind::mask : Options::Kind::noise;
            const auto place = shuffled(graph.nodes, seed);
            const Augmented plain = apply(*dual_prism(options), graph, seed);
            const Augmented moved = apply(*dual_prism(options), renumbered(graph, place), seed);
            CAPTURE(graph.nodes, seed);
            CHECK((edge_set(renumbered(plain.graph, place)) == edge_set(moved.graph)));
            changed += !plain.changes.no_op;
            options.weighted = true;
            const auto a = adjacency(apply(*dual_prism(options), graph, seed).graph);
            const auto b = adjacency(apply(*dual_prism(options), renumbered(graph, place), seed).graph);
            double worst = 0;
            const std::size_t n = size_of(graph.nodes);
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j < n; ++j)
                    worst = std::max(worst, std::abs(a[i * n + j] - b[size_of(place[i]) * n + size_of(place[j])]));
            }
            CHECK(worst < 1e-9);
        }
    }
    CHECK(changed > 5);
}

TEST_CASE("the highest pairs alone give what all pairs give", "[graph][augment]") {
    using namespace orrery::graph;
    std::vector<Graph> graphs{erdos_renyi(480, 0.01, 3), barabasi_albert(450, 2, 4),
                              stochastic_block_model({150, 150, 150}, 0.05, 0.002, 5)};
    std::size_t flipped = 0;
    for (const Graph& graph : graphs) {
        Options options;
        options.frequency_ratio = 0.1;
        options.probability = 0.9;
        options.std = 6;
        Options few = options;
        few.low_rank = true;
        const auto dense = dual_prism(options), low_rank = dual_prism(few);
        REQUIRE(low_rank->need(graph).pairs == SpectrumNeed::Pairs::highest);
        CHECK(pairs_for(*low_rank, graph).pairs() == band_size(0.1, size_of(graph.nodes)) + 1);
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            const Augmented a = apply(*dense, graph, seed), b = apply(*low_rank, graph, seed);
            CHECK((edge_set(a.graph) == edge_set(b.graph)));
            flipped += static_cast<std::size_t>(a.changes.added + a.changes.removed);
        }
        options.weighted = few.weighted = true;
        const double largest = pairs_for(*dense, graph).values.back();
        const auto a = adjacency(apply(*dual_prism(options), graph, 9).graph);
        const auto b = adjacency(apply(*dual_prism(few), graph, 9).graph);
        double worst = 0;
        for (std::size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
        CHECK(worst < 1e-10 * largest);
    }
    CHECK(flipped > 20);
}

TEST_CASE("the entries that are looked for are the large ones of the whole matrix", "[graph][augment]") {
    const Graph graph = orrery::graph::erdos_renyi(60, 0.1, 8);
    const auto pairs = spectrum::eigen_pairs(std::vector<Graph>{graph}).front();
    Random random(4);
    std::vector<double> delta(60, 0.0), p;
    for (std::size_t k = 25; k < 60; ++k) delta[k] = 3 * random.normal();
    perturbation(pairs, delta, p);
    std::size_t large = 0;
    for (std::size_t i = 0; i < 60; ++i) {
        for (std::size_t j = 0; j < 60; ++j) {
            double entry = 0;
            for (std::size_t k = 0; k < 60; ++k) entry += delta[k] * pairs.vector(k)[i] * pairs.vector(k)[j];
            CHECK(std::abs(p[i * 60 + j] - (i < j ? entry : 0)) < 1e-12);
            large += i < j && std::abs(entry) >= 0.5;
        }
    }
    std::size_t found = 0;
    for_large_entries(pairs, delta, 0.5, [&](std::int32_t i, std::int32_t j, double entry) {
        CHECK(std::abs(p[size_of(i) * 60 + size_of(j)] - entry) < 1e-12);
        found += std::abs(entry) >= 0.5;
    });
    CHECK(large > 20);
    CHECK(found == large);
}

TEST_CASE("entries at 1/2 keep what they were; top-m keeps the number of edges; bernoulli has its mean",
          "[graph][augment]") {
    // A path 0 - 1 - 2 with P_01 = 1/2, P_02 = -1/2, P_12 just more than 1/2.
    Graph path;
    path.nodes = 3;
    path.edges = {{0, 1}, {1, 2}};
    const EdgeIndex index(path);
    Random random(1);
    std::vector<double> p{0, 0.5 + 1e-12, -0.5 - 1e-12, 0, 0, 0.5 + 1e-6, 0, 0, 0};
    const Flips flips = flips_of(path, index, p, Rule::threshold, random);
    REQUIRE(flips.removed == std::vector<std::int64_t>{1});
    CHECK(flips.added.empty());
    CHECK(expected_flips(path, index, p, Rule::threshold) == 1);

    const Flips kept =
        flips_of(path, index, p, Rule::top_m, random); // entries 0.5, 0.5, 0.5 - 1e-6: one of two edges goes
    CHECK(kept.removed.size() == kept.added.size());
    CHECK(kept.removed == std::vector<std::int64_t>{1});

    double mean = 0;
    p = {0, 0.3, -0.2, 0, 0, 1.4, 0, 0, 0};
    for (int draw = 0; draw < 20000; ++draw)
        mean += static_cast<double>(flips_of(path, index, p, Rule::bernoulli, random).count()) / 20000;
    CHECK(expected_flips(path, index, p, Rule::bernoulli) == Approx(0.3 + 0.2 + 1));
    CHECK(mean == Approx(1.5).margin(0.02));

    Options options;
    options.rule = Rule::top_m;
    options.probability = 1;
    options.std = 3;
    std::size_t changed = 0;
    for (const Graph& graph : hidden_graphs()) {
        const Augmented result = apply(*dual_prism(options), graph, 3);
        CHECK(result.graph.edges.size() == graph.edges.size());
        changed += !result.changes.no_op;
    }
    CHECK(changed > 5);
}

TEST_CASE("an edit rate is met, by any rule", "[graph][augment]") {
    for (const Rule rule : {Rule::threshold, Rule::top_m, Rule::bernoulli}) {
        for (const double rate : {0.05, 0.2}) {
            double edits = 0, edges = 0;
            for (std::uint64_t seed = 1; seed <= 12; ++seed) {
                const Graph graph = orrery::graph::erdos_renyi(40, 0.15, seed);
                Options options;
                options.rule = rule;
                options.probability = 1;
                options.std = 0.01;
                options.edit_rate = rate;
                const Augmented result = apply(*dual_prism(options), graph, seed);
                edits += static_cast<double>(result.changes.added + result.changes.removed);
                edges += static_cast<double>(graph.edges.size());
                if (rule == Rule::threshold)
                    CHECK(std::abs(result.changes.edit_rate() - rate) * static_cast<double>(graph.edges.size()) < 3);
            }
            CAPTURE(static_cast<int>(rule), rate);
            CHECK(edits / edges == Approx(rate).epsilon(rule == Rule::bernoulli ? 0.3 : 0.12));
        }
    }
}

TEST_CASE("the port's semantics: its high end is the low one, the last chosen becomes 0", "[graph][augment]") {
    const Graph graph = orrery::graph::erdos_renyi(30, 0.2, 2);
    const auto pairs = spectrum::eigen_pairs(std::vector<Graph>{graph}).front();
    Options options;
    options.semantics = Options::Semantics::port;
    options.frequency_ratio = 0.2;
    options.probability = 1;
    options.std = 0.01;
    options.weighted = true;
    Random random(1);
    const Augmented high = dual_prism(options)->apply(graph, pairs, random);
    // The six lowest were chosen, the zero among them was last: it stays 0 and the noise is small.
    for (std::size_t k = 0; k < 6; ++k) CHECK(std::abs(high.changes.delta[k]) < 0.1);
    for (std::size_t k = 6; k < 30; ++k) CHECK(high.changes.delta[k] == 0);
    CHECK(high.changes.delta[5] != 0);
    options.band = Band::low;
    const Augmented low = dual_prism(options)->apply(graph, pairs, random);
    // The six highest were chosen; the lowest of them, which is last, became 0.
    CHECK(low.changes.delta[24] == Approx(-pairs.values[24]));
    CHECK(low.changes.delta[23] == 0);
    for (std::size_t k = 25; k < 30; ++k) CHECK(std::abs(low.changes.delta[k]) < 0.1);
    const Column* weights = find(low.graph.edge, "weight");
    REQUIRE(weights);
    for (std::size_t k = 0; k < weights->size(); ++k) {
        const double scaled = weights->number(k) * 1e5;
        CHECK(std::abs(scaled - std::round(scaled)) < 1e-6);
    }
    // What falls to 0 or below becomes 0.01, and the chosen ones are in order.
    options.std = 1000;
    options.band = Band::high;
    const Augmented wild = dual_prism(options)->apply(graph, pairs, random);
    std::vector<double> now;
    for (std::size_t k = 0; k < 6; ++k) now.push_back(pairs.values[k] + wild.changes.delta[k]);
    for (std::size_t k = 1; k < 6; ++k) CHECK(now[k] > now[k - 1] - 1e-9);
    CHECK(std::abs(now[0]) < 1e-9);
    CHECK(std::count_if(now.begin(), now.end(), [](double v) { return std::abs(v - 0.01) < 1e-9; }) >= 1);
    // Nodes at the end without edges stay.
    Graph longer = graph;
    longer.nodes += 3;
    options.weighted = false;
    options.std = 2;
    CHECK(apply(*dual_prism(options), longer, 5).graph.nodes == 33);
}

TEST_CASE("nothing depends on the number of threads, and copies differ", "[graph][augment]") {
    std::vector<Graph> graphs;
    for (std::uint64_t seed = 0; seed < 60; ++seed)
        graphs.push_back(orrery::graph::erdos_renyi(10 + static_cast<std::int32_t>(seed), 0.2, seed));
    Options options;
    options.probability = 1;
    options.std = 3;
    const auto noise = dual_prism(options);
    spectrum::Options one, four;
    four.threads = 4;
    const auto a = augment_all(*noise, graphs, pairs_for(*noise, graphs, one), {2, 5, 0, 1});
    const auto b = augment_all(*noise, graphs, pairs_for(*noise, graphs, four), {2, 5, 0, 4});
    REQUIRE(a.size() == 120);
    std::size_t different = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        REQUIRE((a[i].graph == b[i].graph));
        if (i % 2 == 0) different += a[i].graph.edges != a[i + 1].graph.edges;
    }
    CHECK(different > 30);
    // A part of the set, told its place, gives the same.
    const std::span<const Graph> part = std::span(graphs).subspan(20, 5);
    const auto c = augment_all(*noise, part, pairs_for(*noise, part, one), {2, 5, 20, 1});
    for (std::size_t i = 0; i < c.size(); ++i) CHECK((c[i].graph == a[40 + i].graph));
}
