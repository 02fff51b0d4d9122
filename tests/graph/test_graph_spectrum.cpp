// SPDX-License-Identifier: BSD-3-Clause
// The experiment graph.spectrum as a whole.
#include "core/files/graph_file.h"
#include "tests/catch.h"
#include "tests/experiments.h"
#include "tests/graph/set_file.h"
#include "tests/graph/tu_data.h"

#include <cmath>

using namespace experiments;

namespace {

std::vector<double> eigenvalues(const MemoryRun& run) {
    std::vector<double> values;
    const auto metrics = run.metrics();
    for (const auto& [index, value] : metrics.at("spectrum/eigenvalue")) values.push_back(value);
    return values;
}

} // namespace

TEST_CASE("graph.spectrum gives the closed forms of fixed families", "[graph]") {
    const auto cycle = ran("graph.spectrum", {"input=cycle(n=12)"});
    std::vector<double> expected;
    for (int k = 0; k < 12; ++k) expected.push_back(2 - 2 * std::cos(2 * std::acos(-1.0) * k / 12));
    std::sort(expected.begin(), expected.end());
    const auto values = eigenvalues(*cycle);
    REQUIRE(values.size() == 12);
    for (std::size_t k = 0; k < 12; ++k) CHECK(std::abs(values[k] - expected[k]) < 1e-13);
    CHECK(cycle->last("spectrum/clusters") == 7);
    CHECK(cycle->last("spectrum/repeated") == 1);
    CHECK(cycle->last("spectrum/zeros") == 1);
    CHECK(cycle->last("residual") < 1e-13);
    const auto path = ran("graph.spectrum", {"input=path(n=9)"});
    CHECK(path->last("spectrum/clusters") == 9);
    CHECK(path->last("spectrum/repeated") == 0);
    CHECK(ran("graph.spectrum", {"input=petersen"})->last("spectrum/clusters") == 3);
    const auto karate = ran("graph.spectrum", {"input=karate"});
    CHECK(std::abs(karate->last("largest_eigenvalue") - 18.136695973004) < 1e-11);
    CHECK(std::abs(karate->last("algebraic_connectivity") - 0.468525226701) < 1e-11);
}

TEST_CASE("graph.spectrum hands eigenvectors on as node attributes", "[graph]") {
    const auto run = ran("graph.spectrum", {"input=path(n=5)", "vectors=2"});
    const Graph graph = read_graphs(run->artifacts().at("graph").file).graphs.at(0);
    const Column *constant = find(graph.node, "u0"), *slow = find(graph.node, "u1");
    REQUIRE(constant != nullptr);
    REQUIRE(slow != nullptr);
    CHECK(find(graph.node, "u2") == nullptr);
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(constant->number(i) == Approx(1 / std::sqrt(5.0)).epsilon(1e-12));
        CHECK(std::abs(slow->number(i)) ==
              Approx(std::sqrt(0.4) * std::abs(std::cos(std::acos(-1.0) * (static_cast<double>(i) + 0.5) / 5)))
                  .margin(1e-12));
    }
}

TEST_CASE("graph.spectrum counts components and takes graphs without nodes", "[graph]") {
    Graph apart;
    apart.nodes = 5;
    apart.edges = {{0, 1}, {2, 3}};
    const SetFile file({"apart", {apart, Graph{}}});
    const auto run = ran("graph.spectrum", {file.parameter()});
    CHECK(run->last("graphs") == 2);
    CHECK(run->last("spectrum/zeros") == 3);
    CHECK(run->last("algebraic_connectivity") == 0);
    CHECK(run->last("largest_eigenvalue") == Approx(2).epsilon(1e-14));
    CHECK(std::isnan(ran("graph.spectrum", {"input=path(n=0)"})->last("largest_eigenvalue")));
}

TEST_CASE("graph.spectrum takes both ends of a large graph's spectrum", "[graph][slow]") {
    const auto run = ran("graph.spectrum", {"input=grid(rows=90,columns=60)", "count=5"});
    const auto values = eigenvalues(*run);
    REQUIRE(values.size() == 10);
    const auto of_path = [](int n, int k) { return 2 - 2 * std::cos(std::acos(-1.0) * k / n); };
    CHECK(std::abs(values[1] - of_path(90, 1)) < 1e-9);
    CHECK(std::abs(values[2] - of_path(60, 1)) < 1e-9);
    CHECK(std::abs(values[9] - of_path(90, 89) - of_path(60, 59)) < 1e-9);
    CHECK(run->metrics().at("spectrum/eigenvalue").rbegin()->first == 5399);
    CHECK(run->last("residual") < 1e-9);
}

TEST_CASE("most graphs of real data sets have repeated eigenvalues", "[graph]") {
    const auto mutag = tu_data("MUTAG"), proteins = tu_data("PROTEINS");
    if (mutag.empty() || proteins.empty()) {
        WARN("skipped: no MUTAG and PROTEINS in ORRERY_TU_DATA or ../shared/data/tu");
        return;
    }
    const auto small = ran("graph.spectrum", {"input=" + mutag.string()});
    CHECK(small->last("graphs") == 188);
    CHECK(small->last("spectrum/repeated") == Approx(0.59).margin(0.006));
    CHECK(ran("graph.spectrum", {"input=" + proteins.string()})->last("spectrum/repeated") ==
          Approx(0.78).margin(0.006));
}
