// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/files/metric_csv.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <cmath>

using namespace orrery;

namespace {

std::vector<LoggedRun> read(const ScratchFolder& folder, const std::string& text, const std::string& name = "m.csv") {
    folder.write(name, text);
    return read_metric_csv(folder / name);
}

std::string said(const ScratchFolder& folder, const std::string& text) {
    try {
        read(folder, text);
        return {};
    } catch (const Error& error) {
        return std::string(error.what()) + " " + error.hint();
    }
}

std::vector<double> values(const LoggedMetric& metric) {
    std::vector<double> list;
    for (const auto& point : metric.points) list.push_back(point.value);
    return list;
}

} // namespace

TEST_CASE("every column of numbers is a metric over the step", "[core][files]") {
    const ScratchFolder folder;
    const auto runs = read(folder, "step,loss,word,val loss [m/s],elapsed [s],empty\n"
                                   "0,1.5,a,nan,0.5,\n"
                                   "10,2.5e-3,b,,1.5,\n"
                                   "20,inf,c,-inf,2.5,\n");
    REQUIRE(runs.size() == 1);
    const auto& run = runs[0];
    CHECK(run.name == "m");
    REQUIRE(run.metrics.size() == 2);
    CHECK(run.metrics[0].key == "loss");
    CHECK((run.metrics[0].points[1].step == 10 && run.metrics[0].points[1].value == 2.5e-3));
    CHECK(run.metrics[0].points[2].elapsed == 2.5);
    CHECK(std::isinf(run.metrics[0].points[2].value));
    CHECK((run.metrics[1].key == "val loss" && run.metrics[1].unit == "m/s"));
    REQUIRE(run.metrics[1].points.size() == 2); // an empty cell is no value, nan is one
    CHECK(std::isnan(run.metrics[1].points[0].value));
    CHECK(run.metrics[1].points[1].step == 20);
    CHECK(run.notes == std::vector<std::string>{"Columns that hold no numbers were left out: word."});
}

TEST_CASE("delimiters, quotes, marks and line ends of other programs are read", "[core][files]") {
    const ScratchFolder folder;
    const std::vector<double> expected{1, 2};
    for (const std::string text : {"\xEF\xBB\xBFstep;a\r\n0;1\r\n1;2\r\n", "step\ta\n0\t1\n1\t2", "step,a\r0,1\r1,2\r",
                                   "\"step\",\"a\"\n\n\"0\", 1 \n1,\"2\"\n\n", "a , step\n1,0\n+2,1\n"}) {
        INFO(text);
        const auto runs = read(folder, text);
        REQUIRE(runs[0].metrics.size() == 1);
        CHECK(runs[0].metrics[0].key == "a");
        CHECK(values(runs[0].metrics[0]) == expected);
    }
    const auto odd = read(folder, "step,\"loss, \"\"main\"\"\ntrain\"\n0,1\n");
    CHECK(odd[0].metrics[0].key == "loss, \"main\"\ntrain");
}

TEST_CASE("the step is found, and what was taken is said", "[core][files]") {
    const ScratchFolder folder;
    const auto taken = [&](const std::string& text) {
        const auto run = read(folder, text)[0];
        return std::pair(run.metrics[0].points.back().step, run.notes);
    };
    CHECK(taken("loss,step\n1,5\n2,7\n").first == 7);
    CHECK(taken("Epoch,loss\n1,5\n2,7\n").second[0] == "The column 'Epoch' is taken as the step.");
    // A fractional epoch is no step; the global step is.
    CHECK(taken("epoch,global_step,loss\n0.5,100,5\n1.0,200,7\n").first == 200);
    CHECK(taken("loss,count\n0.5,3\n0.25,9\n").second[0].find("'count', the first of whole numbers") !=
          std::string::npos);
    const auto counted = taken("loss\n0.5\n0.25\n");
    CHECK(counted.first == 1);
    CHECK(counted.second[0].find("counted from 0") != std::string::npos);
    CHECK(taken("step,loss\n9007199254740992,1\n").first == 9007199254740992);
}

TEST_CASE("times since 1970 count from the first line", "[core][files]") {
    const ScratchFolder folder;
    const auto run = read(folder, "Wall time,Step,Value\n1700000000.5,1,0.25\n1700000002.0,2,0.5\n",
                          "run-lr_0.1-tag-loss_train.csv")[0];
    CHECK(run.name == "lr_0.1");
    CHECK(run.metrics[0].key == "loss_train");
    CHECK((run.metrics[0].points[0].elapsed == 0 && run.metrics[0].points[1].elapsed == 1.5));
}

TEST_CASE("the long form holds several runs", "[core][files]") {
    const ScratchFolder folder;
    const auto runs = read(folder, "run,metric,step,elapsed [s],value\r\na,loss,0,0.5,1\r\nb,loss,0,0,nan\r\n"
                                   "a,acc,0,0.5,0.25\r\na,loss,1,0.75,\r\na,loss,2,1,3\r\n");
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].name == "a");
    REQUIRE(runs[0].metrics.size() == 2);
    CHECK(values(runs[0].metrics[0]) == std::vector<double>{1, 3});
    CHECK(runs[0].metrics[0].points[1].elapsed == 1);
    CHECK(std::isnan(runs[1].metrics[0].points[0].value));
    CHECK(read(folder, "metric,step,value\nloss,0,1\n", "alone.csv")[0].name == "alone");
}

TEST_CASE("what is wrong is named by line and column", "[core][files][P9]") {
    const ScratchFolder folder;
    CHECK(said(folder, "step,loss\n0,1\n1,abc\n").find("line 3, column 2 ('loss') holds 'abc'") != std::string::npos);
    CHECK(said(folder, "step;loss\n0;1\n1;0,5\n").find("decimal points") != std::string::npos);
    CHECK(said(folder, "run,metric,step,value\na,loss,1.5,1\n").find("line 2, column 3") != std::string::npos);
    CHECK(said(folder, "step,loss\n0,1,2\n").find("line 2 has 3 cells, but there are 2 columns") != std::string::npos);
    CHECK(said(folder, "step,loss\n0.5,1\n").find("'step' lacks a value in some lines") != std::string::npos);
    CHECK(said(folder, "step,loss\n\"0,1\n").find("quotes in line 2, column 1 don't end") != std::string::npos);
    CHECK(said(folder, "step,a,a\n0,1,2\n").find("two of its columns are named 'a'") != std::string::npos);
    CHECK(said(folder, "").find("is empty") != std::string::npos);
    CHECK(said(folder, "step,loss\n").find("no lines") != std::string::npos);
    CHECK(said(folder, "0,1\n1,2\n").find("first line holds numbers") != std::string::npos);
    CHECK(said(folder, "step,word\n0,a\n").find("no column of numbers") != std::string::npos);
    CHECK(said(folder, std::string("step,a\n0,\0\n", 11)).find("line 2 holds a byte 0") != std::string::npos);
    CHECK(said(folder, "step,a\n0,\xFF\n").find("line 2, column 2 is no text in UTF-8") != std::string::npos);
    CHECK(said(folder, "\xFF\xFEs\0t\0").find("UTF-16") != std::string::npos);
    CHECK(said(folder, "step,a\n0,1e999\n").find("beside the step it has no column of numbers") != std::string::npos);
    CHECK_THROWS_AS(read_metric_csv(folder / "none.csv"), Error);
    CHECK_THROWS_AS(read_metric_csv(folder.path()), Error);
}

TEST_CASE("a last line that is cut off is left out and told", "[core][files]") {
    const ScratchFolder folder;
    const auto run = read(folder, "step,loss,acc\n0,1,2\n1,3")[0];
    CHECK(values(run.metrics[0]) == std::vector<double>{1});
    CHECK(run.notes[0] == "The last line (3) is not complete: it was left out.");
}

TEST_CASE("a million lines are read, and told while they are", "[core][files]") {
    const ScratchFolder folder;
    std::string text = "step,loss\n";
    for (int i = 0; i < 1'000'000; ++i) text += std::to_string(i) + ",0.5\n";
    folder.write("long.csv", text);
    double last = 0;
    bool rises = true;
    const auto runs = read_metric_csv(folder / "long.csv", [&](double fraction) {
        rises = rises && fraction >= last;
        last = fraction;
    });
    CHECK(runs[0].metrics[0].points.size() == 1'000'000);
    CHECK((rises && last > 0.9 && last <= 1));
}
