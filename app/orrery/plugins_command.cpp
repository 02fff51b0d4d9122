// SPDX-License-Identifier: BSD-3-Clause
// plugins: lists the plugins and why one can't be used; leaves one out and takes it in again.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"

#include <algorithm>
#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string project;
    std::vector<std::string> disable, enable;
    bool json = false;
};

nlohmann::json json_of_plugins(const PluginCatalogue& catalogue) {
    auto document = nlohmann::json::array();
    for (const auto& p : catalogue.plugins()) {
        auto ids = nlohmann::json::array();
        for (const auto& e : p.experiments) ids.push_back(e.id);
        document.push_back({{"id", p.id},
                            {"version", p.version},
                            {"title", p.title},
                            {"state", name_of(p.state)},
                            {"reason", p.reason},
                            {"hint", p.hint},
                            {"folder", p.folder.string()},
                            {"build_key", p.build_key},
                            {"experiments", ids}});
    }
    return document;
}

void print_plugins(const PluginCatalogue& catalogue) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& p : catalogue.plugins())
        rows.push_back({p.id, p.version, name_of(p.state), std::to_string(p.experiments.size()),
                        p.reason.empty() ? p.title : p.reason});
    print_table({"plugin", "version", "state", "experiments", ""}, rows);
    for (const auto& p : catalogue.plugins())
        if (!p.hint.empty()) print_text(fmt::format("{}: {}", p.id, p.hint));
}

// Throws Error unless every id is a plugin of the catalogue, or one that is left out already.
void check_ids(const std::vector<std::string>& ids, const PluginCatalogue& catalogue, const PluginMemory& memory) {
    std::vector<std::string> known;
    for (const auto& p : catalogue.plugins()) known.push_back(p.id);
    for (const auto& id : ids) {
        if (std::find(known.begin(), known.end(), id) != known.end() && is_plugin_id(id)) continue;
        if (is_plugin_id(id) && memory.disabled(id)) continue;
        const auto meant = did_you_mean(id, known);
        throw Error(fmt::format("there is no plugin '{}'", id),
                    (meant ? fmt::format("did you mean '{}'? ", *meant) : "") + "orrery plugins lists them",
                    ExitCode::usage);
    }
}

ExitCode plugins(const Options& options) {
    const PluginMemory memory;
    const auto folders = plugin_path(project_path(options.project));
    if (!options.disable.empty() || !options.enable.empty()) {
        const PluginCatalogue before(folders, memory);
        check_ids(options.disable, before, memory);
        check_ids(options.enable, before, memory);
        for (const auto& id : options.disable)
            if (std::find(options.enable.begin(), options.enable.end(), id) != options.enable.end())
                throw Error(fmt::format("the plugin '{}' can't be left out and taken in at once", id),
                            "give --disable or --enable", ExitCode::usage);
        for (const auto& id : options.disable) memory.disable(id);
        for (const auto& id : options.enable) {
            memory.enable(id);
            for (const auto& p : before.plugins())
                if (p.id == id && !p.library.empty()) memory.forget_failure(p.library);
        }
    }
    const PluginCatalogue found(folders, memory);
    if (options.json)
        print_json(json_of_plugins(found));
    else
        print_plugins(found);
    return ExitCode::done;
}

} // namespace

void add_plugins(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("plugins", "Lists the plugins, and why one can't be used");
    command->add_option("--disable", options->disable, "Leave this plugin out from now on")
        ->type_name("PLUGIN")
        ->expected(1)
        ->take_all();
    command->add_option("--enable", options->enable, "Take it in again, and try it again if it failed")
        ->type_name("PLUGIN")
        ->expected(1)
        ->take_all();
    command->add_option("--project", options->project, "Project whose own plugins count too")->type_name("DIR");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->callback([&action, options] { action = [options] { return plugins(*options); }; });
}

} // namespace orrery::cli
