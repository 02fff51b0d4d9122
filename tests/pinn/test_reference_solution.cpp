// SPDX-License-Identifier: BSD-3-Clause
// Reference solutions of the standard problems: residuals of the equations as they are published, by differences of the
// values, independent solutions, initial and boundary data, convergence.
#include "core/error.h"
#include "plugins/pinn/reference/burgers.h"
#include "plugins/pinn/reference/sqg_solver.h"
#include "plugins/pinn/reference/standard_equations.h"
#include "tests/catch.h"

#include <ATen/ATen.h>

#include <cmath>
#include <functional>
#include <numbers>

using namespace orrery;
using namespace orrery::pinn;
using std::numbers::pi;

namespace {

constexpr double burgers_nu = 0.01 / pi;

// The jet of u at one point by central differences of order 6 (derivatives of odd and even order up to 4).
struct Jet {
    double u, t, x, xx, xxx, xxxx;
};

Jet jet_of(const Solution& solution, double x, double t, double h, double k) {
    Points points(2);
    for (int j = -5; j <= 5; ++j) {
        points[0].push_back(x + j * h);
        points[1].push_back(t);
    }
    for (int j = -5; j <= 5; ++j) {
        points[0].push_back(x);
        points[1].push_back(t + j * k);
    }
    const std::vector<double> v = solution.values(points);
    const auto odd = [&](int j) { return v[static_cast<std::size_t>(5 + j)] - v[static_cast<std::size_t>(5 - j)]; };
    const auto even = [&](int j) {
        return v[static_cast<std::size_t>(5 + j)] + v[static_cast<std::size_t>(5 - j)] - 2 * v[5];
    };
    const auto in_time = [&](int j) {
        return v[static_cast<std::size_t>(16 + j)] - v[static_cast<std::size_t>(16 - j)];
    };
    Jet jet{};
    jet.u = v[5];
    jet.t = (0.75 * in_time(1) - 0.15 * in_time(2) + in_time(3) / 60) / k;
    jet.x = (0.75 * odd(1) - 0.15 * odd(2) + odd(3) / 60) / h;
    jet.xx = (1.5 * even(1) - 0.15 * even(2) + even(3) / 90) / (h * h);
    jet.xxx = (-61.0 / 30 * odd(1) + 169.0 / 120 * odd(2) - 0.3 * odd(3) + 7.0 / 240 * odd(4)) / (h * h * h);
    jet.xxxx = (-122.0 / 15 * even(1) + 169.0 / 60 * even(2) - 0.4 * even(3) + 7.0 / 240 * even(4)) / (h * h * h * h);
    return jet;
}

// Largest |residual| over points inside, over the largest |u_t|.
double residual(const Solution& solution, const std::function<double(const Jet&)>& of, double low, double high,
                double end, double h, double k) {
    double largest = 0, scale = 0;
    for (int i = 1; i < 12; ++i) {
        for (int j = 1; j < 8; ++j) {
            const Jet jet = jet_of(solution, low + (high - low) * (i + 0.29) / 12, end * (j + 0.17) / 8, h, k);
            largest = std::max(largest, std::abs(of(jet)));
            scale = std::max(scale, std::abs(jet.t));
        }
    }
    return largest / scale;
}

double relative(const std::vector<double>& is, const std::vector<double>& should) {
    double difference = 0, sum = 0;
    for (std::size_t i = 0; i < is.size(); ++i) {
        difference += (is[i] - should[i]) * (is[i] - should[i]);
        sum += should[i] * should[i];
    }
    return std::sqrt(difference / sum);
}

} // namespace

TEST_CASE("the Cole-Hopf solution of Burgers' equation solves it", "[pinn]") {
    const auto solution = reference_solution("burgers");
    // Away from the front, where differences resolve u.
    for (const double low : {-0.95, 0.1}) {
        CHECK(residual(
                  *solution, [](const Jet& u) { return u.t + u.u * u.x - 0.01 / pi * u.xx; }, low, low + 0.85, 1, 4e-3,
                  4e-3) < 1e-6);
    }
    // In the front with a step that resolves it.
    CHECK(residual(
              *solution, [](const Jet& u) { return u.t + u.u * u.x - 0.01 / pi * u.xx; }, -0.02, 0.02, 0.9, 2e-4,
              1e-3) < 1e-4);
    const std::vector<double> x = {-1, -0.7, -0.1, 0, 0.3, 1};
    for (const double t : {0.0, 1e-9, 1e-5}) {
        const std::vector<double> u = solution->values({x, std::vector<double>(x.size(), t)});
        for (std::size_t i = 0; i < x.size(); ++i) CHECK(std::abs(u[i] + std::sin(pi * x[i])) < 1e-14 + 4 * t);
    }
    for (const double t : {0.2, 0.6, 1.0}) {
        CHECK(std::abs(burgers_value(1, t, burgers_nu)) < 1e-13);
        CHECK(std::abs(burgers_value(-1, t, burgers_nu)) < 1e-13);
        CHECK(std::abs(burgers_value(0, t, burgers_nu)) < 1e-13);
        CHECK(burgers_value(-0.37, t, burgers_nu) == Approx(-burgers_value(0.37, t, burgers_nu)).epsilon(1e-12));
    }
    CHECK(solution->accuracy().relative_l2 < 1e-12);
    CHECK(solution->accuracy().relative_l2 > 0);
}

TEST_CASE("a pseudo-spectral solution of Burgers' equation agrees with Cole-Hopf to 1e-9", "[pinn]") {
    PeriodicSolver solver(burgers_equation(burgers_nu).equation, 4096);
    double reached = 0;
    for (const double t : {0.3, 0.55, 1.0}) { // before the front, its steepest time, and later
        solver.advance(t - reached, 2.5e-4);
        reached = t;
        const std::vector<double> u = solver.field(4096);
        double largest = 0;
        for (std::size_t i = 0; i < u.size(); ++i) {
            const double x = -1 + static_cast<double>(i) / 2048;
            largest = std::max(largest, std::abs(u[i] - burgers_value(x, t, burgers_nu)));
        }
        CAPTURE(t);
        CHECK(largest < 1e-9);
    }
}

TEST_CASE("the quadrature of Cole-Hopf has converged from large to small viscosity", "[pinn]") {
    for (const double nu : {1.0, 0.05, 0.002, 2e-4}) {
        double largest = 0;
        for (const double x : {-0.8, -0.3, -0.01, 0.001, 0.1, 0.9}) {
            for (const double t : {1e-6, 0.01, 0.4, 2.0}) {
                const double u = burgers_value(x, t, nu);
                REQUIRE(std::isfinite(u));
                largest = std::max(largest, std::abs(u - burgers_value(x, t, nu, 7)));
            }
        }
        CAPTURE(nu);
        CHECK(largest < 1e-11);
    }
    // Large viscosity: linear decay.
    const double t = 0.2, decay = std::exp(-pi * pi * t);
    CHECK(burgers_value(0.3, t / 50, 50) == Approx(-std::sin(0.3 * pi) * decay).epsilon(2e-3));
}

TEST_CASE("the solution of the Allen-Cahn equation solves it", "[pinn]") {
    const auto solution = reference_solution("allen-cahn");
    CHECK(residual(
              *solution, [](const Jet& u) { return u.t - 1e-4 * u.xx - 5 * u.u + 5 * u.u * u.u * u.u; }, -1, 1, 1, 2e-3,
              2e-3) < 1e-6);
    CHECK(solution->accuracy().relative_l2 < 1e-7);
    const std::vector<double> u = solution->values({{-1, 1, -0.4, 0.4, 0.25}, {0.7, 0.7, 0.6, 0.6, 0}});
    CHECK(std::abs(u[0] - u[1]) < 1e-12); // periodic
    CHECK(std::abs(u[2] - u[3]) < 1e-11); // even
    CHECK(u[4] == 0.0625 * std::cos(pi * 0.25));
    // Just after the start the kink at 1 (slope -2 to its left, +2 to its right) is smoothed as by the heat equation:
    // u = -1 + 4 sqrt(1e-4 t/pi), and the reaction vanishes at -1.
    const double t = 1e-3, kink = solution->values({{1}, {t}})[0] + 1;
    CHECK(kink == Approx(4 * std::sqrt(1e-4 * t / pi)).epsilon(2e-2));
}

TEST_CASE("the solution of the Korteweg-de Vries equation solves it and conserves its integrals", "[pinn]") {
    const auto solution = reference_solution("kdv");
    CHECK(residual(
              *solution, [](const Jet& u) { return u.t + u.u * u.x + 0.022 * 0.022 * u.xxx; }, -1, 1, 1, 2e-3, 1e-3) <
          2e-5);
    CHECK(solution->accuracy().relative_l2 < 1e-9);
    // Mass, momentum and energy int u^3/3 - delta^2 u_x^2 by the trapezoidal rule.
    std::vector<double> first;
    for (const double t : {0.0, 0.5, 1.0}) {
        constexpr std::size_t n = 1024;
        Points points(2, std::vector<double>(n, t));
        for (std::size_t i = 0; i < n; ++i) points[0][i] = -1 + 2 * static_cast<double>(i) / n;
        Points ahead = points;
        for (double& x : ahead[0]) x += 1e-3;
        Points behind = points;
        for (double& x : behind[0]) x -= 1e-3;
        const auto u = solution->values(points), after = solution->values(ahead), before = solution->values(behind);
        double mass = 0, momentum = 0, cube = 0;
        for (std::size_t i = 0; i < n; ++i) {
            mass += u[i] / n;
            momentum += u[i] * u[i] / n;
            const double slope = (after[i] - before[i]) / 2e-3;
            cube += (u[i] * u[i] * u[i] / 3 - 0.022 * 0.022 * slope * slope) / n;
        }
        if (first.empty()) first = {mass, momentum, cube};
        CHECK(std::abs(mass - first[0]) < 1e-13);
        CHECK(std::abs(momentum - first[1]) < 1e-9);
        CHECK(std::abs(cube - first[2]) < 1e-4);
    }
}

TEST_CASE("the solution of the Kuramoto-Sivashinsky equation solves it", "[pinn]") {
    const auto solution = reference_solution("kuramoto-sivashinsky", {}, 0.4);
    const auto of = [](const Jet& u) {
        return u.t + 100.0 / 16 * u.u * u.x + 100.0 / 256 * u.xx + 100.0 / 65536 * u.xxxx;
    };
    CHECK(residual(*solution, of, 0, 2 * pi, 0.4, 6e-3, 5e-4) < 1e-5);
    CHECK(solution->accuracy().relative_l2 < 1e-8);
}

TEST_CASE("the pseudo-spectral solver is of order 4 in time and exponential in space", "[pinn]") {
    struct Case {
        StandardEquation standard;
        std::int64_t n;
        double end, h;
    };
    for (const auto& [standard, n, end, h] :
         {Case{allen_cahn_equation(1e-4, 5), 1024, 0.4, 0.04}, Case{kdv_equation(0.022), 384, 0.5, 1e-3},
          Case{kuramoto_sivashinsky_equation(6.25, 0.390625, 1.6e-3), 384, 0.1, 1e-4}}) {
        const auto solved = [&, end = end](std::int64_t points, double step) {
            PeriodicSolver solver(standard.equation, points);
            solver.advance(end, step);
            return solver.field(1024);
        };
        const std::vector<double> exact = solved(n, h / 16);
        const double first = relative(solved(n, h), exact), second = relative(solved(n, h / 2), exact);
        CAPTURE(standard.description, first, second);
        CHECK(std::log2(first / second) == Approx(4).margin(0.35));
        CHECK(second < 1e-4);
        if (!standard.equation.conservative) continue; // the data of Allen-Cahn have a kink
        const double coarse = relative(solved(128, h / 16), exact), finer = relative(solved(192, h / 16), exact);
        CAPTURE(coarse, finer);
        CHECK(finer < coarse / 20);
    }
}

TEST_CASE("coefficients of exponential time differencing are the same by series, closed form and contour", "[pinn]") {
    for (const double z : {0.0, -1e-6, -0.7, -1.99, -2.01, -7.0, -300.0}) {
        const EtdCoefficients real = etd_coefficients(z, 0.1);
        const auto c = etd_coefficients(std::complex<double>(z), 0.1);
        CHECK(std::abs(c.q - real.q) < 1e-15);
        CHECK(std::abs(c.f1 - real.f1) < 1e-14);
        CHECK(std::abs(c.f2 - real.f2) < 1e-14);
        CHECK(std::abs(c.f3 - real.f3) < 1e-14);
    }
    for (const double angle : {0.3, 1.0, pi / 2, 2.5}) { // across the change of method
        const auto inside = etd_coefficients(std::polar(2 * (1 - 1e-15), angle), 1);
        const auto outside = etd_coefficients(std::polar(2 * (1 + 1e-15), angle), 1);
        CHECK(std::abs(inside.f1 - outside.f1) < 1e-14);
        CHECK(std::abs(inside.f2 - outside.f2) < 1e-14);
        CHECK(std::abs(inside.f3 - outside.f3) < 1e-14);
    }
}

TEST_CASE("what is asked of reference solutions is checked", "[pinn]") {
    const auto says = [](const std::string& problem, const Parameters& parameters, double end) {
        try {
            reference_solution(problem, parameters, end);
        } catch (const Error& e) {
            CHECK(e.code() == ExitCode::usage);
            return std::string(e.what()) + " " + e.hint();
        }
        return std::string("no error");
    };
    CHECK_THAT(says("brusselator", {}, 1), contains_text("brusselator") && contains_text("kdv"));
    CHECK_THAT(says("burgers", {{"viscosity", 1}}, 1), contains_text("viscosity") && contains_text("nu"));
    CHECK_THAT(says("burgers", {{"nu", -1}}, 1), contains_text("-1"));
    CHECK_THAT(says("burgers", {{"nu", 1e-12}}, 1), contains_text("too small"));
    CHECK_THAT(says("burgers", {{"nu", NAN}}, 1), contains_text("nan"));
    CHECK_THAT(says("kdv", {}, 0), contains_text("above 0"));
    CHECK_THAT(says("kuramoto-sivashinsky", {{"gamma", -1}}, 1), contains_text("gamma"));

    const auto solution = reference_solution("burgers", {{"nu", 0.1}}, 0.5);
    CHECK(solution->values({{}, {}}).empty());
    CHECK_NOTHROW(solution->values({{0.2}, {0.5 + 1e-15}}));
    CHECK_THROWS_WITH(solution->values({{0.2}, {0.6}}), contains_text("t in [0, 0.5]"));
    CHECK_THROWS_WITH(solution->values({{0.2}, {0.1, 0.2}}), contains_text("2 values of t"));
    CHECK_THROWS_WITH(solution->values({{0.2}}), contains_text("x, t"));
    CHECK_THROWS_WITH(solution->values({{NAN}, {0.1}}), contains_text("x = nan"));
    CHECK_THROWS_AS(solution->values({{0.2}, {0.1}}, 1), std::out_of_range);
    CHECK(tensor_points({{1, 2}, {3, 4, 5}}) == Points{{1, 1, 1, 2, 2, 2}, {3, 4, 5, 3, 4, 5}});
}

TEST_CASE("the solution of SQG is the solver's at any point", "[pinn]") {
    const auto solution = reference_solution("sqg", {{"kappa", 1}}, 0.5);
    REQUIRE(solution->coordinates() == std::vector<std::string>{"x", "y", "t"});
    CHECK(std::abs(solution->values({{pi / 2}, {pi / 4}, {0.5}})[0] - 0.776242501845) < 5e-11); // known number
    CHECK(solution->accuracy().relative_l2 < 1e-9);
    const double x = 5.1, y = -0.3;
    CHECK(std::abs(solution->values({{x}, {y}, {0}})[0] - (std::sin(x) * std::sin(y) + std::cos(y))) < 1e-12);
    // Between grid points and times: the trigonometric interpolant of the coefficients there.
    SolverOptions options;
    options.kappa = 1;
    options.dt = 0.01 / 3;
    SqgSolver solver(initial_coefficients("cmt", 64, 0), options);
    for (int s = 0; s < 49; ++s) solver.step();
    const at::Tensor exact = spectral::interpolate(solver.coefficients(), at::tensor({x, y}, at::kDouble).view({1, 2}));
    CHECK(std::abs(solution->values({{x}, {y}, {solver.time()}})[0] - exact.item<double>()) < 1e-10);
    CHECK_THROWS_WITH(reference_solution("sqg", {{"kappa", -1}}), contains_text("kappa"));
}
