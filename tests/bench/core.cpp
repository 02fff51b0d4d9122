// SPDX-License-Identifier: BSD-3-Clause
// bench_core: every number that the core has a goal for, measured, with the goal beside it.
#include "core/platform/disk.h"
#include "tests/bench/measurement.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

using namespace orrery;

int main(int argc, char** argv) try {
    const std::vector<std::pair<std::string, void (*)(bench::Report&, const bench::Setting&)>> parts{
        {"metric", bench::measure_recorder}, {"writers", bench::measure_writers},
        {"lists", bench::measure_lists},     {"compare", bench::measure_comparison},
        {"verify", bench::measure_verify},   {"artifact", bench::measure_artifacts},
        {"frames", bench::measure_frames}};
    std::vector<std::string> names, only;
    for (const auto& part : parts) names.push_back(part.first);
    bench::Setting setting;
    bool json = false;
    std::string folder;
    CLI::App app{"Measures what the core has goals for", "bench_core"};
    app.add_flag("--quick", setting.quick, "A tenth of the sizes, once: for machines in a hurry");
    app.add_flag("--json", json, "One JSON document on stdout");
    app.add_option("--only", only, "Only these parts")->check(CLI::IsMember(names));
    app.add_option("--folder", folder, "Where to fill projects, up to 4 GB (default: a temporary one)");
    CLI11_PARSE(app, argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    if (!folder.empty()) ::setenv("TMPDIR", folder.c_str(), 1);
    setting.folder = platform::make_temporary_folder("orrery-bench-");
    bench::Report report(json);
    try {
        for (const auto& [name, measure] : parts)
            if (only.empty() || std::find(only.begin(), only.end(), name) != only.end()) measure(report, setting);
    } catch (...) {
        std::filesystem::remove_all(setting.folder);
        throw;
    }
    std::filesystem::remove_all(setting.folder);
    report.finish();
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "bench_core: %s\n", error.what());
    return 1;
}
