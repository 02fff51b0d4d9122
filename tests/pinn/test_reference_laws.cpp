// SPDX-License-Identifier: BSD-3-Clause
// Exact laws of critical SQG, and what the solver says when it can't resolve a flow.
#include "core/error.h"
#include "plugins/pinn/reference/sqg_solver.h"
#include "tests/catch.h"

#include <ATen/ATen.h>

#include <cmath>
#include <random>

using namespace orrery;
using namespace orrery::pinn;
namespace sp = orrery::spectral;

namespace {

SolverOptions options_of(double kappa, double dt, Scheme scheme = Scheme::ifrk4) {
    SolverOptions options;
    options.kappa = kappa;
    options.dt = dt;
    options.scheme = scheme;
    return options;
}

// Flow drawn when the test runs.
struct Drawn {
    std::uint64_t seed = std::random_device{}();
    double kappa = 0.05 + 0.2 * static_cast<double>(seed % 1000) / 1000;
    at::Tensor initial = initial_coefficients("random", 64, seed);
};

double largest(const at::Tensor& t) { return t.abs().max().item<double>(); }

} // namespace

TEST_CASE("the balances of energy and Hamiltonian close", "[pinn]") {
    const Scheme scheme = GENERATE(Scheme::ifrk4, Scheme::etdrk4);
    const auto after = [&](double kappa) {
        SqgSolver solver(initial_coefficients("cmt", 64, 0), options_of(kappa, 0.01, scheme));
        for (int s = 0; s < 100; ++s) solver.step();
        return solver.state();
    };
    const SolverState weak = after(0.1), strong = after(1);
    CHECK(weak.balance_hamiltonian < 1e-10);
    CHECK(weak.balance_l2 < 1e-10);
    CHECK(strong.balance_hamiltonian < 1e-8);
    CHECK(strong.balance_l2 < 1e-8);
    CHECK(strong.rms < 0.4); // there was something to balance
}

TEST_CASE("the balances close under a forcing too", "[pinn]") {
    SolverOptions options = options_of(0.3, 0.01);
    options.forcing = manufactured_forcing(32, 0.3);
    SqgSolver solver(manufactured_solution(32, 0), options);
    for (int s = 0; s < 50; ++s) solver.step();
    CHECK(solver.state().balance_l2 < 1e-9);
    CHECK(solver.state().balance_hamiltonian < 1e-9);
}

TEST_CASE("any flow keeps its mean, loses energy and obeys the maximum principle", "[pinn]") {
    const Drawn drawn;
    INFO("seed " << drawn.seed << ", kappa " << drawn.kappa);
    at::Tensor initial = drawn.initial.clone();
    initial[0][0] = 0.25;
    SqgSolver solver(initial, options_of(drawn.kappa, 0.01));
    SolverState last = solver.state();
    Extremes extremes = solver.extremes();
    for (int s = 1; s <= 50; ++s) {
        solver.step();
        const SolverState state = solver.state();
        CHECK(state.mean == 0.25);
        CHECK(state.rms < last.rms);
        CHECK(state.hamiltonian < last.hamiltonian);
        CHECK(state.balance_l2 < 1e-8);
        CHECK(state.balance_hamiltonian < 1e-8);
        last = state;
        if (s % 10 != 0) continue;
        const Extremes now = solver.extremes();
        CHECK(now.max < extremes.max + 1e-6); // the grid's resolution of the flow
        CHECK(now.min > extremes.min - 1e-6);
        extremes = now;
    }
    const at::Tensor theta = solver.field() - 0.25, u = sp::velocity(theta);
    CHECK(largest(sp::gradient(u[0])[0] + sp::gradient(u[1])[1]) < 1e-11);
    CHECK(u.norm().item<double>() == Approx(theta.norm().item<double>()).epsilon(1e-12));
}

TEST_CASE("without dissipation energy and Hamiltonian are kept to the order of the scheme", "[pinn]") {
    const auto drift = [](double h) {
        SqgSolver solver(initial_coefficients("cmt2", 64, 0), options_of(0, h));
        const SolverState first = solver.state();
        for (std::int64_t s = steps_to(0.5, h); s > 0; --s) solver.step();
        const SolverState last = solver.state();
        return std::pair{std::abs(last.rms / first.rms - 1), std::abs(last.hamiltonian / first.hamiltonian - 1)};
    };
    const auto coarse = drift(0.1), fine = drift(0.05);
    CHECK(fine.first < 1e-8);
    CHECK(fine.second < 1e-8);
    CHECK(coarse.first > 8 * fine.first);
    CHECK(coarse.second > 8 * fine.second);
}

TEST_CASE("the solution turns and moves with its initial field", "[pinn]") {
    const Drawn drawn;
    INFO("seed " << drawn.seed << ", kappa " << drawn.kappa);
    const auto after = [&](const at::Tensor& field) {
        SqgSolver solver(sp::coefficients(field), options_of(drawn.kappa, 0.02));
        for (int s = 0; s < 25; ++s) solver.step();
        return solver.field();
    };
    // theta(x, y) -> theta(y, -x): a quarter turn.
    const auto turned = [](const at::Tensor& f) { return f.t().flip({0}).roll(1, 0).contiguous(); };
    const at::Tensor field = sp::field_of(drawn.initial), end = after(field);
    CHECK(largest(after(turned(field)) - turned(end)) < 1e-11);
    CHECK(largest(after(sp::shifted(field, 0.4, 1.1)) - sp::shifted(end, 0.4, 1.1)) < 1e-11);
    // A reflection is no symmetry: it would change the sign of u.
    CHECK(largest(after(field.t().contiguous()) - end.t()) > 1e-3);
    // theta -> -theta with time running on is none either.
    CHECK(largest(after(-field) + end) > 1e-3);
}

TEST_CASE("extremes are those of the interpolant, not of the grid", "[pinn]") {
    for (const std::int64_t n : {32, 50}) {
        const SqgSolver solver(sp::shift(initial_coefficients("cmt", n, 0), 0.123, 0.456), options_of(0.1, 0.01));
        const Extremes extremes = solver.extremes();
        CHECK(extremes.max == Approx(std::sqrt(2.0)).epsilon(1e-12)); // at x = pi/2, y = pi/4
        CHECK(extremes.min == Approx(-std::sqrt(2.0)).epsilon(1e-12));
    }
    std::vector<Extremes> ends;
    for (const std::int64_t n : {64, 96}) {
        SqgSolver solver(initial_coefficients("cmt", n, 0), options_of(0.1, 0.01));
        for (int s = 0; s < 50; ++s) solver.step();
        ends.push_back(solver.extremes());
    }
    CHECK(ends[0].max == Approx(ends[1].max).epsilon(1e-9));
    CHECK(ends[0].max == Approx(-ends[0].min).epsilon(1e-11)); // a symmetry of this field
}

TEST_CASE("an unresolved flow ends with a sentence that says what would do", "[pinn]") {
    SqgSolver hasty(initial_coefficients("cmt", 64, 0), options_of(0.1, 0.5));
    try {
        hasty.expect_resolved(hasty.state());
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), Catch::Contains("CFL"));
        CHECK_THAT(error.hint(), Catch::Contains("Use dt <="));
        CHECK(error.code() == ExitCode::usage); // before the first step
    }
    SqgSolver coarse(initial_coefficients("cmt3", 32, 0), options_of(0.001, 0.01));
    try {
        for (int s = 0; s < 200; ++s) {
            coarse.step();
            coarse.expect_resolved(coarse.state());
        }
        FAIL("not refused");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), Catch::Contains("do not resolve"));
        CHECK_THAT(error.hint(), Catch::Contains("Use n >="));
        CHECK(error.code() == ExitCode::failed);
    }
    SqgSolver fine(initial_coefficients("cmt", 64, 0), options_of(0.1, 0.01));
    CHECK_NOTHROW(fine.expect_resolved(fine.state()));
}
