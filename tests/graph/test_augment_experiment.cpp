// SPDX-License-Identifier: BSD-3-Clause
// graph.augment and graph.study as experiments: metrics, artifacts, what they say before and after.
#include "plugins/graph/augment/statistics.h"
#include "plugins/graph/augment/study.h"
#include "tests/experiments.h"
#include "tests/graph/augmented.h"
#include "tests/graph/set_file.h"

using namespace augmented;
using namespace experiments;

namespace {

bool said(const MemoryRun& run, const std::string& part) { return some_contains(run.log_lines(), part); }

GraphSet small_set() {
    GraphSet set;
    set.name = "small";
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        Graph g = orrery::graph::erdos_renyi(12 + static_cast<std::int32_t>(seed), 0.3, seed);
        g.nodes += 1; // isolated
        g = with_attributes(std::move(g));
        g.graph = {{"label", std::vector<std::int64_t>{static_cast<std::int64_t>(seed % 2)}}};
        set.graphs.push_back(std::move(g));
    }
    return set;
}

} // namespace

TEST_CASE("graph.augment keeps the low pairs in weighted mode and tells of no-ops", "[graph][augment]") {
    const std::vector<std::string> strong{"input=karate",  "method=dp-noise", "frequency_ratio=0.5",
                                          "probability=1", "std=2",           "output=weighted"};
    const auto weighted = ran("graph.augment", strong);
    CHECK(weighted->last("spectrum/low_drift") <= 1e-10 * 18.2);
    CHECK(weighted->last("spectrum/low_drift") > 0);
    CHECK(weighted->last("no_op_rate") == 0);
    CHECK(weighted->last("edit_rate") < 1); // weights above 1/2 alone are edges, as once binarised
    CHECK(weighted->last("removed_share") > 0);
    const GraphSet made = read_graphs(weighted->artifacts().at("augmented").file);
    REQUIRE(made.graphs.size() == 1);
    CHECK(made.graphs[0].nodes == 34);
    CHECK(find(made.graphs[0].edge, "weight") != nullptr);
    CHECK(made.graphs[0].edges.size() > 400);
    CHECK(read_graphs(weighted->artifacts().at("original").file).graphs[0].edges.size() == 78);

    const auto quiet =
        ran("graph.augment", {"input=karate", "method=dp-noise", "frequency_ratio=0.2", "probability=1", "std=0.01"});
    CHECK(quiet->last("no_op_rate") == 1);
    CHECK(quiet->last("no_op_bound") > 0.999);
    CHECK(quiet->last("edit_rate") == 0);
    CHECK(quiet->last("change/diameter") == 0);
    CHECK(quiet->last("properties/original/diameter") == 5);
    CHECK(quiet->last("properties/augmented/average_shortest_path") == Approx(2.408199643));
    CHECK(said(*quiet, "Before anything is drawn"));
    CHECK(said(*quiet, "over half of the graphs can't change"));
    CHECK(said(*quiet, "1 of 1 augmented graphs are what they were"));
    CHECK(!said(*weighted, "Warning"));

    const auto again = ran("graph.augment", strong);
    CHECK(weighted->last("spectrum/low_drift") == again->last("spectrum/low_drift"));
    CHECK(weighted->last("spectrum/sorted_drift") == again->last("spectrum/sorted_drift"));
}

TEST_CASE("graph.augment of a data set: shares, copies, labels and what is destroyed", "[graph][augment]") {
    const SetFile file(small_set());
    const auto run =
        ran("graph.augment", {file.parameter(), "method=flips", "edit_rate=0.2", "share=0.5", "copies=3"}, 4);
    CHECK(run->last("graphs") == 12);
    CHECK(run->last("augmented") == 18);
    CHECK(run->last("edit_rate") == Approx(0.2).margin(0.03));
    CHECK(run->last("added_share") + run->last("removed_share") == Approx(run->last("edit_rate")));
    const GraphSet before = read_graphs(run->artifacts().at("original").file),
                   after = read_graphs(run->artifacts().at("augmented").file);
    REQUIRE(before.graphs.size() == 12);
    REQUIRE(after.graphs.size() == 24); // six stay, six come three times
    std::size_t same = 0, place = 0;
    for (const Graph& g : after.graphs) {
        while (place < 12 && before.graphs[place].nodes != g.nodes) ++place;
        REQUIRE(place < 12);
        CHECK((*find(g.graph, "label") == *find(before.graphs[place].graph, "label")));
        CHECK((g.node == before.graphs[place].node));
        same += g.edges == before.graphs[place].edges;
    }
    CHECK(same == 6);
    const auto destroyed = ran("graph.augment", {file.parameter(), "method=drop-edge", "edit_rate=1"}, 4);
    CHECK(said(*destroyed, "no edges left"));
    CHECK(destroyed->last("properties/augmented/connected") == 0);

    const auto mixup = ran("graph.augment", {file.parameter(), "method=g-mixup"}, 1);
    CHECK(mixup->last("augmented") == 12);
    GraphSet weighted = small_set();
    for (Graph& g : weighted.graphs) g.edge.push_back({"weight", std::vector<double>(g.edges.size(), 2.5)});
    weighted.graphs[3].directed = true;
    const SetFile second(weighted);
    const auto weights = ran("graph.augment", {second.parameter(), "std=0"}, 1);
    CHECK(said(*weights, "12 of 12 graphs have edge weights"));
    CHECK(said(*weights, "1 of 12 graphs has directed edges"));
    CHECK(weights->last("spectrum/low_drift") < 1e-9);
}

TEST_CASE("graph.augment and graph.study refuse wrong parameters with sentences", "[graph][augment]") {
    CHECK(problems_with("graph.augment", {"input=karate"}).empty());
    CHECK(problems_with("graph.augment", {"input=karat"}).size() == 1);
    CHECK(some_contains(sentences_of("graph.augment", {"method=dp-nose"}), "did you mean"));
    CHECK(problems_with("graph.augment", {"frequency_ratio=1.5"}).size() == 1);
    CHECK(problems_with("graph.augment", {"output=weighted", "edit_rate=0.1"}).size() == 1);
    CHECK(problems_with("graph.study", {"input=karate"}).empty());
    CHECK(problems_with("graph.study", {"budgets=1,x"}).size() == 1);
    CHECK(problems_with("graph.study", {"budgets="}).size() == 1);
    CHECK(problems_with("graph.study", {"methods=drop-edge,nothing"}).size() == 1);
    CHECK(problems_with("graph.study", {"smallest=50", "largest=20"}).size() == 1);
}

TEST_CASE("graph.study meets its budgets and orders safe flips before random ones", "[graph][augment]") {
    GraphSet set;
    for (std::uint64_t seed = 0; seed < 30; ++seed)
        set.graphs.push_back(orrery::graph::watts_strogatz(24, 4, 0.2, seed));
    const SetFile file(set);
    const auto run = ran("graph.study",
                         {file.parameter(), "budgets=10,dp", "methods=dp-noise,drop-edge,drop-node,flips,safe-flips"});
    for (const std::string method : {"dp-noise", "drop-edge", "flips", "safe-flips"})
        CHECK(run->last("mean/" + method + "/10/edit_rate") == Approx(0.1).margin(0.012));
    CHECK(run->last("mean/drop-node/10/edit_rate") == Approx(0.1).margin(0.04));
    CHECK(run->last("mean/flips/dp/edit_rate") == Approx(run->last("mean/dp-noise/dp/edit_rate")).epsilon(1e-9));
    CHECK(run->last("mean/safe-flips/10/low_eigenvalues") < run->last("mean/flips/10/low_eigenvalues"));
    CHECK(run->last("mean/safe-flips/10/connected") == 1);
    CHECK(run->last("spread/flips/10/diameter") > 0);
    CHECK(run->last("spearman/flips/10/average_shortest_path") > 0.2);
    CHECK(run->last("spearman/flips/10/average_shortest_path_p") < 0.3);
    CHECK(run->last("graphs") <= 30);
    CHECK(run->artifacts().count("study") == 1);
    CHECK(run->artifacts().count("correlations") == 1);
}

TEST_CASE("rank correlation and its p-value", "[graph][augment]") {
    const std::vector<double> a{1, 2, 3, 4, 5, 6, 7}, b{2, 1, 4, 3, 7, 5, 6}, tied{1, 1, 2, 2, 3, 3, 3};
    // 1 - 6 sum d^2 / (n (n^2 - 1)) with sum d^2 = 1 + 1 + 1 + 1 + 4 + 1 + 1.
    const Correlation c = spearman(a, b);
    CHECK(c.rho == Approx(1 - 6.0 * 10 / (7 * 48)));
    // t = 3.1857 with 5 degrees of freedom: 2 (1 - F(t)) by the closed form for odd degrees.
    const double t = c.rho * std::sqrt(5 / (1 - c.rho * c.rho)), angle = std::atan(t / std::sqrt(5.0));
    const double inside =
        2 / std::acos(-1.0) * (angle + std::sin(angle) * (std::cos(angle) + 2.0 / 3 * std::pow(std::cos(angle), 3)));
    CHECK(c.p_value == Approx(1 - inside).epsilon(1e-10));
    CHECK(spearman(a, tied).rho == Approx(0.9449111825).epsilon(1e-9)); // ranks 1.5, 1.5, 3.5, 3.5, 6, 6, 6
    CHECK(spearman(a, a).p_value < 1e-12);
    const std::vector<double> constant(7, 3.0);
    CHECK(std::isnan(spearman(a, constant).rho));
    CHECK_THROWS_AS(budgets_of("10,0"), Error);
    CHECK(budgets_of(" 2.5, dp").front().rate == 0.025);
}
