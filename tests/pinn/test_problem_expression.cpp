// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "plugins/pinn/problem/expression.h"
#include "tests/catch.h"

#include <cmath>
#include <numbers>
#include <random>

using namespace orrery;
using namespace orrery::pinn;
using jet::Op;

namespace {

const Names names{{"x", "y", "t"}, {"u", "v"}, {{"nu", 0.25}, {"speed", 3}}};

double number(const std::string& text) { return evaluate(parse(text, Names{}), {}); }

std::string sentence(const std::string& text, const Names& known = names) {
    try {
        parse(text, known);
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::usage);
        return std::string(error.what()) + " | " + error.hint();
    }
    return "no error";
}

// A random expression whose value and derivatives are of order one.
Expression random_expression(std::mt19937_64& random, int depth, bool with_leaves) {
    const auto below = [&](std::uint64_t n) { return static_cast<int>(random() % n); };
    const auto real = [&] { return std::uniform_real_distribution<double>(0.2, 1.5)(random); };
    if (depth == 0) {
        if (with_leaves && below(3) == 0)
            return Expression::leaf({below(2), {below(2), below(2), below(2)}, static_cast<Nonlocal>(below(2))});
        return below(4) == 0 ? Expression(below(2) == 0 ? real() : -real()) : Expression::coordinate(below(3));
    }
    const auto inner = [&] { return random_expression(random, depth - 1, with_leaves); };
    switch (below(14)) {
    case 0:
        return inner() + inner();
    case 1:
        return inner() - inner();
    case 2:
        return inner() * inner();
    case 3:
        return inner() / (2 + pow(inner(), 2));
    case 4:
        return -inner();
    case 5:
        return pow(inner(), below(4));
    case 6:
        return pow(1.5 + apply(Op::sin, inner()), inner());
    case 7:
        return apply(Op::sin, inner());
    case 8:
        return apply(Op::cos, inner());
    case 9:
        return apply(Op::tanh, inner());
    case 10:
        return apply(Op::exp, -pow(inner(), 2));
    case 11:
        return apply(Op::log, 1 + pow(inner(), 2));
    case 12:
        return apply(Op::sqrt, 1 + pow(inner(), 2));
    default:
        return apply(below(2) == 0 ? Op::tan : below(2) == 0 ? Op::erf : Op::abs, apply(Op::sin, inner()));
    }
}

double value_of_leaf(const Leaf& leaf) {
    double value = 0.3 + 0.2 * leaf.unknown + (leaf.nonlocal == Nonlocal::none ? 0 : 0.45);
    for (const int order : leaf.derivative) value = 0.7 * value + 0.31 * order;
    return value;
}

bool is_close(double a, double b, double tolerance) {
    return (!std::isfinite(a) && !std::isfinite(b)) ||
           std::fabs(a - b) <= tolerance * (1 + std::fabs(a) + std::fabs(b));
}

} // namespace

TEST_CASE("Expressions are read with the usual precedence", "[pinn]") {
    const std::vector<std::pair<std::string, double>> table = {
        {"1 + 2*3", 7},     {"(1 + 2)*3", 9},   {"2 - 3 - 4", -5}, {"2 - (3 - 4)", 3}, {"24/4/3", 2},
        {"24/(4/3)", 18},   {"2^3^2", 512},     {"(2^3)^2", 64},   {"-2^2", -4},       {"(-2)^2", 4},
        {"2^-1", 0.5},      {"2^-2^2", 0.0625}, {"-3^2*2", -18},   {"2*-3", -6},       {"2--3", 5},
        {"- -3", 3},        {"+4", 4},          {"1e-3*1E3", 1},   {".5 + 5.", 5.5},   {"sqrt(16) + abs(-2)", 6},
        {"log(exp(2))", 2}, {"sin(pi/2)", 1},   {"cos(0)", 1},     {"tan(pi/4)", 1},   {"tanh(0.5)", std::tanh(0.5)},
        {"6/2*3", 9},       {"2*3^2", 18},      {"-2*-3", 6},      {"1 - -1^2", 2},    {"\t1\n+ 1 ", 2},
    };
    for (const auto& [text, expected] : table) {
        INFO(text);
        CHECK(number(text) == Approx(expected).epsilon(1e-15));
    }
    CHECK(evaluate(parse("speed*x + nu*t", names), std::vector<double>{2, 0, 4}) == 7);
}

TEST_CASE("Derivatives of products and compositions are written out", "[pinn]") {
    const auto same = [](const std::string& a, const std::string& b) {
        INFO(a << " = " << b << ": " << to_string(parse(a, names), names));
        CHECK(parse(a, names) == parse(b, names));
    };
    same("dx(dy(u))", "dxy(u)");
    same("dy(dx(u))", "dxy(u)");
    same("dt(nu*u)", "0.25*dt(u)");
    same("dx(t)", "0");
    same("dxx(x^2)", "2");
    same("dx(u*v)", "dx(u)*v + u*dx(v)");
    same("dxxt(u + 3)", "dtxx(u)");
    same("dx(riesz_x(u))", "riesz_x(dx(u))");
    const auto value = [](const std::string& text) {
        return evaluate(parse(text, names), std::vector<double>{0.3, 0.4, 0.5}, value_of_leaf);
    };
    CHECK(value("dx(u^2/2)") == Approx(value("u*dx(u)")));
    CHECK(value("dxx(u*v)") == Approx(value("dxx(u)*v + 2*dx(u)*dx(v) + u*dxx(v)")));
    CHECK(value("dx(sin(u*x))") == Approx(value("cos(u*x)*(u + x*dx(u))")));
    CHECK((leaves(parse("dt(u) + u*dx(u) - dxx(u)", names)) ==
          std::vector<Leaf>{{0, {0, 0, 1}}, {0, {0, 0, 0}}, {0, {1, 0, 0}}, {0, {2, 0, 0}}}));
    const Names numbered{{"x1", "x12", "x"}, {"u"}, {}};
    CHECK((leaves(parse("dx1x12xx(u)", numbered)).at(0) == Leaf{0, {1, 1, 2}}));
}

TEST_CASE("Derivatives of random expressions agree with differences of high order", "[pinn]") {
    std::mt19937_64 random(11);
    int compared = 0;
    for (int i = 0; i < 400; ++i) {
        const auto e = random_expression(random, 4, false);
        std::vector<double> at = {0.37 + 1e-3 * i, -0.61, 0.83};
        for (int c = 0; c < 3; ++c) {
            const auto moved = [&](double step) {
                auto point = at;
                point[static_cast<std::size_t>(c)] += step;
                return evaluate(e, point);
            };
            // Eighth order; the estimate with twice the step tells where |...| has its kink or a function is too steep.
            const auto slope = [&](double h) {
                return (672 * (moved(h) - moved(-h)) - 168 * (moved(2 * h) - moved(-2 * h)) +
                        32 * (moved(3 * h) - moved(-3 * h)) - 3 * (moved(4 * h) - moved(-4 * h))) /
                       (840 * h);
            };
            const double measured = slope(2e-3), coarse = slope(4e-3);
            if (!std::isfinite(measured) || !is_close(measured, coarse, 1e-9)) continue;
            ++compared;
            INFO(to_string(e, names) << " by " << c);
            REQUIRE(is_close(evaluate(derivative(e, c), at), measured, 1e-8));
        }
    }
    CHECK(compared > 900);
}

TEST_CASE("Written expressions are read as equal ones", "[pinn]") {
    std::mt19937_64 random(12);
    for (int i = 0; i < 2000; ++i) {
        const auto e = random_expression(random, 1 + i % 6, true);
        const auto text = to_string(e, names);
        INFO(text);
        REQUIRE(parse(text, names) == e);
        REQUIRE(simplify(e) == e);
    }
    CHECK(to_string(parse("-(x + t)^2 + 2^x^y - (x - y)*-3", names), names) == "-(x + t)^2 + 2^x^y + 3*(x - y)");
    CHECK(to_string(parse("dt(u) - nu*dxx(u)/2 + half_laplacian(dx(v))", names), names) ==
          "dt(u) - 0.25*dxx(u)/2 + dx(half_laplacian(v))");
}

TEST_CASE("Programs compute what expressions say and share what is common", "[pinn]") {
    std::mt19937_64 random(13);
    for (int i = 0; i < 300; ++i) {
        const std::vector<Expression> e = {random_expression(random, 5, true), random_expression(random, 3, true)};
        const auto compiled = compile(e, 3);
        REQUIRE(compiled.program.inputs == 3 + static_cast<int>(compiled.leaves.size()));
        constexpr std::size_t count = 150; // more than a block
        std::vector<double> inputs(static_cast<std::size_t>(compiled.program.inputs) * count);
        for (std::size_t p = 0; p < count; ++p) {
            for (std::size_t c = 0; c < 3; ++c) inputs[c * count + p] = 0.1 + 0.01 * static_cast<double>(p * (c + 1));
            for (std::size_t k = 0; k < compiled.leaves.size(); ++k)
                inputs[(3 + k) * count + p] = value_of_leaf(compiled.leaves[k]);
        }
        const auto values = run(compiled.program, inputs, count);
        for (const std::size_t p : {std::size_t{0}, count - 1})
            for (std::size_t o = 0; o < 2; ++o) {
                const double x[] = {inputs[p], inputs[count + p], inputs[2 * count + p]};
                REQUIRE(is_close(values[o * count + p], evaluate(e[o], x, value_of_leaf), 1e-12));
            }
    }
    const std::vector<Expression> shared = {parse("sin(x*t) + u", names), parse("v*sin(t*x)", names)};
    const auto compiled = compile(shared, 3, 0, {Leaf{1, {0, 0, 0}}});
    CHECK((compiled.leaves == std::vector<Leaf>{{1, {0, 0, 0}}, {0, {0, 0, 0}}}));
    CHECK(compiled.program.code.size() == 8); // x, t, x*t, sin, u, +, v, *
    const std::vector<Expression> extra = {Expression::leaf({0, {0, 0, 0}}) - Expression::extra(0)};
    CHECK(compile(extra, 3, 1).program.inputs == 5);
    const std::vector<Expression> powers = {parse("x^2 + x^0.5 + x^y", names)};
    int integer = 0, root = 0, general = 0;
    for (const auto& instruction : compile(powers, 3).program.code) {
        integer += instruction.op == Op::integer_power;
        root += instruction.op == Op::sqrt;
        general += instruction.op == Op::power;
    }
    CHECK((integer == 1 && root == 1 && general == 1));
}

TEST_CASE("The linear part holds the leaves that appear with constant factors alone", "[pinn]") {
    const auto split = [](const std::string& text) { return linear_part(parse(text, names)); };
    const auto burgers = split("dt(u) + u*dx(u) - nu*dxx(u)");
    REQUIRE((burgers.terms.size() == 2));
    CHECK((burgers.terms[0] == std::pair{Leaf{0, {0, 0, 1}}, 1.0}));
    CHECK((burgers.terms[1] == std::pair{Leaf{0, {2, 0, 0}}, -0.25}));
    CHECK(burgers.rest == parse("u*dx(u)", names));
    const auto scaled = split("2*(dt(u) - (dxx(u) + dyy(u))/4) - 3*dt(u)");
    REQUIRE((scaled.terms.size() == 3));
    CHECK((scaled.terms[0] == std::pair{Leaf{0, {0, 0, 1}}, -1.0}));
    CHECK((scaled.terms[1].second == -0.5));
    CHECK(scaled.rest.is(0));
    CHECK(split("u + u^2").terms.empty());  // appears otherwise too
    CHECK(split("x*dxx(u)").terms.empty()); // the factor varies
    CHECK(split("dx(u) - dx(u)").terms.empty());
    CHECK((split("dx(u) + v - dx(u)").terms.size() == 1));
    CHECK(split("u - sin(x)").rest == parse("-sin(x)", names));
}

TEST_CASE("Replacing coordinates and unknowns", "[pinn]") {
    const auto e = parse("x^2*t + sin(x)*y", names);
    CHECK(substitute(e, 0, 2.0) == parse("4*t + sin(2)*y", names));
    CHECK(substitute(e, 0, parse("x + t", names)) == parse("(x + t)^2*t + sin(x + t)*y", names));
    const std::vector<std::optional<Expression>> fields = {parse("x^2*t", names), std::nullopt};
    CHECK(with_unknowns(parse("dt(u) + dxx(u) + v", names), fields) == parse("x^2 + 2*t + v", names));
    CHECK_THROWS_AS(with_unknowns(parse("riesz_x(u)", names), fields), Error);
    CHECK(coordinates_of(parse("t + x - 2*x*u", names)) == std::vector<int>{0, 2});
}

TEST_CASE("What can't be read is told in one sentence", "[pinn]") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", "column 1: there is no expression"},
        {"  ", "there is no expression"},
        {"u + w", "column 5: there is no 'w'; did you mean"},
        {"sped*x", "did you mean 'speed'?"},
        {"zzzzzz", "unknowns u, v; coordinates x, y, t; parameters nu, speed"},
        {"sni(x)", "there is no function 'sni'; did you mean 'sin'?"},
        {"sin(x, y)", "column 1: sin takes 1 argument, not 2"},
        {"1 + sin()", "column 5: sin takes 1 argument, not 0"},
        {"dx(u, v)", "dx takes 1 argument, not 2"},
        {"2*(x + 1", "column 3: this '(' is never closed"},
        {"sin(x", "column 4: this '(' is never closed"},
        {"(x))", "column 4: this ')' closes nothing"},
        {"dq(u)", "there is no derivative 'dq': the coordinates are x, y, t"},
        {"dxq(u)", "there is no derivative 'dxq'"},
        {"2x", "column 2: an operator is missing before 'x'"},
        {"2 (x)", "an operator is missing"},
        {"u v", "an operator is missing before 'v'"},
        {"u(0)", "'u' is no function"},
        {"x**2", "powers are written with ^"},
        {"dt(u) = 0", "there is no '=' in an expression"},
        {"1 +", "column 4: the expression ends where"},
        {"1, 2", "separates nothing"},
        {"sin", "'sin' needs what it is taken of in parentheses"},
        {"dx", "'dx' needs what it is taken of"},
        {"1e999*x", "column 1: the number 1e999 is out of range"},
        {"1.2.3", "two points"},
        {"x $ 2", "'$' has no meaning here"},
        {"x \xc3\xa9", "a character that has no meaning here"},
        {"x/0", "divides by zero"},
        {"riesz_x(u^2)", "riesz_x is taken of an unknown or of a derivative of one"},
        {"riesz_x(riesz_x(u))", "is taken of an unknown"},
        {"dxxxxxxxxx(u)", "a derivative of order 9; the highest is 8"},
        {std::string(500, '(') + "x" + std::string(500, ')'), "levels are nested"},
        {std::string(5000, '-') + "x", "levels are nested"},
        {std::string(20000, 'x'), "20000 characters"},
    };
    for (const auto& [text, expected] : cases) {
        INFO(text.substr(0, 60));
        CHECK_THAT(sentence(text), contains_text(expected));
    }
    std::string longer = "x";
    for (int i = 0; i < 3000; ++i) longer += "+x";
    CHECK_THAT(sentence(longer), contains_text("operations in a row"));
    std::string growing = "u";
    for (int i = 0; i < 8; ++i) growing = "sin(" + growing + "*" + growing + ")";
    CHECK_THAT(sentence("dxxxxxxxx(" + growing.substr(0, 6000) + ")"), !contains_text("no error"));
}
