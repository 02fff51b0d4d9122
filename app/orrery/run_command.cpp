// SPDX-License-Identifier: BSD-3-Clause
// run: one experiment with the given parameters, recorded in a project; and its internal child side, run --job.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "app/orrery/supervise.h"
#include "core/platform/process_info.h"

#include <filesystem>
#include <fstream>
#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string id, project, device = "auto", name, note, job;
    std::vector<std::string> assignments, tags;
    std::uint64_t seed = 0;
    std::vector<int> locks;
    int threads = 0, priority = 0;
    bool now = false, queue = false, json = false, quiet = false;
};

// What the experiment said, to stderr: warnings stand there.
void print_log(const std::filesystem::path& file) {
    constexpr int most_lines = 20;
    std::ifstream log(file);
    std::string line;
    int lines = 0;
    for (; std::getline(log, line); ++lines) {
        if (lines < most_lines) fmt::print(stderr, "{}\n", line);
    }
    if (lines > most_lines) fmt::print(stderr, "... and {} lines more in {}\n", lines - most_lines, file.string());
}

void print_result(const RunRow& row) {
    print_text(fmt::format("run {}  {}  {} on {} in {}", row.id, row.experiment, name_of(row.status), row.device,
                           duration(row.seconds)));
    std::vector<std::vector<std::string>> rows;
    for (const auto& [key, value] : row.metrics) rows.push_back({key, short_number(value)});
    if (!rows.empty()) print_table({"metric", "last value"}, rows);
    rows.clear();
    for (const auto& a : row.artifacts) rows.push_back({a.name, name_of(a.kind), fmt::format("{}", a.bytes)});
    if (!rows.empty()) print_table({"artifact", "kind", "bytes"}, rows);
}

ExitCode put_into_queue(Project& project, const RunRequest& request, const Options& options) {
    const auto id = project.enqueue(std::span(&request, 1)).front();
    if (options.json)
        print_json(project.run(id).to_json());
    else if (options.quiet)
        print_text(id);
    else
        print_text(fmt::format("run {} waits in the queue; orrery resume --queued begins it", id));
    return ExitCode::done;
}

ExitCode run(const Options& options) {
    if (!options.job.empty()) return execute_job(project_path(options.project), options.job, options.locks);
    if (options.id.empty()) throw Error("no experiment was given", "orrery list shows what there is", ExitCode::usage);
    const auto folder = project_path(options.project);
    const auto plugins = catalogue(folder);
    const auto found = plugins.find(options.id);

    Problems problems;
    JobOrder order;
    order.experiment = options.id;
    order.parameters = found.experiment->schema.parse(options.assignments, problems);
    // A run tells its problems itself; one that waits shall not wait in vain.
    if (!problems.empty() || options.queue) check_in_child(*found.plugin, options.id, order.parameters, problems);
    if (!problems.empty()) {
        print_problems("the parameters of " + options.id, problems);
        return ExitCode::usage;
    }
    order.device = parse_device(options.device);
    order.seed = options.seed;
    order.name = options.name;
    order.note = options.note;
    order.tags = options.tags;
    check_labels(order);
    order.threads = options.threads;
    order.priority = options.priority;

    auto project = Project::open(folder, Access::create);
    if (!project.writable()) throw Error(project.notice(), "give another project with --project DIR");
    const auto request = request_of(found, order, platform::command_line());
    if (options.queue) return put_into_queue(project, request, options);
    const auto result = supervise(project, request, {!options.quiet, !options.now});
    if (result.id.empty()) return result.code;
    const auto row = project.run(result.id);
    if (options.json)
        print_json(row.to_json());
    else if (options.quiet)
        print_text(row.id);
    else {
        print_log(project.log_file(row.id));
        print_result(row);
    }
    return result.code;
}

} // namespace

void add_run(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("run", "Runs an experiment and records it");
    command->add_option("id", options->id, "Experiment")->type_name("ID");
    command->add_option("parameters", options->assignments, "name=value ...")->type_name("");
    command->add_option("--project", options->project, "Project; made if it isn't there")->type_name("DIR");
    command->add_option("--device", options->device, "auto, cpu or cuda:N")->type_name("DEVICE");
    command->add_option("--seed", options->seed, "Seed of all random numbers (default 0)")
        ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{INT64_MAX}))
        ->type_name("N");
    command->add_option("--name", options->name, "Name of the run")->type_name("TEXT");
    command->add_option("--note", options->note, "A text that is kept with it")->type_name("TEXT");
    command->add_option("--tag", options->tags, "A word to find it by; may be given several times")
        ->type_name("TAG")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--threads", options->threads, "Threads to compute with (default: all cores)")
        ->check(CLI::Range(1, 4096))
        ->type_name("N");
    command->add_option("--priority", options->priority, "Runs of a higher one go first (default 0)")
        ->check(CLI::Range(-1000, 1000))
        ->type_name("N");
    command->add_flag("--now", options->now, "Start at once, even where other runs have the cores");
    command->add_flag("--queue", options->queue, "Only put it into the project's queue");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->add_flag("--quiet", options->quiet, "Only the run's id on stdout");
    command->add_option("--job", options->job)->group("");
    command->add_option("--locks", options->locks)->delimiter(',')->group("");
    command->callback([&action, options] { action = [options] { return run(*options); }; });
}

} // namespace orrery::cli
