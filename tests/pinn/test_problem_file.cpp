// SPDX-License-Identifier: BSD-3-Clause
#include "plugins/pinn/problem/builtin.h"
#include "plugins/pinn/problem/problem_checks.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"
#include "tests/with.h"

#include <cmath>
#include <fstream>
#include <random>

namespace fs = std::filesystem;
using namespace orrery;
using pinn::builtin_names;
using pinn::builtin_text;
using pinn::parse_problem;

namespace {

const std::string rod = R"toml([problem]
name = "cooling rod"
unknowns = ["u"]
[domain]
x = [0.0, 1.0]
t = [0.0, 1.0]
[parameters]
k = 0.1
[equations]
heat = "dt(u) - k*dxx(u)"
[conditions]
start = { at = "t = 0", u = "sin(pi*x)" }
ends = { at = ["x = 0", "x = 1"], u = "0" }
[reference]
u = "exp(-k*pi^2*t)*sin(pi*x)"
)toml";

// What is told of a text, a line for each problem; empty: it was read.
std::string told(const std::string& text, const fs::path& folder = {}) {
    try {
        parse_problem(text, folder, "rod.toml");
        return {};
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::usage);
        return error.what();
    }
}
std::string told(const std::string& what, const std::string& by) { return told(with(rod, what, by)); }

} // namespace

TEST_CASE("A problem file is read", "[pinn]") {
    const auto [problem, reference] = parse_problem(rod, "/folder", "rod.toml");
    CHECK(problem.name == "cooling rod");
    CHECK(problem.unknowns == std::vector<std::string>{"u"});
    REQUIRE(problem.coordinates.size() == 2);
    CHECK(problem.coordinates[0].name == "x");
    CHECK(problem.time() == 1);
    CHECK(problem.equations.at(0).name == "heat");
    CHECK(problem.equations[0].residual == pinn::parse("dt(u) - 0.1*dxx(u)", problem.names()));
    REQUIRE(problem.conditions.size() == 2);
    CHECK((problem.conditions[0].faces == std::vector<pinn::Face>{{1, false}}));
    CHECK((problem.conditions[1].faces == std::vector<pinn::Face>{{0, false}, {0, true}}));
    CHECK(problem.conditions[0].statements.at(0).residual() == pinn::parse("u - sin(pi*x)", problem.names()));
    REQUIRE(reference.expressions.at(0));
    CHECK(pinn::highest_order_of(problem) == 2);
    CHECK(pinn::highest_order_of(problem, 0, 1) == 1);
}

TEST_CASE("Time comes last, other coordinates and equations in the order of the file", "[pinn]") {
    auto text =
        with(rod, "x = [0.0, 1.0]\nt = [0.0, 1.0]", "t = [0, 1]\nz = [0, \"2*pi\"]\nx = [0.0, 1.0]\na = [0, 1]");
    text = with(text, "k = 0.1", "z2 = 1\nk = \"1/4 + z2\"");
    const auto problem = parse_problem(text, {}, "rod.toml").problem;
    std::string order;
    for (const auto& c : problem.coordinates) order += c.name;
    CHECK(order == "zxat");
    CHECK(problem.coordinates[0].high == 2 * std::acos(-1.0));
    CHECK(problem.parameters.at(1).second == 1.25);
}

TEST_CASE("Every kind of condition is read", "[pinn]") {
    const auto text = with(rod, "ends = { at = [\"x = 0\", \"x = 1\"], u = \"0\" }",
                           "left = { at = \"x = 0\", \"dx(u)\" = 0, weight = 10.0, hard = false }\n"
                           "right = { at = \"x = 1\", \"dx(u) + 2*u\" = \"t\" }");
    const auto problem = parse_problem(text, {}, "rod.toml").problem;
    REQUIRE(problem.conditions.size() == 3);
    CHECK(problem.conditions[1].weight == 10);
    CHECK(problem.conditions[1].hard == false);
    CHECK_FALSE(problem.conditions[2].hard);
    CHECK(problem.conditions[2].statements[0].residual() == pinn::parse("dx(u) + 2*u - t", problem.names()));
    const auto circle =
        parse_problem(with(rod, "at = [\"x = 0\", \"x = 1\"], u = \"0\"", "periodic = \"x\""), {}, "").problem;
    CHECK((circle.coordinates[0].periodic && !circle.coordinates[1].periodic && circle.conditions.size() == 1));
}

TEST_CASE("Measured values are read from a table", "[pinn]") {
    const ScratchFolder scratch;
    const auto text =
        with(rod, "ends = { at = [\"x = 0\", \"x = 1\"], u = \"0\" }", "seen = { data = \"m.csv\", weight = 2 }");
    scratch.write("m.csv", "u,t,x\n1.5,0.25,0.5\n2.5,1,0\n");
    const auto problem = parse_problem(text, scratch.path(), "rod.toml").problem;
    const auto& data = problem.conditions.at(1).data;
    REQUIRE(data);
    CHECK(data->count == 2);
    CHECK(data->coordinates == std::vector<double>{0.5, 0, 0.25, 1});
    CHECK(data->values == std::vector<double>{1.5, 2.5});
    const std::vector<std::pair<std::string, std::string>> wrong = {
        {"u,t,x\n1,nan,0.5\n", "line 2, column 't': 'nan' is no finite number"},
        {"u,t,x\n1,0,0.5\ninf,0,0.5\n", "line 3, column 'u': 'inf'"},
        {"u,t,x\n1,0,1.5\n", "line 2: x = 1.5 lies outside the domain, 0 to 1"},
        {"u,t\n1,0\n", "no column 'x': where was it measured?"},
        {"t,x\n1,0\n", "no column of an unknown (u)"},
        {"u,t,x,q\n1,0,0,0\n", "a column 'q', which is neither"},
        {"u,t,x\n", "has no rows"},
        {"u,t,x\n1,,0\n", "'' is no finite number"},
    };
    for (const auto& [table, sentence] : wrong) {
        INFO(table);
        scratch.write("m.csv", table);
        CHECK_THAT(told(text, scratch.path()),
                   contains_text("line 13, [conditions] seen: ") && contains_text(sentence));
    }
    fs::remove(scratch.path() / "m.csv");
    CHECK_THAT(told(text, scratch.path()), contains_text("there is no file"));
}

TEST_CASE("Files beside a problem file are found from there", "[pinn]") {
    const ScratchFolder scratch;
    fs::create_directories(scratch.path() / "data");
    scratch.write("data/m.csv", "u,t,x\n1.5,0.25,0.5\n");
    scratch.write("data/exact.csv", "u,t,x\n");
    scratch.write("rod.toml", with(with(rod, "ends = {", "seen = { data = \"data/m.csv\" }\nends = {"),
                                   "u = \"exp(-k*pi^2*t)*sin(pi*x)\"", "file = \"data/exact.csv\""));
    const auto [problem, reference] = pinn::problem_named((scratch.path() / "rod.toml").string());
    CHECK(problem.folder == scratch.path());
    CHECK(problem.conditions.at(1).data->count == 1);
    CHECK(reference.file == scratch.path() / "data/exact.csv");
    CHECK_FALSE(reference.empty());
    scratch.write("rod.toml", std::string(2 << 20, '#'));
    CHECK_THROWS_WITH(pinn::read_problem(scratch.path() / "rod.toml"), contains_text("no problem file is that long"));
    CHECK_THROWS_WITH(pinn::read_problem(scratch.path()), contains_text("there is no problem file"));
}

TEST_CASE("What is wrong with a problem file is told with table, key and line", "[pinn]") {
    const std::string equation = "dt(u) - k*dxx(u)", ends = "ends = { at = [\"x = 0\", \"x = 1\"], u = \"0\" }",
                      start = "start = { at = \"t = 0\", u = \"sin(pi*x)\" }";
    struct Case {
        std::string what, by, sentence;
    };
    const std::vector<Case> cases = {
        {"[equations]", "[equation]", "did you mean 'equations'?"},
        {"[equations]", "[equation]", "the table [equations] is missing"},
        {"unknowns = [\"u\"]", "unknown = [\"u\"]",
         "line 3, [problem] unknown: 'unknown' has no meaning here; did you mean 'unknowns'?"},
        {"unknowns = [\"u\"]", "", "'unknowns' is missing"},
        {"name = \"cooling rod\"", "", "'name' is missing"},
        {"name = \"cooling rod\"", "name = 3", "'name' must be a text"},
        {"[\"u\"]", "[1]", "must be a text, or a list of texts"},
        {"dxx(u)", "dxx(w)", "line 10, [equations] heat: in \"dt(u) - k*dxx(w)\", column 15: there is no 'w'"},
        {"dxx(u)", "dxx(u, u)", "[equations] heat: in \"dt(u) - k*dxx(u, u)\", column 11: dxx takes 1 argument, not 2"},
        {"dxx(u)", "dyy(u)", "there is no derivative 'dyy': the coordinates are x, t"},
        {equation, "x^2 - t", "holds no unknown, so it determines nothing"},
        {equation, "u - u", "holds no unknown"},
        {"\"" + equation + "\"", "3", "an equation is a text"},
        {equation, "", "there is no expression"},
        {"x = [0.0, 1.0]", "x = [1.0, 1.0]", "line 5, [domain] x: the domain is empty: x is from 1 to 1"},
        {"x = [0.0, 1.0]", "x = [2.0, 1.0]", "the domain is empty"},
        {"x = [0.0, 1.0]", "x = [0.0, inf]", "'x' must be finite"},
        {"x = [0.0, 1.0]", "x = [nan, 1.0]", "'x' must be finite"},
        {"x = [0.0, 1.0]", "x = [0.0]", "'x' must be [low, high]"},
        {"x = [0.0, 1.0]", "x = [0.0, \"q\"]", "there is no 'q'"},
        {"x = [0.0, 1.0]", "xx = [0.0, 1.0]", "a coordinate is a letter, then digits"},
        {"x = [0.0, 1.0]\n", "a=[0,1]\nb=[0,1]\nc=[0,1]\nx=[0,1]\n", "5 coordinates; there must be 1 to 4"},
        {"k = 0.1", "k = nan", "'k' must be finite"},
        {"k = 0.1", "k = true", "'k' must be a number"},
        {"k = 0.1", "sin = 1", "the parameter 'sin' would hide the function 'sin'"},
        {"k = 0.1", "pi = 3", "would hide the number 'pi'"},
        {"k = 0.1", "x = 1", "the parameter 'x' has a name that is taken already"},
        {"k = 0.1", "dx = 1", "would hide the derivative dx(...)"},
        {"k = 0.1", "\"a b\" = 1", "can't be named so"},
        {"[\"u\"]", "[\"u\", \"u\"]", "the unknown 'u' has a name that is taken already"},
        {"[\"u\"]", "[\"x\"]", "the unknown 'x' has a name that is taken already"},
        {"[\"u\"]", "[\"weight\"]", "a name that conditions need"},
        {"[\"u\"]", "[\"u\", \"v\"]", "1 equation for 2 unknowns"},
        {"[\"u\"]", "[\"u\", \"v\"]", "the unknown 'v' appears in no equation"},
        {start, "", "'u' has no initial condition, but a derivative in time"},
        {ends, "", "'u' has a second derivative in x, but neither a boundary condition there nor periodicity"},
        {"dt(u)", "dtt(u)", "a second derivative in time and one initial condition"},
        {"\"x = 0\"", "\"x = 0.5\"",
         "line 13, [conditions] ends: at \"x = 0.5\": this is no end of x, which is from 0 to 1"},
        {"\"x = 0\"", "\"y = 0\"", "there is no coordinate 'y'; there are x, t"},
        {"\"x = 0\"", "\"x\"", "a place is written coordinate = number"},
        {"\"x = 0\"", "\"x = 0, t = 0\"", "one coordinate at the end of its interval"},
        {"\"x = 0\"", "\"x = 1\"", "the place is given twice"},
        {"\"x = 0\"", "\"x = q\"", "there is no 'q'"},
        {"at = \"t = 0\"", "att = \"t = 0\"", "a condition has one of 'at', 'periodic' and 'data'"},
        {"u = \"0\"", "w = \"0\"", "[conditions] ends: in \"w\", column 1: there is no 'w'"},
        {"u = \"0\"", "u = \"0\", wieght = 2", "there is no unknown 'wieght'; did you mean 'weight'?"},
        {"u = \"0\"", "u = \"v\"", "there is no 'v'"},
        {"u = \"0\"", "u = true", "'u' must be a text"},
        {"u = \"0\"", "\"2*x\" = \"0\"", "says nothing of an unknown"},
        {", u = \"0\"", "", "nothing is said of any unknown there"},
        {"u = \"0\"", "u = \"0\", weight = -1", "'weight' must be larger than 0"},
        {"u = \"0\"", "u = \"0\", hard = 1", "'hard' must be true or false"},
        {ends, "ends = 3", "a condition is a table"},
        {ends, "ends = { periodic = \"t\" }", "time can't be periodic"},
        {ends, "ends = { periodic = \"q\" }", "there is no coordinate 'q'"},
        {ends, "ends = { periodic = \"x\", u = \"0\" }", "'u' has no meaning beside 'periodic'"},
        {ends, ends + "\nbox = { periodic = \"x\" }", "the condition 'ends' holds at an end of x, which is periodic"},
        {equation, equation + " + riesz_x(u)", "operators on the torus, but x is not periodic"},
        {"[reference]\nu", "[reference]\nw", "'w' has no meaning here"},
        {"[reference]\nu = \"exp", "[reference]\nu = \"u + exp",
         "a reference is an expression in the coordinates alone"},
        {"u = \"exp(-k*pi^2*t)*sin(pi*x)\"", "file = \"none.npz\"", "there is no file none.npz"},
        {"u = \"exp(-k*pi^2*t)*sin(pi*x)\"", "file = \"none.mat\"", "a reference is a .npz, .npy or .csv file"},
        {"[problem]", "[problem", "line 1: "},
        {"start =", "ends = { at = \"x = 0\", u = \"1\" }\nstart =", "line 14"}, // a key twice
    };
    for (const auto& [what, by, sentence] : cases) {
        INFO(what << " -> " << by);
        CHECK_THAT(told(what, by), contains_text("rod.toml") && contains_text(sentence));
    }
    CHECK_THAT(told(std::string(2 << 20, '#')), contains_text("no problem file is that long"));
    CHECK_THAT(told(""), contains_text("the table [problem] is missing"));
}

TEST_CASE("What a problem leaves open is remarked, not refused", "[pinn]") {
    const auto remarks = [](const std::string& text) { return remarks_on(parse_problem(text, {}, "rod").problem); };
    CHECK(remarks(rod).empty());
    CHECK(
        remarks(with(rod, "[\"x = 0\", \"x = 1\"]", "\"x = 1\"")) ==
        std::vector<std::string>{"'u' has a second derivative in x and one boundary condition there, where usually two "
                                 "are needed: at x = 0 and x = 1."});
    const auto only_derivatives =
        with(with(rod, "u = \"0\"", "\"dx(u)\" = \"0\""), "u = \"sin(pi*x)\"", "\"dt(u)\" = \"0\"");
    REQUIRE(remarks(only_derivatives).size() == 1);
    CHECK_THAT(remarks(only_derivatives)[0], contains_text("Only derivatives of 'u' appear"));
}

TEST_CASE("All problems of a file are told at once", "[pinn]") {
    auto text = with(rod, "dxx(u)", "dxx(w)");
    text = with(text, "x = 0\"", "x = 7\"");
    text = with(text, "exp(", "exq(");
    const auto sentences = told(text);
    CHECK_THAT(sentences, contains_text("'w'") && contains_text("x = 7") && contains_text("did you mean 'exp'"));
    CHECK(std::count(sentences.begin(), sentences.end(), '\n') == 2);
}

TEST_CASE("Every built-in is read, and a problem that is written reads the same", "[pinn]") {
    CHECK(builtin_names() == std::vector<std::string>{"advection", "allen-cahn", "burgers", "cavity", "heat",
                                                      "helmholtz", "kdv", "kuramoto-sivashinsky", "poisson", "sqg",
                                                      "taylor-green", "wave"});
    for (const auto& name : builtin_names()) {
        INFO(name);
        const auto [problem, reference] = pinn::problem_named(name);
        const auto text = to_toml(problem, reference);
        INFO(text);
        const auto again = parse_problem(text, {}, "again");
        CHECK(to_toml(again.problem, again.reference) == text);
        CHECK(again.problem.name == problem.name);
        for (std::size_t i = 0; i < problem.equations.size(); ++i)
            CHECK(again.problem.equations[i].residual == problem.equations[i].residual);
        for (std::size_t i = 0; i < problem.coordinates.size(); ++i) {
            CHECK(again.problem.coordinates[i].periodic == problem.coordinates[i].periodic);
            CHECK(again.problem.coordinates[i].high == problem.coordinates[i].high);
        }
        CHECK(again.problem.conditions.size() == problem.conditions.size());
        CHECK((again.reference.expressions == reference.expressions)); // torch can't print them
    }
    CHECK_THROWS_AS(pinn::problem_named("burger"), Error);
    CHECK_THROWS_AS(pinn::problem_named("./none.toml"), Error);
}

TEST_CASE("Exact solutions satisfy the equations and conditions of their problems", "[pinn]") {
    std::mt19937_64 random(5);
    int checked = 0;
    for (const auto& name : builtin_names()) {
        auto [problem, reference] = pinn::problem_named(name);
        if (reference.empty()) continue;
        ++checked;
        INFO(name);
        auto fields = reference.expressions;
        if (name == "taylor-green") fields[2] = pinn::parse("exp(-4*nu*t)*(-cos(2*x) - cos(2*y))/4", problem.names());
        const auto point = [&] {
            std::vector<double> x;
            for (const auto& c : problem.coordinates)
                x.push_back(std::uniform_real_distribution<double>(c.low, c.high)(random));
            return x;
        };
        for (const auto& equation : problem.equations) {
            const auto residual = with_unknowns(equation.residual, fields);
            for (int i = 0; i < 50; ++i) CHECK(std::fabs(evaluate(residual, point())) < 1e-10);
        }
        for (const auto& condition : problem.conditions)
            for (const auto& statement : condition.statements)
                for (const auto& face : condition.faces) {
                    const auto residual = with_unknowns(statement.residual(), fields);
                    const auto& c = problem.coordinates[static_cast<std::size_t>(face.coordinate)];
                    auto x = point();
                    x[static_cast<std::size_t>(face.coordinate)] = face.high ? c.high : c.low;
                    CHECK(std::fabs(evaluate(residual, x)) < 1e-10);
                }
        for (std::size_t i = 0; i < problem.coordinates.size(); ++i)
            if (problem.coordinates[i].periodic)
                for (const auto& field : fields) {
                    auto x = point();
                    x[i] = problem.coordinates[i].low;
                    const double low = evaluate(*field, x);
                    x[i] = problem.coordinates[i].high;
                    CHECK(std::fabs(evaluate(*field, x) - low) < 1e-12);
                }
    }
    CHECK(checked == 6);
}
