// SPDX-License-Identifier: GPL-3.0-or-later
// The text that filters runs, and the columns that tell runs apart.
#include "tests/catch.h"
#include "tests/gui/lists_samples.h"
#include "views/form/field_text.h"
#include "views/runs/run_columns.h"
#include "views/runs/run_filter.h"

#include <QDateTime>

#include <algorithm>

using namespace orrery;
using namespace orrery::gui;

namespace {

RunStore sample_store() {
    std::vector<RunRow> runs;
    const double nan = std::nan("");
    const struct {
        double kappa, error;
        Status status;
        std::vector<std::string> tags;
        std::string name, optimizer;
    } given[] = {{0.01, 1e-4, Status::done, {"paper"}, "first light", "adam"},
                 {0.05, 5e-3, Status::done, {"paper", "star"}, "", "lbfgs"},
                 {0.1, nan, Status::failed, {}, "blew up", "adam"},
                 {1, 2e-4, Status::done, {"Old"}, "", "adam"},
                 {10, 0, Status::queued, {}, "", "adam"}};
    int number = 0;
    for (const auto& one : given) {
        RunRow run = sample_run(number++);
        run.parameters["kappa"] = one.kappa;
        run.parameters["optimizer"] = one.optimizer;
        run.parameters["exact"] = one.kappa > 0.5;
        run.status = one.status;
        run.tags = one.tags;
        run.name = one.name;
        if (one.status != Status::queued) run.metrics["error/l2"] = one.error;
        if (number == 4)
            run.artifacts.push_back({"theta", Kind::field, "theta.vtkhdf", std::string(64, '0'), 2'000'000});
        run.seconds = 100 * number;
        if (one.status == Status::queued) run.began.clear(), run.seconds = 0, run.device = "cuda:0";
        runs.push_back(std::move(run));
    }
    RunStore store;
    store.set(snapshot(std::move(runs)));
    return store;
}

// Digits of the runs that are found, or the sentence.
std::string found(const std::string& text) {
    const auto store = sample_store();
    std::string problem;
    const auto filter = RunFilter::parse(text, store, problem);
    if (!filter) return problem;
    CHECK(problem.empty());
    std::string list;
    for (const auto run : filter->apply(store)) list += std::to_string(run);
    return list;
}

std::vector<std::string> keys(const std::vector<Column>& columns) {
    std::vector<std::string> list;
    for (const auto& column : columns) list.push_back(column.key());
    return list;
}

bool shows(const RunStore& store, const std::string& key) {
    std::vector<std::size_t> all(store.runs().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    const auto list = keys(columns_that_differ(store, all));
    return std::find(list.begin(), list.end(), key) != list.end();
}

} // namespace

TEST_CASE("a filter compares parameters and metrics as numbers", "[gui]") {
    CHECK(found("") == "01234");
    CHECK(found("kappa<0.1") == "01");
    CHECK(found("kappa<=0.1") == "012");
    CHECK(found("kappa>0.1") == "34");
    CHECK(found("kappa>=1e-1") == "234");
    CHECK(found("kappa=0.1") == "2");
    CHECK(found("kappa!=0.1") == "0134");
    CHECK(found("kappa < 0.1") == "01");
    CHECK(found("kappa<10 kappa>0.5") == "3");
    CHECK(found("error/l2<1e-3") == "03");
    CHECK(found("seconds>2min") == "123");
    CHECK(found("bytes>=2MB") == "3");
    CHECK(found("bytes>2MB") == "");
    CHECK(found("seed=0") == "01234");
    CHECK(found("time>2min") == "123"); // as its column is called
    CHECK(found("disk>100kB") == "3");
    CHECK(found("disk>=2MB time<1h") == "3");
}

TEST_CASE("a filter compares the day and the minute a run was made", "[gui]") {
    std::vector<RunRow> runs;
    for (int i = 0; i < 3; ++i) {
        runs.push_back(sample_run(i));
        const auto made = QDateTime(QDate(2026, 11, 20 + i), QTime(12, 30, 15)).toUTC();
        runs.back().created = made.toString(QStringLiteral("yyyy-MM-dd'T'hh:mm:ss.zzz'Z'")).toStdString();
    }
    RunStore store;
    store.set(snapshot(runs));
    const auto counted = [&](const std::string& text) {
        std::string problem, list;
        const auto filter = RunFilter::parse(text, store, problem);
        if (!filter) return problem;
        for (const auto run : filter->apply(store)) list += std::to_string(run);
        return list;
    };
    CHECK(counted("created=2026-11-21") == "1");
    CHECK(counted("created>2026-11-21") == "2");
    CHECK(counted("created<=2026-11-21") == "01");
    CHECK(counted("created!=2026-11-21") == "02");
    CHECK(counted("created=\"2026-11-21 12:30\"") == "1");
    CHECK(counted("created>2026-11-21T12:30") == "2");
    CHECK(counted("created>=2026-11-21T12:30") == "12");
    CHECK(counted("created>yesterday").starts_with("created is compared with a day"));
}

TEST_CASE("a parameter named like something of the run hides only that name", "[gui]") {
    std::vector<RunRow> runs{sample_run(0), sample_run(1)};
    for (auto& run : runs) run.parameters["seconds"] = 5;
    runs[1].seconds = 600;
    RunStore store;
    store.set(snapshot(runs));
    std::string problem;
    CHECK(RunFilter::parse("seconds=5", store, problem)->apply(store).size() == 2);
    CHECK(RunFilter::parse("time>2min", store, problem)->apply(store) == std::vector<std::size_t>{1});
    CHECK_FALSE(RunFilter::parse("seconds>2min", store, problem));
    CHECK(problem == "seconds is compared with '2min', which is no number. The run's own is called 'time'.");
}

TEST_CASE("a run without the value is found by no comparison, and NaN by its name only", "[gui]") {
    CHECK(found("error/l2>=0") == "013");
    CHECK(found("error/l2!=1") == "0123"); // NaN is not 1; the queued run has none
    CHECK(found("error/l2=nan") == "2");
    CHECK(found("error/l2!=nan") == "013");
    CHECK(found("-error/l2<1") == "24");
    CHECK(found("seconds<1000") == "0123");
}

TEST_CASE("a filter knows texts, fields, words and their opposite", "[gui]") {
    CHECK(found("optimizer=lbfgs") == "1");
    CHECK(found("optimizer!=lbfgs") == "0234");
    CHECK(found("exact=true") == "34");
    CHECK(found("exact=0") == "012");
    CHECK(found("status:done") == "013");
    CHECK(found("status:failed,queued") == "24");
    CHECK(found("-status:done") == "24");
    CHECK(found("tag:paper") == "01");
    CHECK(found("tag:pap") == "");
    CHECK(found("tag:old") == "3");
    CHECK(found("tag:star tag:paper") == "1");
    CHECK(found("device:cuda") == "4");
    CHECK(found("experiment:sqg") == "01234");
    CHECK(found("run:k3f4aaaaab") == "1");
    CHECK(found("name:light") == "0");
    CHECK(found("LIGHT") == "0");
    CHECK(found("\"first light\"") == "0");
    CHECK(found("\"light first\"") == "");
    CHECK(found("light first") == "0");
    CHECK(found("-light") == "1234");
    CHECK(found("optimizer=lbf") == ""); // the whole text
    CHECK(found("lbf") == "1");          // part of a parameter
}

TEST_CASE("a wrong filter gets a sentence", "[gui][P9]") {
    CHECK(found("kapa<0.1") == "There is no parameter or metric 'kapa'; did you mean 'kappa'?");
    CHECK(found("viscosity<1") == "There is no parameter or metric 'viscosity' in these runs; every run has time, "
                                  "disk, created, seed, progress.");
    CHECK(found("tim<1") == "There is no parameter or metric 'tim'; did you mean 'time'?");
    CHECK(found("kappa<") == "After 'kappa<' a value is missing.");
    CHECK(found("<3") == "Before '<' the name of a parameter or metric is missing.");
    CHECK(found("kappa<big") == "kappa is compared with 'big', which is no number.");
    CHECK(found("kappa<1x") == "kappa is compared with '1x', which is no number.");
    CHECK(found("kappa=big") == "kappa is a number, and 'big' is none.");
    CHECK(found("status:dnoe") ==
          "There is no status 'dnoe'; there are queued, running, stopping, done, failed, stopped, lost.");
    CHECK(found("status=done") == "Write status:VALUE, as in status:done, not status=.");
    CHECK(found("tag:") == "After 'tag:' a value is missing, as in tag:paper.");
    CHECK(found("kappa:0.1") == "'kappa' is compared with <, <=, >, >=, = or !=, not with a colon.");
    CHECK(found("colour:red") == "There is no field 'colour:'; there are status:, tag:, experiment:, device:, run:, "
                                 "name:, note:, sweep:, log:.");
    CHECK(found("\"first") == "A quotation mark isn't closed: put another \" where the text ends.");
}

TEST_CASE("no text breaks the filter", "[gui][P9]") {
    const auto store = sample_store();
    const std::string alphabet = "ka<>=!:\"- ,.1e\xc3\xa4tag/";
    unsigned state = 7;
    for (int i = 0; i < 20000; ++i) {
        std::string text;
        for (unsigned length = (state >> 16) % 12; length > 0; --length) {
            state = state * 1664525u + 1013904223u;
            text += alphabet[(state >> 16) % alphabet.size()];
        }
        state = state * 1664525u + 1013904223u;
        std::string problem;
        const auto filter = RunFilter::parse(text, store, problem);
        REQUIRE(filter.has_value() == problem.empty());
        if (filter) REQUIRE(filter->apply(store).size() <= store.runs().size());
    }
}

TEST_CASE("suggestions fit the place", "[gui]") {
    const auto store = sample_store();
    const auto has = [](const std::vector<std::string>& list, const std::string& word) {
        return std::find(list.begin(), list.end(), word) != list.end();
    };
    CHECK(has(filter_suggestions("ka", store), "kappa"));
    CHECK(has(filter_suggestions("-", store), "-error/l2"));
    CHECK(has(filter_suggestions("d", store), "disk"));
    CHECK(has(filter_suggestions("status:d", store), "status:done"));
    CHECK(has(filter_suggestions("status:done,f", store), "status:done,failed"));
    CHECK(has(filter_suggestions("tag:", store), "tag:paper"));
    CHECK(has(filter_suggestions("optimizer=", store), "optimizer=lbfgs"));
    CHECK(has(filter_suggestions("optimizer!=", store), "optimizer!=lbfgs"));
    CHECK(filter_suggestions("kappa<", store).empty());
    CHECK(filter_term_at("kappa<1 stat", 12) == std::pair<std::size_t, std::size_t>{8, 4});
    CHECK(filter_term_at("\"a b\" c", 3) == std::pair<std::size_t, std::size_t>{0, 3});
}

TEST_CASE("by default only what differs is a column", "[gui]") {
    auto store = sample_store();
    CHECK(shows(store, "parameter:kappa"));
    CHECK(shows(store, "parameter:optimizer"));
    CHECK_FALSE(shows(store, "parameter:width"));
    CHECK(shows(store, "metric:error/l2"));
    CHECK(shows(store, "name"));
    CHECK(shows(store, "tags"));
    CHECK(shows(store, "device"));
    CHECK_FALSE(shows(store, "note"));
    CHECK_FALSE(shows(store, "experiment"));
    // Among the two that agree in it, the optimizer tells nothing.
    CHECK(keys(columns_that_differ(store, {0, 3})).size() > 3);
    const auto two = keys(columns_that_differ(store, {0, 3}));
    CHECK(std::find(two.begin(), two.end(), "parameter:optimizer") == two.end());
    CHECK(std::find(two.begin(), two.end(), "parameter:kappa") != two.end());
}

TEST_CASE("what another experiment doesn't know tells no runs apart, what a run of the same one lacks does", "[gui]") {
    std::vector<RunRow> runs{sample_run(0), sample_run(1), sample_run(2)};
    runs[2].experiment = "sqg.spectral";
    runs[2].parameters = {{"grid", 512}, {"kappa", 0.1}};
    RunStore store;
    store.set(snapshot(runs));
    CHECK(shows(store, "experiment"));
    CHECK_FALSE(shows(store, "parameter:grid"));
    CHECK_FALSE(shows(store, "parameter:width"));
    CHECK_FALSE(shows(store, "parameter:kappa")); // both know it, and agree
    runs[1].parameters.erase("width");
    store.set(snapshot({}));
    store.set(snapshot(runs));
    CHECK(shows(store, "parameter:width"));
}

TEST_CASE("a metric is a column unless two runs have the same value and none another", "[gui]") {
    std::vector<RunRow> runs{sample_run(0), sample_run(1), sample_run(2)};
    runs[0].metrics = {{"steps", 10}, {"error/l2", std::nan("")}, {"only", 1}};
    runs[1].metrics = {{"steps", 10}, {"error/l2", std::nan("")}};
    RunStore store;
    store.set(snapshot(runs));
    CHECK_FALSE(shows(store, "metric:steps")); // the third has none: it waits
    CHECK_FALSE(shows(store, "metric:error/l2"));
    CHECK(shows(store, "metric:only"));
    runs[2].metrics = {{"steps", 11}, {"error/l2", 1}};
    runs[2].status = Status::running;
    store.set(snapshot(runs));
    CHECK(shows(store, "metric:steps"));
    CHECK(shows(store, "metric:error/l2"));
}

TEST_CASE("a store follows snapshots: new metrics of running runs, removed runs, changed texts", "[gui]") {
    std::vector<RunRow> runs{sample_run(0), sample_run(1)};
    runs[1].status = Status::running;
    runs[1].metrics = {{"loss", 3}};
    RunStore store;
    store.set(snapshot(runs));
    CHECK(store.cell({ColumnKind::metric, "loss"}, 1).number == 3);
    CHECK(store.search_text(1).find("fresh") == std::string::npos);
    runs[1].metrics = {{"loss", 2}};
    runs[1].name = "Fresh";
    store.set(snapshot(runs));
    CHECK(store.cell({ColumnKind::metric, "loss"}, 1).number == 2);
    CHECK(store.search_text(1).find("fresh") != std::string::npos);
    runs[1].status = Status::done;
    runs[1].metrics = {{"loss", 1}};
    store.set(snapshot(runs));
    CHECK(store.cell({ColumnKind::metric, "loss"}, 1).number == 1);
    runs.erase(runs.begin());
    store.set(snapshot(runs));
    CHECK(store.cell({ColumnKind::metric, "loss"}, 0).number == 1);
    CHECK(store.cell({ColumnKind::parameter, "kappa"}, 0).number == 0.1);
    CHECK_FALSE(store.find(sample_run(0).id).has_value());
}

TEST_CASE("values are written for a shell and for Python", "[gui][P7]") {
    CHECK(shell_word("kappa=0.1") == "kappa=0.1");
    CHECK(shell_word("a b") == "'a b'");
    CHECK(shell_word("it's") == "'it'\\''s'");
    CHECK(shell_word("") == "''");
    CHECK(command_line("pinn.sqg", {"kappa=0.01,0.1", "initial=$x"}, true) ==
          "orrery sweep pinn.sqg kappa=0.01,0.1 'initial=$x'");
    CHECK(python_call("pinn.sqg", {{"kappa", {0.1}, false}, {"exact", {true}, false}}) ==
          "project.run(\"pinn.sqg\", kappa=0.1, exact=True)");
    CHECK(python_call("a", {{"n", {std::int64_t{1}, std::int64_t{2}}, true}, {"for", {1.0}, false}}) ==
          "project.sweep(\"a\", n=[1, 2], **{\"for\": 1.0})");
}

TEST_CASE("a field reads values and sweeps by how they are written", "[gui]") {
    const auto declaration = sample_declaration();
    const auto& schema = declaration.schema;
    const Field& kappa = *schema.find("kappa");
    CHECK(read_field(kappa, "1e-3").values == std::vector<Value>{1e-3});
    CHECK(read_field(kappa, "0.01,0.1,1").values.size() == 3);
    CHECK(read_field(kappa, "1e-3..1:log:4").values.size() == 4);
    CHECK(read_field(kappa, "1e-3..1:log:4").is_sweep);
    CHECK(read_field(kappa, "11").problems.begin()->sentence == "kappa is '11'; accepted: a number from 0 to 10");
    CHECK(read_field(kappa, "0.1,11").problems.begin()->sentence == "kappa is '11'; accepted: a number from 0 to 10");
    const Field& remark = *schema.find("remark");
    CHECK(read_field(remark, "a,b").values == std::vector<Value>{std::string("a,b")});
    CHECK(read_field(remark, "a,b", true).values.size() == 2);
    CHECK(read_field(remark, escaped_for_sweep(remark, "a,b\\,c"), true).values ==
          std::vector<Value>{std::string("a,b\\,c")});
}
