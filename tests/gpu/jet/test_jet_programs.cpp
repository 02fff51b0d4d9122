// SPDX-License-Identifier: BSD-3-Clause
// Residuals as bytecode and as compiled lambdas: values and adjoints of every operator.
#include "gpu/jet/compiled.h"
#include "gpu/jet/interpret.h"
#include "gpu/parallel/aligned.h"
#include "tests/gpu/jet/jet_checks.h"

using namespace jet_checks;
using jet::Op;
using jet::Precision;
using orrery::Aligned;

namespace {

struct Operator {
    const char* name;
    Op op;
    bool two;
    double low, high, value; // of the operands; exponent
};

const Operator operators[] = {
    {"add", Op::add, true, -2, 2, 0},
    {"subtract", Op::subtract, true, -2, 2, 0},
    {"multiply", Op::multiply, true, -2, 2, 0},
    {"divide", Op::divide, true, 0.5, 3, 0},
    {"negate", Op::negate, false, -2, 2, 0},
    {"power", Op::power, true, 0.3, 3, 0},
    {"cube", Op::integer_power, false, -2, 2, 3},
    {"power 7", Op::integer_power, false, -1.3, 1.3, 7},
    {"power -2", Op::integer_power, false, 0.4, 2, -2},
    {"power 1", Op::integer_power, false, -2, 2, 1},
    {"power 0", Op::integer_power, false, -2, 2, 0},
    {"sin", Op::sin, false, -40, 40, 0},
    {"sin far away", Op::sin, false, 1e6, 1.1e6, 0},
    {"cos", Op::cos, false, -40, 40, 0},
    {"cos far away", Op::cos, false, -1.1e6, -1e6, 0},
    {"tan", Op::tan, false, -1.2, 1.2, 0},
    {"exp", Op::exp, false, -20, 20, 0},
    {"log", Op::log, false, 0.1, 20, 0},
    {"sqrt", Op::sqrt, false, 0.1, 20, 0},
    {"tanh", Op::tanh, false, -3, 3, 0},
    {"abs", Op::abs, false, -2, 2, 0},
    {"erf", Op::erf, false, -2, 2, 0},
};

double exact(const Operator& o, double a, double b) {
    std::vector<double> values;
    Code code(2);
    code.program.outputs = {code.put(o.op, code.input(0), code.input(1), o.value)};
    const double inputs[] = {a, b};
    jet::interpret(code.program, inputs, values);
    return values[2];
}

// Central difference of order 6.
double slope(const std::function<double(double)>& f, double x) {
    const double h = 1e-3 * std::max(1.0, std::min(std::abs(x), 3.0)) / 3;
    const auto d = [&](double s) { return f(x + s * h) - f(x - s * h); };
    return (45 * d(1) - 9 * d(2) + d(3)) / (60 * h);
}

constexpr int points = 32;

template <class T>
struct Tile {
    Aligned<T> a{points}, b{points}, values{3 * points}, adjoints{3 * points}, grad_a{points}, grad_b{points};
};

// The one instruction over a tile with adjoint g of its value.
template <class T>
void run(const jet::Kernels& kernels, const jet::Program& program, Tile<T>& tile, double g) {
    const T* inputs[] = {tile.a.data(), tile.b.data()};
    T* grads[] = {tile.grad_a.data(), tile.grad_b.data()};
    const jet::ProgramTile<T> view{program.code.data(),  3,    points, inputs, tile.values.data(),
                                   tile.adjoints.data(), grads};
    jet::tile_kernels<T>(kernels).run(view);
    std::fill_n(tile.adjoints.data() + 2 * points, points, static_cast<T>(g));
    jet::tile_kernels<T>(kernels).run_adjoint(view);
}

template <class T>
void check_operator(const jet::Kernels& kernels, const Operator& o, double value_limit, double slope_limit) {
    Code code(2);
    code.put(o.op, code.input(0), code.input(1), o.value);
    Tile<T> tile;
    const Numbers a = noise(points, 3, o.low, o.high), b = noise(points, 4, o.low, o.high);
    for (std::size_t p = 0; p < points; ++p) tile.a[p] = static_cast<T>(a[p]), tile.b[p] = static_cast<T>(b[p]);
    run(kernels, code.program, tile, 0.7);
    Numbers values, expected, by_a, by_b, slopes_a, slopes_b;
    for (std::size_t p = 0; p < points; ++p) {
        const double x = static_cast<double>(tile.a[p]), y = static_cast<double>(tile.b[p]);
        values.push_back(static_cast<double>(tile.values[2 * points + p]));
        expected.push_back(exact(o, x, y));
        by_a.push_back(static_cast<double>(tile.grad_a[p]));
        by_b.push_back(static_cast<double>(tile.grad_b[p]));
        slopes_a.push_back(0.7 * slope([&](double s) { return exact(o, s, y); }, x));
        slopes_b.push_back(o.two ? 0.7 * slope([&](double s) { return exact(o, x, s); }, y) : 0.0);
    }
    INFO(o.name << ", " << kernels.name << ", " << sizeof(T));
    CHECK(difference(values, expected) <= value_limit);
    CHECK(difference(by_a, slopes_a) <= slope_limit);
    CHECK(difference(by_b, slopes_b) <= slope_limit);
}

// The values and adjoints of a compiled residual of variables alone.
template <class Residual>
Numbers of_compiled(const Residual& residual, const Numbers& variables, int count) {
    jet::Term term;
    term.variables.resize(2);
    jet::compile<1, 2>(term, residual);
    Aligned<double> u(2 * points), r(points), g(points), out(2 * points);
    for (std::size_t i = 0; i < 2; ++i) {
        for (std::size_t p = 0; p < points; ++p) u[i * points + p] = variables[i * points + p];
    }
    std::fill_n(g.data(), points, 0.7);
    const jet::ResidualTile<double> tile{count, points, nullptr, nullptr, u.data(), r.data()};
    term.code64.forward(tile);
    term.code64.backward(tile, g.data(), out.data());
    Numbers all(r.data(), r.data() + points);
    all.insert(all.end(), out.data(), out.data() + 2 * points);
    return all;
}

template <class Residual>
void check_function(const char* name, const Residual& residual, const std::function<double(double, double)>& f,
                    double low, double high) {
    const Numbers u = noise(2 * points, 9, low, high);
    Numbers expected(3 * points);
    for (std::size_t p = 0; p < points; ++p) {
        const double a = u[p], b = u[points + p];
        expected[p] = f(a, b);
        expected[points + p] = 0.7 * slope([&](double s) { return f(s, b); }, a);
        expected[2 * points + p] = 0.7 * slope([&](double s) { return f(a, s); }, b);
    }
    INFO(name);
    CHECK(difference(of_compiled(residual, u, points), expected) <= 1e-9);
}

// Both of a term at the same points.
double distance(const jet::Network& net, const jet::Term& a, const jet::Term& b, const jet::EngineOptions& options,
                const jet::EngineOptions& other) {
    const Numbers p = parameters_of(net);
    const jet::Points at = points_of(a, net.coordinates, 45);
    jet::Engine first(net, options), second(net, other);
    first.add(a);
    second.add(b);
    first.set_points(0, at);
    second.set_points(0, at);
    return difference(result_of(first, 0, p), result_of(second, 0, p));
}

} // namespace

TEST_CASE("every operator of a program has its value and its slopes", "[gpu][jet]") {
    for (int set = 0; set < jet::kernel_count(); ++set) {
        for (const Operator& o : operators) {
            check_operator<double>(jet::kernels_at(set), o, 4e-15, std::abs(o.low) > 1e5 ? 1e-6 : 1e-8);
            check_operator<float>(jet::kernels_at(set), o, 1e-6, 4e-6);
        }
    }
}

TEST_CASE("operators at the ends of their range", "[gpu][jet]") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (int set = 0; set < jet::kernel_count(); ++set) {
        const auto value = [&](Op op, double a, double b = 1, double exponent = 0) {
            Code code(2);
            code.put(op, code.input(0), code.input(1), exponent);
            Tile<double> tile;
            std::fill_n(tile.a.data(), points, a);
            std::fill_n(tile.b.data(), points, b);
            run(jet::kernels_at(set), code.program, tile, 1.0);
            return std::array<double, 3>{tile.values[2 * points + 5], tile.grad_a[5], tile.grad_b[5]};
        };
        CHECK(value(Op::tanh, 30) == std::array<double, 3>{1, 0, 0});
        CHECK(value(Op::tanh, -30) == std::array<double, 3>{-1, 0, 0});
        CHECK(value(Op::tanh, 1e-9)[0] == Approx(1e-9).epsilon(1e-15));
        CHECK(value(Op::abs, 0) == std::array<double, 3>{0, 0, 0});
        CHECK(value(Op::power, -2.0, 3.0) == std::array<double, 3>{-8, 12, 0}); // no slope in b where a < 0
        CHECK(value(Op::exp, 800)[0] == std::numeric_limits<double>::infinity());
        CHECK(std::isnan(value(Op::log, -1)[0]));
        for (const Op op : {Op::negate, Op::sin, Op::cos, Op::tan, Op::exp, Op::log, Op::sqrt, Op::tanh, Op::abs})
            CHECK(std::isnan(value(op, nan)[0]));
        for (const Op op : {Op::add, Op::subtract, Op::multiply, Op::divide, Op::power}) {
            CHECK(std::isnan(value(op, nan, 2)[0]));
            CHECK(std::isnan(value(op, 2, nan)[0]));
        }
    }
}

TEST_CASE("a program is what interpreting it at each point says, known parts included", "[gpu][jet]") {
    const jet::Network net = network_of(2, 6, 2, 2);
    const jet::Term term = with_program(term_of(channel_sets()[2], 2), 2, 2);
    const Numbers p = parameters_of(net);
    const std::size_t count = 21;
    const jet::Points at = points_of(term, 2, count);
    jet::Engine engine(net, fused());
    engine.add(term);
    engine.set_points(0, at);
    const Numbers residuals = engine.residuals(0, p), variables = engine.variables(0, p);
    Numbers expected(residuals.size()), values;
    for (std::size_t i = 0; i < count; ++i) {
        Numbers inputs = {at.coordinates[i], at.coordinates[count + i], at.extra[i], at.extra[count + i]};
        for (std::size_t v = 0; v < term.variables.size(); ++v) inputs.push_back(variables[v * count + i]);
        jet::interpret(term.program, inputs, values);
        for (std::size_t r = 0; r < 2; ++r)
            expected[r * count + i] = values[static_cast<std::size_t>(term.program.outputs[r])];
    }
    CHECK(difference(residuals, expected) <= 1e-14);
}

TEST_CASE("residuals of known numbers alone, of one variable, and a constant", "[gpu][jet]") {
    const jet::Network net = network_of(1, 4, 1, 1);
    jet::Term term;
    term.channels = jet::plan(1, {{0}}).channels;
    term.variables = {{0, {1}, {}}};
    term.residuals = 4;
    Code code(2);
    const int x = code.input(0), u = code.input(1);
    code.program.outputs = {code.put(Op::cos, x), u, code.number(3), x};
    term.program = code.program;
    CHECK(distance(net, term, term, fused(), tensors()) <= 1e-14);
    const Numbers p = parameters_of(net);
    jet::Engine engine(net, fused());
    engine.add(term);
    engine.set_points(0, {1, {0.5}, {}, {}, {}, {}});
    const Numbers r = engine.residuals(0, p), v = engine.variables(0, p);
    CHECK(difference(r, Numbers{std::cos(0.5), v[0], 3, 0.5}) <= 1e-15);
}

TEST_CASE("functions of compiled residuals have their value and their slopes", "[gpu][jet]") {
    check_function(
        "arithmetic", [](auto, auto u) { return 2 * u[0] - u[1] / 3 + u[0] * u[1] - (-u[1]) / u[0] + 1; },
        [](double a, double b) { return 2 * a - b / 3 + a * b + b / a + 1; }, 0.5, 2);
    check_function(
        "reversed", [](auto, auto u) { return 1 / u[0] - (3 - u[1]) + (2 + u[0]) - 2; },
        [](double a, double b) { return 1 / a - (3 - b) + (2 + a) - 2; }, 0.5, 2);
    check_function(
        "assigned",
        [](auto, auto u) {
            auto r = u[0];
            r += u[1];
            r *= u[0];
            r -= 2;
            r /= u[1];
            return r;
        },
        [](double a, double b) { return ((a + b) * a - 2) / b; }, 0.5, 2);
    check_function(
        "sin, cos", [](auto, auto u) { return sin(u[0]) * cos(u[1]); },
        [](double a, double b) { return std::sin(a) * std::cos(b); }, -3, 3);
    check_function(
        "tan, tanh", [](auto, auto u) { return tan(u[0]) + 2 * tanh(u[1]); },
        [](double a, double b) { return std::tan(a) + 2 * std::tanh(b); }, -1, 1);
    check_function(
        "exp, log", [](auto, auto u) { return exp(u[0]) * log(u[1]); },
        [](double a, double b) { return std::exp(a) * std::log(b); }, 0.3, 2);
    check_function(
        "sqrt, abs", [](auto, auto u) { return sqrt(u[0]) * abs(1 - u[1]); },
        [](double a, double b) { return std::sqrt(a) * std::abs(1 - b); }, 1.1, 3);
    check_function(
        "whole powers", [](auto, auto u) { return pow(u[0], 3) + pow(u[1], -2) + pow(u[0], 0); },
        [](double a, double b) { return a * a * a + 1 / (b * b) + 1; }, 0.5, 2);
    check_function(
        "powers", [](auto, auto u) { return pow(u[0], 1.5) + pow(u[1], u[0]); },
        [](double a, double b) { return std::pow(a, 1.5) + std::pow(b, a); }, 0.5, 2);
    check_function(
        "no variable", [](auto, auto u) { return 0 * u[0]; }, [](double, double) { return 0.0; }, 0.5, 2);
}

TEST_CASE("a compiled residual is the program of the same formula, fused and by tensors", "[gpu][jet]") {
    const jet::Network net = network_of(2, 9, 2, 1);
    const double nu = 0.3;
    jet::Term program = term_of(channel_sets()[2], 1), compiled = program;
    program.extra = compiled.extra = 1;
    program.residuals = 2;
    Code code(7); // x, t, e, u, u_x, u_t, u_xx
    std::vector<int> in;
    for (int i = 0; i < 7; ++i) in.push_back(code.input(i));
    const int transport = code.put(Op::add, in[5], code.put(Op::multiply, in[3], in[4]));
    const int first = code.put(Op::subtract, transport, code.put(Op::multiply, code.number(nu), in[6]));
    const int second = code.put(Op::multiply, code.put(Op::sin, in[3]), code.put(Op::add, in[1], in[2]));
    code.program.outputs = {first, second};
    program.program = code.program;
    jet::compile<2, 4>(compiled, [nu](const auto& x, const auto& u) {
        return std::array{u[2] + u[0] * u[1] - nu * u[3], sin(u[0]) * (x[1] + x[2])};
    });
    CHECK(compiled.residuals == 2);
    CHECK(distance(net, compiled, program, fused(), fused()) <= 1e-14);
    CHECK(distance(net, compiled, program, tensors(), fused()) <= 1e-13);
    CHECK(distance(net, compiled, program, fused(Precision::float32), fused()) <= 1e-5);
    CHECK(distance(net, compiled, program, tensors(Precision::float32), fused()) <= 1e-5);
    jet::Term other = compiled;
    CHECK_THROWS_WITH((jet::compile<2, 3>(other, [](auto, auto u) { return u[0]; })),
                      contains_text("another number of variables"));
}
