// SPDX-License-Identifier: BSD-3-Clause
// All eigenpairs of many graphs: closed forms, residuals, independence of company and threads, odd inputs.
#include "core/error.h"
#include "gpu/parallel/aligned.h"
#include "gpu/spectrum/eigen_kernels.h"
#include "tests/catch.h"
#include "tests/gpu/spectrum/graphs.h"

#include <ATen/Context.h>

#include <algorithm>
#include <limits>
#include <numeric>

using namespace spectrum_test;
namespace sp = orrery::spectrum;

namespace {

struct Known {
    const char* name;
    Graph graph;
    std::vector<double> values;
};

std::vector<Known> known_spectra() {
    return {{"one node", with_nodes(1), {0}},
            {"two nodes", path(2), {0, 2}},
            {"no edges", with_nodes(5), repeated({{0, 5}})},
            {"path 7", path(7), path_values(7)},
            {"path 100", path(100), path_values(100)},
            {"path 300", path(300), path_values(300)},
            {"cycle 8", cycle(8), cycle_values(8)},
            {"cycle 41", cycle(41), cycle_values(41)},
            {"complete 9", complete(9), repeated({{0, 1}, {9, 8}})},
            {"complete 150", complete(150), repeated({{0, 1}, {150, 149}})},
            {"star 12", star(12), repeated({{0, 1}, {1, 10}, {12, 1}})},
            {"hypercube 5", hypercube(5), repeated({{0, 1}, {2, 5}, {4, 10}, {6, 10}, {8, 5}, {10, 1}})},
            {"bipartite 4 and 7", bipartite(4, 7), repeated({{0, 1}, {4, 6}, {7, 3}, {11, 1}})},
            {"petersen", petersen(), repeated({{0, 1}, {2, 5}, {5, 4}})},
            {"grid 7 x 9", product(path(7), path(9)), sums(path_values(7), path_values(9))},
            {"torus 6 x 10", product(cycle(6), cycle(10)), sums(cycle_values(6), cycle_values(10))},
            {"prism", product(complete(4), path(3)), sums(repeated({{0, 1}, {4, 3}}), path_values(3))},
            {"two parts", together(cycle(5), path(4)), sums({0}, [] {
                 auto all = cycle_values(5);
                 const auto more = path_values(4);
                 all.insert(all.end(), more.begin(), more.end());
                 return all;
             }())}};
}

std::vector<Graph> mixed_graphs() {
    std::vector<Graph> graphs;
    for (int k = 0; k < 60; ++k) {
        const std::int32_t n = 1 + (k * 37) % 97;
        graphs.push_back(random_graph(n, 2 * n, static_cast<std::uint64_t>(k)));
    }
    graphs.push_back(with_nodes(0));
    graphs.push_back(random_graph(200, 500, 91));
    graphs.push_back(random_graph(129, 300, 92));
    graphs.push_back(random_graph(128, 300, 93));
    return graphs;
}

bool same_bits(const EigenPairs& a, const EigenPairs& b) {
    return a.n == b.n && a.values == b.values && a.vectors == b.vectors;
}

} // namespace

TEST_CASE("spectra have their closed forms", "[gpu][spectrum]") {
    const std::vector<Known> known = known_spectra();
    std::vector<Graph> graphs;
    for (const Known& k : known) graphs.push_back(k.graph);
    const std::vector<EigenPairs> pairs = sp::eigen_pairs(graphs);
    for (std::size_t i = 0; i < known.size(); ++i) {
        INFO(known[i].name);
        const double scale = std::max(1.0, known[i].values.back());
        CHECK(worst_difference(pairs[i].values, known[i].values) < 1e-13 * scale);
        CHECK(worst_residual(graphs[i], pairs[i]) < 1e-13 * scale);
        CHECK(worst_angle(pairs[i]) < 1e-13);
    }
}

TEST_CASE("random graphs up to a thousand nodes have small residuals and orthonormal vectors", "[gpu][spectrum]") {
    for (const std::int32_t n : {2, 3, 4, 5, 17, 40, 100, 127, 128, 129, 400, 1000, 1001}) {
        INFO(n);
        const Graph graph = random_graph(n, 4 * n, 7);
        const EigenPairs pairs = dense_pairs(graph);
        const double scale = std::max(1.0, pairs.values.back());
        CHECK(pairs.pairs() == static_cast<std::size_t>(n));
        CHECK(std::is_sorted(pairs.values.begin(), pairs.values.end()));
        CHECK(worst_residual(graph, pairs) < 2e-13 * scale);
        CHECK(worst_angle(pairs) < 2e-13);
    }
}

TEST_CASE("a graph's eigenpairs don't depend on its company or the threads", "[gpu][spectrum]") {
    const std::vector<Graph> graphs = mixed_graphs();
    const std::vector<EigenPairs> all = sp::eigen_pairs(graphs), by_three = sp::eigen_pairs(graphs, {3, -1});
    REQUIRE(all.size() == graphs.size());
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        INFO(i << ": " << graphs[i].nodes << " nodes");
        CHECK(same_bits(all[i], by_three[i]));
        CHECK(same_bits(all[i], dense_pairs(graphs[i])));
    }
}

TEST_CASE("every instruction set finds the same spectrum", "[gpu][spectrum]") {
    const int n = 33;
    const Graph graph = random_graph(n, 80, 5);
    const std::vector<double> matrix = sp::laplacian(graph);
    const EigenPairs expected = dense_pairs(graph);
    for (int set = 0; set < sp::kernel_count(); ++set) {
        const sp::Kernels& kernels = sp::kernels_at(set);
        INFO(kernels.name);
        const auto lanes = static_cast<std::size_t>(kernels.lanes), last = lanes - 1;
        orrery::Aligned<double> a(n * n * lanes), values(n * lanes), scratch(sp::lane_scratch(n, kernels.lanes));
        for (std::size_t k = 0; k < matrix.size(); ++k) a[k * lanes + last] = matrix[k];
        REQUIRE(kernels.solve({n, a.data(), values.data(), scratch.data()}));
        std::vector<double> found, others;
        for (std::size_t k = 0; k < n; ++k) found.push_back(values[k * lanes + last]);
        for (std::size_t k = 0; k < n * last; ++k) others.push_back(values[k / last * lanes + k % last]);
        std::sort(found.begin(), found.end());
        CHECK(worst_difference(found, expected.values) < 1e-13 * expected.values.back());
        CHECK(std::count(others.begin(), others.end(), 0.0) == static_cast<std::ptrdiff_t>(others.size()));
    }
}

TEST_CASE("the Laplacian is that of the simple graph beneath", "[gpu][spectrum]") {
    Graph graph = with_nodes(4);
    graph.directed = true;
    graph.edges = {{0, 1}, {1, 0}, {1, 2}, {2, 2}, {1, 2}};
    const std::vector<double> expected = {1, -1, 0, 0, -1, 2, -1, 0, 0, -1, 1, 0, 0, 0, 0, 0};
    CHECK(sp::laplacian(graph) == expected);
    CHECK(worst_difference(dense_pairs(graph).values, {0, 0, 1, 3}) < 1e-14);
    CHECK(sp::laplacian(with_nodes(0)).empty());
    CHECK(dense_pairs(with_nodes(0)).pairs() == 0);
    CHECK(sp::eigen_pairs({}).empty());
}

TEST_CASE("matrices other than Laplacians, of any sign and size", "[gpu][spectrum]") {
    // Indefinite, with entries above the diagonal that must not be read.
    const std::vector<std::vector<double>> matrices = {
        {2, 99, 1, -2}, {-1e-9}, {1e150, 0, 0, -1e150}, {0, 7, 0, 0}, {0, 0, 0, 3e160, 0, 0, 4e160, 0, 0}};
    const std::vector<EigenPairs> pairs = sp::eigen_pairs_of(matrices);
    const double root = std::sqrt(5.0);
    CHECK(worst_difference(pairs[0].values, {-root, root}) < 1e-15);
    CHECK(pairs[1].values == std::vector<double>{-1e-9});
    CHECK(pairs[2].values == std::vector<double>{-1e150, 1e150});
    CHECK(pairs[3].values == std::vector<double>{0, 0});
    CHECK(worst_difference(pairs[4].values, {-5e160, 0, 5e160}) < 1e146); // squares overflow
}

TEST_CASE("wrong inputs of the dense solver are named", "[gpu][spectrum]") {
    const auto message = [](const auto& call) -> std::string {
        try {
            call();
        } catch (const orrery::Error& error) {
            return error.what();
        }
        return "nothing was thrown";
    };
    const std::vector<std::vector<double>> broken = {{1, 0, std::numeric_limits<double>::quiet_NaN(), 1}},
                                           oblong = {{1, 2, 3}};
    CHECK_THAT(message([&] { sp::eigen_pairs_of(broken); }), contains_text("Matrix 0 holds nan in row 1, column 0"));
    CHECK_THAT(message([&] { sp::eigen_pairs_of(oblong); }), contains_text("no square"));
    CHECK_THAT(message([&] { sp::eigen_pairs_of({}, {0, -1}); }), contains_text("0 threads"));
    Graph wild = with_nodes(2);
    wild.edges = {{0, 5}};
    CHECK_THAT(message([&] { sp::eigen_pairs({&wild, 1}); }), contains_text("from 0 to 5"));
    CHECK_THAT(message([&] { sp::laplacian(wild); }), contains_text("from 0 to 5"));
    CHECK_THAT(message([&] { sp::laplacian(with_nodes(2'000'000'000)); }), contains_text("2000000000 nodes"));
}

TEST_CASE("clusters are runs of equal eigenvalues", "[gpu][spectrum]") {
    using List = std::vector<std::size_t>;
    CHECK(sp::clusters(dense_pairs(petersen()).values) == List{0, 1, 6});
    CHECK(sp::clusters(dense_pairs(hypercube(4)).values) == List{0, 1, 5, 11, 15});
    CHECK(sp::clusters(dense_pairs(path(50)).values).size() == 50);
    CHECK(sp::clusters(dense_pairs(with_nodes(3)).values) == List{0});
    CHECK(sp::clusters(std::vector<double>{}).empty());
    // Chained: neighbours count, not the first of the run. The bound itself is not within it.
    const std::vector<double> chain = {0, 1, 1 + 0.9e-6, 1 + 1.8e-6, 1 + 3e-6, 100};
    CHECK(sp::clusters(chain) == List{0, 1, 4, 5});
    CHECK(sp::clusters(chain, 1000) == List{0, 1, 5}); // the largest one may lie outside of what is given
}

TEST_CASE("projectors of clusters follow a renumbering of the nodes", "[gpu][spectrum]") {
    std::vector<std::int32_t> to(16);
    std::iota(to.begin(), to.end(), 0);
    std::mt19937_64 bits(3);
    for (std::size_t i = to.size() - 1; i > 0; --i) std::swap(to[i], to[bits() % (i + 1)]);
    const Graph cube = hypercube(4), other = permuted(cube, to);
    const EigenPairs a = dense_pairs(cube), b = dense_pairs(other);
    double vectors = 0;
    for (std::size_t i = 0; i < 16; ++i)
        vectors = std::max(vectors,
                           std::abs(std::abs(a.vector(2)[i]) - std::abs(b.vector(2)[static_cast<std::size_t>(to[i])])));
    CHECK(vectors > 1e-3); // else the projectors would be nothing special
    const std::vector<std::size_t> begins = sp::clusters(a.values);
    for (std::size_t c = 0; c < begins.size(); ++c) {
        const std::size_t last = c + 1 < begins.size() ? begins[c + 1] : a.pairs();
        const std::vector<double> p = sp::projector(a, begins[c], last), q = sp::projector(b, begins[c], last);
        double worst = 0, trace = 0;
        for (std::size_t i = 0; i < 16; ++i) {
            trace += p[i * 17];
            for (std::size_t j = 0; j < 16; ++j) {
                const auto i2 = static_cast<std::size_t>(to[i]), j2 = static_cast<std::size_t>(to[j]);
                worst = std::max(worst, std::abs(p[i * 16 + j] - q[i2 * 16 + j2]));
            }
        }
        CHECK(worst < 1e-13);
        CHECK(trace == Approx(static_cast<double>(last - begins[c])));
    }
    CHECK_THROWS_AS(sp::projector(a, 3, 17), orrery::Error);
}

TEST_CASE("a CUDA device finds the same spectra", "[gpu][spectrum][cuda]") {
    if (!at::hasCUDA()) {
        WARN("skipped: there is no CUDA device");
        return;
    }
    std::vector<Graph> graphs = mixed_graphs();
    for (const Known& known : known_spectra()) graphs.push_back(known.graph);
    const std::vector<EigenPairs> expected = sp::eigen_pairs(graphs), found = sp::eigen_pairs(graphs, {1, 0});
    for (std::size_t i = 0; i < graphs.size(); ++i) {
        INFO(i << ": " << graphs[i].nodes << " nodes");
        const double scale = expected[i].values.empty() ? 1 : std::max(1.0, expected[i].values.back());
        CHECK(worst_difference(found[i].values, expected[i].values) < 1e-12 * scale);
        CHECK(worst_residual(graphs[i], found[i]) < 1e-12 * scale);
        CHECK(worst_angle(found[i]) < 1e-12);
        CHECK(sp::clusters(found[i].values) == sp::clusters(expected[i].values));
    }
}
