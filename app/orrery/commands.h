// SPDX-License-Identifier: BSD-3-Clause
// The commands of the command line: each adds itself to the parser and says what is done when it was chosen.
#pragma once
#include "core/error.h"
#include "core/plugins/plugin_catalogue.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace orrery::cli {

// What was chosen; main() calls it after parsing, so that errors have one home.
using Action = std::function<ExitCode()>;

void add_list(CLI::App& app, Action& action);
void add_describe(CLI::App& app, Action& action);
void add_check(CLI::App& app, Action& action);
void add_plugins(CLI::App& app, Action& action); // and what the user leaves out
void add_metrics(CLI::App& app, Action& action);
void add_declare(CLI::App& app, Action& action);
void add_run(CLI::App& app, Action& action);
void add_runs(CLI::App& app, Action& action);
void add_show(CLI::App& app, Action& action);
void add_live(CLI::App& app, Action& action);
void add_watch(CLI::App& app, Action& action);  // internal
void add_worker(CLI::App& app, Action& action); // internal
void add_script(CLI::App& app, Action& action);
void add_sweep(CLI::App& app, Action& action);
void add_play(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);
void add_reproduce(CLI::App& app, Action& action);
void add_labels(CLI::App& app, Action& action); // tag, note
void add_resume(CLI::App& app, Action& action);
void add_stop(CLI::App& app, Action& action);
void add_removal(CLI::App& app, Action& action); // remove, restore
void add_project(CLI::App& app, Action& action); // info, compact, backup
void add_verify(CLI::App& app, Action& action);
void add_export(CLI::App& app, Action& action);
void add_import(CLI::App& app, Action& action);
void add_gui(CLI::App& app, Action& action);
void add_version(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);

// Internal: prints what the word at the cursor can become. `arguments`: its index, then the words of the shell.
ExitCode complete(const CLI::App& app, const std::vector<std::string>& arguments);

// Shared pieces.
std::filesystem::path project_path(const std::string& option); // option, $ORRERY_PROJECT, ./orrery-project.orrery
PluginCatalogue catalogue(const std::filesystem::path& project = {});

} // namespace orrery::cli
