// SPDX-License-Identifier: BSD-3-Clause
// resume, stop: runs that go on from their checkpoint, runs that waited in the queue, and runs that are to end.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "app/orrery/supervise.h"

#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string run, project;
    bool queued = false, now = false, kill = false, json = false, quiet = false;
};

Project open_for_writing(const Options& options) {
    auto project = Project::open(project_path(options.project), Access::write);
    if (!project.writable()) throw Error(project.notice(), "copy the project to where it can be written");
    return project;
}

void print_row(const RunRow& row) {
    print_text(fmt::format("run {}  {}  {} on {} in {}", row.id, row.experiment, name_of(row.status), row.device,
                           duration(row.seconds)));
}

// Where it goes on, or why it begins anew.
void announce(const RunRow& row) {
    if (row.status == Status::queued && row.began.empty()) return;
    fmt::print(stderr, "orrery: run {} {}\n", row.id,
               row.checkpoint ? fmt::format("goes on after step {}", *row.checkpoint)
                              : std::string("wrote no checkpoint: it begins anew"));
}

ExitCode resume_one(Project& project, const std::string& id, const Options& options) {
    const auto before = project.run(id);
    // A run whose plugin can't be had now keeps its place.
    const auto plugins = catalogue(project.folder());
    plugins.find(before.experiment);
    const bool ended = before.status == Status::stopped || before.status == Status::failed;
    if (!options.quiet && !before.removed && ((ended && before.checkpoint) || before.status == Status::lost))
        announce(before);
    const auto result = supervise_again(project, id, {!options.quiet && !options.json, !options.now});
    if (result.id.empty()) return result.code;
    const auto row = project.run(id);
    if (options.json && !options.queued)
        print_json(row.to_json());
    else if (!options.json)
        options.quiet ? print_text(row.id) : print_row(row);
    return result.code;
}

// One after the other; what fails doesn't keep the rest from its turn.
ExitCode resume_queue(Project& project, const Options& options) {
    auto rows = nlohmann::json::array();
    ExitCode code = ExitCode::done;
    for (const auto& waiting : project.queue()) {
        if (waiting.is_waited_for) continue;
        ExitCode one = ExitCode::failed;
        try {
            one = resume_one(project, waiting.id, options);
            rows.push_back(project.run(waiting.id).to_json());
        } catch (const Error& error) { // another program was faster, or its plugin can't be had
            if (error.code() != ExitCode::usage) throw;
            print_error(fmt::format("run {} is left out: {}", waiting.id, error.what()), error.hint());
            code = ExitCode::failed;
            continue;
        }
        if (one != ExitCode::done) code = one;
        if (one == ExitCode::stopped) break;
    }
    if (options.json)
        print_json(rows);
    else if (rows.empty())
        print_text("no run waits in the queue");
    return code;
}

ExitCode resume(const Options& options) {
    if (options.queued == !options.run.empty())
        throw Error("resume needs a run, or --queued for all that wait", "orrery runs lists them", ExitCode::usage);
    auto project = open_for_writing(options);
    if (options.queued) return resume_queue(project, options);
    return resume_one(project, project.find(options.run), options);
}

ExitCode stop(const Options& options) {
    auto project = open_for_writing(options);
    const auto id = project.find(options.run);
    if (options.kill) {
        if (!project.kill(id) && !project.run(id).end)
            throw Error(fmt::format("run {} computes on another machine ({}): it can be asked to stop, not be killed",
                                    id, project.run(id).host));
        print_text(fmt::format("run {} is killed", id));
        return ExitCode::done;
    }
    const bool computes = project.request_stop(id);
    print_text(fmt::format("run {} is {}", id, computes ? "asked to stop" : "stopped before it began"));
    return ExitCode::done;
}

} // namespace

void add_resume(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("resume", "Goes on with a run from its checkpoint, or begins what waits");
    command->add_option("run", options->run, "Id, unique prefix of one, or last")->type_name("RUN");
    command->add_flag("--queued", options->queued, "All runs that wait in the queue and nobody attends to");
    command->add_option("--project", options->project, "Project")->type_name("DIR");
    command->add_flag("--now", options->now, "Start at once, even where other runs have the cores");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->add_flag("--quiet", options->quiet, "Only the run's id on stdout");
    command->callback([&action, options] { action = [options] { return resume(*options); }; });
}

void add_stop(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("stop", "Asks a run to stop, wherever it computes");
    command->add_option("run", options->run, "Id, unique prefix of one, or last")->required()->type_name("RUN");
    command->add_option("--project", options->project, "Project")->type_name("DIR");
    command->add_flag("--kill", options->kill, "By force: what it computed since its checkpoint is lost");
    command->callback([&action, options] { action = [options] { return stop(*options); }; });
}

} // namespace orrery::cli
