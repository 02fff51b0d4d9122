// SPDX-License-Identifier: BSD-3-Clause
// Lists of runs: that each row gets what is its own, in whatever order the rows lie in the tables.
#include "core/project.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <fstream>

using namespace orrery;
using Catch::Matchers::Contains;

namespace {

// A run whose results tell its place.
std::string run_with_results(Project& project, const std::filesystem::path& file, int place) {
    auto created = project.create_run(sample_request(place));
    project.begin(created.id, sample_provenance());
    const std::vector<std::string> keys{"rms", "error/l2"};
    const std::vector<MetricBatch::Point> points{{0, {1, 1.0 * place, 0}}, {1, {1, -1.0 * place, 0}}};
    project.append(created.id, {keys, points, false, 0, ""});
    for (const char* name : {"b", "a"}) {
        std::ofstream(file) << name << place;
        project.add_artifact(created.id, name + std::to_string(place), Kind::field, file);
    }
    project.end(created.id, {});
    project.add_tag(created.id, "tag" + std::to_string(place));
    return created.id;
}

} // namespace

TEST_CASE("A list gives every run its own results when ids are not in the order of creation", "[core]") {
    const ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    std::vector<std::string> ids;
    for (int place = 0; place < 4; ++place) {
        ids.push_back(run_with_results(project, folder / "file", place));
        if (place == 1) project.create_run(sample_request(100)); // one without any results between the others
    }
    project.set_removed(ids[0], true);
    sql(folder / "p.orrery/project.db", "UPDATE run SET number = 1000 - number");
    const auto rows = project.runs(), brief = project.brief_runs();
    REQUIRE(rows.size() == 4);
    REQUIRE(brief.size() == 4);
    for (std::size_t i = 0, place = 3; i < rows.size(); ++i) {
        const RunRow &row = rows[i], &other = brief[i];
        CHECK(other.id == row.id);
        CHECK(other.metrics == row.metrics);
        CHECK(other.tags == row.tags);
        CHECK(other.status == row.status);
        CHECK(other.parameters.is_null());
        CHECK(other.artifacts.empty());
        if (row.parameters.at("kappa") == 100.0) {
            CHECK(row.metrics.empty());
            CHECK(row.artifacts.empty());
            continue;
        }
        const auto text = std::to_string(place);
        CHECK(row.id == ids[place]);
        CHECK(row.parameters.at("kappa") == static_cast<double>(place));
        CHECK(row.metrics == std::map<std::string, double>{{"rms", static_cast<double>(place)},
                                                           {"error/l2", -static_cast<double>(place)}});
        REQUIRE(row.artifacts.size() == 2);
        CHECK(row.artifacts[0].name == "a" + text);
        CHECK(row.artifacts[1].name == "b" + text);
        CHECK(row.tags == std::vector<std::string>{"tag" + text});
        --place;
    }
}

TEST_CASE("A long list has the parameters of every run, and names the one whose are damaged", "[core][P6]") {
    const ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    std::vector<RunRequest> requests;
    for (int i = 0; i < 1500; ++i) requests.push_back(sample_request(i));
    const auto ids = project.enqueue(requests);
    const auto rows = project.runs();
    REQUIRE(rows.size() == 1500);
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].id != ids[i] || rows[i].parameters.at("kappa") != static_cast<double>(i)) FAIL("run " << i);
    sql(folder / "p.orrery/project.db", "UPDATE run SET parameters = '{\"kappa\":' WHERE number = 1400");
    CHECK_THROWS_WITH(project.runs(), Contains(ids[1399]) && Contains("damaged"));
    CHECK(project.brief_runs().size() == 1500);
}
