// SPDX-License-Identifier: BSD-3-Clause
// The experiment pinn.sqg as a whole, a little budget, and what it says to wrong parameters.
#include "core/experiment.h"
#include "core/files/field_file.h"
#include "core/memory_run.h"
#include "tests/catch.h"

#include <algorithm>
#include <cmath>

using namespace orrery;

namespace {

const Experiment& experiment_named(const std::string& id) {
    const auto& all = experiments_of_this_library();
    return **std::find_if(all.begin(), all.end(), [&](const auto& e) { return e->declaration.id == id; });
}

Values values_of(const std::vector<std::string>& assignments, Problems& problems) {
    return experiment_named("pinn.sqg").declaration.schema.parse(assignments, problems);
}

} // namespace

TEST_CASE("pinn.sqg reports errors, bounds, laws and artifacts, the same for the same seed", "[pinn][slow]") {
    Problems problems;
    const Values values = values_of({"kappa=0.5", "final_time=0.5", "width=16", "grid=16", "times=6", "iterations=250",
                                     "budget_seconds=600", "optimizer=adam:30+ssbroyden"},
                                    problems);
    const Experiment& experiment = experiment_named("pinn.sqg");
    experiment.check(values, problems);
    REQUIRE(problems.empty());
    MemoryRun run(3), again(3);
    experiment.run(values, run);
    CHECK(run.last("iterations") == 250);
    CHECK(run.last("error/l2") < 0.1 * run.last("error/baseline"));
    CHECK(run.last("error/l2") <= run.last("error/l2_worst"));
    CHECK(run.last("error/at") == run.last("error/l2_final"));
    CHECK(run.last("bound/l2_final") >= run.last("bound/l2_final_sharp"));
    CHECK(run.last("bound/l2_final_sharp") >= run.last("error/l2_final"));
    CHECK(run.last("loss/total") == Approx(run.last("loss/early") + run.last("loss/late")));
    CHECK(run.last("maximum_principle") < 1e-3);
    CHECK(run.metrics().at("error/at").size() == 10);
    CHECK(run.metrics().at("loss/total").size() >= 5);
    for (const auto& [key, series] : run.metrics()) {
        CAPTURE(key);
        CHECK(experiment.declaration.find_metric(key) != nullptr);
    }
    const auto artifacts = run.artifacts();
    REQUIRE(artifacts.count("model") == 1);
    const FieldFile theta = FieldFile::open(artifacts.at("theta").file),
                    reference = FieldFile::open(artifacts.at("reference").file),
                    error = FieldFile::open(artifacts.at("error").file);
    REQUIRE(theta.steps() == 11);
    CHECK(theta.layout().nx >= 128);
    const auto a = theta.read(10, "theta"), b = reference.read(10, "reference"), e = error.read(10, "error");
    double worst = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(a.size()); ++i) {
        worst = std::max(worst, std::abs(a.values<double>()[i] - b.values<double>()[i] - e.values<double>()[i]));
    }
    CHECK(worst < 1e-12);

    experiment.run(values, again);
    CHECK(run.last("loss/total") == again.last("loss/total"));
    CHECK(run.last("error/l2") == again.last("error/l2"));
}

TEST_CASE("pinn.sqg refuses wrong parameters, each with its sentence", "[pinn]") {
    Problems problems;
    const Values values =
        values_of({"grid=15", "optimizer=newton", "initial=nothing", "windows=10", "iterations=3"}, problems);
    REQUIRE(problems.empty());
    experiment_named("pinn.sqg").check(values, problems);
    std::vector<std::string> fields;
    for (const auto& problem : problems) fields.push_back(problem.field);
    std::sort(fields.begin(), fields.end());
    CHECK(fields == std::vector<std::string>{"grid", "initial", "optimizer", "windows"});

    Problems dense;
    experiment_named("pinn.sqg").check(values_of({"width=256", "depth=8", "optimizer=ssbroyden"}, dense), dense);
    REQUIRE(dense.size() == 1);
    CHECK(dense.begin()->sentence.find("take soap") != std::string::npos);
    Problems fine;
    experiment_named("pinn.sqg").check(values_of({"width=256", "depth=8", "optimizer=adam:20+soap"}, fine), fine);
    CHECK(fine.empty());
}
