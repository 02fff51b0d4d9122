// SPDX-License-Identifier: BSD-3-Clause
// The reference of the lid-driven cavity: boundary values, momentum and mass by differences, energy, convergence.
#include "core/error.h"
#include "plugins/pinn/reference/cavity.h"
#include "tests/catch.h"

#include <ATen/ATen.h>

#include <array>
#include <cmath>
#include <functional>

using namespace orrery;
using namespace orrery::pinn;

namespace {

std::pair<at::Tensor, at::Tensor> grid_of(std::int64_t n) {
    const at::Tensor axis = at::linspace(0, 1, n, at::kDouble);
    const std::vector<at::Tensor> grid = at::meshgrid({axis, axis}, "ij");
    return {grid[0].flatten(), grid[1].flatten()};
}

at::Tensor velocity(const CavityFlow& flow, std::int64_t n) {
    const auto [x, y] = grid_of(n);
    return at::stack({flow.streamfunction(x, y, 0, 1), -flow.streamfunction(x, y, 1, 0)});
}

double relative(const at::Tensor& is, const at::Tensor& should) {
    return ((is - should).norm() / should.norm()).item<double>();
}

} // namespace

TEST_CASE("the cavity flow satisfies momentum, mass and boundary conditions", "[pinn]") {
    const auto solution = reference_solution("cavity");
    REQUIRE(solution->unknowns() == std::vector<std::string>{"u", "v", "p"});
    CHECK(solution->accuracy().relative_l2 < 5e-7);
    CHECK(solution->accuracy().relative_l2 > 1e-12);

    for (const double s : {0.0, 0.1, 0.37, 0.5, 0.93, 1.0}) {
        const Points walls = {{s, s, 0, 1}, {1, 0, s, s}};
        const auto u = solution->values(walls, 0), v = solution->values(walls, 1);
        CHECK(u[0] == Approx(16 * s * s * (1 - s) * (1 - s)).margin(1e-13));
        for (const std::size_t wall : {1U, 2U, 3U}) CHECK(std::abs(u[wall]) < 1e-12);
        for (const std::size_t wall : {0U, 1U, 2U, 3U}) CHECK(std::abs(v[wall]) < 1e-12);
    }

    // Values on a cross of 7 points in each direction; differences of order 6.
    constexpr double h = 4e-3;
    double momentum = 0, mass = 0, scale = 0;
    for (const double x : {0.12, 0.31, 0.5, 0.77, 0.9}) {
        for (const double y : {0.08, 0.4, 0.63, 0.85, 0.94}) {
            Points cross(2);
            for (int j = -3; j <= 3; ++j) {
                cross[0].insert(cross[0].end(), {x + j * h, x});
                cross[1].insert(cross[1].end(), {y, y + j * h});
            }
            std::array<std::vector<double>, 3> f;
            for (std::size_t k = 0; k < 3; ++k) f[k] = solution->values(cross, k);
            const auto value = [&](std::size_t k, std::size_t along, int j) {
                return f[k][static_cast<std::size_t>(2 * (j + 3)) + along];
            };
            const auto first = [&](std::size_t k, std::size_t along) {
                const auto odd = [&](int j) { return value(k, along, j) - value(k, along, -j); };
                return (0.75 * odd(1) - 0.15 * odd(2) + odd(3) / 60) / h;
            };
            const auto second = [&](std::size_t k, std::size_t along) {
                const auto even = [&](int j) {
                    return value(k, along, j) + value(k, along, -j) - 2 * value(k, along, 0);
                };
                return (1.5 * even(1) - 0.15 * even(2) + even(3) / 90) / (h * h);
            };
            const double u = value(0, 0, 0), v = value(1, 0, 0);
            for (std::size_t k = 0; k < 2; ++k) {
                const double convection = u * first(k, 0) + v * first(k, 1);
                momentum =
                    std::max(momentum, std::abs(convection + first(2, k) - 0.01 * (second(k, 0) + second(k, 1))));
                scale = std::max(scale, std::abs(convection));
            }
            mass = std::max(mass, std::abs(first(0, 0) + first(1, 1)));
        }
    }
    CAPTURE(momentum, mass, scale);
    CHECK(scale > 0.1);
    CHECK(momentum < 1e-4 * scale);
    CHECK(mass < 1e-6);

    // The pressure's mean, and as much power from the lid as viscosity takes.
    const auto [x, y] = grid_of(257);
    at::Tensor weights = at::ones({257}, at::kDouble);
    weights[0].fill_(0.5);
    weights[256].fill_(0.5);
    weights /= 256;
    const CavityFlow flow(0.01, 32);
    const auto integral = [&](const at::Tensor& f) {
        return weights.dot(f.reshape({257, 257}).matmul(weights)).item<double>();
    };
    CHECK(std::abs(integral(flow.pressure(x, y))) < 1e-4);
    const at::Tensor axis = at::linspace(0, 1, 257, at::kDouble), lid = at::ones_like(axis);
    const double power =
        weights.dot(flow.streamfunction(axis, lid, 0, 1) * flow.streamfunction(axis, lid, 0, 2)).item<double>();
    const at::Tensor shear = flow.streamfunction(x, y, 1, 1);
    const double taken = integral(2 * shear.square() + flow.streamfunction(x, y, 0, 2).square() +
                                  flow.streamfunction(x, y, 2, 0).square());
    CHECK(power == Approx(taken).epsilon(2e-3));
}

TEST_CASE("the cavity flow converges with the degree", "[pinn]") {
    const at::Tensor fine = velocity(CavityFlow(0.01, 32), 65);
    const double first = relative(velocity(CavityFlow(0.01, 16), 65), fine),
                 second = relative(velocity(CavityFlow(0.01, 24), 65), fine);
    CAPTURE(first, second);
    CHECK(first < 1e-3);
    CHECK(second < 1e-5);
    CHECK(second < first / 10);
}

TEST_CASE("slow cavity flow is symmetric, fast one is reached by continuation", "[pinn]") {
    const at::Tensor u = velocity(CavityFlow(1000, 16), 33)[0].reshape({33, 33});
    CHECK(relative(u.flip(0), u) < 1e-5);
    const at::Tensor faster = velocity(CavityFlow(0.01, 16), 33)[0].reshape({33, 33});
    CHECK(relative(faster.flip(0), faster) > 0.05);
    CHECK(relative(velocity(CavityFlow(0.005, 16), 33), velocity(CavityFlow(0.005, 20), 33)) < 1e-2);
    CHECK_THROWS_WITH(CavityFlow(0, 16), contains_text("no viscosity"));
}
