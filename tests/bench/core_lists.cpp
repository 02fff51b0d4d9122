// SPDX-License-Identifier: BSD-3-Clause
// Lists of many runs and comparisons: in the process, and by the command line with its start and its printing.
#include "core/compare.h"
#include "core/project.h"
#include "tests/bench/filled_project.h"
#include "tests/bench/measurement.h"

#include "core/error.h"

#include <fmt/format.h>

namespace orrery::bench {

namespace {

void measure_list_of(Report& report, const Setting& setting, int runs, double goal) {
    const auto folder = setting.folder / "lists.orrery";
    fill_project(folder, {runs, 0, 0, 12});
    const auto orrery = orrery_program().string();
    std::vector<double> inside, table, json, version;
    for (int repeat = 0; repeat < setting.repeats(); ++repeat) {
        inside.push_back(1e3 * seconds_of([&] {
                             const auto rows = Project::open(folder, Access::read).runs();
                             if (rows.size() != static_cast<std::size_t>(runs) || rows.back().metrics.size() != 5 ||
                                 rows.back().artifacts.size() != 3 || rows.back().parameters.size() != 8)
                                 throw Error("The list is not what was filled in.");
                         }));
        table.push_back(1e3 * seconds_of_program({orrery, "runs", "--project", folder.string()}));
        json.push_back(1e3 * seconds_of_program({orrery, "runs", "--json", "--project", folder.string()}));
        version.push_back(1e3 * seconds_of_program({orrery, "version"}));
    }
    std::filesystem::remove_all(folder);
    report.add(fmt::format("{} runs: Project::open and runs()", runs), "ms", inside, at_most(goal));
    report.add(fmt::format("{} runs: orrery runs", runs), "ms", table, at_most(goal));
    report.add(fmt::format("{} runs: orrery runs --json", runs), "ms", json);
    report.add("orrery version, for the start alone", "ms", version);
}

} // namespace

void measure_lists(Report& report, const Setting& setting) {
    report.section("Runs listed, with 8 parameters, 5 metrics and 3 artifacts each");
    measure_list_of(report, setting, setting.quick ? 1'000 : 10'000, setting.quick ? 30 : 300);
    measure_list_of(report, setting, setting.quick ? 10'000 : 100'000, setting.quick ? 100 : 1000);
}

void measure_comparison(Report& report, const Setting& setting) {
    report.section("100 runs of 10000 points compared");
    const auto folder = setting.folder / "comparison.orrery";
    const auto ids = fill_project(folder, {100, 2000, 5, 30});
    std::vector<std::string> words{orrery_program().string(), "compare", "--project", folder.string()};
    words.insert(words.end(), ids.begin(), ids.end());
    std::vector<double> inside, program, series;
    for (int repeat = 0; repeat < setting.repeats(); ++repeat) {
        inside.push_back(1e3 * seconds_of([&] {
                             const auto found = compare(Project::open(folder, Access::read), ids);
                             if (found.metrics.size() != 5 || found.artifacts.size() != 3)
                                 throw Error("The comparison is not of what was filled in.");
                         }));
        program.push_back(1e3 * seconds_of_program(words));
        series.push_back(1e3 * seconds_of([&] {
                             const auto project = Project::open(folder, Access::read);
                             std::size_t points = 0;
                             for (const auto& id : ids)
                                 for (const auto& key : filled_metrics) points += project.metric_series(id, key).size();
                             if (points != 1'000'000) throw Error("Not every point was read.");
                         }));
    }
    std::filesystem::remove_all(folder);
    report.add("compare()", "ms", inside, at_most(500));
    report.add("orrery compare", "ms", program, at_most(500));
    report.add("every point of them read, as to draw their curves", "ms", series, at_most(500));
}

} // namespace orrery::bench
