// SPDX-License-Identifier: BSD-3-Clause
#include "core/backup.h"
#include "core/project.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <fstream>

using namespace orrery;
namespace fs = std::filesystem;
using Catch::Matchers::Contains;

namespace {

// Two runs that share one artifact's content and have one of their own.
struct Sample {
    ScratchFolder folder;
    fs::path home = folder / "p.orrery";
    Project project = Project::open(home, Access::create);
    std::string first, second;
    Sample() {
        first = add(0.1, "own-1");
        second = add(0.2, "own-2");
    }
    std::string add(double kappa, const std::string& own) {
        const auto id = project.create_run(sample_request(kappa)).id;
        project.begin(id, sample_provenance());
        const std::vector<std::string> keys{"loss", own};
        const std::vector<MetricBatch::Point> points{{0, {0, 1.5, 0.1}}, {1, {0, 2, 0.2}}};
        project.append(id, {keys, points, false, 0, ""});
        for (const auto& [name, text] : {std::pair<std::string, std::string>{"shared", "same"}, {"own", own}}) {
            folder.write(name, text);
            project.add_artifact(id, name, Kind::report, folder / name);
        }
        std::ofstream(project.log_file(id)) << "log of " << id;
        project.end(id, {});
        return id;
    }
    fs::path path_of(const std::string& run, std::size_t place) const {
        return project.artifact_path(project.artifacts(run).at(place));
    }
};

} // namespace

TEST_CASE("A removed run is hidden and comes back; both are events", "[core][P2]") {
    Sample sample;
    CHECK(sample.project.set_removed(sample.second, true));
    CHECK_FALSE(sample.project.set_removed(sample.second, true));
    CHECK(sample.project.runs().size() == 1);
    CHECK(sample.project.find("last") == sample.first);
    CHECK(verify(sample.project).problems.empty());
    CHECK(sample.project.set_removed(sample.second, false));
    CHECK_FALSE(sample.project.set_removed(sample.second, false));
    CHECK(sample.project.runs().size() == 2);
    const auto events = sample.project.events();
    CHECK(events.at(4).kind == "run.remove");
    CHECK(events.at(5).kind == "run.restore");
    CHECK(events.size() == 6);
    CHECK(verify(sample.project).problems.empty());
    CHECK_THROWS_WITH(sample.project.set_removed("nothing", true), Contains("no run"));
    const auto going_on = sample.project.create_run(sample_request());
    CHECK_THROWS_WITH(sample.project.set_removed(going_on.id, true), Contains("running"));
}

TEST_CASE("Compacting deletes removed runs and files without rows, and nothing else", "[core][P2]") {
    Sample sample;
    const auto own = sample.path_of(sample.first, 0), shared = sample.path_of(sample.first, 1);
    const auto kept = sample.project.run(sample.second);
    const auto artifacts = sample.home / "artifacts";
    const std::string stray = "ab" + std::string(62, '0');
    fs::create_directories(artifacts / "ab");
    std::ofstream(artifacts / "ab" / stray) << "stray";
    std::ofstream(artifacts / "incoming-x7Zq1a") << "cut";
    std::ofstream(artifacts / "README") << "of a person";
    CHECK(sample.project.size().loose_files == 2);
    CHECK(sample.project.size().loose_bytes == 8);
    sample.project.set_removed(sample.first, true);
    CHECK(fs::exists(own));

    const auto done = sample.project.compact();
    CHECK(done.runs == std::vector<std::string>{sample.first});
    CHECK(done.files == 3);
    CHECK_FALSE(fs::exists(own));
    CHECK_FALSE(fs::exists(sample.project.log_file(sample.first)));
    CHECK(fs::exists(shared));
    CHECK(fs::exists(artifacts / "README"));
    CHECK(sample.project.runs(true).size() == 1);
    CHECK(sample.project.run(sample.second).to_json() == kept.to_json());
    CHECK(sql(sample.home / "project.db", "SELECT DISTINCT run FROM metric") ==
          std::vector<std::string>{sample.second});
    CHECK(sql(sample.home / "project.db", "SELECT key FROM metric_key ORDER BY key") ==
          std::vector<std::string>{"loss", "own-2"});
    CHECK(verify(sample.project).problems.empty());
    const auto events = sample.project.events();
    CHECK(nlohmann::json::parse(events.at(5).data).at("runs").at(0) == sample.first);
    CHECK(nlohmann::json::parse(events.at(6).data).at("files") == 3);
    CHECK(sample.project.compact().runs.empty());
    CHECK(sample.project.events().size() == events.size()); // nothing was done, nothing is told
}

TEST_CASE("Compacting removes what killed processes left in the making, unless a run can go on from it", "[core][P2]") {
    Sample sample;
    const auto resumable = sample.project.create_run(sample_request());
    sample.project.begin(resumable.id, sample_provenance());
    sample.project.set_checkpoint(resumable.id, 3);
    sample.project.end(resumable.id, {Outcome::stopped, 130, "the run was stopped", ""});
    const auto of_ended = sample.project.scratch_folder(sample.first);
    const auto of_resumable = sample.project.scratch_folder(resumable.id);
    const auto of_a_person = sample.home / "jobs/notes.tmp";
    for (const auto& path : {of_ended, of_resumable, of_a_person}) {
        fs::create_directories(path);
        std::ofstream(path / "half") << "half";
    }
    sample.project.compact();
    CHECK_FALSE(fs::exists(of_ended));
    CHECK(fs::exists(of_resumable / "half"));
    CHECK(fs::exists(of_a_person / "half"));
}

TEST_CASE("Compacting waits for no run, and deletes nothing while one goes on", "[core][P2]") {
    Sample sample;
    sample.project.set_removed(sample.first, true);
    {
        const auto going_on = sample.project.create_run(sample_request());
        sample.project.begin(going_on.id, sample_provenance());
        CHECK_THROWS_WITH(sample.project.compact(), Contains(going_on.id));
        CHECK(sample.project.runs(true).size() == 3);
        CHECK(fs::exists(sample.path_of(sample.first, 0)));
    } // its lock is let go: it is lost now
    CHECK(sample.project.compact().runs.size() == 1);
    CHECK(sample.project.runs(true).size() == 2);
}

TEST_CASE("The size of a project counts what it holds", "[core]") {
    const Sample sample;
    const auto size = sample.project.size();
    CHECK(size.format >= 1);
    CHECK(size.events == 4);
    CHECK(size.points == 4);
    CHECK(size.artifacts == 4);
    CHECK(size.files == 3);
    CHECK(size.file_bytes == 4 + 5 + 5);
    CHECK(size.loose_files == 0);
    CHECK(size.database_bytes > 4096);
}

TEST_CASE("A backup is a whole project of its own, also while a run goes on", "[core][P2][P6]") {
    Sample sample;
    const auto going_on = sample.project.create_run(sample_request());
    sample.project.begin(going_on.id, sample_provenance());
    const auto target = sample.folder / "copy.orrery";
    const auto result = back_up(sample.project, target);
    CHECK(result.ok());
    CHECK(result.files == 3);
    CHECK(verify(target).problems.empty());
    auto copy = Project::open(target, Access::write);
    CHECK(copy.run(sample.first).to_json() == sample.project.run(sample.first).to_json());
    CHECK(copy.run(going_on.id).status == Status::lost);
    CHECK(fs::exists(copy.log_file(sample.first)));
    CHECK(fs::exists(sample.path_of(sample.first, 0))); // copied, not moved
    copy.log_event("export", "", {});                   // and it goes on by itself
    CHECK(verify(target).problems.empty());

    CHECK_THROWS_WITH(back_up(sample.project, target), Contains("there already"));
    CHECK_THROWS_WITH(back_up(sample.project, sample.folder / "copy.tar"), Contains(".orrery"));
    CHECK_THROWS_WITH(back_up(sample.project, sample.home / "copy.orrery"), Contains("inside"));
    CHECK_THROWS_WITH(back_up(sample.project, sample.folder / "no/copy.orrery"), Contains("no folder"));
    for (const auto& entry : fs::directory_iterator(sample.folder.path()))
        CHECK(entry.path().extension() != ".partial");
}

TEST_CASE("A backup of a damaged project copies the rest and names the damage", "[core][P6]") {
    Sample sample;
    const auto own = sample.path_of(sample.first, 0), other = sample.path_of(sample.second, 0);
    fs::remove(own);
    fs::permissions(other, fs::perms::owner_write, fs::perm_options::add);
    std::ofstream(other) << "own-9";
    const auto result = back_up(sample.project, sample.folder / "copy.orrery");
    REQUIRE(result.problems.size() == 2);
    CHECK(result.problems[0].object == "run " + sample.first + ", artifact own");
    CHECK(result.problems[1].object == "run " + sample.second + ", artifact own");
    CHECK(Project::open(sample.folder / "copy.orrery", Access::read).runs().size() == 2);
    CHECK(verify(sample.folder / "copy.orrery").problems.size() == 2);
}
