// SPDX-License-Identifier: BSD-3-Clause
// script: runs a Python file with the package orrery at hand; and its internal form, the console of the window.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/platform/machine.h"
#include "core/plugins/python_host.h"

#include <fstream>
#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string file;
    bool console = false;
};

// With the exit code of the script.
ExitCode run_script(const Options& options, const std::vector<std::string>& rest) {
    std::vector<std::string> arguments;
    if (options.console) {
        // By its file, not as a module: it works also where the package can't be imported.
        arguments = {(platform::installation() / "python/orrery/console.py").string()};
        if (!options.file.empty()) arguments.push_back(options.file);
    } else {
        if (options.file.empty())
            throw Error("no script was given", "orrery script FILE.py [argument ...]", ExitCode::usage);
        std::error_code ignored;
        if (std::filesystem::is_directory(options.file, ignored) || !std::ifstream(options.file))
            throw Error(fmt::format("the script {} can't be read", options.file),
                        std::filesystem::exists(options.file, ignored) ? "give a Python file that may be read"
                                                                       : "there is no such file",
                        ExitCode::usage);
        arguments = {options.file};
    }
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    return static_cast<ExitCode>(python_host().run_main(arguments));
}

} // namespace

void add_script(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("script", "Runs a Python file with the package orrery at hand");
    command->add_option("file", options->file, "Python file; what follows are its arguments")->type_name("FILE.py");
    command->add_flag("--console", options->console)->group("");
    command->prefix_command();
    command->callback([&action, options, command] {
        action = [options, rest = command->remaining()] { return run_script(*options, rest); };
    });
}

} // namespace orrery::cli
