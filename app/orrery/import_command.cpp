// SPDX-License-Identifier: BSD-3-Clause
// import: metrics of other programs, as runs that can be compared with our own.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/exchange/import_metrics.h"
#include "core/platform/process.h"
#include "core/platform/process_info.h"

#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string path, project;
    ImportOptions import;
    bool json = false, quiet = false;
};

nlohmann::json to_json(const ImportedRun& run, const Project& project) {
    auto json = project.run(run.id).to_json();
    json["new"] = run.is_new;
    json["points"] = run.points;
    json["notes"] = run.notes;
    return json;
}

ExitCode import_from(const Options& options) {
    auto project = Project::open(project_path(options.project), Access::create);
    ImportOptions how = options.import;
    how.command = {{"arguments", platform::command_line()}, {"folder", std::filesystem::current_path().string()}};
    ProgressLine line("import", !options.json && !options.quiet);
    const platform::StopSignals signals;
    how.progress = [&](double fraction, const std::string& what) {
        if (signals.received() > 0) throw Stopped();
        line.update(fraction, what);
    };
    std::vector<ImportedRun> runs;
    try {
        runs = import_metrics(project, options.path, how);
    } catch (const Stopped&) {
        line.clear();
        print_error("the import was stopped", "nothing was imported");
        return ExitCode::stopped;
    }
    line.clear();
    if (options.json) {
        auto document = nlohmann::json::array();
        for (const auto& run : runs) document.push_back(to_json(run, project));
        print_json(document);
        return ExitCode::done;
    }
    for (const auto& run : runs) {
        if (options.quiet)
            print_text(run.id);
        else if (run.is_new)
            print_text(fmt::format("run {}  {}  {} metric{}, {} point{}", run.id, run.name, run.metrics,
                                   run.metrics == 1 ? "" : "s", run.points, run.points == 1 ? "" : "s"));
        else
            print_text(fmt::format("run {}  {}  was imported before; --again imports it once more", run.id, run.name));
        if (!options.quiet && run.is_new)
            for (const auto& note : run.notes) fmt::print(stderr, "orrery: {}: {}\n", run.name, note);
    }
    return ExitCode::done;
}

} // namespace

void add_import(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "import", "Brings metrics of other programs in as runs: a CSV file, a TensorBoard log, or a folder of logs");
    command->add_option("path", options->path, "CSV file, event file, or folder")->required()->type_name("PATH");
    command->add_option("parameters", options->import.parameters, "name=value ... that the run had")->type_name("");
    command->add_option("--project", options->project, "Project; made if it isn't there")->type_name("DIR");
    command->add_option("--experiment", options->import.experiment, "The runs belong to imported.NAME")
        ->type_name("NAME");
    command->add_option("--name", options->import.name, "Name of the run (default: of the file or folder)")
        ->type_name("TEXT");
    command->add_option("--tag", options->import.tags, "A word to find it by; may be given several times")
        ->type_name("TAG")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_flag("--again", options->import.again, "Also what was imported before");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->add_flag("--quiet", options->quiet, "Only the ids of the runs on stdout");
    command->callback([&action, options] { action = [options] { return import_from(*options); }; });
}

} // namespace orrery::cli
