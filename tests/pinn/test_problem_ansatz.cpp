// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/ansatz.h"
#include "plugins/pinn/problem/builtin.h"
#include "plugins/pinn/problem/residual_term.h"
#include "tests/catch.h"

#include <cmath>
#include <random>

using namespace orrery;
using jet::Op;
using pinn::constrain;
using pinn::Constraints;
using pinn::Expression;
using pinn::Face;

namespace {

using Random = std::mt19937_64;

double real(Random& random, double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
}

std::vector<double> point_in(const pinn::Problem& problem, Random& random) {
    std::vector<double> x;
    for (const auto& c : problem.coordinates) x.push_back(real(random, c.low, c.high));
    return x;
}

// A smooth function of all coordinates that is nowhere special: what an untrained network may be.
Expression random_field(std::size_t coordinates, Random& random) {
    Expression e = real(random, -1, 1);
    for (int k = 0; k < 3; ++k) {
        Expression phase = real(random, -1, 1);
        for (std::size_t i = 0; i < coordinates; ++i)
            phase = phase + real(random, -1.5, 1.5) * Expression::coordinate(static_cast<int>(i));
        e = e + real(random, 0.5, 1.5) * apply(k == 0 ? Op::tanh : Op::sin, phase);
    }
    return e;
}

// u = A + B N with random N
std::vector<std::optional<Expression>> random_fields(const pinn::Problem& problem, const pinn::Ansatz& ansatz,
                                                     Random& random) {
    std::vector<std::optional<Expression>> fields;
    for (std::size_t i = 0; i < problem.unknowns.size(); ++i)
        fields.emplace_back(ansatz.shift[i] + ansatz.scale[i] * random_field(problem.coordinates.size(), random));
    return fields;
}

// The largest |residual| of all statements on all faces, but for those that are soft.
double largest_violation(const pinn::Problem& problem, const Constraints& constraints, Random& random) {
    const auto fields = random_fields(problem, constraints.ansatz, random);
    double largest = 0;
    for (const auto& condition : problem.conditions)
        for (const auto& face : condition.faces)
            for (const auto& statement : condition.statements) {
                bool is_soft = false;
                for (const auto& soft : constraints.soft)
                    for (const auto& residual : soft.residuals)
                        is_soft = is_soft || (soft.name == condition.name && soft.face == face &&
                                              residual == statement.residual());
                if (is_soft) continue;
                const auto residual = with_unknowns(statement.residual(), fields);
                const auto& c = problem.coordinates[static_cast<std::size_t>(face.coordinate)];
                for (int k = 0; k < 30; ++k) {
                    auto x = point_in(problem, random);
                    x[static_cast<std::size_t>(face.coordinate)] = face.high ? c.high : c.low;
                    largest = std::max(largest, std::fabs(evaluate(residual, x)));
                }
            }
    return largest;
}

pinn::Problem problem_of(const std::string& domain, const std::string& equation, const std::string& conditions) {
    return pinn::parse_problem("[problem]\nname = \"p\"\nunknowns = [\"u\"]\n[domain]\n" + domain +
                                   "\n[equations]\ne = \"" + equation + "\"\n[conditions]\n" + conditions + "\n",
                               {}, "p")
        .problem;
}

} // namespace

TEST_CASE("A start whose slope jumps at the seam of its period is smoothed as diffusion does", "[pinn]") {
    const auto problem = pinn::problem_named("allen-cahn").problem;
    const auto shift = constrain(problem).ansatz.shift[0];
    const auto at = [&](const pinn::Expression& e, double x, double t) {
        const double place[] = {x, t};
        return pinn::evaluate(e, place);
    };
    const auto slope = derivative(shift, 0), by_time = derivative(shift, 1), curvature = derivative(slope, 0);
    for (const double t : {1e-6, 1e-3, 0.1, 1.0}) {
        INFO(t);
        CHECK(at(slope, -1, t) == Approx(at(slope, 1, t)).margin(1e-9)); // 2 and -2 at t = 0
        // The start's own curvature besides, without the kink, is at most 2 + 4 pi + pi^2 (its size: 40 and less).
        for (const double distance : {1e-4, 1e-3, 1e-2, 0.1})
            CHECK(std::abs(at(by_time, -1 + distance, t) - 1e-4 * at(curvature, -1 + distance, t)) < 1e-4 * 40);
    }
    CHECK(at(curvature, -1, 1e-4) > 1000); // the kink, spread over sqrt(4 D t) = 2e-4
}

TEST_CASE("Hard conditions hold whatever the network gives", "[pinn]") {
    Random random(21);
    for (const auto& name : pinn::builtin_names()) {
        INFO(name);
        const auto problem = pinn::problem_named(name).problem;
        const auto constraints = constrain(problem);
        // The kink of Allen-Cahn's start is that of a moment earlier.
        CHECK(largest_violation(problem, constraints, random) < (name == "allen-cahn" ? 1e-7 : 1e-12));
        CHECK(constraints.notes.empty());
        CHECK(constraints.soft.empty());
        CHECK_FALSE(constraints.ansatz.is_trivial());
        const auto all_soft = constrain(problem, false);
        CHECK(all_soft.ansatz.is_trivial());
        CHECK(all_soft.notes.empty());
        std::size_t statements = 0, residuals = 0;
        for (const auto& c : problem.conditions) statements += c.faces.size() * c.statements.size();
        for (const auto& s : all_soft.soft) residuals += s.residuals.size();
        CHECK(statements == residuals);
    }
}

TEST_CASE("Faces with given functions are blended in three dimensions and time", "[pinn]") {
    Random random(22);
    // All conditions are traces of one function g, so that they agree in every corner.
    const std::string g = "(sin(x + 2*y)*cos(z) + x*y*t^2 + exp(-t)*z)";
    const auto problem =
        problem_of("x = [0, 2]\ny = [-1, 1]\nz = [0, 1]\nt = [1, 3]", "dtt(u) - dxx(u) - dyy(u) - dzz(u)",
                   "sides = { at = [\"x = 0\", \"x = 2\", \"y = 1\", \"z = 0\"], u = \"" + g + "\" }\n" +
                       "other = { at = \"y = -1\", \"2*u\" = \"2*" + g + "\" }\n" + "start = { at = \"t = 1\", u = \"" +
                       g + "\", \"dt(u)\" = \"dt(" + g + ")\" }\n" + "end = { at = \"t = 3\", u = \"" + g + "\" }");
    const auto constraints = constrain(problem);
    CHECK(constraints.notes.empty());
    CHECK(constraints.soft.empty());
    CHECK(largest_violation(problem, constraints, random) < 1e-11);
    double largest = 0;
    for (int i = 0; i < 20000; ++i) {
        const double scale = evaluate(constraints.ansatz.scale[0], point_in(problem, random));
        CHECK(scale > 0);
        largest = std::max(largest, scale);
    }
    CHECK(largest > 0.5);
    CHECK(largest <= 1.0000001);
}

TEST_CASE("Conditions that can't hold exactly stay in the loss, and it is told why", "[pinn]") {
    const std::string start = "start = { at = \"t = 0\", u = \"sin(pi*x)\" }\n", domain = "x = [0, 1]\nt = [0, 1]",
                      heat = "dt(u) - dxx(u)";
    Random random(23);
    const auto check = [&](const std::string& conditions, std::size_t soft, const std::string& note) {
        INFO(conditions);
        const auto problem = problem_of(domain, heat, conditions);
        const auto constraints = constrain(problem);
        CHECK(constraints.soft.size() == soft);
        CHECK(largest_violation(problem, constraints, random) < 1e-12);
        CHECK(constraints.notes.size() == (note.empty() ? 0 : 1));
        if (!note.empty() && !constraints.notes.empty()) CHECK_THAT(constraints.notes[0], contains_text(note));
        return constraints;
    };
    check(start + "ends = { at = [\"x = 0\", \"x = 1\"], \"dx(u)\" = \"0\" }", 2, "");
    const auto robin = check(start + "ends = { at = \"x = 0\", \"dx(u) + 2*u\" = \"1\", weight = 5 }", 1, "");
    CHECK(robin.soft[0].weight == 5);
    CHECK(robin.soft[0].face == Face{0, false});
    check(start + "ends = { at = [\"x = 0\", \"x = 1\"], u = \"0\", hard = false }", 2, "");
    check(start + "ends = { at = \"x = 0\", \"dx(u)\" = \"0\", hard = true }", 1, "'ends' at x = 0 can't be hard");
    check(start + "ends = { at = [\"x = 0\", \"x = 1\"], u = \"x\" }", 1,
          "'ends' for u at x = 1 can't be hard, so it is part of the loss: it disagrees with 'start' where x = 1 meets "
          "t = 0");
    check(start + "ends = { at = \"x = 0\", u = \"log(t)\" }", 1, "it is not finite everywhere there");
    check(start + "ends = { at = \"x = 0\", u = \"u^2 + 1\" }", 1, "");
    check("start = { at = \"t = 0\", u = \"x\" }\ncircle = { periodic = \"x\" }", 1, "it is not periodic in x");
    check(start + "again = { at = \"t = 0\", u = \"0\" }\ncircle = { periodic = \"x\" }", 1,
          "'start' has said it already"); // the first, whose slope jumps, is hard under diffusion
    CHECK_THAT(constrain(problem_of(domain, "dt(u) + dxxx(u)", start + "circle = { periodic = \"x\" }")).notes.at(0),
               contains_text("its derivative of order 1 in x is not periodic"));
    check(start + "again = { at = \"t = 0\", u = \"0\" }\nends = { at = \"x = 0\", u = \"0\" }", 1,
          "'start' has said it already");

    const auto wave = [&](const std::string& slope, const std::string& end) {
        return constrain(problem_of(domain, "dtt(u) - dxx(u)",
                                    "start = { at = \"t = 0\", u = \"sin(pi*x)\", \"dt(u)\" = \"" + slope +
                                        "\" }\nends = { at = \"x = 0\", u = \"" + end + "\" }"));
    };
    CHECK(wave("x", "0").notes.empty());
    CHECK(wave("1", "t").notes.empty());
    CHECK_THAT(wave("1", "0").notes.at(0),
               contains_text("'start' for dt of u at t = 0 can't be hard") && contains_text("disagrees with 'ends'"));
}

TEST_CASE("Measured values are numbers given with the points", "[pinn]") {
    auto problem =
        problem_of("x = [0, 1]\nt = [0, 1]", "dt(u) - dxx(u)",
                   "start = { at = \"t = 0\", u = \"sin(pi*x)\" }\nends = { at = [\"x = 0\", \"x = 1\"], u = \"0\" }");
    pinn::Condition condition;
    condition.name = "seen";
    condition.weight = 3;
    condition.data = pinn::Measurements{"m.csv", {0}, 2, {0.25, 0.5, 0.75, 1}, {7, 9}};
    problem.conditions.push_back(condition);
    const auto constraints = constrain(problem);
    REQUIRE(constraints.soft.size() == 1);
    const auto& soft = constraints.soft[0];
    CHECK_FALSE(soft.face);
    CHECK(soft.weight == 3);
    const auto term = pinn::residual_term(soft.residuals, 1, 2, 1);
    CHECK((term.extra == 1 && term.channels.count() == 1 && term.program.inputs == 4));
    const std::vector<double> inputs = {0.25, 0.75, 7, 10}; // x, t, measured, u
    CHECK(pinn::run(term.program, inputs, 1) == std::vector<double>{3});
}

TEST_CASE("Jets of shift and scale are their derivatives along the channels", "[pinn]") {
    Random random(24);
    const auto problem = pinn::problem_named("wave").problem;
    const auto ansatz = constrain(problem).ansatz;
    jet::Channels channels;
    channels.directions = {{{1, 0}, 4}, {{0, 1}, 2}, {{1, -0.5}, 3}};
    channels.collapsed = {{{0.5, -2}, {3, 0, 0.25}}};
    jet::Points points;
    points.count = 200;
    for (int c = 0; c < 2; ++c)
        for (std::size_t p = 0; p < points.count; ++p) points.coordinates.push_back(real(random, 0, 1));
    pinn::AnsatzJets(ansatz, channels, 2).fill(points);
    const std::size_t count = 11; // 1 + 4 + 2 + 3 + 1
    REQUIRE(points.shift.size() == count * points.count);
    REQUIRE(points.scale.size() == count * points.count);
    for (const auto& [e, jets] : {std::pair{ansatz.shift[0], points.shift}, std::pair{ansatz.scale[0], points.scale}})
        for (const std::size_t p : {std::size_t{0}, std::size_t{77}, points.count - 1}) {
            const std::vector<double> x = {points.coordinates[p], points.coordinates[points.count + p]};
            const auto d = [&, f = e](int i, int j) { return evaluate(derivative(f, jet::Derivative{i, j}), x); };
            const std::vector<double> expected = {d(0, 0),
                                                  d(1, 0),
                                                  d(2, 0),
                                                  d(3, 0),
                                                  d(4, 0),
                                                  d(0, 1),
                                                  d(0, 2),
                                                  d(1, 0) - 0.5 * d(0, 1),
                                                  d(2, 0) - d(1, 1) + 0.25 * d(0, 2),
                                                  d(3, 0) - 1.5 * d(2, 1) + 0.75 * d(1, 2) - 0.125 * d(0, 3),
                                                  0.5 * d(1, 0) - 2 * d(0, 1) + 3 * d(2, 0) +
                                                      0.25 * (d(2, 0) - d(1, 1) + 0.25 * d(0, 2))};
            for (std::size_t k = 0; k < count; ++k)
                CHECK(jets[k * points.count + p] == Approx(expected[k]).margin(1e-9));
        }
    // A trivial ansatz leaves the network as it is.
    pinn::AnsatzJets(constrain(problem, false).ansatz, channels, 2).fill(points);
    CHECK((points.shift.empty() && points.scale.empty()));
}

TEST_CASE("Terms compute the residuals of their equations, collapsed or not", "[pinn]") {
    Random random(25);
    const std::vector<std::pair<std::string, int>> channels = {{"poisson", 4},
                                                               {"helmholtz", 4},
                                                               {"heat", 3},
                                                               {"advection", 2},
                                                               {"wave", 4},
                                                               {"burgers", 3},
                                                               {"allen-cahn", 3},
                                                               {"kdv", 5},
                                                               {"cavity", 4},
                                                               {"taylor-green", 4},
                                                               {"kuramoto-sivashinsky", 6}};
    for (const auto& [name, fewest] : channels) {
        INFO(name);
        const auto problem = pinn::problem_named(name).problem;
        const auto coordinates = static_cast<int>(problem.coordinates.size());
        std::vector<std::optional<Expression>> fields;
        for (std::size_t i = 0; i < problem.unknowns.size(); ++i)
            fields.emplace_back(random_field(problem.coordinates.size(), random));
        std::vector<Expression> residuals;
        for (const auto& equation : problem.equations) residuals.push_back(equation.residual);
        for (const bool collapse : {false, true}) {
            const auto term = pinn::residual_term(residuals, static_cast<int>(fields.size()), coordinates, 0, collapse);
            CHECK(term.residuals == static_cast<int>(residuals.size()));
            CHECK(term.channels.collapsed.empty() == (!collapse || name == "kdv" || name == "kuramoto-sivashinsky"));
            if (collapse) CHECK(term.channels.count() == fewest);
            std::vector<std::vector<Expression>> jets;
            for (const auto& field : fields) jets.push_back(pinn::along_channels(*field, term.channels, coordinates));
            for (int i = 0; i < 5; ++i) {
                const auto x = point_in(problem, random);
                auto inputs = x;
                for (const auto& variable : term.variables) {
                    REQUIRE(variable.row.size() == static_cast<std::size_t>(term.channels.count()));
                    double value = 0;
                    for (std::size_t c = 0; c < variable.row.size(); ++c)
                        value += variable.row[c] * evaluate(jets[static_cast<std::size_t>(variable.output)][c], x);
                    inputs.push_back(value);
                }
                const auto values = pinn::run(term.program, inputs, 1);
                for (std::size_t r = 0; r < residuals.size(); ++r)
                    CHECK(values[r] == Approx(evaluate(with_unknowns(residuals[r], fields), x)).margin(1e-10));
            }
        }
    }
    const std::vector<Expression> mixed = {
        pinn::parse("dxy(u) + dxx(u) + 2*dyy(u) - dx(u)*u", {{"x", "y"}, {"u"}, {}})};
    CHECK(pinn::residual_term(mixed, 1, 2).residuals == 1);
    const auto sqg = pinn::problem_named("sqg").problem;
    const std::vector<Expression> nonlocal = {sqg.equations[0].residual};
    CHECK_THROWS_AS(pinn::residual_term(nonlocal, 1, 3), Error);
    const std::vector<Expression> high = {pinn::parse("dxxxxx(u)", {{"x"}, {"u"}, {}})};
    CHECK_THROWS_AS(pinn::residual_term(high, 1, 1), Error);
}

TEST_CASE("The engine takes a term and gives its residuals with hard conditions", "[pinn]") {
    Random random(26);
    for (const std::string name : {"burgers", "wave", "cavity"}) {
        INFO(name);
        const auto problem = pinn::problem_named(name).problem;
        const auto ansatz = constrain(problem).ansatz;
        const auto coordinates = static_cast<int>(problem.coordinates.size());
        const auto unknowns = static_cast<int>(problem.unknowns.size());
        std::vector<double> low, high;
        for (const auto& c : problem.coordinates) low.push_back(c.low), high.push_back(c.high);
        jet::Network network{coordinates, jet::linear_features(low, high), 12, 2, unknowns};
        const auto parameters = jet::initial_parameters(network, 3);
        std::vector<Expression> residuals;
        for (const auto& equation : problem.equations) residuals.push_back(equation.residual);
        std::vector<std::vector<double>> seen;
        for (const bool collapse : {false, true}) {
            auto term = pinn::residual_term(residuals, unknowns, coordinates, 0, collapse);
            jet::Points points;
            points.count = 50;
            Random same(27);
            for (const auto& c : problem.coordinates)
                for (std::size_t p = 0; p < points.count; ++p) points.coordinates.push_back(real(same, c.low, c.high));
            pinn::AnsatzJets(ansatz, term.channels, coordinates).fill(points);
            jet::EngineOptions options;
            options.precision = jet::Precision::float64;
            jet::Engine engine(network, options);
            const auto index = engine.add(std::move(term));
            engine.set_points(index, points);
            seen.push_back(engine.residuals(index, parameters));
        }
        REQUIRE(seen[0].size() == residuals.size() * 50);
        double largest = 0;
        for (std::size_t i = 0; i < seen[0].size(); ++i) {
            CHECK(seen[1][i] == Approx(seen[0][i]).margin(1e-10));
            largest = std::max(largest, std::fabs(seen[0][i]));
        }
        CHECK(largest > 1e-3);
    }
}
