// SPDX-License-Identifier: BSD-3-Clause
// Measures what a run's records cost:  bench_core_metrics [FOLDER] prints one JSON document. Aims: metric() <= 1 us in
// the caller,
// <= 4 us a point in all, 10,000 runs listed in <= 300 ms, an artifact at no less than the disk's and SHA-256's speed.
#include "core/platform/disk.h"
#include "core/recorder.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace orrery;
namespace fs = std::filesystem;

namespace {

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

RunRequest request() {
    RunRequest made;
    made.experiment = "bench.metrics";
    made.plugin = "bench";
    made.parameters = {{"kappa", 0.1}, {"initial", "cmt"}, {"n", 64}};
    return made;
}

nlohmann::json measure_metrics(Project& project, int points) {
    const auto created = project.create_run(request());
    project.begin(created.id, {});
    RecordedRun run(project, created.id, {});
    const char* keys[] = {"loss/total", "loss/residual", "loss/initial", "error/l2"};
    const double start = seconds();
    for (int i = 0; i < points; ++i) run.metric(keys[i % 4], i / 4, 1.0 / (i + 1));
    const double called = seconds();
    run.flush();
    const double written = seconds();
    run.finish({});
    const double sealed = seconds();
    const double read_from = seconds();
    std::size_t rows = 0;
    for (const char* key : keys) rows += project.metric_series(created.id, key).size();
    return {{"points", points},
            {"call_us", (called - start) / points * 1e6},
            {"call_and_flush_us", (written - start) / points * 1e6},
            {"with_seal_us", (sealed - start) / points * 1e6},
            {"read_us", (seconds() - read_from) / points * 1e6},
            {"lost", points - static_cast<int>(rows)}};
}

nlohmann::json measure_list(Project& project, int runs) {
    const std::vector<std::string> keys{"loss/total", "error/l2", "rms"};
    const std::vector<MetricBatch::Point> points{{0, {9, 0.1, 1}}, {1, {9, 0.2, 1}}, {2, {9, 0.3, 1}}};
    const double start = seconds();
    for (int i = 0; i < runs; ++i) {
        const auto created = project.create_run(request());
        project.begin(created.id, {{{"code/commit", "x"}}, ""});
        project.append(created.id, {keys, points, false, 0, ""});
        project.end(created.id, {});
    }
    const double made = seconds();
    const std::size_t listed = project.runs().size();
    return {{"runs", listed}, {"make_ms_each", (made - start) / runs * 1e3}, {"list_ms", (seconds() - made) * 1e3}};
}

nlohmann::json measure_artifact(Project& project, const fs::path& folder, std::size_t megabytes) {
    const auto created = project.create_run(request());
    project.begin(created.id, {});
    const auto file = folder / "large.bin";
    {
        std::ofstream out(file, std::ios::binary);
        std::string block(1 << 20, '\0');
        for (std::size_t i = 0; i < megabytes; ++i) {
            for (std::size_t k = 0; k < block.size(); k += 4096) block[k] = static_cast<char>(i * 31 + k / 4096);
            out << block;
        }
    }
    const double start = seconds();
    project.add_artifact(created.id, "large", Kind::field, file);
    return {{"megabytes", megabytes}, {"megabytes_per_s", static_cast<double>(megabytes) / (seconds() - start)}};
}

} // namespace

int main(int argc, char** argv) try {
    const fs::path folder = argc > 1 ? fs::path(argv[1]) : platform::make_temporary_folder("orrery-bench-");
    nlohmann::json result;
    {
        auto project = Project::open(folder / "bench.orrery", Access::create);
        result["metrics"] = measure_metrics(project, 1'000'000);
        result["artifact"] = measure_artifact(project, folder, 512);
        result["list"] = measure_list(project, 10'000);
    }
    if (argc <= 1) fs::remove_all(folder);
    std::puts(result.dump(2).c_str());
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
