// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "gpu/spectrum/spectrum.h"
#include "plugins/graph/data/graph_sets.h"
#include "plugins/graph/learn/data_set.h"
#include "plugins/graph/learn/features.h"
#include "tests/catch.h"
#include "tests/graph/learn_graphs.h"

#include <cmath>
#include <limits>

using namespace orrery;
using namespace orrery::graph::learn;
using namespace learn_graphs;

namespace {

std::vector<double> row(const Features& features, const std::vector<float>& all, std::size_t node) {
    const auto count = static_cast<std::size_t>(features.count());
    return {all.begin() + static_cast<std::ptrdiff_t>(node * count),
            all.begin() + static_cast<std::ptrdiff_t>((node + 1) * count)};
}

std::vector<double> of(const Graph& graph, const FeatureOptions& options, std::size_t node) {
    const std::vector<Graph> graphs{graph};
    const Features features(graphs, options);
    return row(features, features.write(graphs, 1), node);
}

} // namespace

TEST_CASE("labels, attributes and degrees become columns", "[graph]") {
    Graph a = graph_of(3, {{0, 1}, {1, 2}}), b = graph_of(2, {});
    a.node = {{"label", std::vector<std::int64_t>{10, 2, 10}}, {"mass", std::vector<double>{1, 2, 3}}};
    b.node = {{"label", std::vector<std::int64_t>{7, 2}}, {"mass", std::vector<double>{4, 5}}};
    const std::vector<Graph> graphs{a, b};
    const Features labels(graphs, {});
    CHECK(labels.names() == std::vector<std::string>{"label=2", "label=7", "label=10"});
    const auto written = labels.write(graphs, 1);
    CHECK(written == std::vector<float>{0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0});
    const Features rest(graphs, {.parts = {"attributes", "degree", "constant"}});
    CHECK(rest.names() == std::vector<std::string>{"mass", "degree=0", "degree=1", "degree=2", "constant"});
    const auto second = row(rest, rest.write(graphs, 1), 1);
    CHECK(second[0] == Approx(-1 / std::sqrt(2.0))); // mean 3, variance 2
    CHECK(std::vector<double>(second.begin() + 1, second.end()) == std::vector<double>{0, 0, 1, 1});
}

TEST_CASE("columns are chosen by what the data set holds", "[graph]") {
    Graph graph = cycle(4);
    CHECK(Features(std::vector<Graph>{graph}, {}).names().back() == "degree=2");
    graph.node = {{"id", std::vector<std::int64_t>{9, 8, 7, 6}}, {"charge", std::vector<double>{1, 1, 1, 1}}};
    CHECK(Features(std::vector<Graph>{graph}, {}).names() == std::vector<std::string>{"charge"});
    CHECK(of(graph, {}, 2) == std::vector<double>{0}); // no deviation, so no division by it
}

TEST_CASE("what records how a set was made is no feature unless it is asked for", "[graph]") {
    using namespace orrery::graph;
    for (const GraphSet& set : {motif_set(4, 12, 1, 1), csl_set(2, 1), cycle_set(4, 6, 1),
                                block_count_set(4, 36, 6, 0.05, 1), triangle_density_set(4, 4, 8, 3, 1)}) {
        INFO(set.name);
        const Features features(set.graphs, {});
        for (const std::string& name : features.names()) CHECK(name.starts_with("degree="));
        const DataSet data = data_set_of(set, {}, Propagation::plain, 1);
        CHECK(data.remarks.size() == features.passed_over().size());
        CHECK(features.passed_over().size() == set.graphs[0].node.size());
        // Neither after a detour through an augmentation that drops nodes.
        GraphSet dropped = set;
        for (Graph& graph : dropped.graphs) {
            graph = induced(graph, {0, 2, 3});
            graph.node.push_back({"original", std::vector<std::int64_t>{0, 2, 3}});
        }
        const Features of_dropped(dropped.graphs, {});
        for (const std::string& name : of_dropped.names()) CHECK(name.starts_with("degree="));
    }
    CHECK(Features(motif_set(1, 12, 1, 1).graphs, {.parts = {"attributes"}}).names().at(0) == "motif");
    Graph ring = cycle(4);
    ring.node = {{"motif", std::vector<double>{1, 0, 0, 0}}, {"charge", std::vector<double>{1, 2, 3, 4}}};
    CHECK(Features(std::vector<Graph>{ring}, {}).names() == std::vector<std::string>{"charge"});
}

TEST_CASE("copies of one graph in a data set are told", "[graph]") {
    GraphSet set = two_classes(4);
    for (std::size_t i = 0; i < set.graphs.size(); ++i)
        set.graphs[i].graph.push_back({"original", std::vector<std::int64_t>{static_cast<std::int64_t>(i / 2 * 2)}});
    const auto remarks = [&] { return data_set_of(set, {}, Propagation::plain, 1).remarks; };
    REQUIRE(remarks().size() == 1);
    CHECK_THAT(remarks()[0], contains_text("4 graphs are further copies of 4 originals"));
    for (std::size_t i = 0; i < set.graphs.size(); ++i)
        set.graphs[i].graph.back().values = std::vector<std::int64_t>{static_cast<std::int64_t>(i)};
    CHECK(remarks().empty());
}

TEST_CASE("a graph from elsewhere keeps to the columns of the data set", "[graph]") {
    Graph known = cycle(4), other = graph_of(5, {{0, 1}, {0, 2}, {0, 3}, {0, 4}});
    known.node = {{"label", std::vector<std::int64_t>{0, 1, 0, 1}}};
    other.node = {{"label", std::vector<std::int64_t>{5, 1, 1, 1, 1}}};
    const Features features(std::vector<Graph>{known}, {.parts = {"labels", "degree"}});
    CHECK(row(features, features.write(std::vector<Graph>{other}, 1), 0) == std::vector<double>{0, 0, 0, 0, 1});
}

TEST_CASE("many degrees are standardised, and weights count in them", "[graph]") {
    Graph star = graph_of(1201, {});
    for (std::int32_t i = 1; i <= 1200; ++i) star.edges.push_back({0, i});
    const std::vector<double> centre = of(star, {.parts = {"degree"}}, 0);
    REQUIRE(centre.size() == 1);
    const double mean = 2400.0 / 1201, variance = (1200.0 * 1200 + 1200) / 1201 - mean * mean;
    CHECK(centre[0] == Approx((1200 - mean) / std::sqrt(variance)).epsilon(1e-5));
    Graph weighted = graph_of(3, {{0, 1}, {0, 2}});
    weighted.edge = {{"weight", std::vector<double>{1.7, 0.6}}};
    CHECK(of(weighted, {.parts = {"degree"}}, 0) == std::vector<double>{0, 0, 1}); // 2.3
    CHECK(of(weighted, {.parts = {"degree"}}, 2) == std::vector<double>{0, 1, 0});
}

TEST_CASE("closed walks have their probabilities", "[graph]") {
    // On a path of three: from the middle always back after two steps, from an end half the time.
    const Graph path = graph_of(3, {{0, 1}, {1, 2}});
    CHECK(of(path, {.parts = {"constant"}, .walks = 4}, 1) == std::vector<double>{1, 1, 0, 1});
    CHECK(of(path, {.parts = {"constant"}, .walks = 4}, 0) == std::vector<double>{1, 0.5, 0, 0.5});
    const auto triangle = of(cycle(3), {.parts = {"constant"}, .walks = 3}, 0);
    CHECK(triangle[1] == Approx(0.5));
    CHECK(triangle[2] == Approx(0.25));
    CHECK(of(graph_of(2, {}), {.parts = {"constant"}, .walks = 3}, 0) == std::vector<double>{1, 0, 0});
}

TEST_CASE("places in eigenspaces are those of the closed form", "[graph]") {
    // C_6: eigenvalues 0, 1, 1, 3, 3, 4; every projection is even over the nodes.
    const auto ring = of(cycle(6), {.parts = {"constant"}, .positional = 4}, 2);
    const std::vector<double> expected{1, 1, 3, 4, 0, 1, 1, 1, 0};
    REQUIRE(ring.size() == expected.size());
    for (std::size_t i = 0; i < ring.size(); ++i) CHECK(ring[i] == Approx(expected[i]).margin(1e-6));
    // P_3: eigenvalue 1 with (1, 0, -1)/sqrt 2, whose sign can't be told; 3 with (1, -2, 1)/sqrt 6, flipped by its
    // cubes.
    const Graph path = graph_of(3, {{0, 1}, {1, 2}});
    const auto end = of(path, {.parts = {"constant"}, .positional = 2, .form = PositionalForm::signs}, 0);
    const std::vector<double> of_end{1, 1, 3, std::sqrt(1.5), std::sqrt(0.5), 0, -std::sqrt(0.5)};
    REQUIRE(end.size() == of_end.size());
    for (std::size_t i = 0; i < end.size(); ++i) CHECK(end[i] == Approx(of_end[i]).margin(1e-6));
}

TEST_CASE("positional columns don't depend on the basis that a solver chose", "[graph]") {
    // Two bases of the eigenspaces of C_5, rotated and reflected.
    const std::size_t n = 5;
    const auto basis = [&](double turn, double sign) {
        spectrum::EigenPairs pairs;
        pairs.n = n;
        const double pi = std::acos(-1.0), scale = std::sqrt(2.0 / 5);
        pairs.values = {0};
        pairs.vectors.assign(n, 1 / std::sqrt(5.0));
        for (int k = 1; k <= 2; ++k) {
            for (const double shift : {turn, turn + pi / 2}) {
                pairs.values.push_back(2 - 2 * std::cos(2 * pi * k / 5));
                for (std::size_t i = 0; i < n; ++i)
                    pairs.vectors.push_back(sign * scale * std::cos(2 * pi * k * static_cast<double>(i) / 5 + shift));
            }
        }
        return pairs;
    };
    const auto columns = [&](const spectrum::EigenPairs& pairs) {
        std::vector<float> out(n * 6, 0.0F);
        write_positional(pairs.values, pairs.vectors, n, 2, PositionalForm::signs, 6, out.data());
        return out;
    };
    const auto a = columns(basis(0, 1)), b = columns(basis(0.7, -1));
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i] == Approx(b[i]).margin(1e-6));
    CHECK(a[0] == Approx(1.381966).epsilon(1e-6));
}

TEST_CASE("renumbered graphs have the same rows in another order", "[graph]") {
    const Graph graph = random_graph(17, 0.25, 5);
    const FeatureOptions options{.parts = {"degree"}, .walks = 5, .positional = 6, .form = PositionalForm::signs};
    const std::vector<Graph> before{graph}, after{renumbered(graph, 3)};
    const Features features(before, options);
    const auto a = features.write(before, 1), b = features.write(after, 1);
    std::vector<std::vector<double>> rows, others;
    for (std::size_t i = 0; i < 17; ++i) {
        rows.push_back(row(features, a, i));
        others.push_back(row(features, b, i));
    }
    const auto nearest = [&](const std::vector<double>& wanted) {
        double least = 1e9;
        for (const auto& other : others) {
            double most = 0;
            for (std::size_t c = 0; c < wanted.size(); ++c) most = std::max(most, std::abs(wanted[c] - other[c]));
            least = std::min(least, most);
        }
        return least;
    };
    for (const auto& one : rows) CHECK(nearest(one) < 1e-5);
}

TEST_CASE("features that the graphs don't have are refused", "[graph]") {
    const std::vector<Graph> bare{cycle(4)};
    CHECK_THROWS_WITH(Features(bare, {.parts = {"labels"}}), contains_text("no node labels"));
    CHECK_THROWS_WITH(Features(bare, {.parts = {"attributes"}}), contains_text("no numbers"));
    CHECK_THROWS_WITH(parse_parts("labels, size"), contains_text("'size'"));
    CHECK(parse_parts("degree, labels,degree") == std::vector<std::string>{"degree", "labels"});
    CHECK(parse_parts("auto").empty());
    Graph broken = cycle(3);
    broken.node = {{"mass", std::vector<double>{1, std::numeric_limits<double>::quiet_NaN(), 2}}};
    CHECK_THROWS_WITH(Features(std::vector<Graph>{broken}, {}), contains_text("node 1 in graph 0"));
    Graph half = cycle(3);
    half.edge = {{"weight", std::vector<double>{1, std::numeric_limits<double>::infinity(), 2}}};
    CHECK_THROWS_WITH(weights_of(half), contains_text("weight of edge 1"));
}

TEST_CASE("labels are ordered by value", "[graph]") {
    std::vector<std::string> labels{"b", "10", "2", "-1", "a", "1.5"};
    std::sort(labels.begin(), labels.end(), LabelOrder());
    CHECK(labels == std::vector<std::string>{"-1", "1.5", "2", "10", "a", "b"});
}
