// SPDX-License-Identifier: BSD-3-Clause
// ForceAtlas2 and spectral layouts: forces in closed form, rest, seeds, threads, dragging.
#include "core/error.h"
#include "gpu/layout/layout.h"
#include "gpu/layout/layout_kernels.h"
#include "gpu/layout/quadtree.h"
#include "tests/catch.h"
#include "tests/gpu/spectrum/graphs.h"

#include <ATen/Context.h>

#include <limits>
#include <numeric>

using namespace spectrum_test;
namespace lay = orrery::layout;

namespace {

double distance(std::span<const float> p, std::size_t i, std::size_t j) {
    return std::hypot(p[2 * i] - p[2 * j], p[2 * i + 1] - p[2 * j + 1]);
}

// Until at rest, at most so many steps.
std::int64_t settle(lay::ForceAtlas2& layout, int most) {
    for (int k = 0; k < most; ++k) {
        if (layout.step().settled()) break;
    }
    return layout.progress().steps;
}

void settle_finely(lay::ForceAtlas2& layout) {
    for (int k = 0; k < 3000 && (layout.progress().rising || layout.progress().displacement > 1e-7); ++k) layout.step();
}

} // namespace

TEST_CASE("two nodes come to rest where their forces cancel", "[gpu][layout]") {
    lay::ForceOptions options;
    options.gravity = 0;
    options.repulsion = 3;
    // d = k_r (1 + 1)^2 / d
    lay::ForceAtlas2 pair(path(2), options);
    settle_finely(pair);
    CHECK(distance(pair.positions(), 0, 1) == Approx(std::sqrt(12.0)).epsilon(1e-3));
    // log(1 + d) = 12 / d
    options.log_attraction = true;
    lay::ForceAtlas2 close(path(2), options);
    settle_finely(close);
    const double d = distance(close.positions(), 0, 1);
    CHECK(std::log1p(d) * d == Approx(12).epsilon(1e-3));
    // Without an edge gravity holds them: k_g = k_r / (2 r), each of degree 0.
    options = {};
    lay::ForceAtlas2 free_nodes(with_nodes(2), options, std::vector<float>{1, 0, -1, 0});
    settle_finely(free_nodes);
    CHECK(distance(free_nodes.positions(), 0, 1) == Approx(options.repulsion / options.gravity).epsilon(1e-2));
    options.strong_gravity = true; // k_g r = k_r / (2 r)
    lay::ForceAtlas2 strong(with_nodes(2), options, std::vector<float>{2, 0, -2, 0});
    settle_finely(strong);
    CHECK(distance(strong.positions(), 0, 1) == Approx(2.0).epsilon(1e-3));
}

TEST_CASE("a star's hub repels by its degree", "[gpu][layout]") {
    lay::ForceOptions options;
    options.gravity = 0;
    options.accuracy = 0;
    lay::ForceAtlas2 layout(star(6), options);
    settle_finely(layout);
    // Leaves sit on a regular pentagon of radius r: r = k_r (6 * 2 / r + sum over the others of 4 * half / r), since
    // a leaf at the angle a pushes outwards by (1 - cos a) / (2 - 2 cos a) / r = 1 / (2 r).
    const double r = std::sqrt(options.repulsion * (12 + 4 * 4 * 0.5));
    for (std::size_t i = 1; i < 6; ++i) CHECK(distance(layout.positions(), 0, i) == Approx(r).epsilon(2e-2));
}

namespace {
// How a first step moves 3,000 nodes.
std::vector<float> first_move(double accuracy, int cuda = -1) {
    const Graph graph = block_graph(3000, 6, 6, 1, 4);
    const std::vector<float> start = lay::random_positions(graph.nodes, 8);
    lay::ForceOptions options;
    options.accuracy = accuracy;
    options.cuda = cuda;
    lay::ForceAtlas2 layout(graph, options, start);
    layout.step();
    std::vector<float> moved(layout.positions().begin(), layout.positions().end());
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= start[i];
    return moved;
}
double difference(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0, whole = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += (a[i] - b[i]) * (a[i] - b[i]);
        whole += a[i] * a[i];
    }
    return std::sqrt(sum / whole);
}
} // namespace

TEST_CASE("the tree's sums are near the sum over all pairs", "[gpu][layout]") {
    const std::vector<float> exact = first_move(0);
    CHECK(difference(exact, first_move(0.5)) < 2e-3);
    CHECK(difference(exact, first_move(1.2)) < 2e-2);
    CHECK(difference(exact, first_move(1.2)) > 0);
}

TEST_CASE("a CUDA device repels all pairs, the same each time", "[gpu][layout][cuda]") {
    if (!at::hasCUDA()) {
        WARN("skipped: there is no CUDA device");
        CHECK_THROWS_AS(first_move(0, 0), orrery::Error);
        return;
    }
    CHECK(difference(first_move(0), first_move(0, 0)) < 1e-5);
    CHECK((first_move(0, 0) == first_move(0, 0)));
    CHECK_THROWS_AS(first_move(0, 99), orrery::Error);
}

TEST_CASE("every instruction set repels alike", "[gpu][layout]") {
    const std::vector<float> points = lay::random_positions(100, 3);
    std::vector<float> x, y, mass;
    for (std::size_t i = 0; i < 100; ++i) {
        x.push_back(points[2 * i]);
        y.push_back(points[2 * i + 1]);
        mass.push_back(static_cast<float>(i % 7 + 1));
    }
    for (int set = 0; set < lay::kernel_count(); ++set) {
        INFO(lay::kernels_at(set).name);
        float fx[lay::group], fy[lay::group];
        lay::kernels_at(set).repel({x.data(), y.data(), mass.data(), 100}, x.data(), y.data(), fx, fy);
        for (std::size_t q = 0; q < lay::group; ++q) {
            double ex = 0, ey = 0;
            for (std::size_t k = 0; k < 100; ++k) {
                if (k == q) continue;
                const double dx = x[q] - x[k], dy = y[q] - y[k], f = mass[k] / (dx * dx + dy * dy);
                ex += f * dx;
                ey += f * dy;
            }
            CHECK(fx[q] == Approx(ex).epsilon(1e-4).margin(1e-3));
            CHECK(fy[q] == Approx(ey).epsilon(1e-4).margin(1e-3));
        }
    }
}

TEST_CASE("the quadtree holds each point once and its sums", "[gpu][layout]") {
    std::vector<float> points = lay::random_positions(1000, 5), mass(1000, 1);
    for (std::size_t i = 0; i < 40; ++i) points[i] = 3; // twenty at one place
    lay::Quadtree tree;
    tree.build(points, mass);
    std::vector<int> seen(1000, 0);
    for (const std::int32_t i : tree.order()) ++seen[static_cast<std::size_t>(i)];
    CHECK(std::count(seen.begin(), seen.end(), 1) == 1000);
    float in_leaves = 0;
    for (std::size_t c = 0; c < tree.cells().size(); ++c) {
        const lay::Cell& cell = tree.cells()[c];
        if (cell.leaf) in_leaves += cell.mass;
        REQUIRE(cell.next > static_cast<std::int32_t>(c));
        REQUIRE(cell.mass == static_cast<float>(cell.last - cell.first));
    }
    CHECK(in_leaves == 1000);
    tree.build({}, {});
    CHECK(tree.cells().empty());
}

TEST_CASE("layouts come to rest, with blocks apart", "[gpu][layout]") {
    const Graph graph = block_graph(2000, 4, 10, 0.3, 9);
    lay::ForceAtlas2 layout(graph, {});
    CHECK(settle(layout, 2000) < 2000);
    // Each block's mean lies farther from the others' than its nodes from it.
    double mx[4] = {}, my[4] = {}, spread = 0, apart = std::numeric_limits<double>::infinity();
    const auto p = layout.positions();
    for (std::size_t i = 0; i < 2000; ++i) {
        mx[i / 500] += p[2 * i] / 500;
        my[i / 500] += p[2 * i + 1] / 500;
    }
    for (std::size_t i = 0; i < 2000; ++i)
        spread += std::hypot(p[2 * i] - mx[i / 500], p[2 * i + 1] - my[i / 500]) / 2000;
    for (std::size_t a = 0; a < 4; ++a) {
        for (std::size_t b = 0; b < a; ++b) apart = std::min(apart, std::hypot(mx[a] - mx[b], my[a] - my[b]));
    }
    CHECK(apart > 1.5 * spread);
}

TEST_CASE("a seed and any number of threads give the same bits", "[gpu][layout]") {
    const Graph graph = random_graph(3000, 6000, 2);
    const auto after = [&](int threads, std::uint64_t seed) {
        lay::ForceOptions options;
        options.threads = threads;
        options.seed = seed;
        lay::ForceAtlas2 layout(graph, options);
        for (int k = 0; k < 20; ++k) layout.step();
        return std::vector<float>(layout.positions().begin(), layout.positions().end());
    };
    const std::vector<float> one = after(1, 7);
    CHECK(one == after(1, 7));
    CHECK(one == after(3, 7));
    CHECK(one != after(1, 8));
}

TEST_CASE("fixed nodes stay, and dragging is felt", "[gpu][layout]") {
    lay::ForceAtlas2 layout(cycle(20), {});
    for (int k = 0; k < 200; ++k) layout.step();
    layout.fix(3, true);
    layout.positions()[6] = 500;
    layout.positions()[7] = -40;
    const double before = layout.positions()[8];
    for (int k = 0; k < 50; ++k) layout.step();
    CHECK(layout.positions()[6] == 500);
    CHECK(layout.positions()[7] == -40);
    CHECK(layout.positions()[8] > before + 10); // its neighbour follows
    layout.fix(3, false);
    layout.step();
    CHECK(layout.positions()[6] < 500);
}

TEST_CASE("graphs without much in them, and nodes at one place", "[gpu][layout]") {
    for (const Graph& graph : {with_nodes(0), with_nodes(1), with_nodes(5)}) {
        lay::ForceAtlas2 layout(graph, {});
        for (int k = 0; k < 10; ++k) layout.step();
        for (const float x : layout.positions()) CHECK(std::isfinite(x));
    }
    lay::ForceAtlas2 layout(complete(4), {}, std::vector<float>(8, 1));
    for (int k = 0; k < 200; ++k) layout.step();
    for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < i; ++j) CHECK(distance(layout.positions(), i, j) > 0.1);
    }
}

TEST_CASE("options that make no sense are named", "[gpu][layout]") {
    const auto message = [](const lay::ForceOptions& options, const std::vector<float>& positions = {}) -> std::string {
        try {
            lay::ForceAtlas2(path(3), options, positions);
        } catch (const orrery::Error& error) {
            return error.what();
        }
        return "nothing was thrown";
    };
    lay::ForceOptions options;
    options.gravity = std::numeric_limits<double>::quiet_NaN();
    CHECK_THAT(message(options), contains_text("gravity can't be nan"));
    options = {};
    options.threads = 0;
    CHECK_THAT(message(options), contains_text("0 threads"));
    CHECK_THAT(message({}, {1, 2}), contains_text("2 coordinates for 3 nodes"));
    CHECK_THAT(message({}, {1, 2, 3, 4, 5, std::numeric_limits<float>::infinity()}), contains_text("isn't finite"));
    lay::ForceAtlas2 layout(path(3), {});
    CHECK_THROWS_AS(layout.fix(3, true), orrery::Error);
}

TEST_CASE("a spectral layout unrolls a cycle and sets components apart", "[gpu][layout]") {
    const std::vector<float> ring = lay::spectral_layout(cycle(50));
    double centre_x = 0, centre_y = 0;
    for (std::size_t i = 0; i < 50; ++i) {
        centre_x += ring[2 * i] / 50;
        centre_y += ring[2 * i + 1] / 50;
    }
    for (std::size_t i = 0; i < 50; ++i) { // a circle, neighbours next to each other
        CHECK(std::hypot(ring[2 * i] - centre_x, ring[2 * i + 1] - centre_y) == Approx(std::sqrt(50.0)).epsilon(1e-4));
        CHECK(distance(ring, i, (i + 1) % 50) ==
              Approx(2 * std::sqrt(50.0) * std::sin(std::numbers::pi / 50)).epsilon(1e-4));
    }
    const Graph two = together(together(product(path(30), path(20)), cycle(12)), with_nodes(2));
    const std::vector<float> positions = lay::spectral_layout(two);
    CHECK(positions == lay::spectral_layout(two, {3, 0}));
    for (std::size_t i = 0; i < 600; ++i) {
        for (std::size_t j = 600; j < 614; ++j) REQUIRE(distance(positions, i, j) > 1);
    }
    // A path of the grid keeps its order along the first axis.
    for (std::size_t i = 1; i < 30; ++i)
        CHECK((positions[2 * 20 * i] > positions[2 * 20 * (i - 1)]) == (positions[40] > positions[0]));
}
