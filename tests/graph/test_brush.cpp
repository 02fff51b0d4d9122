// SPDX-License-Identifier: BSD-3-Clause
// The spectrum brush: what lies outside of the band stays, what lies in it changes as in Dual-Prism, in any numbering.
#include "core/error.h"
#include "plugins/graph/augment/brush.h"
#include "plugins/graph/augment/drift.h"
#include "plugins/graph/data/classics.h"
#include "tests/catch.h"
#include "tests/graph/augmented.h"

using namespace augmented;
using Change = Stroke::Change;

namespace {

// With repeated eigenvalues, but for the last two.
std::vector<Graph> some_graphs() {
    using namespace orrery::graph;
    return {*classic("petersen"),  hypercube_graph(4),       *classic("les-miserables"),
            ring_of_cliques(4, 5), erdos_renyi(60, 0.12, 3), barabasi_albert(45, 2, 5)};
}

std::vector<double> eigenvalues_of(const Graph& graph) {
    return spectrum::eigen_pairs_of(std::vector<std::vector<double>>{laplacian(graph)}).front().values;
}

double largest_difference(std::span<const double> a, std::span<const double> b) {
    REQUIRE(a.size() == b.size());
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

std::vector<Stroke> strokes(std::size_t low, std::size_t high) {
    Stroke noise, mask, scale, matched;
    mask.change = Change::mask;
    scale.change = Change::scale;
    scale.factor = 1.4;
    matched.edit_rate = 0.1;
    std::vector<Stroke> all{noise, mask, scale, matched};
    for (Stroke& s : all) {
        s.low = low;
        s.high = high;
        s.seed = 7;
    }
    return all;
}

} // namespace

TEST_CASE("a band of all eigenvalues is Dual-Prism with the frequency ratio 1", "[graph][brush]") {
    for (const Graph& graph : some_graphs()) {
        const Brush brush(graph);
        for (const bool weighted : {false, true}) {
            for (const bool mask : {false, true}) {
                DualPrismOptions options;
                options.kind = mask ? DualPrismOptions::Kind::mask : DualPrismOptions::Kind::noise;
                options.frequency_ratio = 1;
                options.probability = 0.6;
                options.std = 2;
                options.weighted = weighted;
                Random random(seed_of({11, 0, 0}));
                const Augmented expected = dual_prism(options)->apply(graph, brush.pairs(), random);
                Stroke stroke{0, brush.pairs().pairs(), mask ? Change::mask : Change::noise};
                stroke.probability = 0.6;
                stroke.seed = 11;
                stroke.weighted = weighted;
                const Brush::Result result = brush.paint(stroke);
                CHECK((result.augmented.graph == expected.graph));
                CHECK((result.augmented.changes.delta == expected.changes.delta));
                CHECK(result.clusters == brush.clusters().size());
                CHECK(result.low == 1); // the eigenvalue 0 is in no band
            }
        }
    }
}

TEST_CASE("an empty band gives the very same graph", "[graph][brush]") {
    for (const Graph& graph : some_graphs()) {
        const Brush brush(with_attributes(graph));
        for (const std::size_t at : {std::size_t{0}, std::size_t{5}, brush.pairs().pairs()}) {
            for (Stroke& stroke : [&] { return strokes(at, at); }()) {
                const Brush::Result result = brush.paint(stroke);
                CHECK((result.augmented.graph == brush.graph()));
                CHECK(result.edit_rate() == 0);
                CHECK(result.clusters == 0);
                CHECK(result.low_drift <= 1e-12 * brush.pairs().values.back());
                stroke.weighted = true;
                stroke.edit_rate = 0;
                CHECK(brush.paint(stroke).augmented.graph.edges.size() == graph.edges.size());
            }
        }
    }
}

TEST_CASE("weights keep the eigenpairs outside of the band, and give those within it the values they were to have",
          "[graph][brush]") {
    int seen = 0;
    for (const Graph& graph : some_graphs()) {
        const Brush brush(graph);
        const auto n = brush.pairs().pairs();
        const double largest = brush.pairs().values.back();
        for (Stroke stroke : strokes(n / 3, n - n / 4)) {
            stroke.weighted = true;
            stroke.edit_rate = 0;
            const Brush::Result result = brush.paint(stroke);
            if (result.clusters == 0) continue; // cut by the band
            ++seen;
            CHECK(result.low_drift <= 1e-10 * largest);
            // By hand, for the pairs below the band.
            const auto matrix = laplacian(result.augmented.graph);
            for (std::size_t k = 0; k < result.low; ++k) {
                const auto u = brush.pairs().vector(k);
                for (std::size_t i = 0; i < n; ++i) {
                    const double image = std::inner_product(u.begin(), u.end(),
                                                            matrix.begin() + static_cast<std::ptrdiff_t>(i * n), 0.0);
                    REQUIRE(std::abs(image - brush.pairs().values[k] * u[i]) <= 1e-10 * largest);
                }
            }
            // Edges that came and went, by weights above 1/2.
            const auto before = edge_set(graph);
            std::set<Edge> after;
            for (std::size_t e = 0; e < result.augmented.graph.edges.size(); ++e)
                if (find(result.augmented.graph.edge, "weight")->number(e) > 0.5)
                    after.insert(ascending(result.augmented.graph.edges[e]));
            const auto lacking = [](const std::set<Edge>& from, const std::set<Edge>& of) {
                return std::count_if(from.begin(), from.end(), [&](const Edge& e) { return !of.contains(e); });
            };
            CHECK(result.added == lacking(after, before));
            CHECK(result.removed == lacking(before, after));
            std::vector<double> expected = brush.pairs().values;
            for (std::size_t k = 0; k < n; ++k) expected[k] += result.augmented.changes.delta[k];
            std::sort(expected.begin(), expected.end());
            CHECK(largest_difference(eigenvalues_of(result.augmented.graph), expected) <= 1e-9 * largest);
            CHECK(std::any_of(result.augmented.changes.delta.begin(), result.augmented.changes.delta.end(),
                              [](double d) { return std::abs(d) > 0.1; }));
        }
    }
    CHECK(seen >= 16);
}

TEST_CASE("the brush does the same in any numbering of the nodes, equal eigenvalues or not", "[graph][brush]") {
    std::size_t edits = 0;
    for (const Graph& graph : some_graphs()) {
        const Brush brush(graph);
        const auto place = shuffled(graph.nodes, 21);
        const Brush other(renumbered(graph, place));
        const auto n = brush.pairs().pairs();
        for (const Stroke& stroke : strokes(n / 2, n)) {
            const Brush::Result a = brush.paint(stroke), b = other.paint(stroke);
            CHECK((edge_set(renumbered(a.augmented.graph, place)) == edge_set(b.augmented.graph)));
            CHECK(a.low == b.low);
            CHECK(a.high == b.high);
            CHECK(largest_difference(a.augmented.changes.delta, b.augmented.changes.delta) <= 1e-9);
            edits += static_cast<std::size_t>(a.added + a.removed);
        }
    }
    CHECK(edits > 100);
}

TEST_CASE("a cluster that the band cuts stays as it is", "[graph][brush]") {
    const Brush brush(orrery::graph::star_graph(10)); // 0, eight times 1, 10
    REQUIRE(brush.clusters().size() == 2);
    const auto mask = [&](std::size_t low, std::size_t high) { return brush.paint({low, high, Change::mask}); };
    CHECK(mask(2, 9).clusters == 0);
    CHECK(mask(1, 8).clusters == 0);
    CHECK(mask(1, 9).clusters == 1);
    const Brush::Result top = mask(4, 10);
    CHECK(top.clusters == 1);
    CHECK(top.low == 9);
    CHECK(top.high == 10);
    CHECK(top.augmented.changes.delta[9] == Approx(-10));
    CHECK(top.augmented.changes.delta[8] == 0);
}

TEST_CASE("a band that moves draws no new numbers", "[graph][brush]") {
    const Brush brush(orrery::graph::erdos_renyi(40, 0.15, 2));
    Stroke wide{1, 40}, narrow{15, 30};
    wide.seed = narrow.seed = 3;
    const auto all = brush.paint(wide).augmented.changes.delta, some = brush.paint(narrow).augmented.changes.delta;
    for (std::size_t k = 0; k < 40; ++k) CHECK(some[k] == (k >= 15 && k < 30 ? all[k] : 0));
    narrow.seed = 4;
    CHECK((brush.paint(narrow).augmented.changes.delta != some));
}

TEST_CASE("a factor of 1 changes nothing, and 0 is the mask", "[graph][brush]") {
    const Brush brush(*orrery::graph::classic("karate"));
    Stroke one{20, 34, Change::scale};
    one.factor = 1;
    CHECK((brush.paint(one).augmented.graph == brush.graph()));
    Stroke zero = one, mask{20, 34, Change::mask};
    zero.factor = 0;
    CHECK((brush.paint(zero).augmented.graph == brush.paint(mask).augmented.graph));
    CHECK_FALSE((brush.paint(mask).augmented.graph == brush.graph()));
}

TEST_CASE("an edit rate is met as nearly as one factor on all changes can", "[graph][brush]") {
    const Brush brush(orrery::graph::erdos_renyi(80, 0.1, 9));
    const auto edges = static_cast<double>(brush.graph().edges.size());
    for (const double rate : {0.02, 0.1, 0.3}) {
        Stroke stroke{40, 80};
        stroke.seed = 1;
        stroke.edit_rate = rate;
        const Brush::Result result = brush.paint(stroke);
        CHECK(std::abs(static_cast<double>(result.added + result.removed) - rate * edges) <= 2);
        CHECK(result.scale > 0);
        // The factor alone leads to the same graph.
        const auto clusters = clusters_between(brush.pairs(), 40, 80);
        for (const Cluster& c : clusters) {
            const double delta = result.augmented.changes.delta[c.begin];
            CHECK(delta >= -c.value);
        }
        std::vector<double> p;
        perturbation(brush.pairs(), result.augmented.changes.delta, p);
        Random random(0);
        const Flips flips = flips_of(brush.graph(), EdgeIndex(brush.graph()), p, Rule::threshold, random);
        CHECK((edge_set(edited(brush.graph(), flips.removed, flips.added).graph) == edge_set(result.augmented.graph)));
    }
}

TEST_CASE("a perturbation is the same at any scale, whichever scales came before", "[graph][brush]") {
    const Brush brush(*orrery::graph::classic("les-miserables"));
    Random random(5);
    const auto drawn = draw_noise(brush.clusters(), 0.8, 3, random);
    ScaledPerturbation scaled(brush.pairs(), brush.clusters(), drawn);
    std::vector<double> expected;
    for (const double scale : {1.0, 8.0, 0.1, 64.0, 2.5, 0.0, 2.4999, 1.0}) {
        perturbation(brush.pairs(),
                     spread(brush.clusters(), clamped(brush.clusters(), drawn, scale), brush.pairs().pairs()),
                     expected);
        const double size = std::abs(*std::max_element(expected.begin(), expected.end(),
                                                       [](double a, double b) { return std::abs(a) < std::abs(b); }));
        CHECK(largest_difference(scaled.at(scale), expected) <= 1e-11 * std::max(1.0, size));
    }
}

TEST_CASE("small and odd graphs have a spectrum to brush, or a sentence why not", "[graph][brush][P9]") {
    for (const std::int32_t nodes : {0, 1, 2}) {
        Graph graph;
        graph.nodes = nodes; // without edges: all eigenvalues are 0
        const Brush brush(graph);
        CHECK(brush.clusters().empty());
        CHECK((brush.paint({0, static_cast<std::size_t>(nodes)}).augmented.graph == graph));
    }
    Graph large;
    large.nodes = Brush::most_nodes + 1;
    CHECK_THROWS_WITH(Brush(large), contains_text("3001 nodes"));
    Graph loop;
    loop.nodes = 2;
    loop.edges = {{0, 0}};
    CHECK_THROWS_AS(Brush(loop), Error);
}
