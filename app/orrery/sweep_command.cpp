// SPDX-License-Identifier: BSD-3-Clause
// sweep: one experiment at many points, as runs that belong together.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "app/orrery/sweep_jobs.h"
#include "core/platform/process_info.h"
#include "core/run_id.h"
#include "core/sweep.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace orrery::cli {
namespace {

struct Options {
    std::string id, project, device = "auto", name, note;
    std::vector<std::string> assignments, tags;
    std::uint64_t seed = 0;
    std::optional<std::int64_t> random, sobol;
    int jobs = 1;
    bool resume = false, json = false, quiet = false;
};

std::vector<SweepPoint> points_of(const Sweep& sweep, const Options& options) {
    JobOrder order;
    order.experiment = options.id;
    order.device = parse_device(options.device);
    order.seed = options.seed;
    order.name = options.name;
    order.note = options.note;
    order.tags = options.tags;
    check_labels(order);
    order.threads = threads_for(options.jobs);
    std::vector<SweepPoint> points(sweep.points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i].order = order;
        points[i].order.parameters = sweep.points[i];
    }
    return points;
}

// Whether the files that it read are those that its parameters name here and now.
bool is_of_these_files(const Project& project, const RunRow& row) {
    if (project.inputs(row.id).empty()) return true;
    std::error_code gone;
    const auto here = std::filesystem::current_path(gone).string();
    return row.command.is_object() && row.command.value("folder", "") == here && project.inputs_unchanged(row.id);
}

// How a run that the project holds can serve a point; nothing if it can't: what failed is run again.
std::optional<PointSource> use_of(const Project& project, const RunRow& row) {
    switch (row.status) {
    case Status::done:
        if (!project.live_changes(row.id).empty() || !is_of_these_files(project, row)) return std::nullopt;
        return PointSource::held;
    case Status::running:
    case Status::stopping:
        return PointSource::watch;
    case Status::lost:
        return PointSource::resume;
    case Status::stopped:
        if (row.checkpoint) return PointSource::resume;
        return std::nullopt;
    case Status::queued: {
        const auto line = project.queue();
        const bool is_free = std::any_of(line.begin(), line.end(),
                                         [&](const QueuedRun& run) { return run.id == row.id && !run.is_waited_for; });
        if (is_free) return PointSource::adopt;
        return std::nullopt;
    }
    case Status::failed:
        break;
    }
    return std::nullopt;
}

// Gives the points the runs that the project holds, by the same version of the experiment: done ones first, of these
// the newest. Returns the sweep of the newest of these runs: what is resumed goes on under the same id.
std::string use_what_is_there(const Project& project, const Declaration& experiment, const Options& options,
                              std::vector<SweepPoint>& points) {
    std::map<std::string, std::pair<const RunRow*, PointSource>> usable; // by parameters
    const auto rows = project.runs();
    for (const auto& row : rows) {
        if (row.experiment != options.id || row.seed != options.seed || row.version != experiment.version) continue;
        const auto use = use_of(project, row);
        if (!use) continue;
        const auto [place, is_new] = usable.try_emplace(row.parameters.dump(), &row, *use);
        if (is_new || *use == PointSource::held || place->second.second != PointSource::held)
            place->second = {&row, *use};
    }
    std::string sweep;
    std::int64_t newest = 0;
    for (auto& point : points) {
        const auto found = usable.find(json_of(point.order.parameters).dump());
        if (found == usable.end()) continue;
        const auto& [row, use] = found->second;
        point.source = use;
        point.ended = use == PointSource::held;
        point.run = row->id;
        if (row->number > newest && !row->sweep.empty()) {
            newest = row->number;
            sweep = row->sweep;
        }
    }
    return sweep;
}

// At most four metrics that these runs have: what is declared as better when lower, else what was declared first.
std::vector<std::string> telling_metrics(const Declaration& experiment, const std::vector<RunRow>& rows) {
    std::vector<std::string> lower, others;
    for (const auto& metric : experiment.metrics) {
        const bool there =
            std::any_of(rows.begin(), rows.end(), [&](const RunRow& row) { return row.metrics.contains(metric.key); });
        if (there && !metric.timing) (metric.lower_is_better ? lower : others).push_back(metric.key);
    }
    auto& keys = lower.empty() ? others : lower;
    if (keys.size() > 4) keys.resize(4);
    return keys;
}

void print_sweep(const Declaration& experiment, const Sweep& sweep, const std::vector<SweepPoint>& points,
                 const std::map<std::string, RunRow>& rows_by_id) {
    std::vector<RunRow> rows;
    for (const auto& [id, row] : rows_by_id) rows.push_back(row);
    const auto keys = telling_metrics(experiment, rows);
    std::vector<std::string> header{"run"};
    header.insert(header.end(), sweep.varied.begin(), sweep.varied.end());
    header.insert(header.end(), {"status", "time"});
    header.insert(header.end(), keys.begin(), keys.end());
    std::vector<std::vector<std::string>> cells;
    for (const auto& point : points) {
        std::vector<std::string> line{point.run};
        for (const auto& name : sweep.varied) {
            const auto& value = point.order.parameters.at(name);
            const auto* number = std::get_if<double>(&value);
            line.push_back(number ? short_number(*number) : text_of(value));
        }
        const auto found = rows_by_id.find(point.run);
        const RunRow* row = found == rows_by_id.end() ? nullptr : &found->second;
        line.push_back(row ? name_of(row->status) : point.refused.empty() ? "not run" : "refused");
        line.push_back(point.source == PointSource::held ? "made before" : row ? duration(row->seconds) : "");
        for (const auto& key : keys) {
            const bool there = row && row->metrics.contains(key);
            line.push_back(there ? short_number(row->metrics.at(key)) : "");
        }
        cells.push_back(std::move(line));
    }
    print_table(header, cells);
}

// Why what failed failed: a sentence a run, to stderr.
void print_failures(const std::vector<SweepPoint>& points, const std::map<std::string, RunRow>& rows) {
    for (const auto& point : points) {
        for (const auto& sentence : point.refused) print_error("parameters refused: " + sentence, "");
        const auto found = rows.find(point.run);
        if (found == rows.end() || !found->second.end || found->second.status != Status::failed) continue;
        print_error(fmt::format("run {}: {}", point.run, found->second.end->error), found->second.end->hint);
    }
}

nlohmann::json json_of_sweep(const std::string& id, const std::vector<SweepPoint>& points,
                             const std::map<std::string, RunRow>& rows) {
    auto runs = nlohmann::json::array();
    auto refused = nlohmann::json::array();
    for (const auto& point : points) {
        if (const auto found = rows.find(point.run); found != rows.end()) runs.push_back(found->second.to_json());
        if (!point.refused.empty())
            refused.push_back({{"params", json_of(point.order.parameters)}, {"problems", point.refused}});
    }
    nlohmann::json document{{"sweep", id}, {"runs", runs}};
    if (!refused.empty()) document["refused"] = refused;
    return document;
}

SweepOptions sampling_of(const Options& options) {
    if (options.random && options.sobol)
        throw Error("--random and --sobol exclude each other", "give one of them", ExitCode::usage);
    SweepOptions how;
    how.seed = options.seed;
    if (options.random) how.sampling = Sampling::random, how.count = *options.random;
    if (options.sobol) how.sampling = Sampling::sobol, how.count = *options.sobol;
    return how;
}

ExitCode sweep(const Options& options) {
    const auto folder = project_path(options.project);
    const auto plugins = catalogue(folder);
    const auto found = plugins.find(options.id);
    Problems problems;
    const auto sweep = parse_sweep(found.experiment->schema, options.assignments, sampling_of(options), problems);
    if (!problems.empty()) {
        print_problems("the sweep of " + options.id, problems);
        return ExitCode::usage;
    }
    auto points = points_of(sweep, options);
    auto project = Project::open(folder, Access::create);
    if (!project.writable()) throw Error(project.notice(), "give another project with --project DIR");

    std::string id;
    if (options.resume) id = use_what_is_there(project, *found.experiment, options, points);
    if (id.empty()) id = new_run_id();
    for (auto& point : points) point.order.sweep = id;
    const auto result =
        run_points(project, found, points, options.jobs, platform::command_line(), !options.quiet && !options.json);

    std::set<std::string> ours;
    for (const auto& point : points) ours.insert(point.run);
    std::map<std::string, RunRow> rows;
    for (const auto& row : project.runs())
        if (ours.contains(row.id)) rows.emplace(row.id, row);
    print_failures(points, rows);
    if (result.stopped) print_error("the sweep was stopped", "the same command with --resume runs what is missing");
    if (options.json) {
        print_json(json_of_sweep(id, points, rows));
    } else if (options.quiet) {
        print_text(id);
    } else {
        print_text(fmt::format("sweep {}  {}  {} runs", id, options.id, points.size()));
        print_sweep(*found.experiment, sweep, points, rows);
    }
    return result.code;
}

} // namespace

void add_sweep(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("sweep", "Runs an experiment at many points: lists, ranges, random or Sobol");
    command->add_option("id", options->id, "Experiment")->required()->type_name("ID");
    command
        ->add_option("parameters", options->assignments,
                     "name=a,b,c or name=lo..hi:lin|log:N ...; in texts \\, is a comma")
        ->type_name("");
    command->add_option("--random", options->random, "N points at random in the lists and ranges")->type_name("N");
    command->add_option("--sobol", options->sobol, "The first N points of Sobol's sequence")->type_name("N");
    command->add_option("--jobs", options->jobs, "Runs at once (default 1); they share the cores")
        ->check(CLI::Range(1, 1024))
        ->type_name("N");
    command->add_flag("--resume", options->resume, "Run only what the project doesn't hold as done");
    command->add_option("--project", options->project, "Project; made if it isn't there")->type_name("DIR");
    command->add_option("--device", options->device, "auto, cpu or cuda:N")->type_name("DEVICE");
    command->add_option("--seed", options->seed, "Seed of all random numbers (default 0)")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{INT64_MAX}))
        ->type_name("N");
    command->add_option("--name", options->name, "Name of the runs")->type_name("TEXT");
    command->add_option("--note", options->note, "A text that is kept with it")->type_name("TEXT");
    command->add_option("--tag", options->tags, "A word to find it by; may be given several times")
        ->type_name("TAG")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->add_flag("--quiet", options->quiet, "Only the sweep's id on stdout");
    command->callback([&action, options] { action = [options] { return sweep(*options); }; });
}

} // namespace orrery::cli
