// SPDX-License-Identifier: BSD-3-Clause
// Points in boxes: where they lie, how evenly, and how they follow the residual.
#include "core/error.h"
#include "plugins/pinn/training/sampler.h"
#include "tests/catch.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <sstream>

using namespace orrery;
using namespace orrery::pinn::training;

namespace {

const Box box{{-1, 0, 10}, {1, 0.5, 20}};

void check_inside(const PointSet& points, const Box& in) {
    REQUIRE(points.coordinates.size() == in.low.size() * points.count);
    for (std::size_t d = 0; d < in.low.size(); ++d) {
        for (std::size_t i = 0; i < points.count; ++i) {
            REQUIRE(points.at(d, i) >= in.low[d]);
            REQUIRE(points.at(d, i) <= in.high[d]);
        }
    }
}

// Mean of a smooth function over the points: its integral over the box by its volume.
double mean(const PointSet& points, const std::function<double(const double*)>& f) {
    double sum = 0;
    std::vector<double> x(points.coordinates.size() / points.count);
    for (std::size_t i = 0; i < points.count; ++i) {
        for (std::size_t d = 0; d < x.size(); ++d) x[d] = points.at(d, i);
        sum += (points.weights.empty() ? 1 : points.weights[i]) * f(x.data());
    }
    return sum / static_cast<double>(points.count);
}

const auto wave = [](const double* x) { return std::exp(x[0]) * std::cos(3 * x[1]) * x[2]; };
const double wave_mean = std::sinh(1.0) * std::sin(1.5) / 1.5 * 15;

} // namespace

TEST_CASE("every way to draw points fills the box, the same for the same seed", "[pinn]") {
    for (const std::string name : {"uniform", "latin-hypercube", "sobol", "gauss-legendre"}) {
        CAPTURE(name);
        const Sampling sampling = sampling_named(name);
        Sampler first(7), same(7), other(8);
        const PointSet points = first.inside(box, 1000, sampling);
        CHECK(points.count == 1000);
        check_inside(points, box);
        CHECK(points.coordinates == same.inside(box, 1000, sampling).coordinates);
        const bool fixed = name == "gauss-legendre";
        CHECK((points.coordinates == first.inside(box, 1000, sampling).coordinates) == fixed);
        CHECK((points.coordinates == other.inside(box, 1000, sampling).coordinates) == fixed);
        // Standard deviation of the mean of 1000 independent points: 0.27 of 11.7.
        const double error = std::abs(mean(points, wave) - wave_mean);
        CHECK(error < (name == "uniform" ? 1.0 : name == "latin-hypercube" ? 0.3 : name == "sobol" ? 0.05 : 1e-11));
    }
}

TEST_CASE("Latin hypercubes have one point in each slice, Sobol points in each binary box", "[pinn]") {
    Sampler sampler(3);
    const Box unit{{0, 0}, {1, 1}};
    const PointSet latin = sampler.inside(unit, 64, Sampling::latin_hypercube);
    const PointSet sobol = sampler.inside(unit, 64, Sampling::sobol);
    for (const PointSet* points : {&latin, &sobol}) {
        for (std::size_t d = 0; d < 2; ++d) {
            std::set<int> slices;
            for (std::size_t i = 0; i < 64; ++i) slices.insert(static_cast<int>(64 * points->at(d, i)));
            CHECK(slices.size() == 64);
        }
    }
    for (int split = 0; split <= 6; ++split) { // 2^split by 2^(6 - split) boxes: a (0, 6, 2)-net
        std::set<std::pair<int, int>> boxes;
        for (std::size_t i = 0; i < 64; ++i)
            boxes.insert(
                {static_cast<int>(sobol.at(0, i) * (1 << split)), static_cast<int>(sobol.at(1, i) * (64 >> split))});
        CHECK(boxes.size() == 64);
    }
    // The slices of the coordinates are paired at random.
    double correlation = 0;
    for (std::size_t i = 0; i < 64; ++i) correlation += (latin.at(0, i) - 0.5) * (latin.at(1, i) - 0.5) * 12 / 64;
    CHECK(std::abs(correlation) < 0.5);
}

TEST_CASE("tensor grids spread over the coordinates and integrate polynomials exactly", "[pinn]") {
    Sampler sampler(0);
    const PointSet points = sampler.inside(box, 60, Sampling::gauss_legendre); // 4 x 4 x 3
    CHECK(points.count == 48);
    CHECK(std::accumulate(points.weights.begin(), points.weights.end(), 0.0) == Approx(48));
    CHECK(mean(points, [](const double* x) { return std::pow(x[0], 6) * std::pow(x[1], 7) * std::pow(x[2], 5); }) ==
          Approx(1.0 / 7 * std::pow(0.5, 7) / 8 * (std::pow(20.0, 6) - std::pow(10.0, 6)) / 60));
    CHECK(sampler.inside({{0}, {1}}, 7, Sampling::gauss_legendre).count == 7);
    CHECK(sampler.inside(box, 1, Sampling::gauss_legendre).count == 1);
}

TEST_CASE("points on a face have its coordinate", "[pinn]") {
    Sampler sampler(5);
    for (const std::size_t coordinate : {0U, 1U, 2U}) {
        const double value = box.high[coordinate];
        const PointSet points = sampler.on_face(box, coordinate, value, 50, Sampling::sobol);
        CHECK(points.count == 50);
        check_inside(points, box);
        for (std::size_t i = 0; i < 50; ++i) CHECK(points.at(coordinate, i) == value);
        CHECK(points.at((coordinate + 1) % 3, 0) != points.at((coordinate + 1) % 3, 1));
    }
    const PointSet end = sampler.on_face({{2}, {3}}, 0, 3, 10, Sampling::uniform);
    CHECK(end.count == 1);
    CHECK(end.at(0, 0) == 3);
}

TEST_CASE("points follow the residual with the distribution that was asked for", "[pinn]") {
    // |r| = 3 on a tenth of the interval, else 1/3: mean 0.6, so p ~ 5 + 1 and 5/9 + 1: 6 : 14/9 a point.
    const Box line{{0}, {1}};
    const Residual residual = [](const PointSet& points) {
        std::vector<double> r;
        for (std::size_t i = 0; i < points.count; ++i) r.push_back(points.at(0, i) < 0.1 ? -3 : 1.0 / 3);
        return r;
    };
    const auto share = [](const PointSet& points) {
        return static_cast<double>(std::count_if(points.coordinates.begin(), points.coordinates.end(),
                                                 [](double x) { return x < 0.1; })) /
               static_cast<double>(points.count);
    };
    Sampler sampler(11);
    AdaptiveOptions options;
    options.candidates = 100; // so that drawing without repetition hardly matters
    const PointSet points = sampler.by_residual(line, 2000, residual, options);
    CHECK(points.count == 2000);
    CHECK(std::set<double>(points.coordinates.begin(), points.coordinates.end()).size() == 2000);
    CHECK(share(points) == Approx(0.3).margin(0.03)); // 0.1 6 / (0.1 6 + 0.9 14/9); sd 0.01
    options.power = 2;                                // |r|^2: 9 and 1/9, mean 1: 10 : 10/9
    options.floor = 1;
    CHECK(share(sampler.by_residual(line, 2000, residual, options)) == Approx(0.5).margin(0.035));
    options.floor = 0; // 9 : 1/9
    CHECK(share(sampler.by_residual(line, 2000, residual, options)) == Approx(0.9).margin(0.03));
    CHECK(share(sampler.largest_residuals(line, 200, residual)) == 1);
    const Residual zero = [](const PointSet& p) { return std::vector<double>(p.count, 0.0); };
    CHECK(share(sampler.by_residual(line, 4000, zero)) == Approx(0.1).margin(0.02));
}

TEST_CASE("R3 keeps what is badly solved and draws the rest anew", "[pinn]") {
    const Box square{{0, 0}, {1, 1}};
    Sampler sampler(2);
    const Residual residual = [](const PointSet& points) {
        std::vector<double> r;
        for (std::size_t i = 0; i < points.count; ++i) r.push_back(-points.at(0, i));
        return r;
    };
    const PointSet before = sampler.inside(square, 500, Sampling::uniform);
    const PointSet after = sampler.retain(square, before, residual);
    const double mean_size = std::accumulate(before.coordinates.begin(), before.coordinates.begin() + 500, 0.0) / 500;
    check_inside(after, square);
    for (std::size_t i = 0; i < 500; ++i)
        CHECK((after.at(0, i) == before.at(0, i) && after.at(1, i) == before.at(1, i)) ==
              (before.at(0, i) > mean_size));
}

TEST_CASE("the sampler goes on from where it was saved", "[pinn][P2]") {
    Sampler sampler(9), other(1);
    sampler.inside(box, 10, Sampling::latin_hypercube);
    std::stringstream stream;
    StateWriter writer(stream, "points", 1);
    sampler.save(writer);
    writer.end();
    StateReader reader(stream, "points", 1);
    other.restore(reader);
    CHECK(sampler.inside(box, 100, Sampling::sobol).coordinates == other.inside(box, 100, Sampling::sobol).coordinates);
}

TEST_CASE("what can't be drawn is refused with a sentence", "[pinn][P9]") {
    Sampler sampler(0);
    CHECK_THROWS_WITH(sampling_named("halton"), contains_text("accepted: uniform, latin-hypercube"));
    CHECK_THROWS_WITH(sampler.inside({{0, 1}, {1, 1}}, 5, Sampling::uniform), contains_text("Coordinate 2"));
    CHECK_THROWS_WITH(sampler.inside({{0}, {std::numeric_limits<double>::infinity()}}, 5, Sampling::uniform),
                      contains_text("Coordinate 1"));
    CHECK_THROWS_WITH(sampler.inside({{}, {}}, 5, Sampling::uniform), contains_text("1 to 4 coordinates"));
    const Residual broken = [](const PointSet& points) {
        std::vector<double> r(points.count, 1.0);
        r[3] = std::nan("");
        return r;
    };
    CHECK_THROWS_WITH(sampler.by_residual({{5}, {6}}, 4, broken), contains_text("The residual at (5."));
}
