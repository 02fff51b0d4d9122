// SPDX-License-Identifier: BSD-3-Clause
// The usual augmentations, and what all augmentations share: attributes stay aligned, wrong graphs are refused.
#include "core/error.h"
#include "plugins/graph/augment/methods.h"
#include "plugins/graph/augment/peers.h"
#include "plugins/graph/data/classics.h"
#include "tests/catch.h"
#include "tests/graph/augmented.h"

using namespace augmented;

namespace {

// Every node of `after` has the row of some node of `before`, in the same order; edges join what they joined, and have
// no text where they came, `again` perhaps, after they had gone.
void check_aligned(const Graph& before, const Graph& after, bool again) {
    REQUIRE_NOTHROW(orrery::check(after, "augmented"));
    const Column *label = find(after.node, "label"), *value = find(after.node, "value"),
                 *name = find(after.node, "name");
    REQUIRE((label && value && name));
    std::int64_t last = -1;
    std::vector<std::int32_t> original;
    for (std::size_t i = 0; i < size_of(after.nodes); ++i) {
        const auto id = static_cast<std::int32_t>(label->number(i)) - 100;
        CHECK(id > last);
        CHECK(value->number(i) == 0.5 + id);
        CHECK(name->text(i) == "node " + std::to_string(id));
        original.push_back(id);
        last = id;
    }
    CHECK((after.graph == before.graph));
    const auto edges = edge_set(before);
    const Column* ends = find(after.edge, "ends");
    REQUIRE(ends);
    for (std::size_t k = 0; k < after.edges.size(); ++k) {
        const std::int32_t a = original[size_of(after.edges[k].from)], b = original[size_of(after.edges[k].to)];
        const bool old = edges.count(ascending({a, b})) == 1;
        if (again && ends->text(k).empty()) continue;
        CHECK(ends->text(k) == (old ? std::to_string(a) + "-" + std::to_string(b) : ""));
    }
}

} // namespace

TEST_CASE("attributes stay with their nodes and edges, isolated nodes at the end included", "[graph][augment]") {
    Graph graph = orrery::graph::erdos_renyi(24, 0.2, 11);
    graph.nodes += 4; // without edges
    graph = with_attributes(graph);
    for (const std::string method :
         {"dp-noise", "dp-mask", "chebyshev", "projection", "safe-flips", "drop-edge", "add-edge", "flips", "drop-node",
          "subgraph", "subgraph-bfs", "drop-edge+dp-noise", "drop-node+safe-flips"}) {
        MethodOptions options;
        options.method = method;
        options.probability = 0.9;
        options.low_pairs = 4;
        const auto augmentation = augmentation_of(options, {});
        CHECK(augmentation->name() == method.substr(0, method.find("-bfs")));
        std::size_t changed = 0;
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            CAPTURE(method, seed);
            const Augmented result = apply(*augmentation, graph, seed);
            check_aligned(graph, result.graph, method.find('+') != std::string::npos);
            changed += !result.changes.no_op;
            const bool fewer = method.find("drop-node") == 0 || method.find("subgraph") == 0;
            if (!fewer) CHECK(result.graph.nodes == 28);
            CHECK((result.changes.no_op == (result.graph == graph)));
            CHECK(static_cast<std::int64_t>(result.graph.edges.size()) ==
                  result.changes.original_edges + result.changes.added - result.changes.removed);
        }
        CHECK(changed > 0);
    }
}

TEST_CASE("an augmentation refuses what it can't take, and takes the smallest graphs", "[graph][augment]") {
    Graph directed = orrery::graph::path_graph(4), loop = directed, twice = directed;
    directed.directed = true;
    loop.edges.push_back({2, 2});
    twice.edges.push_back({1, 0});
    CHECK(simple_graph(directed).edges.size() == 3);
    CHECK(simple_graph(loop).edges.size() == 3);
    CHECK(simple_graph(twice).edges.size() == 3);
    Graph backwards;
    backwards.nodes = 3;
    backwards.edges = {{2, 1}, {1, 0}};
    CHECK(simple_graph(backwards) == backwards);
    for (const std::string& method : method_names()) {
        if (method == "g-mixup") continue;
        MethodOptions options;
        options.method = method;
        options.probability = 1;
        options.low_pairs = 2;
        const auto augmentation = augmentation_of(options, {});
        CAPTURE(method);
        for (const Graph& wrong : {directed, loop, twice}) {
            Random random(1);
            CHECK_THROWS_AS(augmentation->apply(wrong, {}, random), Error);
        }
        for (std::int32_t nodes = 0; nodes < 4; ++nodes) {
            Graph bare;
            bare.nodes = nodes;
            CHECK_NOTHROW(orrery::check(apply(*augmentation, bare, 1).graph, method));
        }
        CHECK_NOTHROW(orrery::check(apply(*augmentation, orrery::graph::complete_graph(2), 1).graph, method));
        Graph apart = orrery::graph::complete_graph(5);
        apart.nodes = 9;
        apart.edges.push_back({6, 7});
        CHECK_NOTHROW(orrery::check(apply(*augmentation, apart, 1).graph, method));
    }
}

TEST_CASE("rates of edges and nodes are met", "[graph][augment]") {
    const Graph graph = orrery::graph::watts_strogatz(100, 6, 0.3, 1); // 300 edges
    const auto check_edges = [&](const Augmentation& augmentation, double added, double removed) {
        double come = 0, gone = 0;
        for (std::uint64_t seed = 0; seed < 40; ++seed) {
            const Augmented result = apply(augmentation, graph, seed);
            const Changes seen = changes_between(graph, result.graph);
            CHECK(seen.added == result.changes.added);
            CHECK(seen.removed == result.changes.removed);
            come += static_cast<double>(seen.added) / 40;
            gone += static_cast<double>(seen.removed) / 40;
        }
        CAPTURE(augmentation.name());
        CHECK(come == Approx(added).margin(0.4));
        CHECK(gone == Approx(removed).margin(0.4));
    };
    check_edges(*drop_edge(0.1), 0, 30);
    check_edges(*drop_edge(0.0515), 0, 15.45); // rounded at random, right on average
    check_edges(*add_edge(0.2), 60, 0);
    check_edges(*flip_edges(0.1), 30 * (1 - 300.0 / 4950), 30 * 300.0 / 4950); // pairs, joined or not
    CHECK((edge_set(apply(*flip_edges(2), orrery::graph::star_graph(4), 1).graph) ==
           std::set<Edge>{{1, 2}, {1, 3}, {2, 3}})); // all six pairs
    CHECK(apply(*drop_edge(1), graph, 1).graph.edges.empty());
    CHECK(apply(*add_edge(100), graph, 1).graph.edges.size() == 4950);
    double nodes = 0, edges = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        nodes += apply(*drop_node(0.25), graph, seed).graph.nodes / 20.0;
        edges += static_cast<double>(apply(*drop_node(0.1, Share::edges), graph, seed).changes.removed) / 20;
        for (const Walk walk : {Walk::random, Walk::breadth_first}) {
            const Graph part = apply(*subgraph(0.3, walk), graph, seed).graph;
            CHECK(part.nodes == 70);
            // Connected: what one node reaches is all.
            std::vector<char> seen(70, 0);
            std::vector<std::int32_t> next{0};
            seen[0] = 1;
            const Adjacency adjacency = adjacency_of(part);
            while (!next.empty()) {
                const auto i = size_of(next.back());
                next.pop_back();
                for (auto e = adjacency.first[i]; e < adjacency.first[i + 1]; ++e) {
                    const std::int32_t j = adjacency.neighbour[static_cast<std::size_t>(e)];
                    if (!seen[size_of(j)]) next.push_back(j);
                    seen[size_of(j)] = 1;
                }
            }
            CHECK(std::count(seen.begin(), seen.end(), 1) == 70);
        }
    }
    CHECK(nodes == Approx(75));
    CHECK(edges == Approx(30).margin(2));
}

TEST_CASE("masked and noisy attributes: so many nodes, the right size, the rest as it was", "[graph][augment]") {
    Graph graph = with_attributes(orrery::graph::cycle_graph(400));
    graph.node.push_back({"id", std::vector<std::int64_t>(400, 9)});
    const Graph masked = apply(*mask_attributes(0.25), graph, 3).graph;
    CHECK((masked.edges == graph.edges));
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < 400; ++i) {
        const bool gone = find(masked.node, "value")->number(i) == 0;
        hidden += gone;
        CHECK((find(masked.node, "label")->number(i) == -1) == gone);
        CHECK(find(masked.node, "name")->text(i).empty() == gone);
        CHECK(find(masked.node, "id")->number(i) == 9);
    }
    CHECK(hidden == 100);
    const Graph noisy = apply(*feature_noise(0.1), graph, 3).graph;
    double square = 0;
    for (std::size_t i = 0; i < 400; ++i) {
        const double d = find(noisy.node, "value")->number(i) - find(graph.node, "value")->number(i);
        square += d * d / 400;
    }
    CHECK(std::sqrt(square) == Approx(0.1 * std::sqrt((400.0 * 400 - 1) / 12)).epsilon(0.12));
    CHECK((*find(noisy.node, "label") == *find(graph.node, "label")));
    CHECK(apply(*feature_noise(0), graph, 3).changes.no_op);
    CHECK(apply(*mask_attributes(0.5), orrery::graph::cycle_graph(6), 3).changes.no_op);
}

TEST_CASE("what is composed happens one after the other, the second on the spectrum that the first leaves",
          "[graph][augment]") {
    const Graph graph = *orrery::graph::classic("karate");
    std::vector<std::unique_ptr<Augmentation>> parts;
    DualPrismOptions options;
    options.probability = 1;
    parts.push_back(drop_edge(0.2));
    parts.push_back(dual_prism(options));
    const auto both = compose(std::move(parts));
    CHECK(both->name() == "drop-edge+dp-noise");
    Random together(5), apart(5);
    const Augmented result = both->apply(graph, {}, together);
    const Augmented first = drop_edge(0.2)->apply(graph, {}, apart);
    const auto noise = dual_prism(options);
    const Augmented second = noise->apply(first.graph, pairs_for(*noise, first.graph), apart);
    CHECK((result.graph == second.graph));
    const Changes total = changes_between(graph, result.graph);
    CHECK(result.changes.added == total.added);
    CHECK(result.changes.removed == total.removed);
    CHECK((compose({})->apply(graph, {}, together).graph == graph));
}

TEST_CASE("edits after nodes were dropped are counted between the nodes that stayed", "[graph][augment]") {
    const Graph graph = *orrery::graph::classic("karate");
    std::vector<std::unique_ptr<Augmentation>> parts;
    parts.push_back(drop_node(0.3));
    parts.push_back(subgraph(0.2));
    parts.push_back(drop_edge(0.1));
    const Augmented result = apply(*compose(std::move(parts)), graph, 5);
    REQUIRE(result.changes.kept.size() == static_cast<std::size_t>(result.graph.nodes));
    REQUIRE(result.graph.nodes < 28);
    CHECK(result.changes.added == 0);
    CHECK(result.changes.removed == 78 - static_cast<std::int64_t>(result.graph.edges.size()));
    const EdgeIndex index(graph);
    for (const Edge& e : result.graph.edges)
        CHECK(index(result.changes.kept[static_cast<std::size_t>(e.from)],
                    result.changes.kept[static_cast<std::size_t>(e.to)]) >= 0);
}

TEST_CASE("methods that don't go together are refused with a sentence", "[graph][augment]") {
    const auto sentences = [](auto change) {
        MethodOptions options;
        change(options);
        return problems_of(options);
    };
    CHECK(sentences([](auto&) {}).empty());
    CHECK(sentences([](auto& o) { o.method = "dp-nose"; }).at(0).find("did you mean dp-noise") != std::string::npos);
    CHECK(sentences([](auto& o) { o.method = "drop-edge+"; }).size() == 1);
    CHECK(sentences([](auto& o) { o.method = ""; }).size() == 1);
    CHECK(sentences([](auto& o) { o.method = "drop-edge", o.output = "weighted"; }).size() == 1);
    CHECK(sentences([](auto& o) { o.output = "weighted", o.edit_rate = 0.1; }).size() == 1);
    CHECK(sentences([](auto& o) { o.semantics = "port", o.binarise = "top-m"; }).size() == 1);
    CHECK(sentences([](auto& o) { o.low_rank = true, o.band = "low"; }).size() == 1);
    CHECK(sentences([](auto& o) { o.method = "projection", o.binarise = "top-m"; }).size() == 1);
    MethodOptions wrong;
    wrong.method = "nothing";
    CHECK_THROWS_AS(augmentation_of(wrong, {}), Error);
}
