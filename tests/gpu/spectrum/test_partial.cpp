// SPDX-License-Identifier: BSD-3-Clause
// The lowest and highest eigenpairs of sparse graphs: closed forms with repeated eigenvalues, the dense solver,
// threads.
#include "core/error.h"
#include "tests/catch.h"
#include "tests/gpu/spectrum/graphs.h"

using namespace spectrum_test;
namespace sp = orrery::spectrum;

namespace {

std::vector<double> first_of(std::vector<double> values, std::size_t count) {
    values.resize(std::min(count, values.size()));
    return values;
}
std::vector<double> last_of(const std::vector<double>& values, std::size_t count) {
    return {values.end() - static_cast<std::ptrdiff_t>(std::min(count, values.size())), values.end()};
}

// Against all values, ascending.
void check_both_ends(const Graph& graph, const std::vector<double>& values, std::size_t count) {
    const double scale = std::max(1.0, values.back());
    for (const bool low : {true, false}) {
        INFO((low ? "lowest" : "highest"));
        const auto wanted = static_cast<std::int64_t>(count);
        const EigenPairs pairs = low ? sp::lowest(graph, wanted) : sp::highest(graph, wanted);
        CHECK(worst_difference(pairs.values, low ? first_of(values, count) : last_of(values, count)) < 1e-11 * scale);
        CHECK(pairs.vectors.size() == pairs.pairs() * pairs.n);
        CHECK(worst_residual(graph, pairs) < 1e-10 * scale);
        CHECK(worst_angle(pairs) < 1e-11);
    }
}

sp::PartialReport report_of(const Graph& graph, std::int64_t count, bool low = true) {
    sp::PartialReport report;
    low ? sp::lowest(graph, count, {}, &report) : sp::highest(graph, count, {}, &report);
    return report;
}

} // namespace

TEST_CASE("both ends of large graphs have their closed forms, repeated eigenvalues included", "[gpu][spectrum]") {
    SECTION("a star: one eigenvalue almost everywhere") {
        check_both_ends(star(1000), repeated({{0, 1}, {1, 998}, {1000, 1}}), 13);
    }
    SECTION("a hypercube: more copies than a block holds") {
        std::vector<double> values{0};
        for (int k = 0; k < 10; ++k) values = sums(values, {0, 2});
        check_both_ends(hypercube(10), values, 13); // 0, ten times 2, and two of the next
    }
    SECTION("a square grid: pairs") {
        check_both_ends(product(path(30), path(30)), sums(path_values(30), path_values(30)), 20);
    }
    SECTION("a torus: fours") {
        check_both_ends(product(cycle(24), cycle(24)), sums(cycle_values(24), cycle_values(24)), 10);
    }
    SECTION("a complete bipartite graph") {
        check_both_ends(bipartite(300, 500), repeated({{0, 1}, {300, 499}, {500, 299}, {800, 1}}), 12);
    }
}

TEST_CASE("a long path is solved by its factor", "[gpu][spectrum]") {
    const Graph graph = path(20'000);
    sp::PartialReport report;
    const EigenPairs pairs = sp::lowest(graph, 6, {}, &report);
    CHECK(report.by_factor == 1);
    CHECK(report.factor_size < 40'000);
    CHECK(worst_difference(pairs.values, first_of(path_values(20'000), 6)) < 1e-14);
    CHECK(pairs.values[1] == Approx(path_values(20'000)[1]).epsilon(1e-6)); // 2.5e-8
    CHECK(worst_residual(graph, pairs) < 1e-13);                            // one step beyond what the inverse can show
    CHECK(report.residual == Approx(worst_residual(graph, pairs)).margin(1e-13));
}

TEST_CASE("the lowest pairs are found by what the graph needs", "[gpu][spectrum]") {
    CHECK(report_of(product(path(50), path(50)), 10).by_factor == 1);
    CHECK(report_of(random_graph(3000, 15'000, 2), 10).by_lanczos == 1);
    CHECK(report_of(preferential_graph(3000, 2), 10).by_gradients == 1);
    const sp::PartialReport small = report_of(random_graph(300, 900, 2), 10);
    CHECK(small.by_factor + small.by_lanczos == 0);
    CHECK(small.dense == 1);
    // A tree is wide, but its factor has hardly more entries than the tree.
    Graph tree = with_nodes(4095);
    for (std::int32_t i = 1; i < tree.nodes; ++i) tree.edges.push_back({i, (i - 1) / 2});
    const sp::PartialReport report = report_of(tree, 10);
    CHECK(report.by_factor == 1);
    CHECK(report.factor_size < 2 * 4094);
}

TEST_CASE("partial and dense solutions agree on random graphs in one part and in many", "[gpu][spectrum]") {
    std::vector<Graph> graphs = {random_graph(600, 3000, 11),
                                 random_graph(900, 1000, 12), // many parts
                                 block_graph(800, 8, 12, 2, 13),
                                 preferential_graph(1200, 15),
                                 together(random_graph(500, 2000, 14), random_graph(500, 2000, 14)), // each value twice
                                 together(product(path(25), path(25)), star(600))};
    for (const Graph& graph : graphs) {
        INFO(graph.nodes << " nodes, " << graph.edges.size() << " edges");
        const EigenPairs all = dense_pairs(graph);
        check_both_ends(graph, all.values, 24);
    }
}

TEST_CASE("each component has its null vector", "[gpu][spectrum]") {
    Graph graph = with_nodes(3);
    for (int k = 0; k < 3; ++k) graph = together(graph, cycle(600));
    const EigenPairs pairs = sp::lowest(graph, 9);
    CHECK(first_of(pairs.values, 6) == repeated({{0, 6}}));
    const double next = 2 - 2 * std::cos(2 * std::numbers::pi / 600);
    CHECK(worst_difference(last_of(pairs.values, 3), {next, next, next}) < 1e-13);
    CHECK(worst_angle(pairs) < 1e-12);
    CHECK(worst_residual(graph, pairs) < 1e-12);
    // Fewer than there are components: nothing is solved.
    const sp::PartialReport report = report_of(graph, 4);
    CHECK(report.components == 6);
    CHECK(report.dense + report.by_factor + report.by_lanczos == 0);
    CHECK(sp::lowest(graph, 4).values == repeated({{0, 4}}));
}

TEST_CASE("any number of pairs can be asked for", "[gpu][spectrum]") {
    const Graph graph = random_graph(30, 60, 3);
    const EigenPairs all = dense_pairs(graph);
    CHECK(sp::lowest(graph, 0).pairs() == 0);
    CHECK(worst_difference(sp::lowest(graph, 100).values, all.values) < 1e-13 * all.values.back());
    CHECK(worst_difference(sp::highest(graph, 30).values, all.values) < 1e-13 * all.values.back());
    CHECK(sp::lowest(with_nodes(0), 3).pairs() == 0);
    CHECK(sp::highest(with_nodes(2), 3).values == std::vector<double>{0, 0});
    const Graph larger = random_graph(700, 3000, 4); // 500 of 700: nothing for Lanczos steps
    CHECK(worst_difference(sp::lowest(larger, 500).values, first_of(dense_pairs(larger).values, 500)) < 1e-12);
}

TEST_CASE("the same bits come from any number of threads and each time", "[gpu][spectrum]") {
    for (const Graph& graph : {block_graph(5000, 16, 14, 3, 5), product(path(60), path(61))}) {
        sp::PartialOptions one, three;
        three.threads = 3;
        const EigenPairs a = sp::lowest(graph, 16, one), b = sp::lowest(graph, 16, three),
                         c = sp::lowest(graph, 16, one);
        CHECK(a.values == b.values);
        CHECK(a.vectors == b.vectors);
        CHECK(a.vectors == c.vectors);
    }
}

TEST_CASE("what can't be reached is said", "[gpu][spectrum]") {
    const Graph graph = block_graph(2000, 4, 12, 2, 6);
    const auto message = [&](const sp::PartialOptions& options, std::int64_t count = 6) -> std::string {
        try {
            sp::lowest(graph, count, options);
        } catch (const orrery::Error& error) {
            return error.what();
        }
        return "nothing was thrown";
    };
    sp::PartialOptions options;
    options.tolerance = 1e-18;
    CHECK_THAT(message(options), contains_text("residual") || contains_text("did not converge"));
    options = {};
    options.most_steps = 2;
    CHECK_THAT(message(options), contains_text("did not converge within 2 steps"));
    options = {};
    options.threads = 0;
    CHECK_THAT(message(options), contains_text("0 threads"));
    CHECK_THAT(message({}, -1), contains_text("-1 eigenpairs"));
    options = {};
    options.each_step = [] { throw orrery::Stopped(); };
    CHECK_THROWS_AS(sp::lowest(graph, 6, options), orrery::Stopped);
}
