// SPDX-License-Identifier: BSD-3-Clause
// Accuracy of the reference solver: known numbers, exact solutions, a second solver, orders of convergence.
#include "core/error.h"
#include "plugins/pinn/reference/etd.h"
#include "plugins/pinn/reference/sqg_solver.h"
#include "tests/catch.h"
#include "tests/pinn/direct_sum_sqg.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>

#include <cmath>
#include <random>

using namespace orrery;
using namespace orrery::pinn;
namespace sp = orrery::spectral;

namespace {

SqgSolver solved(const at::Tensor& initial, double kappa, double time, double dt, Scheme scheme = Scheme::ifrk4,
                 Forcing forcing = {}) {
    SolverOptions options;
    options.kappa = kappa;
    options.dt = dt;
    options.scheme = scheme;
    options.forcing = std::move(forcing);
    SqgSolver solver(initial, options);
    for (std::int64_t s = steps_to(time, dt); s > 0; --s) solver.step();
    return solver;
}

double relative(const at::Tensor& is, const at::Tensor& should) {
    return ((is - should).norm() / should.norm()).item<double>();
}

} // namespace

TEST_CASE("the reference solver reproduces the known numbers to 5e-11", "[pinn]") {
    struct Row {
        double kappa, time, rms, hamiltonian, probe;
    };
    const Scheme scheme = GENERATE(Scheme::ifrk4, Scheme::etdrk4);
    for (const Row& row : {Row{1, 0.5, 0.494673168051, 0.113462534446, 0.776242501845},
                           {1, 1, 0.287122124566, 0.039068681236, 0.430304255446},
                           {1, 2, 0.100191942928, 0.004893283579, 0.136652183112},
                           {0.1, 1, 0.773093162787, 0.271298338454, 1.242092200401}}) {
        const SolverState state = solved(initial_coefficients("cmt", 64, 0), row.kappa, row.time, 0.01, scheme).state();
        CAPTURE(row.kappa, row.time);
        CHECK(std::abs(state.rms - row.rms) < 5e-11);
        CHECK(std::abs(state.hamiltonian - row.hamiltonian) < 5e-11);
        CHECK(std::abs(state.probe - row.probe) < 5e-11);
        CHECK(state.time == Approx(row.time).epsilon(1e-14));
    }
    const SolverState first = solved(initial_coefficients("cmt", 64, 0), 1, 0.01, 0.01).state();
    CHECK(first.rms < 0.866025403784);
    SqgSolver initial(initial_coefficients("cmt", 64, 0), {});
    CHECK(std::abs(initial.state().rms - 0.866025403784) < 5e-13);
    CHECK(std::abs(initial.state().hamiltonian - 0.338388347648) < 5e-13);
}

TEST_CASE("a field on one shell decays exactly, whatever kappa", "[pinn]") {
    const auto seed = std::random_device{}();
    std::mt19937 generator(seed);
    const double kappa = std::uniform_real_distribution<double>(0.01, 1)(generator);
    INFO("seed " << seed << ", kappa " << kappa);
    const at::Tensor initial = initial_coefficients("shell", 32, 0);
    for (const Scheme scheme : {Scheme::ifrk4, Scheme::etdrk4}) {
        const SqgSolver solver = solved(initial, kappa, 1, 0.02, scheme);
        CHECK(relative(solver.coefficients(), initial * std::exp(-5 * kappa)) < 1e-12);
    }
}

TEST_CASE("the manufactured solution is reproduced", "[pinn]") {
    const Scheme scheme = GENERATE(Scheme::ifrk4, Scheme::etdrk4);
    const double kappa = 0.37;
    const SqgSolver solver =
        solved(manufactured_solution(32, 0), kappa, 1, 0.01, scheme, manufactured_forcing(32, kappa));
    CHECK(relative(solver.coefficients(), manufactured_solution(32, 1)) < 1e-9);
    const SqgSolver wrong =
        solved(manufactured_solution(32, 0), kappa + 0.01, 1, 0.01, scheme, manufactured_forcing(32, kappa));
    CHECK(relative(wrong.coefficients(), manufactured_solution(32, 1)) > 1e-3);
}

TEST_CASE("a direct-sum solver without transforms agrees to 1e-12", "[pinn]") {
    const auto seed = std::random_device{}();
    INFO("seed " << seed);
    const int n = 16, cut = (n - 1) / 3;
    const double kappa = 0.3, h = 0.0005, time = 0.1;
    // Random modes up to the cut, so that the convolution is full.
    std::mt19937 generator(seed);
    std::normal_distribution<double> normal;
    std::vector<Mode> modes;
    direct_sum::Solver direct(cut, kappa);
    for (int k1 = -cut; k1 <= cut; ++k1) {
        for (int k2 = 0; k2 <= cut; ++k2) {
            if (k2 == 0 && k1 <= 0) continue;
            const double size = 0.3 * std::exp(-0.5 * std::hypot(k1, k2));
            const std::complex<double> c(size * normal(generator), size * normal(generator));
            modes.push_back({k1, k2, c});
            direct.at(k1, k2) = c;
            direct.at(-k1, -k2) = std::conj(c);
        }
    }
    const SqgSolver solver = solved(coefficients_of(modes, n), kappa, time, h);
    for (int s = 0; s < 200; ++s) direct.step(h);
    const at::Tensor c = solver.coefficients();
    const auto at = c.accessor<c10::complex<double>, 2>();
    double largest = 0, difference = 0;
    for (int k1 = -cut; k1 <= cut; ++k1) {
        for (int k2 = 0; k2 <= cut; ++k2) {
            const c10::complex<double> is = at[(k1 + n) % n][k2];
            largest = std::max(largest, std::abs(direct.at(k1, k2)));
            difference = std::max(difference, std::abs(std::complex<double>(is.real(), is.imag()) - direct.at(k1, k2)));
        }
    }
    // The time steppings differ; at this step both errors lie below rounding.
    CHECK(difference < 1e-12 * largest);
    CHECK(largest > 0.05);
}

TEST_CASE("both schemes are of order 4 in time", "[pinn]") {
    const Scheme scheme = GENERATE(Scheme::ifrk4, Scheme::etdrk4);
    const at::Tensor initial = initial_coefficients("cmt", 64, 0);
    const at::Tensor exact = solved(initial, 0.1, 1, 0.0025).coefficients();
    std::vector<double> errors;
    for (const double h : {0.05, 0.025, 0.0125})
        errors.push_back(relative(solved(initial, 0.1, 1, h, scheme).coefficients(), exact));
    for (std::size_t i = 1; i < errors.size(); ++i) {
        CAPTURE(errors[i - 1], errors[i]);
        CHECK(std::log2(errors[i - 1] / errors[i]) == Approx(4.0).margin(0.1));
    }
}

TEST_CASE("the error falls exponentially with the grid", "[pinn]") {
    const at::Tensor fine = solved(initial_coefficients("cmt", 128, 0), 0.1, 1, 0.01).coefficients();
    std::vector<double> errors;
    for (const std::int64_t n : {32, 48, 64}) {
        errors.push_back(
            relative(sp::pad(solved(initial_coefficients("cmt", n, 0), 0.1, 1, 0.01).coefficients(), 128), fine));
    }
    CAPTURE(errors);
    CHECK(errors[1] < errors[0] / 30);
    CHECK(errors[2] < errors[1] / 30);
    // The 2/3 rule keeps |k_j| <= 21 of 64 points.
    CHECK(errors[2] < 5e-10);
    const double finest =
        relative(sp::pad(solved(initial_coefficients("cmt", 96, 0), 0.1, 1, 0.01).coefficients(), 128), fine);
    CHECK(finest < 2e-12);
}

TEST_CASE("solve gives the fields at the times asked for", "[pinn]") {
    const at::Tensor initial = initial_coefficients("cmt", 32, 0);
    SolverOptions options;
    options.kappa = 0.5;
    const at::Tensor fields = solve(initial, options, {0, 0.1, 0.25, 0.333});
    REQUIRE(fields.sizes() == at::IntArrayRef{4, 32, 32});
    CHECK(relative(fields[0], sp::field_of(initial)) < 1e-15);
    CHECK(relative(fields[2], solved(initial, 0.5, 0.25, 0.01).field()) < 1e-9);
    options.forcing = manufactured_forcing(32, 0.5);
    const at::Tensor forced = solve(initial, options, {0.5, 1});
    CHECK(relative(forced[1], sp::field_of(manufactured_solution(32, 1))) < 1e-9);
}

TEST_CASE("the coefficients of exponential time differencing agree with their closed forms", "[pinn]") {
    const double h = 0.1;
    for (const double z : {-30.0, -4.0, -1.5}) { // where the closed forms lose no digits
        const EtdCoefficients c = etd_coefficients(z, h);
        const double e = std::exp(z), cube = z * z * z;
        CHECK(c.q == Approx(h * (std::exp(z / 2) - 1) / z).epsilon(1e-12));
        CHECK(c.f1 == Approx(h * (-4 - z + e * (4 - 3 * z + z * z)) / cube).epsilon(1e-12));
        CHECK(c.f2 == Approx(h * (2 + z + e * (z - 2)) / cube).epsilon(1e-12));
        CHECK(c.f3 == Approx(h * (-4 - 3 * z - z * z + e * (4 - z)) / cube).epsilon(1e-12));
    }
    const EtdCoefficients zero = etd_coefficients(0, h); // classical Runge-Kutta
    CHECK(zero.q == Approx(h / 2).epsilon(1e-14));
    CHECK(zero.f1 == Approx(h / 6).epsilon(1e-13));
    CHECK(zero.f2 == Approx(h / 6).epsilon(1e-13));
    CHECK(zero.f3 == Approx(h / 6).epsilon(1e-13));
}

TEST_CASE("the solver on a CUDA device agrees with the CPU", "[pinn][cuda]") {
    if (!at::hasCUDA()) {
        WARN("skipped: there is no CUDA device");
        return;
    }
    const Scheme scheme = GENERATE(Scheme::ifrk4, Scheme::etdrk4);
    SolverOptions options;
    options.scheme = scheme;
    const at::Tensor initial = initial_coefficients("random", 64, 3);
    SqgSolver cpu(initial, options);
    options.device = at::kCUDA;
    SqgSolver cuda(initial, options);
    for (int s = 0; s < 20; ++s) {
        cpu.step();
        cuda.step();
    }
    CHECK(relative(cuda.coefficients().cpu(), cpu.coefficients()) < 1e-12);
    CHECK(cuda.state().probe == Approx(cpu.state().probe).epsilon(1e-11));
    CHECK(cuda.state().balance_l2 < 1e-8);
}

TEST_CASE("grid sizes and step counts", "[pinn]") {
    for (const std::int64_t n : {16, 48, 100, 126, 4096}) CHECK_FALSE(problem_of_grid(n));
    CHECK_THAT(problem_of_grid(65).value(), Catch::Contains("odd") && Catch::Contains("70"));
    CHECK_THAT(problem_of_grid(62).value(), Catch::Contains("64"));
    CHECK(steps_to(1, 0.01) == 100);
    CHECK(steps_to(1, 0.1) == 10);
    CHECK(steps_to(1, 0.03) == 34);
    CHECK(steps_to(0.5, 3) == 1);
}
