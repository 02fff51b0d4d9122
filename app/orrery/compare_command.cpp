// SPDX-License-Identifier: BSD-3-Clause
// compare: what differs between runs.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/compare.h"

#include <memory>
#include <set>

namespace orrery::cli {
namespace {

struct Options {
    std::vector<std::string> runs;
    std::string project;
    bool json = false;
};

// Values in full: two numbers that differ in the last digit must look different.
std::string cell_of(const nlohmann::json& value, bool is_hash) {
    if (value.is_null()) return "-";
    if (!value.is_string()) return value.dump();
    const auto text = value.get<std::string>();
    return is_hash && text.size() == 64 ? text.substr(0, 12) : text;
}

ExitCode run_compare(const Options& options) {
    const auto project = Project::open(project_path(options.project), Access::read);
    std::vector<std::string> ids;
    for (const auto& text : options.runs) ids.push_back(project.find(text));
    if (std::set(ids.begin(), ids.end()).size() != ids.size() || ids.size() < 2)
        throw Error("a comparison needs two or more different runs", "orrery runs lists them", ExitCode::usage);
    const auto result = compare(project, ids);
    if (options.json) {
        print_json(result.to_json());
        return ExitCode::done;
    }
    bool any = false;
    const auto section = [&](const std::string& title, const std::vector<Difference>& lines, bool hashes = false) {
        if (lines.empty()) return;
        if (any) print_text("");
        any = true;
        std::vector<std::string> header{title};
        header.insert(header.end(), ids.begin(), ids.end());
        std::vector<std::vector<std::string>> rows;
        for (const auto& line : lines) {
            rows.push_back({line.name});
            for (const auto& value : line.values) rows.back().push_back(cell_of(value, hashes));
        }
        print_table(header, rows);
    };
    section("setting", result.settings);
    section("parameter", result.parameters);
    section("code", result.code, true);
    section("environment", result.environment);
    section("input", result.inputs, true);
    section("metric (last value)", result.metrics);
    section("artifact", result.artifacts, true);
    if (!any) print_text("the runs differ in nothing that is recorded");
    return ExitCode::done;
}

} // namespace

void add_compare(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command =
        app.add_subcommand("compare", "Shows what differs between runs: parameters, code, environment, metrics");
    command->add_option("run", options->runs, "Ids, unique prefixes, or last")->required()->type_name("RUN RUN ...");
    command->add_option("--project", options->project, "Project")->type_name("DIR");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->callback([&action, options] { action = [options] { return run_compare(*options); }; });
}

} // namespace orrery::cli
