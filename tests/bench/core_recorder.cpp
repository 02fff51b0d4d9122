// SPDX-License-Identifier: BSD-3-Clause
// What a reported metric costs, and what several processes lose when they report into one project at once: nothing.
#include "core/jobs/recorder.h"
#include "tests/bench/measurement.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <cstdio>

#include <sys/wait.h>
#include <unistd.h>

namespace orrery::bench {

namespace {

const char* const keys[] = {"loss/total", "loss/residual", "loss/initial", "error/l2"};

std::string begun_run(Project& project, std::optional<FileLock>& lock) {
    RunRequest request;
    request.experiment = "bench.metrics";
    request.plugin = "bench";
    request.parameters = {{"kappa", 0.1}, {"initial", "cmt"}, {"n", 64}};
    request.declaration = {{"id", "bench.metrics"}, {"version", ""}};
    auto created = project.create_run(request);
    project.begin(created.id, {});
    lock.emplace(std::move(created.lock));
    return created.id;
}

void write_in_child(const std::filesystem::path& folder, int points) {
    auto project = Project::open(folder, Access::write);
    std::optional<FileLock> lock;
    RecordedRun run(project, begun_run(project, lock), {});
    for (int i = 0; i < points; ++i) run.metric(keys[i % 4], i / 4, 1.0 / (i + 1));
    run.finish({});
}

} // namespace

void measure_recorder(Report& report, const Setting& setting) {
    report.section("A metric");
    const int points = setting.quick ? 100'000 : 1'000'000;
    std::vector<double> called, flushed, sealed, read, lost;
    for (int repeat = 0; repeat < setting.repeats(); ++repeat) {
        const auto folder = setting.folder / "metrics.orrery";
        {
            auto project = Project::open(folder, Access::create);
            std::optional<FileLock> lock;
            const auto id = begun_run(project, lock);
            RecordedRun run(project, id, {});
            const double start = seconds_now();
            for (int i = 0; i < points; ++i) run.metric(keys[i % 4], i / 4, 1.0 / (i + 1));
            called.push_back((seconds_now() - start) / points * 1e6);
            run.flush();
            flushed.push_back((seconds_now() - start) / points * 1e6);
            run.finish({});
            sealed.push_back((seconds_now() - start) / points * 1e6);
            std::size_t rows = 0;
            const double from = seconds_now();
            for (const char* key : keys) rows += project.metric_series(id, key).size();
            read.push_back((seconds_now() - from) / points * 1e6);
            lost.push_back(static_cast<double>(points) - static_cast<double>(rows));
        }
        std::filesystem::remove_all(folder);
    }
    report.add(fmt::format("metric() in the caller, over {} calls", points), "us", called, at_most(1));
    report.add("with flush, a point", "us", flushed, at_most(4));
    report.add("with flush and seal, a point", "us", sealed);
    report.add("read again, a point", "us", read);
    report.add("points lost", "", lost, at_most(0));
}

void measure_writers(Report& report, const Setting& setting) {
    constexpr int processes = 8;
    const int points = setting.quick ? 100'000 : 1'000'000;
    report.section(fmt::format("{} processes that write {} points each into one project at once", processes, points));
    std::vector<double> micros, failed, lost, damaged;
    for (int repeat = 0; repeat < (setting.quick ? 1 : 3); ++repeat) {
        const auto folder = setting.folder / "writers.orrery";
        Project::open(folder, Access::create);
        int failures = 0;
        const double seconds = seconds_of([&] {
            for (int i = 0; i < processes; ++i) {
                if (fork() != 0) continue;
                try {
                    write_in_child(folder, points);
                    _exit(0);
                } catch (const std::exception& error) {
                    std::fprintf(stderr, "writer %d: %s\n", i, error.what());
                    _exit(1);
                }
            }
            for (int i = 0, status = 0; i < processes; ++i) {
                wait(&status);
                failures += status != 0;
            }
        });
        micros.push_back(seconds / (1.0 * processes * points) * 1e6);
        failed.push_back(failures);
        {
            SQLite::Database database((folder / "project.db").string(), SQLite::OPEN_READONLY);
            const auto rows = database.execAndGet("SELECT count(*) FROM metric").getInt64();
            lost.push_back(1.0 * processes * points - static_cast<double>(rows));
            damaged.push_back(database.execAndGet("PRAGMA integrity_check").getString() != "ok");
        }
        std::filesystem::remove_all(folder);
    }
    report.add("writers that reported an error", "", failed, at_most(0));
    report.add("points lost, counted afterwards", "", lost, at_most(0));
    report.add("databases with a word from integrity_check", "", damaged, at_most(0));
    report.add("a point, sealed, all in all", "us", micros);
}

} // namespace orrery::bench
