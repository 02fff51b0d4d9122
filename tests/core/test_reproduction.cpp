// SPDX-License-Identifier: BSD-3-Clause
#include "core/compare.h"
#include "core/files/field_file.h"
#include "core/reproduction.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <cmath>
#include <limits>

using namespace orrery;
using Catch::Matchers::Contains;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

struct Made {
    std::vector<double> error{1, 2, not_a_number}; // of "error/l2" (tolerance 1e-3) at steps 0, 1, ...
    double loose = 1;                              // of "count" (no tolerance)
    double seconds = 1;                            // of "time" (timing)
    double field = 1;                              // value of the field where it is largest
    std::string report = "report", file = "a.html";
    int threads = 2;
    double kappa = 0.1;
    std::string torch = "2.11", commit = "abc";
};

struct Sample {
    ScratchFolder folder;
    Project project = Project::open(folder / "p.orrery", Access::create);
    std::string was;
    Sample() { was = add({}); }

    std::string add(const Made& made) {
        auto request = sample_request(made.kappa);
        request.threads = made.threads;
        request.declaration["metrics"] = {
            {{"key", "error/*"}, {"tolerance", 1e-3}}, {{"key", "count"}}, {{"key", "time"}, {"timing", true}}};
        const auto id = project.create_run(request).id;
        project.begin(id, {{{"code/commit", made.commit}, {"library/torch", made.torch}}, ""});
        const std::vector<std::string> keys{"error/l2", "count", "time"};
        std::vector<MetricBatch::Point> points{{1, {0, made.loose, 0.1}}, {2, {0, made.seconds, 0.1}}};
        std::int64_t step = 0;
        for (const double value : made.error) points.push_back({0, {step++, value, 0.1}});
        project.append(id, {keys, points, false, 0, ""});
        {
            FieldWriter writer(folder / "u.vtkhdf", FieldLayout::torus(4, {"u"}, {0.0, 1.0}));
            Array values({4, 4}, DType::float64);
            for (int i : {0, 1}) {
                values.values<double>()[5] = made.field;
                values.values<double>()[6] = 1e-30;
                writer.write(i, "u", values);
            }
            writer.close();
        }
        project.add_artifact(id, "u", Kind::field, folder / "u.vtkhdf");
        folder.write(made.file, made.report);
        project.add_artifact(id, "result", Kind::report, folder / made.file);
        project.end(id, {});
        return id;
    }
    Reproduction again(const Made& made) { return compare_repeated(project, was, add(made)); }
};

const ReproducedMetric& metric(const Reproduction& result, const std::string& key) {
    for (const auto& m : result.metrics)
        if (m.key == key) return m;
    throw std::runtime_error("no metric " + key);
}

std::vector<std::string> names(const std::vector<Difference>& lines) {
    std::vector<std::string> list;
    for (const auto& line : lines) list.push_back(line.name);
    return list;
}

} // namespace

TEST_CASE("A run with the same bits is bitwise, whatever its timing metrics say", "[core][P5]") {
    Sample sample;
    Made made;
    made.seconds = 77;
    const auto result = sample.again(made);
    CHECK(result.verdict == Verdict::bitwise);
    CHECK(result.metrics.size() == 2); // without "time"
    CHECK(result.artifacts.size() == 2);
    CHECK(result.conditions.empty());
    CHECK(metric(result, "error/l2").tolerance == 1e-3);
    CHECK(result.to_json().at("verdict") == "bitwise");
    CHECK(result.to_json().at("metrics").at(0).at("key") == "count");
}

TEST_CASE("Each metric is compared at every step against its own tolerance", "[core][P5]") {
    Sample sample;
    const auto verdict_with = [&](auto change) {
        Made made;
        change(made);
        return sample.again(made).verdict;
    };
    CHECK(verdict_with([](Made& m) { m.error[0] = 1 + 0.9e-3; }) == Verdict::within_tolerance);
    CHECK(verdict_with([](Made& m) { m.error[0] = 1 - 1.1e-3; }) == Verdict::differs);          // not the last step
    CHECK(verdict_with([](Made& m) { m.error[1] = 2 + 1.9e-3; }) == Verdict::within_tolerance); // relative
    CHECK(verdict_with([](Made& m) { m.error[2] = 0; }) == Verdict::differs);                   // was NaN
    CHECK(verdict_with([](Made& m) { m.error[0] = not_a_number; }) == Verdict::differs);
    CHECK(verdict_with([](Made& m) { m.error[0] = std::numeric_limits<double>::infinity(); }) == Verdict::differs);
    CHECK(verdict_with([](Made& m) { m.loose = std::nextafter(1, 2); }) == Verdict::differs); // no tolerance declared
    CHECK(verdict_with([](Made& m) { m.error.push_back(1); }) == Verdict::differs);           // a step more
    CHECK(verdict_with([](Made& m) { m.error.pop_back(); }) == Verdict::differs);             // a step less

    Made made;
    made.error = {1 + 1e-4, 2 * (1 + 5e-4), not_a_number};
    const auto& shown = metric(sample.again(made), "error/l2");
    CHECK(shown.step == 1); // where it differs most
    CHECK(shown.was == 2.0);
    CHECK(shown.is == made.error[1]);
}

TEST_CASE("Artifacts are compared by content: fields by values, others by bytes", "[core][P5]") {
    Sample sample;
    Made made;
    SECTION("another file name is no difference") {
        made.file = "b.html";
        CHECK(sample.again(made).verdict == Verdict::bitwise);
    }
    SECTION("a field within the strictest tolerance") {
        made.field = 1 + 0.9e-3;
        const auto result = sample.again(made);
        CHECK(result.verdict == Verdict::within_tolerance);
        CHECK(result.artifacts.at(1).name == "u");
        CHECK(result.artifacts.at(1).verdict == Verdict::within_tolerance);
        CHECK_THAT(result.artifacts.at(1).what, Contains("0.0009"));
    }
    SECTION("a field beyond it") {
        made.field = 1 + 1.1e-3;
        CHECK(sample.again(made).verdict == Verdict::differs);
    }
    SECTION("a field that became NaN") {
        made.field = not_a_number;
        CHECK(sample.again(made).verdict == Verdict::differs);
    }
    SECTION("a report of other bytes") {
        made.report = "Report";
        CHECK(sample.again(made).verdict == Verdict::differs);
    }
}

TEST_CASE("Equal bits are called bitwise only for the same threads and versions; another commit is told",
          "[core][P5]") {
    Sample sample;
    Made made;
    SECTION("threads") {
        made.threads = 1;
        const auto result = sample.again(made);
        CHECK(result.verdict == Verdict::within_tolerance);
        CHECK(result.conditions == std::vector<std::string>{"threads: 2, now 1"});
    }
    SECTION("a library") {
        made.torch = "2.12";
        CHECK(sample.again(made).verdict == Verdict::within_tolerance);
    }
    SECTION("a commit that changes no number") {
        made.commit = "def";
        const auto result = sample.again(made);
        CHECK(result.verdict == Verdict::bitwise);
        CHECK(result.conditions == std::vector<std::string>{"code/commit: abc, now def"});
    }
}

TEST_CASE("A comparison holds what differs and leaves out what is the same", "[core]") {
    Sample sample;
    Made made;
    made.kappa = 0.2;
    made.threads = 1;
    made.commit = "def";
    made.torch = "2.12";
    made.error[1] = 3; // not the last step: the last values are the same
    made.loose = not_a_number;
    made.seconds = 9;
    const auto other = sample.add(made);
    const auto result = compare(sample.project, {sample.was, other});
    CHECK(names(result.settings) == std::vector<std::string>{"threads"});
    CHECK(names(result.parameters) == std::vector<std::string>{"kappa"});
    CHECK(names(result.code) == std::vector<std::string>{"code/commit"});
    CHECK(names(result.environment) == std::vector<std::string>{"library/torch"});
    CHECK(names(result.metrics) == std::vector<std::string>{"count"});
    CHECK(result.artifacts.empty());
    CHECK(result.parameters.front().values == std::vector<nlohmann::json>{0.1, 0.2});
    CHECK(result.metrics.front().values == std::vector<nlohmann::json>{1.0, nullptr});
    const auto three = compare(sample.project, {sample.was, sample.was, other});
    CHECK(three.to_json().at("parameters").at(0).at("values").size() == 3);
    CHECK(compare(sample.project, {sample.was, sample.add({})}).to_json().dump().find("name") == std::string::npos);
}
