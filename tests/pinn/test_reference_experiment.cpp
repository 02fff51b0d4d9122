// SPDX-License-Identifier: BSD-3-Clause
// sqg.spectral as a run sees it.
#include "core/experiment.h"
#include "core/files/field_file.h"
#include "core/memory_run.h"
#include "tests/catch.h"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace orrery;

namespace {

const Experiment& spectral() {
    const auto& all = experiments_of_this_library();
    const auto found =
        std::find_if(all.begin(), all.end(), [](const auto& e) { return e->declaration.id == "sqg.spectral"; });
    REQUIRE(found != all.end());
    return **found;
}

Values values(const std::vector<std::string>& assignments, Problems& problems) {
    return spectral().declaration.schema.parse(assignments, problems);
}

void run(const std::vector<std::string>& assignments, Run& run) {
    Problems problems;
    const Values parsed = values(assignments, problems);
    spectral().check(parsed, problems);
    for (const Problem& problem : problems) UNSCOPED_INFO(problem.sentence);
    REQUIRE(problems.empty());
    spectral().run(parsed, run);
}

// The problems' fields and sentences in one text.
std::string problems_of(const std::vector<std::string>& assignments) {
    Problems problems;
    const Values parsed = values(assignments, problems);
    if (problems.empty()) spectral().check(parsed, problems);
    std::string text;
    for (const Problem& problem : problems) text += problem.field + ": " + problem.sentence + "\n";
    return text;
}

} // namespace

TEST_CASE("sqg.spectral gives the known numbers, declared metrics only, and its field over time", "[pinn]") {
    MemoryRun record;
    run({"n=64", "kappa=1", "final_time=0.5", "dt=0.01", "initial=cmt", "frames=6"}, record);
    CHECK(std::abs(record.last("rms") - 0.494673168051) < 5e-11);
    CHECK(std::abs(record.last("hamiltonian") - 0.113462534446) < 5e-11);
    CHECK(std::abs(record.last("probe") - 0.776242501845) < 5e-11);
    CHECK(record.last("balance/l2") < 1e-8);
    CHECK(record.last("balance/hamiltonian") < 1e-8);
    CHECK(record.last("max") == Approx(-record.last("min")).epsilon(1e-11));
    CHECK(record.progress_fraction() == 1);
    const auto metrics = record.metrics();
    for (const auto& [key, series] : metrics) CHECK(spectral().declaration.find_metric(key) != nullptr);
    CHECK(metrics.at("rms").size() == 51);
    CHECK(metrics.at("max").size() == 6);
    CHECK(metrics.at("time").at(50) == Approx(0.5).epsilon(1e-14));

    const auto artifacts = record.artifacts();
    REQUIRE(artifacts.count("theta") == 1);
    const FieldFile file = FieldFile::open(artifacts.at("theta").file);
    REQUIRE(file.steps() == 6);
    CHECK(file.times().back() == 0.5);
    const Array first = file.read(0, "theta"), last = file.read(5, "theta");
    REQUIRE(first.shape() == std::vector<std::int64_t>{64, 64});
    // First index x: value [16, 8] lies at (pi/2, pi/4), which is the probe.
    CHECK(first.values<double>()[16 * 64 + 8] == Approx(std::numbers::sqrt2));
    CHECK(last.values<double>()[16 * 64 + 8] == Approx(record.last("probe")).epsilon(1e-12));
}

TEST_CASE("sqg.spectral repeats bit for bit, and its random field follows the seed", "[pinn]") {
    const std::vector<std::string> parameters{"n=32", "final_time=0.1", "dt=0.02", "initial=random", "scheme=etdrk4"};
    MemoryRun one(7), two(7), other(8);
    run(parameters, one);
    run(parameters, two);
    run(parameters, other);
    CHECK(one.metrics() == two.metrics());
    CHECK(one.last("probe") != other.last("probe"));
}

TEST_CASE("sqg.spectral under the manufactured forcing reports the error against the exact solution", "[pinn]") {
    MemoryRun record;
    run({"n=32", "kappa=0.4", "final_time=0.5", "dt=0.01", "forcing=manufactured"}, record);
    CHECK(record.last("error/l2") < 1e-9);
    CHECK(record.last("error/l2") > 0);
}

TEST_CASE("sqg.spectral shortens dt so that whole steps end at final_time", "[pinn]") {
    MemoryRun record;
    run({"n=32", "final_time=0.1", "dt=0.03", "frames=100"}, record);
    CHECK(record.metrics().at("time").size() == 5);
    CHECK(record.last("time") == Approx(0.1).epsilon(1e-15));
}

TEST_CASE("sqg.spectral ends where a stop is asked for", "[pinn]") {
    MemoryRun record;
    record.request_stop();
    CHECK_THROWS_AS(run({"n=32", "final_time=0.1"}, record), Stopped);
    CHECK(record.artifacts().empty());
}

TEST_CASE("what sqg.spectral can't compute is said before the first step", "[pinn]") {
    CHECK_THAT(problems_of({"n=65"}), Catch::StartsWith("n: ") && Catch::Contains("70"));
    CHECK_THAT(problems_of({"n=62"}), Catch::Contains("64"));
    CHECK_THAT(problems_of({"n=7000000"}), Catch::Contains("n: ") && Catch::Contains("4096"));
    CHECK_THAT(problems_of({"initial=/nowhere/x.npy"}), Catch::StartsWith("initial: "));
    CHECK_THAT(problems_of({"initial=cmt4"}), Catch::Contains("did you mean cmt"));
    CHECK_THAT(problems_of({"initial=vortex", "n=64"}), Catch::StartsWith("n: ") && Catch::Contains("Use n >="));
    CHECK_THAT(problems_of({"dt=0.9"}), Catch::StartsWith("dt: ") && Catch::Contains("Use dt <="));
    CHECK_THAT(problems_of({"forcing=manufactured", "initial=shell"}), Catch::StartsWith("forcing: "));
    CHECK_THAT(problems_of({"scheme=euler"}), Catch::Contains("ifrk4"));
    CHECK(problems_of({}).empty());
    CHECK(problems_of({"initial=random", "n=64"}).empty());
    CHECK(problems_of({"initial=vortex", "n=128"}).empty());
}
