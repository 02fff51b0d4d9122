// SPDX-License-Identifier: BSD-3-Clause
// The experiments pinn.solve and pinn.benchmark as a whole, small, and what they say to wrong problems.
#include "core/files/field_file.h"
#include "tests/pinn/solve_problem.h"
#include "tests/with.h"

#include <cmath>

using namespace orrery;
using experiments::check_same;
using experiments::experiment_named;
using experiments::run_in_pieces;
using experiments::values_of;
using solve_problem::File;
using solve_problem::sentences_of;

namespace {

constexpr char rod[] = R"toml([problem]
name = "rod"
unknowns = ["u"]
[domain]
x = [0.0, 1.0]
t = [0.0, 1.0]
[equations]
heat = "dt(u) - 0.1*dxx(u)"
[conditions]
start = { at = "t = 0", u = "sin(pi*x)" }
ends = { at = ["x = 0", "x = 1"], u = "0" }
[reference]
u = "exp(-0.1*pi^2*t)*sin(pi*x)"
)toml";

std::vector<std::string> small(std::vector<std::string> more) {
    for (const char* text : {"width=10", "depth=2", "points=200", "face_points=20", "budget_seconds=600"})
        more.emplace_back(text);
    const auto is_optimizer = [](const std::string& text) { return text.rfind("optimizer=", 0) == 0; };
    if (std::none_of(more.begin(), more.end(), is_optimizer)) more.emplace_back("optimizer=adam:50+ssbroyden");
    return more;
}

double error_of(std::vector<std::string> parameters, std::uint64_t seed = 1) {
    MemoryRun run(seed);
    experiment_named("pinn.solve").run(values_of("pinn.solve", small(std::move(parameters))), run);
    return run.last("error/l2");
}

std::string failure_of(std::vector<std::string> parameters) {
    MemoryRun run(1);
    try {
        experiment_named("pinn.solve").run(values_of("pinn.solve", small(std::move(parameters))), run);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

TEST_CASE("pinn.solve trains a built-in problem and reports errors, fields and a model", "[pinn]") {
    MemoryRun run(1);
    experiment_named("pinn.solve").run(values_of("pinn.solve", small({"problem=heat", "iterations=250"})), run);
    CHECK(run.last("iterations") == 250);
    CHECK(run.last("error/l2") < 1e-3);
    CHECK(run.metrics().at("error/l2").begin()->second > 100 * run.last("error/l2")); // it was learned
    CHECK(run.last("error/l2/u") == run.last("error/l2"));
    CHECK(run.last("loss/total") == run.last("loss/equation/heat"));
    for (const auto& [key, series] : run.metrics()) {
        CAPTURE(key);
        CHECK(experiment_named("pinn.solve").declaration.find_metric(key) != nullptr);
    }
    const auto artifacts = run.artifacts();
    REQUIRE(artifacts.count("model") == 1);
    const FieldFile u = FieldFile::open(artifacts.at("solution").file),
                    reference = FieldFile::open(artifacts.at("reference").file),
                    error = FieldFile::open(artifacts.at("error").file);
    const auto a = u.read(0, "u"), b = reference.read(0, "u"), e = error.read(0, "u");
    REQUIRE(a.shape() == std::vector<std::int64_t>{201, 201});
    double worst = 0, condition = 0;
    for (std::size_t i = 0; i < 201 * 201; ++i) {
        worst = std::max(worst, std::abs(a.values<double>()[i] - b.values<double>()[i] - e.values<double>()[i]));
        const std::size_t x = i / 201, t = i % 201;
        if (x == 0 || x == 200 || t == 0) condition = std::max(condition, std::abs(e.values<double>()[i]));
    }
    CHECK(worst < 1e-15);
    CHECK(condition < 1e-14); // the conditions hold by construction
    CHECK(b.values<double>()[100 * 201 + 200] == Approx(std::exp(-0.1 * M_PI * M_PI)));
}

TEST_CASE("Trainings that are killed and resumed equal those that are not, in every phase", "[pinn][P2]") {
    const auto kind = GENERATE(0, 1, 2);
    const std::vector<std::string> of_kind[] = {
        {"optimizer=adam:20+lbfgs:15+ssbroyden"},
        {"optimizer=adam:25+ssbroyden", "windows=2", "conditions=soft", "balance=gradient"},
        {"optimizer=soap:40+ssbfgs", "conditions=soft", "balance=ntk", "causality=1", "architecture=gated",
         "adaptive_activation=true", "sampler=latin-hypercube"}};
    std::vector<std::string> parameters = of_kind[kind];
    for (const char* text : {"problem=heat", "iterations=90", "redraw=7"}) parameters.emplace_back(text);
    parameters = small(parameters);
    CAPTURE(kind);
    const Values values = values_of("pinn.solve", parameters);
    const experiments::Look live = [](MemoryRun& run, std::int64_t step) {
        if (step == 30) run.change("equation_weight", 2.0);
    };
    const auto whole = run_in_pieces("pinn.solve", values, 5, {}, live);
    const auto pieces = run_in_pieces("pinn.solve", values, 5, {3, 24, 48, 77}, live);
    check_same("pinn.solve", *whole, *pieces);
}

TEST_CASE("Engine off and engine on train alike", "[pinn]") {
    const auto loss = [](const std::string& engine, const std::string& problem) {
        MemoryRun run(2);
        experiment_named("pinn.solve")
            .run(values_of("pinn.solve", small({"problem=" + problem, "engine=" + engine, "iterations=40",
                                                "optimizer=adam", "redraw=15", "conditions=soft"})),
                 run);
        return run.last("loss/total");
    };
    for (const char* problem : {"burgers", "kdv", "cavity", "wave"}) {
        CAPTURE(problem);
        CHECK(loss("true", problem) == Approx(loss("false", problem)).epsilon(1e-8));
    }
}

TEST_CASE("Windows of time continue each other", "[pinn]") {
    MemoryRun run(3);
    experiment_named("pinn.solve")
        .run(values_of("pinn.solve", small({"problem=heat", "iterations=500", "windows=2"})), run);
    CHECK(run.last("error/l2") < 2e-3);
    CHECK(run.last("window") == 2);
    const FieldFile error = FieldFile::open(run.artifacts().at("error").file);
    const auto e = error.read(0, "u");
    // No jump where the second window begins (t = 0.5 is column 100), but in what each learned.
    for (std::size_t x = 0; x < 201; x += 20) {
        const double before = e.values<double>()[x * 201 + 100], after = e.values<double>()[x * 201 + 101];
        CHECK(std::abs(after - before) < 1e-4);
    }
}

TEST_CASE("A reference file whose points make a grid gives fields on that grid", "[pinn]") {
    std::string rows = "t,x,u\n";
    for (int j = 0; j < 4; ++j) {
        for (int i = 4; i >= 0; --i) { // in any order
            const double x = 0.25 * i, t = 0.2 * j;
            rows += std::to_string(t) + "," + std::to_string(x) + "," + std::to_string(10 * i + j) + "\n";
        }
    }
    const File file("rod.toml", with(rod, "u = \"exp(-0.1*pi^2*t)*sin(pi*x)\"", "file = \"exact.csv\""));
    file.write_beside("exact.csv", rows);
    MemoryRun run(1);
    experiment_named("pinn.solve").run(values_of("pinn.solve", small({file.parameter(), "iterations=2"})), run);
    const auto read = [&](const char* name) { return FieldFile::open(run.artifacts().at(name).file).read(0, "u"); };
    const Array solution = read("solution"), reference = read("reference"), error = read("error");
    CHECK((reference.shape() == std::vector<std::int64_t>{5, 4}));
    const FieldFile file_of_error = FieldFile::open(run.artifacts().at("error").file);
    CHECK(file_of_error.layout().spacing[0] == Approx(0.25));
    CHECK(file_of_error.layout().spacing[1] == Approx(0.2));
    for (std::size_t i = 0; i < 20; ++i) {
        CHECK(reference.values<double>()[i] == 10.0 * static_cast<double>(i / 4) + static_cast<double>(i % 4));
        CHECK(error.values<double>()[i] == solution.values<double>()[i] - reference.values<double>()[i]);
    }
    file.write_beside("exact.csv", rows.substr(0, rows.rfind("0.600000,0.0")));
    MemoryRun scattered(1);
    experiment_named("pinn.solve").run(values_of("pinn.solve", small({file.parameter(), "iterations=2"})), scattered);
    CHECK(scattered.artifacts().count("reference") == 0);
}

TEST_CASE("Soft conditions, gated networks, adaptive activations and other samplers solve as well", "[pinn]") {
    CHECK(error_of({"problem=heat", "iterations=400", "conditions=soft"}) < 1e-2);
    CHECK(error_of({"problem=heat", "iterations=250", "architecture=gated", "activation=sin"}) < 1e-3);
    CHECK(error_of({"problem=heat", "iterations=250", "adaptive_activation=true", "sampler=gauss-legendre"}) < 1e-3);
    CHECK(error_of({"problem=poisson", "iterations=800", "fourier=8", "fourier_scale=1", "sampler=uniform"}) < 1e-2);
    CHECK(error_of({"problem=heat", "iterations=400", "precision=float32"}) < 5e-3);
}

TEST_CASE("A loss that becomes not a number is told with its equation and place", "[pinn]") {
    const File file("log.toml", with(rod, "dt(u) - 0.1*dxx(u)", "dt(u) - 0.1*dxx(u) + log(u - 5)"));
    const std::string why = failure_of({file.parameter(), "iterations=5"});
    CHECK(why.find("equation/heat") != std::string::npos);
    CHECK(why.find("x = ") != std::string::npos);
    CHECK(why.find("t = ") != std::string::npos);
}

TEST_CASE("A residual whose square is beyond the numbers is told with its size and place", "[pinn]") {
    const File file("large.toml", with(rod, "dt(u) - 0.1*dxx(u)", "dt(u) - 0.1*dxx(u) + 1e200*(u - 2)*x"));
    const std::string why = failure_of({file.parameter(), "iterations=5"});
    CHECK(why.find("the residual of equation/heat is -") != std::string::npos);
    CHECK(why.find("e+200, and its square too large, at x = ") != std::string::npos);
}

TEST_CASE("What a problem leaves open is told in the log", "[pinn]") {
    const File file("neumann.toml", R"toml([problem]
name = "a potential"
unknowns = ["u"]
[domain]
x = [0.0, 1.0]
[equations]
line = "dxx(u) - 1"
[conditions]
ends = { at = ["x = 0", "x = 1"], "dx(u)" = "x - 0.5" }
)toml");
    MemoryRun run(1);
    experiment_named("pinn.solve").run(values_of("pinn.solve", small({file.parameter(), "iterations=2"})), run);
    const std::vector<std::string> lines = run.log_lines();
    CHECK(std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
              return line.find("Only derivatives of 'u' appear: it is determined up to a constant") !=
                     std::string::npos;
          }) == 1);
    CHECK(sentences_of({file.parameter(), "causality=1"}) ==
          std::vector<std::string>{"causality: causality = 1: a potential has no time t, so accepted is 0."});
    CHECK(sentences_of({"problem=heat", "equation_weight=0", "condition_weight=0", "data_weight=0"}) ==
          std::vector<std::string>{"equation_weight: All three weights of the loss are 0: nothing would be trained."});
}

TEST_CASE("Derivatives beyond the engine fall back to tensors, and the log says so", "[pinn]") {
    const File file("fifth.toml", R"toml([problem]
name = "fifth order"
unknowns = ["u"]
[domain]
x = [0.0, "2*pi"]
t = [0.0, 0.5]
[equations]
line = "dt(u) + dxxxxx(u)"
[conditions]
start = { at = "t = 0", u = "sin(x)" }
circle = { periodic = "x" }
[reference]
u = "sin(x - t)"
)toml");
    MemoryRun run(1);
    experiment_named("pinn.solve")
        .run(values_of("pinn.solve", {file.parameter(), "width=8", "depth=2", "points=64", "face_points=32", "waves=1",
                                      "optimizer=adam:20+ssbroyden", "iterations=120", "budget_seconds=600"}),
             run);
    CHECK(run.last("error/l2") < 0.05);
    std::string log;
    for (const std::string& line : run.log_lines()) log += line + "\n";
    CHECK(log.find("beyond the fused engine") != std::string::npos);
}

TEST_CASE("Wrong problems and parameters are refused with sentences", "[pinn]") {
    CHECK(sentences_of({"problem=burgrs"}).at(0).find("burgers") != std::string::npos);
    CHECK(sentences_of({"problem=/nowhere/x.toml"}).size() == 1);
    CHECK(sentences_of({"problem=poisson", "windows=3"}).at(0).find("no time") != std::string::npos);
    CHECK(sentences_of({"problem=wave", "windows=3"}).at(0).find("second order in time") != std::string::npos);
    CHECK(sentences_of({"problem=heat", "windows=9", "iterations=3"}).size() == 1);
    CHECK(sentences_of({"problem=heat", "optimizer=newton"}).at(0).find("newton") != std::string::npos);
    CHECK(sentences_of({"problem=heat", "width=1024", "depth=16"}).at(0).find("soap") != std::string::npos);
    CHECK(sentences_of({"problem=heat", "width=1024", "depth=16", "optimizer=soap"}).empty());
    const File unknown("bad.toml", with(rod, "dxx(u)", "dxx(w)"));
    const auto told = sentences_of({unknown.parameter()});
    REQUIRE(told.size() == 1);
    CHECK(told[0].find("heat") != std::string::npos);
    CHECK(told[0].find("'w'") != std::string::npos);
}

TEST_CASE("pinn.benchmark reports mean, deviation and worst of its seeds", "[pinn]") {
    MemoryRun run(0);
    const Experiment& benchmark = experiment_named("pinn.benchmark");
    benchmark.run(values_of("pinn.benchmark", {"problems=heat", "seeds=2", "iterations=40", "budget_seconds=600"}),
                  run);
    const auto& errors = run.metrics().at("error/l2/heat");
    REQUIRE(errors.size() == 2);
    const double a = errors.at(0), b = errors.at(1);
    CHECK(a != b);
    CHECK(run.last("mean/heat") == Approx((a + b) / 2));
    CHECK(run.last("worst/heat") == std::max(a, b));
    CHECK(run.last("deviation/heat") == Approx(std::abs(a - b) / std::sqrt(2.0)));
    CHECK(run.artifacts().count("errors") == 1);
}
