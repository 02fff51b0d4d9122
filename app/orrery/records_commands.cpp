// SPDX-License-Identifier: BSD-3-Clause
// runs, show: what a project holds.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/exchange/run_record.h"
#include "core/project.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <set>

namespace orrery::cli {
namespace {

struct Options {
    std::vector<std::string> runs;
    std::string project, experiment;
    std::vector<std::string> tags, statuses;
    bool json = false;
};

bool is_wanted(const RunRow& row, const Options& options) {
    const auto holds = [](const std::vector<std::string>& list, const std::string& word) {
        return std::find(list.begin(), list.end(), word) != list.end();
    };
    return (options.experiment.empty() || row.experiment == options.experiment) &&
           (options.statuses.empty() || holds(options.statuses, name_of(row.status))) &&
           std::all_of(options.tags.begin(), options.tags.end(),
                       [&](const std::string& tag) { return holds(row.tags, tag); });
}

// Nothing is found for a mistyped name too: so the nearest is told, on stderr.
void suggest_names(const std::vector<RunRow>& rows, const Options& options) {
    std::set<std::string> experiments, tags;
    for (const auto& row : rows) {
        experiments.insert(row.experiment);
        tags.insert(row.tags.begin(), row.tags.end());
    }
    const auto suggest = [](const char* what, const std::string& given, const std::set<std::string>& known) {
        if (known.contains(given)) return;
        const auto meant = did_you_mean(given, {known.begin(), known.end()});
        print_error(fmt::format("no run has the {} '{}'", what, given),
                    meant ? fmt::format("did you mean '{}'?", *meant) : "");
    };
    if (!options.experiment.empty()) suggest("experiment", options.experiment, experiments);
    for (const auto& tag : options.tags) suggest("tag", tag, tags);
}

ExitCode list_runs(const Options& options) {
    const auto project = Project::open(project_path(options.project), Access::read);
    auto rows = options.json ? project.runs() : project.brief_runs();
    suggest_names(rows, options);
    std::erase_if(rows, [&](const RunRow& row) { return !is_wanted(row, options); });
    if (options.json) {
        auto document = nlohmann::json::array();
        for (const auto& row : rows) document.push_back(row.to_json());
        print_json(document);
        return ExitCode::done;
    }
    const bool tagged = std::any_of(rows.begin(), rows.end(), [](const RunRow& row) { return !row.tags.empty(); });
    std::vector<std::vector<std::string>> cells;
    for (const auto& row : rows) {
        // The metric that says most: an error if there is one.
        std::string best;
        for (const auto* key : {"error/l2", "rms"})
            if (const auto found = row.metrics.find(key); best.empty() && found != row.metrics.end())
                best = fmt::format("{} {}", key, short_number(found->second));
        cells.push_back({row.id, row.name, row.experiment, name_of(row.status), row.device, duration(row.seconds),
                         row.created.substr(0, 16), best});
        if (tagged) cells.back().push_back(fmt::format("{}", fmt::join(row.tags, ", ")));
    }
    std::vector<std::string> header{"run", "name", "experiment", "status", "device", "time", "created (UTC)", ""};
    if (tagged) header.push_back("tags");
    print_table(header, std::move(cells));
    return ExitCode::done;
}

ExitCode show(const Options& options) {
    const auto project = Project::open(project_path(options.project), Access::read);
    const auto row = project.run(project.find(options.runs.at(0)));
    if (options.json) {
        print_json(run_record(project, row));
        return ExitCode::done;
    }
    print_text(fmt::format("run {}  {}  {}  {} on {}, {} threads, seed {}, {}\ncreated {}", row.id, row.name,
                           row.experiment, name_of(row.status), row.device, row.threads, row.seed,
                           duration(row.seconds), row.created));
    if (!row.tags.empty()) print_text(fmt::format("tags {}", fmt::join(row.tags, ", ")));
    if (!row.note.empty()) print_text(row.note);
    if (row.end && !row.end->error.empty()) print_text(fmt::format("{}\n{}", row.end->error, row.end->hint));
    const auto section = [](const char* title, const std::vector<std::vector<std::string>>& cells) {
        if (cells.empty()) return;
        print_text("");
        print_table({title, ""}, cells);
    };
    std::vector<std::vector<std::string>> cells;
    for (const auto& [name, value] : row.parameters.items())
        cells.push_back({name, value.is_string() ? value.get<std::string>() : value.dump()});
    section("parameter", cells);
    cells.clear();
    for (const auto& [key, value] : row.metrics) cells.push_back({key, text_of(Value(value))});
    section("metric (last value)", cells);
    cells.clear();
    for (const auto& a : row.artifacts)
        cells.push_back(
            {a.name, fmt::format("{}, {} bytes, {}", name_of(a.kind), a.bytes, project.artifact_path(a).string())});
    section("artifact", cells);
    cells.clear();
    for (const auto& [key, value] : project.provenance(row.id)) cells.push_back({key, value});
    section("provenance", cells);
    cells.clear();
    for (const auto& input : project.inputs(row.id)) cells.push_back({input.path, input.sha256});
    section("input", cells);
    cells.clear();
    for (const auto& change : project.live_changes(row.id))
        cells.push_back({fmt::format("{} at step {}", change.field, change.step), change.value.dump()});
    section("changed live", cells);
    return ExitCode::done;
}

} // namespace

void add_runs(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("runs", "Lists the runs of a project");
    command->add_option("--project", options->project, "Project")->type_name("DIR");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    const auto repeated = [command](const char* name, std::vector<std::string>& list, const char* help) {
        return command->add_option(name, list, help)
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    };
    repeated("--tag", options->tags, "Only runs with this tag; repeated: with all of them")->type_name("TAG");
    repeated("--status", options->statuses, "Only runs in this state; repeated: in one of them")
        ->check(CLI::IsMember({"queued", "running", "stopping", "done", "failed", "stopped", "lost"}));
    command->add_option("--experiment", options->experiment, "Only runs of this experiment")->type_name("ID");
    command->callback([&action, options] { action = [options] { return list_runs(*options); }; });
}

void add_show(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("show", "Shows a run: parameters, metrics, artifacts, provenance");
    command->add_option("run", options->runs, "Id, unique prefix of one, or last")
        ->required()
        ->expected(1)
        ->type_name("RUN");
    command->add_option("--project", options->project, "Project")->type_name("DIR");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->callback([&action, options] { action = [options] { return show(*options); }; });
}

} // namespace orrery::cli
