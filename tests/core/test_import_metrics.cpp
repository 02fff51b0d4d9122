// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/exchange_commands.h"
#include "core/exchange/import_metrics.h"
#include "core/exchange/run_tables.h"
#include "core/plugins/plugin_catalogue.h"
#include "core/sha256.h"
#include "core/verify.h"
#include "tests/catch.h"
#include "tests/core/event_log_sample.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <cmath>

using namespace orrery;
namespace sample = event_sample;

namespace {

struct Home {
    ScratchFolder folder;
    Project project = Project::open(folder / "p.orrery", Access::create);
    std::vector<ImportedRun> import(const std::string& file, const ImportOptions& options = {}) {
        return import_metrics(project, folder / file, options);
    }
    std::string said(const std::string& file, const ImportOptions& options = {}) {
        try {
            import(file, options);
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    }
};

} // namespace

TEST_CASE("an imported run is done, sealed and says where it came from", "[core]") {
    Home home;
    home.folder.write("gemüse log.csv", "step,loss,elapsed\n0,1,5\n1,0.5,3600\n");
    ImportOptions options;
    options.tags = {"others"};
    options.parameters = {"lr=0.1", "n=32", "flag=true", "opt=adam=w"};
    const auto made = home.import("gemüse log.csv", options);
    REQUIRE(made.size() == 1);
    CHECK((made[0].is_new && made[0].metrics == 1 && made[0].points == 2));
    const auto run = home.project.run(made[0].id);
    CHECK((run.experiment == "imported" && run.status == Status::done && run.name == "gemüse log"));
    CHECK(run.parameters == nlohmann::json{{"lr", 0.1}, {"n", 32}, {"flag", true}, {"opt", "adam=w"}});
    CHECK(run.tags == std::vector<std::string>{"others"});
    CHECK(run.seconds >= 3600);
    CHECK(run.seconds < 3700);
    const auto series = home.project.metric_series(run.id, "loss");
    REQUIRE(series.size() == 2);
    CHECK((series[1].value == 0.5 && series[1].elapsed == 3600));
    const auto inputs = home.project.inputs(run.id);
    REQUIRE(inputs.size() == 1);
    CHECK(inputs[0].sha256 == sha256_of_file(home.folder / "gemüse log.csv"));
    CHECK(home.project.provenance(run.id)["imported/sha256 of gemüse log.csv"] == inputs[0].sha256);
    const auto declaration = Declaration::from_json(home.project.declaration(run.id));
    CHECK(declaration.find_metric("loss") != nullptr);
    CHECK(declaration.schema.find("n")->type == FieldType::integer);
    CHECK(verify(home.folder / "p.orrery").problems.empty());
    CHECK_FALSE(std::filesystem::exists(home.project.lock_file(run.id)));
}

TEST_CASE("what was imported before is told, by content and name of the run", "[core]") {
    Home home;
    home.folder.write("a.csv", "run,metric,step,value\nx,loss,0,1\ny,loss,0,2\n");
    const auto first = home.import("a.csv");
    REQUIRE(first.size() == 2);
    const auto second = home.import("a.csv");
    CHECK_FALSE((second[0].is_new || second[1].is_new));
    CHECK((second[0].id == first[0].id && second[1].id == first[1].id));
    home.folder.write("copy.csv", "run,metric,step,value\nx,loss,0,1\ny,loss,0,2\n");
    CHECK_FALSE(home.import("copy.csv")[0].is_new); // the same content under another name
    home.project.set_removed(first[0].id, true);
    const auto third = home.import("a.csv"); // what was removed comes again
    CHECK((third[0].is_new && !third[1].is_new));
    ImportOptions again;
    again.again = true;
    CHECK(home.import("a.csv", again)[1].is_new);
    home.folder.write("a.csv", "run,metric,step,value\nx,loss,0,1\ny,loss,0,3\n"); // it has grown
    CHECK(home.import("a.csv")[1].is_new);
}

TEST_CASE("metrics that were exported come back as they were", "[core]") {
    Home home;
    const auto created = home.project.create_run(sample_request());
    home.project.begin(created.id, sample_provenance());
    const std::vector<std::string> keys{"loss", "error, \"l2\""};
    const std::vector<MetricBatch::Point> points{
        {0, {0, 1.0 / 3, 0.1}}, {0, {5, std::nan(""), 0.2}}, {0, {7, -INFINITY, 0.3}}, {1, {-3, 5e-324, 1e-9}}};
    home.project.append(created.id, {keys, points, false, 0, ""});
    home.project.end(created.id, {});
    write_table(home.folder / "m.csv", metrics_table(home.project, home.project.runs()));
    const auto made = home.import("m.csv");
    REQUIRE(made.size() == 1);
    CHECK(made[0].name == created.id);
    for (const auto& key : keys) {
        const auto was = home.project.metric_series(created.id, key), is = home.project.metric_series(made[0].id, key);
        REQUIRE(was.size() == is.size());
        for (std::size_t i = 0; i < was.size(); ++i) {
            CHECK((was[i].step == is[i].step && was[i].elapsed == is[i].elapsed));
            CHECK((was[i].value == is[i].value || (std::isnan(was[i].value) && std::isnan(is[i].value))));
        }
    }
}

TEST_CASE("names of experiments and runs are made to fit", "[core]") {
    Home home;
    home.folder.write("a.csv", "run,metric,step,value\nx,loss,0,1\ny,loss,0,2\n");
    ImportOptions options;
    options.experiment = "theirs";
    options.name = "paper";
    const auto made = home.import("a.csv", options);
    CHECK(home.project.run(made[0].id).experiment == "imported.theirs");
    CHECK((made[0].name == "paper/x" && made[1].name == "paper/y"));
    CHECK((is_imported("imported") && is_imported("imported.x")));
    CHECK_FALSE((is_imported("importedx") || is_imported("pinn.imported")));
    options.experiment = "a b";
    CHECK(home.said("a.csv", options).find("can't be the name of an experiment") != std::string::npos);
    home.folder.write("long.csv", "run,metric,step,value\n" + std::string(400, 'x') + "\tz,loss,0,1\n");
    CHECK(home.import("long.csv").size() == 1);
}

TEST_CASE("a wrong import leaves nothing behind", "[core][P9]") {
    Home home;
    home.folder.write("a.csv", "step,loss\n0,1\n1,2\n");
    ImportOptions options;
    options.parameters = {"lr"};
    CHECK(home.said("a.csv", options).find("'lr' is no parameter") != std::string::npos);
    options.parameters = {"lr=1", "lr=2"};
    CHECK(home.said("a.csv", options).find("given twice") != std::string::npos);
    CHECK(home.said("none.csv").find("There is no") != std::string::npos);
    home.folder.write("key.csv", "run,metric,step,value\nx,\"a\nb\",0,1\n");
    CHECK(home.said("key.csv").find("can't be the name of a metric") != std::string::npos);
    CHECK(home.project.runs(true).empty());
    // Interrupted while it is written: the runs that were made are failed and hidden.
    ImportOptions stopping;
    stopping.progress = [](double, const std::string& what) {
        if (what == "writing") throw Stopped();
    };
    CHECK_THROWS_AS(home.import("a.csv", stopping), Stopped);
    CHECK(home.project.runs().empty());
    CHECK(verify(home.folder / "p.orrery").problems.empty());
    CHECK(home.import("a.csv")[0].is_new);
}

TEST_CASE("a project that can't be written imports nothing, and says so", "[core][P9]") {
    Home home;
    home.folder.write("a.csv", "step,loss\n0,1\n");
    auto reading = Project::open(home.folder / "p.orrery", Access::read);
    CHECK_THROWS_AS(import_metrics(reading, home.folder / "a.csv"), Error);
}

TEST_CASE("an imported run can't be resumed, nor may a plugin take its name", "[core]") {
    Home home;
    home.folder.write("a.csv", "step,loss\n0,1\n");
    const auto id = home.import("a.csv")[0].id;
    try {
        home.project.requeue(id);
        FAIL("it was put into the queue");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("was imported") != std::string::npos);
    }
    const PluginCatalogue none(std::vector<PluginFolder>{});
    try {
        none.find("imported");
        FAIL("it was found");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find("no plugin computed them") != std::string::npos);
    }
}

TEST_CASE("the command that imports is taken back by removing its runs", "[core]") {
    Home home;
    std::filesystem::create_directories(home.folder / "logs/a");
    std::filesystem::create_directories(home.folder / "logs/b");
    const std::string log = sample::begin(10) + sample::event(11, 0, sample::scalar("x", 1));
    home.folder.write("logs/a/events.out.tfevents.1", log);
    home.folder.write("logs/b/events.out.tfevents.2", log);
    CommandSet commands;
    add_exchange_commands(commands, [&home] { return &home.project; });
    std::vector<std::string> lines;
    commands.listen([&](const Invocation&, const std::string& python) { lines.push_back(python); });
    const auto path = (home.folder / "logs").string();
    const auto effect = commands.execute({"project.import_metrics", {{"path", path}, {"parameters", "lr=0.1"}}});
    CHECK(effect.done.find("2 runs imported from logs.") == 0);
    CHECK(lines.back() == "project.import_metrics(\"" + path + "\", parameters=\"lr=0.1\")");
    REQUIRE(effect.inverse);
    const auto undone = commands.execute(*effect.inverse);
    CHECK(home.project.runs().empty());
    commands.execute(*undone.inverse);
    CHECK(home.project.runs().size() == 2);
    CHECK_FALSE(commands.execute({"project.import_metrics", {{"path", path}}}).changed);
    // Only imported runs are removed by it.
    const auto own = home.project.create_run(sample_request());
    home.project.begin(own.id, sample_provenance());
    home.project.end(own.id, {});
    CHECK_THROWS_AS(commands.execute({"project.remove_imported", {{"runs", own.id}}}), Error);
    const auto table = (home.folder / "t.md").string();
    commands.execute({"project.export_table", {{"path", table}, {"columns", "run,metric:x"}}});
    CHECK(home.folder.text_of("t.md").find("| run | x |") == 0);
    CHECK(std::filesystem::exists(table + ".orrery.json"));
}
