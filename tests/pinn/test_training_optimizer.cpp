// SPDX-License-Identifier: BSD-3-Clause
// The minimisers against textbook formulas with dense matrices, hard functions and functions that break.
#include "core/error.h"
#include "plugins/pinn/training/adam.h"
#include "plugins/pinn/training/lbfgs.h"
#include "plugins/pinn/training/line_search.h"
#include "plugins/pinn/training/minimiser.h"
#include "plugins/pinn/training/quadrature.h"
#include "plugins/pinn/training/quasi_newton.h"
#include "tests/catch.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numeric>
#include <random>

using namespace orrery;
using namespace orrery::pinn::training;

namespace {

// Chained Rosenbrock function in n dimensions; minimum 0 at ones.
double rosenbrock(std::span<const double> x, std::span<double> g) {
    double f = 0;
    std::fill(g.begin(), g.end(), 0.0);
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
        const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
        f += 100 * a * a + b * b;
        g[i] += -400 * a * x[i] - 2 * b;
        g[i + 1] += 200 * a;
    }
    return f;
}

Point start(std::size_t n, const Objective& objective) {
    Point p;
    for (std::size_t i = 0; i < n; ++i) p.x.push_back(i % 2 == 0 ? -1.2 : 1.0);
    p.gradient.resize(n);
    p.value = objective(p.x, p.gradient);
    return p;
}

at::Tensor vector_of(const std::vector<double>& v) { return at::tensor(v, at::kDouble); }
double product_of(const at::Tensor& a, const at::Tensor& b) { return at::dot(a, b).item<double>(); }

// The updates as printed: Urban, Stefanou and Pons (arXiv 2405.04230), with B = H^-1 written out.
at::Tensor textbook_update(QuasiNewtonRule rule, const at::Tensor& h, const at::Tensor& s, const at::Tensor& y) {
    const at::Tensor hy = at::mv(h, y), bs = at::mv(h.inverse(), s);
    const double ys = product_of(y, s), yhy = product_of(y, hy), sbs = product_of(s, bs);
    const double b = sbs / ys, hk = yhy / ys, a = b * hk - 1, c = std::sqrt(a / (a + 1));
    const double rho_minus = std::min(1.0, hk * (1 - c));
    const double theta = std::max((rho_minus - 1) / a, std::min(1 / rho_minus, (1 - b) / b));
    const double sigma = 1 + a * theta, rho = std::min(1.0, 1 / b);
    const double root = std::pow(std::abs(sigma), 1 / (1 - static_cast<double>(s.numel())));
    double tau = theta <= 0 ? std::min(rho * root, sigma) : rho * std::min(root, 1 / theta);
    double phi = (1 - theta) / (1 + a * theta);
    if (rule != QuasiNewtonRule::self_scaled_broyden) phi = 1;
    if (rule == QuasiNewtonRule::bfgs) tau = 1;
    if (rule == QuasiNewtonRule::self_scaled_bfgs) tau = std::min(1.0, ys / sbs);
    const at::Tensor v = std::sqrt(yhy) * (s / ys - hy / yhy);
    return (h - at::outer(hy, hy) / yhy + phi * at::outer(v, v)) / tau + at::outer(s, s) / ys;
}

// |J a(x) - J a(x*)|^2 with J [60, 50] of singular values 1 to 1 / condition; a(x) = x, or x + 0.3 sin 2x.
struct LeastSquares {
    at::Tensor j, solution, data;
    bool bent;
    LeastSquares(double condition, bool curved) : bent(curved) {
        const auto orthogonal = [](std::int64_t m, std::int64_t n, double c) {
            return std::get<0>(at::linalg_qr((at::arange(m * n, at::kDouble).square() * c).cos().view({m, n})));
        };
        const at::Tensor values = at::pow(condition, -at::arange(50, at::kDouble) / 49);
        j = at::mm(orthogonal(60, 50, 0.7) * values, orthogonal(50, 50, 1.1));
        solution = (at::arange(50, at::kDouble) * 3.3).sin();
        data = at::mv(j, inner(solution));
    }
    at::Tensor inner(const at::Tensor& x) const { return bent ? x + 0.3 * (2 * x).sin() : x; }
    double operator()(std::span<const double> at_x, std::span<double> g) const {
        const at::Tensor x = at::tensor(std::vector<double>(at_x.begin(), at_x.end()), at::kDouble);
        const at::Tensor r = at::mv(j, inner(x)) - data;
        at::Tensor gradient = 2 * at::mv(j.t(), r);
        if (bent) gradient = gradient * (1 + 0.6 * (2 * x).cos());
        std::copy_n(gradient.data_ptr<double>(), 50, g.begin());
        return r.square().sum().item<double>();
    }
};

} // namespace

TEST_CASE("the quasi-Newton methods take the steps of their textbook formulas", "[pinn]") {
    const auto rule =
        GENERATE(QuasiNewtonRule::bfgs, QuasiNewtonRule::self_scaled_bfgs, QuasiNewtonRule::self_scaled_broyden);
    const std::size_t n = GENERATE(std::size_t{5}, std::size_t{12}, std::size_t{37});
    Point mine = start(n, rosenbrock), book = mine;
    QuasiNewton method(rule);
    at::Tensor h = at::eye(static_cast<std::int64_t>(n), at::kDouble);
    double worst = 0;
    for (int k = 0; k < 25; ++k) {
        REQUIRE(method.step(rosenbrock, mine) == StepResult::moved);
        const at::Tensor g = vector_of(book.gradient), x = vector_of(book.x), p = -at::mv(h, g);
        const std::vector<double> direction(p.data_ptr<double>(), p.data_ptr<double>() + n);
        const auto found = search(rosenbrock, book, direction, k == 0 ? first_step(book) : 1.0);
        REQUIRE(found.alpha > 0);
        const at::Tensor s = vector_of(book.x) - x, y = vector_of(book.gradient) - g;
        if (k == 0) h = h * (product_of(y, s) / product_of(y, y));
        h = textbook_update(rule, h, s, y);
        CHECK((at::mv(h, y) - s).norm().item<double>() < 1e-9 * s.norm().item<double>()); // the secant equation
        worst = std::max(worst, (vector_of(mine.x) - vector_of(book.x)).abs().max().item<double>());
    }
    CHECK(worst < 1e-6);
    CHECK(method.skipped() == 0);
}

TEST_CASE("the coefficients of the update give the textbook's matrix", "[pinn]") {
    const auto rule =
        GENERATE(QuasiNewtonRule::bfgs, QuasiNewtonRule::self_scaled_bfgs, QuasiNewtonRule::self_scaled_broyden);
    at::Tensor a = at::arange(1, 37, at::kDouble).view({6, 6}).sin();
    const at::Tensor h = at::mm(a, a.t()) + at::eye(6, at::kDouble);
    const at::Tensor s = at::arange(1, 7, at::kDouble).cos(), y = s * 1.7 + at::arange(0, 6, at::kDouble).sin() * 0.3;
    const at::Tensor q = at::mv(h, y);
    const auto u = broyden_update(rule, product_of(y, s), product_of(s, at::mv(h.inverse(), s)), product_of(y, q), 6);
    const at::Tensor mine =
        u.scale * h + u.ss * at::outer(s, s) + u.sq * (at::outer(s, q) + at::outer(q, s)) + u.qq * at::outer(q, q);
    CHECK((mine - textbook_update(rule, h, s, y)).abs().max().item<double>() < 1e-10);
}

TEST_CASE("the packed matrix changes and multiplies as a dense one", "[pinn]") {
    const std::size_t n = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{16}, std::size_t{131});
    InverseHessian matrix(n);
    matrix.set_identity(0.5);
    at::Tensor dense = 0.5 * at::eye(static_cast<std::int64_t>(n), at::kDouble);
    std::mt19937_64 bits(n);
    const auto draw = [&] {
        std::vector<double> v(n);
        for (auto& e : v) e = static_cast<double>(bits() >> 11U) * 0x1p-53 - 0.5;
        return v;
    };
    for (int k = 0; k < 6; ++k) {
        const auto s = draw(), q = draw(), x = draw();
        matrix.change(1.1, s, q, 0.3, -0.2, 0.7);
        const at::Tensor ts = vector_of(s), tq = vector_of(q);
        dense = 1.1 * dense + 0.3 * at::outer(ts, ts) - 0.2 * (at::outer(ts, tq) + at::outer(tq, ts)) +
                0.7 * at::outer(tq, tq);
        std::vector<double> product(n);
        matrix.multiply(x, product);
        CHECK((vector_of(product) - at::mv(dense, vector_of(x))).abs().max().item<double>() <
              1e-12 * static_cast<double>(n));
    }
}

TEST_CASE("all minimisers come down the Rosenbrock valley, the quasi-Newton ones to rounding", "[pinn]") {
    for (const std::string name : {"lbfgs", "bfgs", "ssbfgs", "ssbroyden"}) {
        Point p = start(20, rosenbrock);
        const auto method = make_optimizer(name);
        int steps = 0;
        while (steps < 400 && method->step(rosenbrock, p) == StepResult::moved) ++steps;
        CAPTURE(name, steps);
        CHECK(p.value < 1e-18);
    }
    Point p = start(20, rosenbrock);
    const double first = p.value;
    Adam adam({.schedule = {.rate = 1e-2}});
    for (int i = 0; i < 2000; ++i) adam.step(rosenbrock, p);
    CHECK(p.value < 0.02 * first);
}

TEST_CASE("self-scaled Broyden solves ill-conditioned least squares to rounding and then stops", "[pinn]") {
    for (const auto& [condition, bent, most] : {std::tuple{1e2, true, 400}, {1e4, false, 500}, {1e8, false, 700}}) {
        CAPTURE(condition, bent);
        const LeastSquares problem(condition, bent);
        Point p{std::vector<double>(50), std::vector<double>(50), 0};
        p.value = problem(p.x, p.gradient);
        const double first = p.value;
        QuasiNewton method(QuasiNewtonRule::self_scaled_broyden);
        int steps = 0, to_small = 0;
        while (steps < 1000 && method.step(problem, p) == StepResult::moved) {
            ++steps;
            if (to_small == 0 && p.value < 1e-20 * first) to_small = steps;
        }
        CAPTURE(steps, to_small, p.value, method.skipped());
        CHECK(p.value < 1e-26 * first);
        CHECK(to_small > 0);
        CHECK(steps < most);
        CHECK(method.resets() == 0); // the directions don't go bad
    }
}

TEST_CASE("L-BFGS takes the same path however the loss is scaled", "[pinn]") {
    const LeastSquares problem(1e2, true);
    const auto end = [&](double scale) {
        const Objective scaled = [&](std::span<const double> x, std::span<double> g) {
            const double f = scale * problem(x, g);
            for (double& e : g) e *= scale;
            return f;
        };
        Point p{std::vector<double>(50), std::vector<double>(50), 0};
        p.value = scaled(p.x, p.gradient);
        const double first = p.value;
        Lbfgs method;
        int steps = 0;
        while (steps < 2000 && method.step(scaled, p) == StepResult::moved) ++steps;
        return std::pair(steps, p.value / first);
    };
    const auto one = end(1), tiny = end(0x1p-80); // a power of two: no rounding of its own
    CHECK(one.second < 1e-24);
    CHECK(tiny == one);
}

TEST_CASE("the line search fulfils the strong Wolfe conditions on hard functions", "[pinn]") {
    struct Case {
        const char* name;
        std::function<double(double)> f, slope;
        double first;
    };
    const std::vector<Case> cases = {
        {"far minimum", [](double x) { return (x - 1e3) * (x - 1e3); }, [](double x) { return 2 * (x - 1e3); }, 1e-3},
        {"near minimum", [](double x) { return (x - 1e-6) * (x - 1e-6); }, [](double x) { return 2 * (x - 1e-6); }, 1},
        {"many dips", [](double x) { return 0.02 * x * x - x + std::sin(9 * x) / 10; },
         [](double x) { return 0.04 * x - 1 + 0.9 * std::cos(9 * x); }, 1},
        {"wall", [](double x) { return x < 0.3 ? -std::log(0.3 - x) - 9 * x : std::nan(""); },
         [](double x) { return x < 0.3 ? 1 / (0.3 - x) - 9 : std::nan(""); }, 1},
        {"overflow", [](double x) { return std::exp(50 * x) - 200 * x; },
         [](double x) { return 50 * std::exp(50 * x) - 200; }, 20},
    };
    for (const auto& c : cases) {
        CAPTURE(c.name);
        const Objective objective = [&](std::span<const double> x, std::span<double> g) {
            g[0] = c.slope(x[0]);
            return c.f(x[0]);
        };
        Point p{{0}, {c.slope(0)}, c.f(0)};
        const double f0 = p.value, g0 = p.gradient[0];
        REQUIRE(g0 < 0);
        const double direction[] = {1};
        const auto found = search(objective, p, direction, c.first);
        REQUIRE(found.alpha > 0);
        CHECK(found.wolfe);
        CHECK(p.x[0] == found.alpha);
        CHECK(c.f(found.alpha) <= f0 + 1e-4 * found.alpha * g0);
        CHECK(std::abs(c.slope(found.alpha)) <= -0.9 * g0);
    }
}

TEST_CASE("the line search leaves the point alone where nothing is lower", "[pinn]") {
    const Objective broken = [](std::span<const double>, std::span<double> g) { return g[0] = std::nan(""); };
    Point p{{2}, {1}, 5};
    const double down[] = {-1}, up[] = {1};
    CHECK(search(broken, p, down, 1).alpha == 0);
    CHECK(search(broken, p, up, 1).evaluations == 0); // not a descent direction
    CHECK(p.x[0] == 2);
    CHECK(p.value == 5);
}

TEST_CASE("a loss that becomes NaN ends the minimisation with the last good state", "[pinn]") {
    for (const std::string chain : {"adam:1000", "lbfgs", "ssbroyden", "adam:10+ssbroyden"}) {
        CAPTURE(chain);
        int calls = 0;
        const Objective breaks = [&](std::span<const double> x, std::span<double> g) {
            const double f = rosenbrock(x, g);
            return ++calls > 40 ? std::nan("") : f;
        };
        Point p = start(6, rosenbrock);
        const double first = p.value;
        const auto done = minimise(breaks, p, parse_chain(chain), 500, {},
                                   [](const Minimisation& m, const Point&) { return m.iterations < 2000; });
        REQUIRE(done.failure);
        CHECK(done.failure->find("not a number") != std::string::npos);
        std::vector<double> g(6);
        CHECK(rosenbrock(p.x, g) == p.value);
        CHECK(p.value < first);
    }
}

TEST_CASE("chains of optimizers are read or refused with a sentence", "[pinn]") {
    const auto chain = parse_chain("adam+lbfgs:20+ssbroyden");
    REQUIRE(chain.size() == 3);
    CHECK(chain[0].iterations == 300);
    CHECK(chain[1].iterations == 20);
    CHECK(chain[2].iterations == -1);
    for (const std::string bad : {"", "sgd", "adam+", "adam:0", "adam:x+lbfgs", "adam:10:3", "adam ssbroyden"}) {
        CAPTURE(bad);
        try {
            parse_chain(bad);
            FAIL("accepted");
        } catch (const Error& error) {
            CHECK(std::string(error.what()).find("accepted: adam, adamw, soap, lbfgs") != std::string::npos);
            CHECK(error.code() == ExitCode::usage);
        }
    }
}

TEST_CASE("Gauss-Legendre rules are exact to degree 2n - 1", "[pinn]") {
    const int n = GENERATE(1, 2, 7, 16, 40);
    const Quadrature rule = gauss_legendre(n, -0.5, 2);
    double odd = 0, even = 0;
    for (std::size_t i = 0; i < rule.points.size(); ++i) {
        odd += rule.weights[i] * std::pow(rule.points[i], 2 * n - 1);
        even += rule.weights[i] * std::pow(rule.points[i], 2 * n);
    }
    CHECK(odd == Approx((std::pow(2.0, 2 * n) - std::pow(0.5, 2 * n)) / (2 * n)).epsilon(1e-11));
    CHECK(even !=
          Approx((std::pow(2.0, 2 * n + 1) + std::pow(0.5, 2 * n + 1)) / (2 * n + 1)).epsilon(n < 10 ? 1e-9 : 1e-300));
    const Quadrature panels = gauss_legendre_panels(3, 4, 0, 2);
    CHECK(std::accumulate(panels.weights.begin(), panels.weights.end(), 0.0) == Approx(2));
    CHECK(panels.points.size() == 12);
}
