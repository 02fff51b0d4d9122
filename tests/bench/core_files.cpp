// SPDX-License-Identifier: BSD-3-Clause
// Artifact files: stored, beside what openssl and cp do with the same file, and verified.
#include "core/error.h"
#include "core/jobs/recorder.h"
#include "core/verify.h"
#include "tests/bench/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include <unistd.h>

namespace orrery::bench {

namespace {

namespace fs = std::filesystem;

// No two blocks and no two files are the same.
void make_file(const fs::path& file, std::size_t megabytes, std::uint64_t seed, bool synced) {
    std::ofstream out(file, std::ios::binary);
    std::vector<std::uint64_t> block((std::size_t{1} << 20) / 8);
    for (std::size_t i = 0; i < megabytes; ++i) {
        for (auto& word : block) word = seed = seed * 6364136223846793005u + 1442695040888963407u;
        out.write(reinterpret_cast<const char*>(block.data()), std::streamsize{1} << 20);
    }
    out.close();
    if (!out) throw Error("The file " + file.string() + " can't be written.");
    if (synced) ::sync();
}

class BegunRun {
public:
    explicit BegunRun(Project& project) {
        RunRequest request;
        request.experiment = "bench.files";
        request.declaration = {{"id", "bench.files"}, {"version", ""}};
        auto created = project.create_run(request);
        lock_.emplace(std::move(created.lock));
        project.begin(created.id, {});
        run_.emplace(project, created.id, std::stop_token());
    }
    RecordedRun& run() { return *run_; }

private:
    std::optional<FileLock> lock_;
    std::optional<RecordedRun> run_;
};

struct Times {
    std::vector<double> store, hash, copy, ratio;

    void add(double stored, double hashed, double copied) {
        store.push_back(stored);
        hash.push_back(hashed);
        copy.push_back(copied);
        ratio.push_back(stored / std::max(hashed, copied));
    }
};

// One after the other on the same file; what is on its way to the disk is waited for in between.
void measure_store(Times& times, RecordedRun& run, const fs::path& file, const std::string& name) {
    const auto copy = file.parent_path() / "copy.bin";
    const double hash = seconds_of_program({"openssl", "dgst", "-sha256", file.string()});
    const double copied = seconds_of_program({"cp", file.string(), copy.string()});
    fs::remove(copy);
    ::sync();
    const double stored = seconds_of([&] { run.artifact(name, Kind::field, file); });
    times.add(stored, hash, copied);
}

// As a run has it: the file was just written, and is in memory only. The peer is a copy that is on the disk, too.
void measure_fresh_store(Times& times, RecordedRun& run, const fs::path& file, std::size_t megabytes,
                         std::uint64_t seed) {
    const auto copy = file.parent_path() / "copy.bin";
    make_file(file, megabytes, seed, false);
    const double hash = seconds_of_program({"openssl", "dgst", "-sha256", file.string()});
    const double copied =
        seconds_of_program({"sh", "-c", R"(cp "$0" "$1" && sync "$1")", file.string(), copy.string()});
    fs::remove(copy);
    fs::remove(file);
    ::sync();
    make_file(file, megabytes, seed, false);
    const double stored = seconds_of([&] { run.artifact("fresh", Kind::field, file); });
    times.add(stored, hash, copied);
}

void remove_stored(Project& project, const std::string& run) {
    for (const auto& artifact : project.artifacts(run)) fs::remove(project.artifact_path(artifact));
}

void report_store(Report& report, const std::string& how, const Times& times, std::optional<Goal> goal,
                  const std::string& peer = "cp") {
    report.add("openssl dgst -sha256", "s", times.hash);
    report.add(peer, "s", times.copy);
    report.add("Run::artifact, " + how, "s", times.store);
    report.add("ratio to the longer of both", "", times.ratio, goal);
}

} // namespace

void measure_artifacts(Report& report, const Setting& setting) {
    const std::size_t megabytes = setting.quick ? 100 : 1000;
    report.section(fmt::format("An artifact of {} MiB stored", megabytes));
    Times moved, copied, fresh;
    std::uint64_t seed = 1;
    for (int repeat = 0; repeat < setting.repeats(); ++repeat) {
        const auto folder = setting.folder / "store.orrery";
        const auto file = setting.folder / "large.bin";
        {
            auto project = Project::open(folder, Access::create);
            BegunRun begun(project);
            make_file(file, megabytes, seed++, true);
            measure_store(moved, begun.run(), file, "moved");
            remove_stored(project, begun.run().id());
            make_file(file, megabytes, seed++, true);
            fs::create_hard_link(file, setting.folder / "other name"); // the run keeps the file, so it can't be moved
            measure_store(copied, begun.run(), file, "copied");
            remove_stored(project, begun.run().id());
            for (const auto& name : {"large.bin", "other name"}) fs::remove(setting.folder / name);
            measure_fresh_store(fresh, begun.run(), file, megabytes, seed++);
        }
        fs::remove_all(folder);
    }
    report_store(report, "moved in", moved, at_most(1.3));
    report_store(report, "copied in, as from another disk, and on the disk", copied, std::nullopt);
    report_store(report, "just written, until it is on the disk", fresh, at_most(1.3), "cp and sync of the copy");
}

void measure_verify(Report& report, const Setting& setting) {
    const std::size_t megabytes = setting.quick ? 10 : 100;
    const int points = setting.quick ? 100'000 : 1'000'000;
    report.section(fmt::format("verify of 10 files of {} MiB", megabytes));
    const auto folder = setting.folder / "verify.orrery", other = setting.folder / "points.orrery";
    {
        auto project = Project::open(folder, Access::create);
        BegunRun begun(project);
        for (int i = 0; i < 10; ++i) {
            make_file(setting.folder / "part.bin", megabytes, static_cast<std::uint64_t>(i) + 1000, false);
            begun.run().artifact(fmt::format("part {}", i), Kind::field, setting.folder / "part.bin");
        }
        begun.run().finish({});
        auto many = Project::open(other, Access::create);
        BegunRun rows(many);
        for (int i = 0; i < points; ++i) rows.run().metric("loss/total", i, 1.0 / (i + 1));
        rows.run().finish({});
    }
    std::vector<double> inside, program, database;
    const double size = static_cast<double>(megabytes) * 10 * 1.048576;
    for (int repeat = 0; repeat < setting.repeats(); ++repeat) {
        inside.push_back(size / seconds_of([&] {
                             if (!verify(folder).ok()) throw Error("verify finds damage where there is none.");
                         }));
        program.push_back(size /
                          seconds_of_program({orrery_program().string(), "verify", "--project", folder.string()}));
        database.push_back(points * 1e-6 / seconds_of([&] {
                               if (!verify(other).ok()) throw Error("verify finds damage where there is none.");
                           }));
    }
    fs::remove_all(folder);
    fs::remove_all(other);
    report.add("verify()", "MB/s", inside, at_least(500));
    report.add("orrery verify", "MB/s", program, at_least(500));
    report.add("verify() of a project of 10^6 metric points, in millions", "/s", database);
}

} // namespace orrery::bench
