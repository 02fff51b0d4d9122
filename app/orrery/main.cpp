// SPDX-License-Identifier: BSD-3-Clause
// orrery, the command line: parses, calls the chosen command, and turns every error into a sentence and an exit code.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "app/orrery/parse_errors.h"
#include "core/platform/process.h"

#include <cstdlib>

namespace orrery::cli {
namespace {

// --safe, before the command and after it.
void add_safe(CLI::App& command, bool& safe) {
    command.add_flag("--safe", safe,
                     "Use the plugins beside the binary only: no $ORRERY_PLUGIN_PATH, no project's own");
    for (auto* inner : command.get_subcommands({})) add_safe(*inner, safe);
}

ExitCode parse_and_call(int argc, char** argv) {
    CLI::App app{"Orrery: an interactive research workbench", "orrery"};
    app.require_subcommand(1);
    app.get_formatter()->column_width(36);
    app.footer("orrery COMMAND --help tells more. Parameters are given as name=value; orrery describe ID lists them.\n"
               "The project is --project DIR, else $ORRERY_PROJECT, else ./orrery-project.orrery.");
    Action action;
    add_list(app, action);
    add_describe(app, action);
    add_check(app, action);
    add_plugins(app, action);
    add_metrics(app, action);
    add_run(app, action);
    add_runs(app, action);
    add_show(app, action);
    add_live(app, action);
    add_watch(app, action);
    add_worker(app, action);
    add_script(app, action);
    add_sweep(app, action);
    add_play(app, action);
    add_compare(app, action);
    add_reproduce(app, action);
    add_labels(app, action);
    add_resume(app, action);
    add_stop(app, action);
    add_removal(app, action);
    add_project(app, action);
    add_verify(app, action);
    add_export(app, action);
    add_import(app, action);
    add_gui(app, action);
    add_version(app, action);
    add_completion(app, action);
    add_declare(app, action);
    bool safe = false;
    add_safe(app, safe);
    // Before parsing: what it is given is a command line in the making, options and all.
    if (argc > 1 && std::string_view(argv[1]) == "complete") return complete(app, {argv + 2, argv + argc});
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        app.exit(help);
        return ExitCode::done;
    } catch (const CLI::ParseError& error) {
        std::string word = argc > 1 ? argv[1] : "";
        if (word == "--safe" && argc > 2) word = argv[2];
        throw explained(app, error, word);
    }
    if (safe) platform::set_environment("ORRERY_SAFE", "1"); // the children that open plugins are told by it, too
    return action ? action() : ExitCode::usage;
}

} // namespace
} // namespace orrery::cli

int main(int argc, char** argv) {
    using namespace orrery;
    platform::ensure_standard_descriptors();
    platform::ignore_file_size_signal();
    ExitCode code = ExitCode::failed;
    try {
        code = cli::parse_and_call(argc, argv);
    } catch (const Error& error) {
        cli::print_error(error.what(), error.hint());
        code = error.code();
    } catch (const Stopped&) {
        code = ExitCode::stopped;
    } catch (const std::bad_alloc&) {
        cli::print_error("there is not enough memory", "");
    } catch (const std::exception& error) {
        std::error_code gone;
        [[maybe_unused]] const auto here = std::filesystem::current_path(gone);
        if (gone)
            cli::print_error("the current folder is not there any more", "change into one that is: cd");
        else
            cli::print_error(error.what(), "");
    }
    if (!cli::flush_output()) {
        cli::print_error("the output could not be written", "is the disk full?");
        code = ExitCode::failed;
    }
    return static_cast<int>(code);
}
