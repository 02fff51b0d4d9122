// SPDX-License-Identifier: BSD-3-Clause
// declare (internal): opens a plugin library and writes its plugin.json (of a Python file: reads it only), or checks
// parameters with it.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/plugins/python_plugin.h"

#include <algorithm>
#include <fstream>
#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string library, out, check, parameters;
};

nlohmann::json check(const OpenedPlugin& plugin, const Options& options) {
    for (const auto& experiment : plugin.experiments) {
        if (experiment->declaration.id != options.check) continue;
        Problems problems;
        const auto values = experiment->declaration.schema.parse(nlohmann::json::parse(options.parameters), problems);
        if (problems.empty()) experiment->check(values, problems);
        auto list = nlohmann::json::array();
        for (const auto& p : problems) list.push_back({{"field", p.field}, {"problem", p.sentence}});
        const bool sound = problems.empty() && experiment->memory;
        return {{"problems", list}, {"memory", sound ? experiment->memory(values) : 0}};
    }
    throw Error(fmt::format("the plugin has no experiment '{}'", options.check));
}

nlohmann::json of_opened(const Options& options) {
    // A build may fail at this as often as it likes; what a user's command runs into is remembered.
    const auto plugin =
        open_plugin(options.library, options.check.empty() ? PluginMemory(std::filesystem::path()) : PluginMemory());
    return options.check.empty() ? manifest_of(plugin.info) : check(plugin, options);
}

ExitCode declare(const Options& options) {
    const bool from_text = options.check.empty() && is_python_file(options.library);
    const auto document = from_text ? declare_python_plugin(options.library) : of_opened(options);
    if (options.out.empty()) {
        print_json(document);
        return ExitCode::done;
    }
    std::ofstream out(options.out);
    out << document.dump(1) << '\n';
    if (!out.flush()) throw Error(fmt::format("{} could not be written", options.out));
    return ExitCode::done;
}

} // namespace

void add_declare(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command =
        app.add_subcommand("declare", "Internal: writes the plugin.json of a library or Python file")->group("");
    command->add_option("library", options->library)->required();
    command->add_option("--out", options->out);
    command->add_option("--check", options->check);
    command->add_option("--parameters", options->parameters);
    command->callback([&action, options] { action = [options] { return declare(*options); }; });
}

} // namespace orrery::cli
