// SPDX-License-Identifier: BSD-3-Clause
// reproduce: runs a run again and says how close it came.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "app/orrery/supervise.h"
#include "core/platform/process_info.h"
#include "core/reproduction.h"

#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string run, project;
    int threads = 0;
    bool now = false, json = false, quiet = false;
};

RunRow run_to_repeat(const Project& project, const std::string& text) {
    auto row = project.run(project.find(text));
    if (row.status != Status::done)
        throw Error(fmt::format("run {} is {}: only a run that is done can be reproduced", row.id, name_of(row.status)),
                    "orrery runs lists them with their status", ExitCode::usage);
    return row;
}

void print_reproduction(const Reproduction& result) {
    print_text(fmt::format("run {} reproduces {}: {}", result.run, result.reproduces, name_of(result.verdict)));
    std::vector<std::vector<std::string>> rows;
    const auto text = [](const std::optional<double>& value) { return value ? text_of(Value(*value)) : "-"; };
    for (const auto& m : result.metrics)
        if (m.verdict != Verdict::bitwise)
            rows.push_back({m.key, fmt::format("{}", m.step), text(m.was), text(m.is), short_number(m.tolerance),
                            name_of(m.verdict)});
    if (!rows.empty()) {
        print_text("");
        print_table({"metric", "step", "was", "is", "tolerance", "verdict"}, rows);
    }
    rows.clear();
    for (const auto& a : result.artifacts)
        if (a.verdict != Verdict::bitwise) rows.push_back({a.name, name_of(a.verdict), a.what});
    if (!rows.empty()) {
        print_text("");
        print_table({"artifact", "verdict", "what"}, rows);
    }
    if (!result.conditions.empty()) print_text("\nnot the same as then:");
    for (const auto& condition : result.conditions) print_text("  " + condition);
}

ExitCode reproduce(const Options& options) {
    const auto folder = project_path(options.project);
    auto project = Project::open(folder, Access::write);
    const auto was = run_to_repeat(project, options.run);
    if (!project.writable()) throw Error(project.notice(), "copy the project to where it can be written");
    const auto plugins = catalogue(folder);
    const auto found = plugins.find(was.experiment);

    Problems problems;
    JobOrder order;
    order.experiment = was.experiment;
    order.parameters = found.experiment->schema.parse(was.parameters, problems);
    if (!problems.empty()) {
        print_problems("the parameters of run " + was.id + ", which this version of " + was.experiment + " refuses",
                       problems);
        return ExitCode::usage;
    }
    order.device = parse_device(was.device);
    order.seed = was.seed;
    order.name = was.name;
    order.threads = options.threads > 0 ? options.threads : was.threads;
    order.reproduces = was.id;
    auto request = request_of(found, order, platform::command_line());
    // Relative paths among the parameters start where they did then.
    if (was.command.is_object() && was.command.contains("folder")) request.command["folder"] = was.command["folder"];
    const auto run = supervise(project, request, {!options.quiet && !options.json, !options.now});
    if (run.id.empty() || run.code != ExitCode::done) { // its sentence was printed
        if (options.json && !run.id.empty())
            print_json(
                Reproduction{run.id, was.id, Verdict::differs, {}, {}, {"the new run did not end well"}}.to_json());
        return run.code;
    }
    const auto result = compare_repeated(project, was.id, run.id);
    if (options.json)
        print_json(result.to_json());
    else
        print_reproduction(result);
    return result.verdict == Verdict::differs ? ExitCode::difference : ExitCode::done;
}

} // namespace

void add_reproduce(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("reproduce", "Runs a run again and says how close it came");
    command->add_option("run", options->run, "Id, unique prefix of one, or last")->required()->type_name("RUN");
    command->add_option("--project", options->project, "Project")->type_name("DIR");
    command->add_option("--threads", options->threads, "Threads to compute with (default: as many as then)")
        ->check(CLI::Range(1, 4096))
        ->type_name("N");
    command->add_flag("--now", options->now, "Start at once, even where other runs have the cores");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->add_flag("--quiet", options->quiet, "No progress");
    command->callback([&action, options] { action = [options] { return reproduce(*options); }; });
}

} // namespace orrery::cli
