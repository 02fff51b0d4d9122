// SPDX-License-Identifier: BSD-3-Clause
// Nonlocal operators on the torus: against waves and exact residuals, gradients against differences, and trained.
#include "plugins/pinn/problem/builtin.h"
#include "plugins/pinn/training/pde_objective.h"
#include "tests/pinn/solve_problem.h"
#include "tests/with.h"

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <cmath>
#include <numbers>

using namespace orrery;
using namespace orrery::pinn;
using namespace orrery::pinn::training;
using experiments::experiment_named;
using experiments::values_of;
using solve_problem::File;
using solve_problem::sentences_of;

namespace {

constexpr double pi = std::numbers::pi;

// u_t + kappa Lambda u = 0 for a wave on a torus that is no square: u = e^{-kappa |k| t} cos(k.x).
constexpr char decay[] = R"toml([problem]
name = "decay"
unknowns = ["u"]
[domain]
x = [-1.0, 2.0]
y = [0.0, 1.5]
t = [0.0, 1.0]
[parameters]
kappa = 0.2
kx = "2*pi/3"
ky = "2*pi/1.5"
[equations]
decay = "dt(u) + kappa*half_laplacian(u)"
[conditions]
start = { at = "t = 0", u = "cos(kx*x + ky*y)" }
torus = { periodic = ["x", "y"] }
[reference]
u = "exp(-kappa*sqrt(kx^2 + ky^2)*t)*cos(kx*x + ky*y)"
)toml";

// On a circle, where riesz_x is the Hilbert transform with the symbol i sign(k): the wave also moves.
constexpr char circle[] = R"toml([problem]
name = "circle"
unknowns = ["u"]
[domain]
x = [0.0, 3.0]
t = [0.0, 1.0]
[equations]
decay = "dt(u) + 0.2*half_laplacian(u) + riesz_x(u)"
[conditions]
start = { at = "t = 0", u = "cos(2*pi*x/3)" }
torus = { periodic = "x" }
[reference]
u = "exp(-0.2*2*pi/3*t)*cos(2*pi*x/3 - t)"
)toml";

// Two unknowns, everything nonlinear.
constexpr char coupled[] = R"toml([problem]
name = "coupled"
unknowns = ["u", "v"]
[domain]
x = [0.0, 3.0]
y = [-1.0, 1.0]
t = [0.5, 1.0]
[equations]
first = "dt(u)*half_laplacian(v) - riesz_y(u)*dx(u) + sin(x)*dxy(riesz_x(v))*u^2"
second = "dt(v) + exp(0.1*riesz_x(u))*v - t*dxx(u)"
[conditions]
start = { at = "t = 0.5", u = "sin(2*pi*x/3)", v = "cos(pi*y)", hard = HARD }
torus = { periodic = ["x", "y"] }
)toml";

pinn::Problem problem_of(const std::string& text) { return parse_problem(text, {}, "test.toml").problem; }

PdeOptions options_of(int width, std::int64_t points) {
    PdeOptions o;
    o.network.width = width;
    o.network.depth = 2;
    o.network.waves = 1;
    o.points = points;
    o.face_points = 30;
    o.threads = 1;
    return o;
}

std::vector<double> drawn_parameters(const jet::Network& network, double size) {
    auto p = jet::initial_parameters(network, 5);
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = size * p[i] + 0.05 * std::sin(static_cast<double>(i));
    return p;
}

std::vector<Expression> residuals_of(const pinn::Problem& problem) {
    std::vector<Expression> list;
    for (const Equation& e : problem.equations) list.push_back(e.residual);
    return list;
}

Leaf leaf_of(const char* text, const pinn::Problem& problem) { return leaves(parse(text, problem.names())).at(0); }

// cos(k.x + phase) under a leaf's operators: amplitude and further phase.
struct Image {
    const char* text;
    double amplitude, turn; // in quarter periods
};

} // namespace

TEST_CASE("Operators on the torus are exact for waves, at any shift and period", "[pinn]") {
    const pinn::Problem problem = problem_of(decay);
    const TorusGrid grid = torus_grid(problem, 4096);
    REQUIRE(grid.n == 20);
    REQUIRE(grid.times == 10);
    const double kx = 2 * 2 * pi / 3, ky = -3 * 2 * pi / 1.5, k = std::hypot(kx, ky);
    const std::vector<Image> images = {{"u", 1, 0},
                                       {"dx(u)", kx, 1},
                                       {"dyy(u)", ky * ky, 2},
                                       {"dxy(u)", kx * ky, 2},
                                       {"half_laplacian(u)", k, 0},
                                       {"riesz_x(u)", kx / k, 1},
                                       {"riesz_y(u)", ky / k, 1},
                                       {"dx(riesz_y(u))", kx * ky / k, 2},
                                       {"dxxy(half_laplacian(u))", kx * kx * ky * k, 3},
                                       {"dxyy(riesz_x(u))", kx * ky * ky * kx / k, 4}};
    std::vector<Leaf> list;
    for (const Image& image : images) list.push_back(leaf_of(image.text, problem));
    const TorusOperators operators(grid, problem, list);
    const std::vector<double> times = {0, 0.7}, shift = {0.3, 0.8};
    const std::vector<double> points = points_of(grid, problem, times, shift);
    const std::size_t count = 2 * grid.plane();
    const auto wave = [&](std::size_t p, double turn) {
        return std::cos(kx * points[p] + ky * points[count + p] + 0.4 + pi / 2 * turn) * (1 + points[2 * count + p]);
    };
    at::Tensor field = at::empty({2, grid.n, grid.n}, at::kDouble);
    for (std::size_t p = 0; p < count; ++p) field.mutable_data_ptr<double>()[p] = wave(p, 0);
    const at::Tensor result = operators.apply(field).contiguous();
    for (std::size_t i = 0; i < images.size(); ++i) {
        double worst = 0;
        for (std::size_t p = 0; p < count; ++p) {
            const double exact = images[i].amplitude * wave(p, images[i].turn);
            worst = std::max(worst, std::abs(result.const_data_ptr<double>()[i * count + p] - exact));
        }
        INFO(images[i].text);
        CHECK(worst < 1e-12 * std::abs(images[i].amplitude) + 1e-13);
    }
    // The finest wave is a cosine on the grid; odd operators along it have a sine there, which is zero.
    for (std::size_t p = 0; p < count; ++p)
        field.mutable_data_ptr<double>()[p] = (p / 20 % 2 == 0 ? 1 : -1) * std::cos(ky * points[count + p]);
    const at::Tensor finest = operators.apply(field);
    for (const std::int64_t odd : {1, 3, 5, 7}) CHECK(finest[odd].abs().max().item<double>() < 1e-11);
    CHECK(finest[6].abs().max().item<double>() > 0.1); // riesz_y
    // Points are where they are said to be.
    CHECK(points[0] == Approx(-1 + 3 * 0.3 / 20));
    CHECK(points[grid.plane() - 1] == Approx(-1 + 3 * 19.3 / 20));
    CHECK(points[count + 1] == Approx(1.5 * 1.8 / 20));
    CHECK(points[3 * count - 1] == 0.7);
}

TEST_CASE("Grids are drawn at random shifts inside a cell and at times inside the interval", "[pinn]") {
    const pinn::Problem problem = problem_of(with(coupled, "HARD", "true"));
    const TorusGrid grid = torus_grid(problem, 1000);
    REQUIRE(grid.n == 12);
    REQUIRE(grid.times == 6);
    Sampler sampler(9);
    std::vector<double> first_x, first_y;
    for (int i = 0; i < 20; ++i) {
        const bool gauss = i % 2 == 1;
        const PointSet points = draw(grid, problem, sampler, gauss ? Sampling::gauss_legendre : Sampling::sobol);
        REQUIRE(points.count == 12 * 12 * 6);
        first_x.push_back(points.at(0, 0));
        first_y.push_back(points.at(1, 0));
        for (std::size_t p = 0; p < points.count; ++p) {
            const double t = points.at(2, p);
            CHECK((t >= 0.5 && t <= 1 && t == points.at(2, p / 144 * 144)));
        }
        double sum = 0;
        for (const double w : points.weights) sum += w;
        CHECK(sum == Approx(gauss ? 864 : 0));
    }
    const auto [least_x, most_x] = std::minmax_element(first_x.begin(), first_x.end());
    const auto [least_y, most_y] = std::minmax_element(first_y.begin(), first_y.end());
    CHECK((*least_x >= 0 && *most_x <= 3.0 / 12 && *most_x - *least_x > 0.5 * 3.0 / 12));
    CHECK((*least_y >= -1 && *most_y <= -1 + 2.0 / 12 && *most_y - *least_y > 0.5 * 2.0 / 12));
}

TEST_CASE("Operators on the torus and on the circle have the adjoints they should", "[pinn]") {
    at::manual_seed(3);
    for (const char* text : {decay, circle}) {
        const pinn::Problem problem = problem_of(text);
        const TorusGrid grid = torus_grid(problem, 1000);
        std::vector<Leaf> list;
        for (const char* leaf : {"half_laplacian(u)", "riesz_x(u)", "dx(u)", "dxx(u)", "dx(riesz_x(u))"})
            list.push_back(leaf_of(leaf, problem));
        if (text == decay) list.push_back(leaf_of("dxy(riesz_y(u))", problem));
        const TorusOperators operators(grid, problem, list);
        std::vector<std::int64_t> shape = {3, grid.n};
        if (text == decay) shape.push_back(grid.n);
        const at::Tensor f = at::randn(shape, at::kDouble), image = operators.apply(f);
        const at::Tensor g = at::randn(image.sizes(), at::kDouble);
        const double left = (image * g).sum().item<double>(), right = (f * operators.adjoint(g)).sum().item<double>();
        CHECK(left == Approx(right).epsilon(1e-11));
        // Also mode by mode on the circle, where no other test looks.
        if (text == circle) {
            const std::vector<double> zero = {0}, at_start = {0};
            const auto x = points_of(grid, problem, at_start, zero);
            at::Tensor cosine = at::empty({1, grid.n}, at::kDouble);
            const double k = 3 * 2 * pi / 3;
            for (std::int64_t i = 0; i < grid.n; ++i)
                cosine.mutable_data_ptr<double>()[i] = std::cos(k * x[static_cast<std::size_t>(i)]);
            const at::Tensor of = operators.apply(cosine);
            for (std::int64_t i = 0; i < grid.n; ++i) {
                const double a = k * x[static_cast<std::size_t>(i)];
                CHECK(of[0][0][i].item<double>() == Approx(k * std::cos(a)).margin(1e-11));
                CHECK(of[1][0][i].item<double>() == Approx(-std::sin(a)).margin(1e-11));
                CHECK(of[4][0][i].item<double>() == Approx(-k * std::cos(a)).margin(1e-11));
            }
        }
    }
}

TEST_CASE("The residual of the SQG equation at its initial field is known exactly", "[pinn]") {
    const pinn::Problem problem = problem_named("sqg").problem;
    const PdeOptions options = options_of(6, 2000);
    const PdeNetwork network(problem, options, nullptr, nullptr);
    const TorusGrid grid = torus_grid(problem, options.points);
    NonlocalResidual residual(network, grid, residuals_of(problem), options, nullptr);
    const std::vector<double> times = {0.2, 0.9}, shift = {0.1, 0.6};
    const auto points = points_of(grid, problem, times, shift);
    const std::size_t count = 2 * grid.plane();
    residual.set_points(points, count);
    const std::vector<double> zero(network.network().parameters(), 0.0); // theta stays sin x sin y + cos y
    const auto r = residual.residuals(zero);
    for (std::size_t p = 0; p < count; ++p) {
        const double x = points[p], y = points[count + p];
        const double exact = (1 - 1 / std::sqrt(2.0)) * std::cos(x) * std::sin(y) * std::sin(y) +
                             0.1 * (std::sqrt(2.0) * std::sin(x) * std::sin(y) + std::cos(y));
        REQUIRE(r[p] == Approx(exact).margin(1e-13));
    }
    std::vector<double> weights(count);
    double sum = 0;
    for (std::size_t p = 0; p < count; ++p) {
        weights[p] = 1 + 0.5 * std::sin(static_cast<double>(p));
        sum += weights[p] * r[p] * r[p] / static_cast<double>(count);
    }
    residual.set_point_weights(weights);
    residual.set_weights({3});
    CHECK(residual.loss(zero, {}) == Approx(3 * sum).epsilon(1e-12));
    CHECK(residual.mean_squares().at(0) == Approx(sum).epsilon(1e-12));
}

TEST_CASE("Residuals of a network are those of a finer grid", "[pinn]") {
    const pinn::Problem problem = problem_of(with(coupled, "HARD", "true"));
    const PdeOptions options = options_of(6, 10000);
    const PdeNetwork network(problem, options, nullptr, nullptr);
    const auto p = drawn_parameters(network.network(), 0.3);
    TorusGrid coarse = torus_grid(problem, options.points), fine = coarse;
    coarse.n = 32;
    fine.n = 64;
    const std::vector<double> times = {0.6, 0.8}, shift = {0.2, 0.4}, twice = {0.4, 0.8};
    const auto of = [&](const TorusGrid& grid, const std::vector<double>& by) {
        NonlocalResidual residual(network, grid, residuals_of(problem), options, nullptr);
        residual.set_points(points_of(grid, problem, times, by), 2 * grid.plane());
        return residual.residuals(p);
    };
    const auto a = of(coarse, shift), b = of(fine, twice);
    double worst = 0, size = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const std::size_t line = i / (32 * 32), row = i / 32 % 32, column = i % 32;
        worst = std::max(worst, std::abs(a[i] - b[line * 64 * 64 + 2 * row * 64 + 2 * column]));
        size = std::max(size, std::abs(a[i]));
    }
    CHECK(size > 0.1);
    CHECK(worst < 1e-8 * size);
}

TEST_CASE("The gradient through nonlocal operators is that of central differences", "[pinn]") {
    const std::string hard = GENERATE("true", "false");
    const bool engine = GENERATE(true, false);
    const std::string text = GENERATE_COPY(with(coupled, "HARD", hard), std::string(circle));
    const pinn::Problem problem = problem_of(text);
    PdeOptions options = options_of(5, 500);
    options.sampler = hard == "true" ? "sobol" : "gauss-legendre"; // with weights of points
    options.weights = {0.7, 1.3, 1};
    options.engine = engine;
    const PdeNetwork network(problem, options, nullptr, nullptr);
    PdeObjective objective(network, options, nullptr);
    Sampler sampler(4);
    objective.sample(sampler, {});
    auto p = drawn_parameters(network.network(), 0.7);
    std::vector<double> gradient(p.size());
    const double value = objective.loss(p, gradient);
    CHECK(objective.loss(p, {}) == Approx(value).epsilon(1e-14));
    double size = 0, worst = 0;
    for (const double g : gradient) size = std::max(size, std::abs(g));
    for (std::size_t i = 0; i < p.size(); i += 7) {
        const double h = 1e-5, at = p[i];
        p[i] = at + h;
        const double above = objective.loss(p, {});
        p[i] = at - h;
        const double below = objective.loss(p, {});
        p[i] = at;
        worst = std::max(worst, std::abs((above - below) / (2 * h) - gradient[i]));
    }
    CHECK(worst < 1e-7 * size);
    double sum = 0; // of the terms, with their weights
    for (const TermReport& term : objective.report(p))
        sum += (term.name.rfind("equation/", 0) == 0 ? 0.7 : 1.3) * term.mean_square;
    CHECK(sum == Approx(value).epsilon(1e-12));
}

TEST_CASE("pinn.solve learns the SQG equation", "[pinn]") {
    MemoryRun run(1);
    experiment_named("pinn.solve")
        .run(values_of("pinn.solve", {"problem=sqg", "width=16", "depth=2", "points=1500", "iterations=150",
                                      "optimizer=adam:30+ssbroyden", "budget_seconds=600"}),
             run);
    const double untrained = run.metrics().at("error/l2").begin()->second;
    CHECK(untrained > 0.05);
    CHECK(run.last("error/l2") < 2e-3);
    CHECK(run.last("loss/total") == run.last("loss/equation/sqg"));
    std::string log;
    for (const std::string& line : run.log_lines()) log += line + "\n";
    CHECK(log.find("adaptivity has no part") != std::string::npos);
    CHECK(log.find("14 x 14 points at 7 times") != std::string::npos);
}

TEST_CASE("A problem file with a nonlocal operator is solved in one and two dimensions", "[pinn]") {
    const auto error = [](const std::string& text, std::vector<std::string> list) {
        const File file("nonlocal.toml", text);
        for (const char* more : {"width=12", "depth=2", "points=1000", "waves=1", "iterations=200", "face_points=60",
                                 "budget_seconds=600", "optimizer=adam:30+ssbroyden"})
            list.emplace_back(more);
        list.push_back(file.parameter());
        MemoryRun run(2);
        experiment_named("pinn.solve").run(values_of("pinn.solve", list), run);
        CHECK(run.metrics().at("error/l2").begin()->second > 0.05);
        return run.last("error/l2");
    };
    CHECK(error(decay, {}) < 3e-3);
    CHECK(error(decay, {"windows=2"}) < 1e-2); // each has half of the iterations
    CHECK(error(decay, {"precision=float32", "sampler=gauss-legendre"}) < 5e-3);
    CHECK(error(circle, {}) < 1e-3);
    CHECK(error(circle, {"conditions=soft"}) < 1e-2);
}

TEST_CASE("Trainings on the torus go on exactly from checkpoints", "[pinn][P2]") {
    const File file("nonlocal.toml", decay);
    const Values values =
        values_of("pinn.solve", {file.parameter(), "width=8", "depth=2", "points=300", "face_points=20",
                                 "budget_seconds=600", "iterations=60", "redraw=7", "conditions=soft", "balance=ntk",
                                 "causality=1", "windows=2", "optimizer=adam:15+ssbroyden"});
    const auto whole = experiments::run_in_pieces("pinn.solve", values, 5, {});
    const auto pieces = experiments::run_in_pieces("pinn.solve", values, 5, {3, 24, 47});
    experiments::check_same("pinn.solve", *whole, *pieces);
}

TEST_CASE("Nonlocal operators where they can't be are refused with sentences", "[pinn]") {
    const auto told = [](const std::string& text, std::vector<std::string> more = {}) {
        const File file("nonlocal.toml", text);
        more.push_back(file.parameter());
        const auto list = sentences_of(more);
        REQUIRE(list.size() == 1);
        return list[0];
    };
    CHECK(told(with(decay, "periodic = [\"x\", \"y\"]", "periodic = \"x\"")).find("but y is not periodic") !=
          std::string::npos);
    const std::string three =
        with(with(decay, "t = [0.0, 1.0]", "z = [0.0, 1.0]\nt = [0.0, 1.0]"), "\"x\", \"y\"", "\"x\", \"y\", \"z\"");
    CHECK(told(three).find("one or two coordinates of space, but there are 3") != std::string::npos);
    CHECK(told(with(circle, "riesz_x", "riesz_y")).find("no coordinate y") != std::string::npos);
    CHECK(told(with(decay, "u = \"cos(kx*x + ky*y)\"", "\"half_laplacian(u)\" = \"0\", u = \"0\""))
              .find("only equations can have them") != std::string::npos);
    CHECK(told(decay, {"points=20"}).find("at least 64") != std::string::npos);
}
