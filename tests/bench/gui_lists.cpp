// SPDX-License-Identifier: GPL-3.0-or-later
// The table of runs with 10,000 runs: listed, sorted and filtered, and a snapshot taken over while runs go on; each
// with the painting of what is visible. Usage: QT_QPA_PLATFORM=offscreen bench_gui_lists [RUNS]
#include "views/runs/run_table.h"

#include <QApplication>
#include <QHeaderView>
#include <QImage>
#include <QTableView>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <random>

using namespace orrery;
using namespace orrery::gui;

namespace {

RunRow row_of(int number, std::mt19937_64& random) {
    const auto uniform = [&random] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    RunRow run;
    run.number = number;
    run.id = fmt::format("k3{:08d}", number);
    run.experiment = number % 3 ? "pinn.sqg" : "sqg.spectral";
    run.device = number % 5 ? "cpu" : "cuda:0";
    run.created = run.began = run.ended = "2026-11-21T09:00:00.000Z";
    run.status = number % 17 ? Status::done : Status::failed;
    run.end = RunEnd{};
    run.progress = 1;
    run.seconds = 100 * uniform();
    const char* optimizers[] = {"adam", "lbfgs", "ssbroyden"};
    for (int i = 0; i < 16; ++i) run.parameters[fmt::format("parameter_{}", i)] = i % 2 ? uniform() : 1.0 * i;
    run.parameters["kappa"] = std::pow(10, -4 * uniform());
    run.parameters["optimizer"] = optimizers[number % 3];
    for (int i = 0; i < 16; ++i) run.metrics[fmt::format("loss/term_{}", i)] = uniform();
    run.metrics["error/l2"] = number % 29 ? std::pow(10, -6 * uniform()) : std::nan("");
    if (number % 2) run.sweep = fmt::format("sweep {}", number / 100); // of 50 runs
    if (number % 11 == 0) run.tags = {"paper"};
    for (int i = 0; i < 2; ++i)
        run.artifacts.push_back(
            {fmt::format("theta_{}", i), Kind::field, "t.vtkhdf", std::string(64, 'a'), 100000 * i});
    return run;
}

} // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const int count = argc > 1 ? std::max(1, std::atoi(argv[1])) : 10000;
    std::mt19937_64 random(1);
    std::vector<RunRow> rows;
    for (int i = 0; i < count; ++i) rows.push_back(row_of(i, random));
    for (std::size_t i = rows.size() - std::min<std::size_t>(8, rows.size()); i < rows.size(); ++i)
        rows[i].status = Status::running, rows[i].progress = 0.5;
    const auto first = std::make_shared<const std::vector<RunRow>>(rows);
    for (auto& row : rows)
        if (row.status == Status::running) row.metrics["error/l2"] *= 0.9;
    const auto second = std::make_shared<const std::vector<RunRow>>(rows);
    rows.push_back(row_of(count, random));
    const auto third = std::make_shared<const std::vector<RunRow>>(rows);

    std::vector<std::pair<std::string, std::vector<double>>> results;
    const auto measure = [&](const std::string& name, auto action) {
        const auto begin = std::chrono::steady_clock::now();
        action();
        QApplication::processEvents();
        const double took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
        auto found = std::find_if(results.begin(), results.end(), [&](const auto& r) { return r.first == name; });
        if (found == results.end()) found = results.insert(results.end(), {name, {}});
        found->second.push_back(took);
    };
    constexpr int rounds = 7;
    for (int round = 0; round < rounds; ++round) {
        RunTable table;
        table.resize(1200, 700);
        table.show();
        QApplication::processEvents();
        auto* view = table.findChild<QTableView*>("runs");
        const auto click = [&](const QString& title) {
            for (int c = 0; c < view->model()->columnCount(); ++c)
                if (view->model()->headerData(c, Qt::Horizontal).toString() == title)
                    return Q_EMIT view->horizontalHeader()->sectionClicked(c);
        };
        measure("list", [&] { table.set_runs(first), view->grab(); });
        measure("sort by a metric", [&] { click("error/l2"), view->grab(); });
        measure("snapshot, same runs, sorted", [&] { table.set_runs(second), view->grab(); });
        measure("snapshot, one more run", [&] { table.set_runs(third), view->grab(); });
        measure("sort by a text", [&] { click("optimizer"), view->grab(); });
        measure("filter by numbers and status",
                [&] { table.set_filter("kappa<0.1 error/l2<1e-3 status:done"), view->grab(); });
        measure("filter by words, the first time", [&] { table.set_filter("lbfgs"), view->grab(); });
        measure("no filter again", [&] { table.set_filter(""), view->grab(); });
        measure("select all", [&] { view->selectAll(); });
        measure("snapshot with all selected", [&] { table.set_runs(second), view->grab(); });
    }
    fmt::print("{} runs, 18 parameters, 17 metrics; milliseconds with painting, median (least to most) of {}\n", count,
               rounds);
    for (auto& [name, times] : results) {
        std::sort(times.begin(), times.end());
        fmt::print("{:34} {:7.1f}  ({:.1f} to {:.1f})\n", name, times[times.size() / 2], times.front(), times.back());
    }
    return 0;
}
