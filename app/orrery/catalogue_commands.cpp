// SPDX-License-Identifier: BSD-3-Clause
// list, describe, check, metrics, version: what can be known without running anything.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/exchange/metric_catalogue.h"
#include "core/files/table.h"
#include "core/jobs/job.h"
#include "core/platform/machine.h"
#include "core/platform/process.h"
#include "core/provenance.h"

#include <cstdlib>
#include <memory>

namespace fs = std::filesystem;

namespace orrery::cli {

fs::path project_path(const std::string& option) {
    if (!option.empty()) return option;
    if (const char* named = std::getenv("ORRERY_PROJECT"); named && *named) return named;
    return "orrery-project.orrery";
}

PluginCatalogue catalogue(const fs::path& project) { return PluginCatalogue(plugin_path(project)); }

namespace {

struct Options {
    std::string id, project, format, out;
    std::vector<std::string> assignments;
    bool json = false;
};

ExitCode list(const Options& options) {
    const auto plugins = catalogue(project_path(options.project));
    const auto found = plugins.experiments();
    if (options.json) {
        auto document = nlohmann::json::array();
        for (const auto& [plugin, e] : found)
            document.push_back({{"id", e->id}, {"title", e->title}, {"summary", e->summary}, {"plugin", plugin->id}});
        print_json(document);
        return ExitCode::done;
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [plugin, e] : found) rows.push_back({e->id, e->title, plugin->id});
    print_table({"experiment", "title", "plugin"}, rows);
    return ExitCode::done;
}

ExitCode describe(const Options& options) {
    const auto plugins = catalogue(project_path(options.project));
    const auto [plugin, e] = plugins.find(options.id);
    if (options.json) {
        auto document = e->to_json();
        document["plugin"] = plugin->id;
        print_json(document);
        return ExitCode::done;
    }
    print_text(fmt::format("{}: {}\n{}\n", e->id, e->title, e->summary));
    std::vector<std::vector<std::string>> rows;
    for (const auto& f : e->schema.fields) rows.push_back({f.name, text_of(f.default_value), f.accepts(), f.help});
    print_table({"parameter", "default", "accepted", "help"}, rows);
    print_text("");
    rows.clear();
    for (const auto& m : e->metrics) rows.push_back({m.key, m.unit, m.help});
    print_table({"metric", "unit", "help"}, rows);
    print_text("");
    rows.clear();
    for (const auto& a : e->artifacts) rows.push_back({a.name, name_of(a.kind), a.help});
    print_table({"artifact", "kind", "help"}, rows);
    return ExitCode::done;
}

ExitCode check(const Options& options) {
    const auto plugins = catalogue(project_path(options.project));
    const auto [plugin, e] = plugins.find(options.id);
    Problems problems;
    const auto values = e->schema.parse(options.assignments, problems);
    const auto memory = check_in_child(*plugin, e->id, values, problems);
    if (problems.empty()) check_memory(memory, parse_device("auto"), problems);
    if (options.json) {
        auto document = nlohmann::json::array();
        for (const auto& p : problems) document.push_back({{"field", p.field}, {"problem", p.line()}});
        print_json({{"ok", problems.empty()}, {"problems", document}, {"memory", memory}});
    } else if (!problems.empty()) {
        print_problems("the parameters of " + e->id, problems);
    } else {
        const std::string needs = memory > 0 ? fmt::format("; it needs about {} of memory", size_text(memory)) : "";
        print_text(fmt::format("{}: all parameters are accepted{}", e->id, needs));
    }
    return problems.empty() ? ExitCode::done : ExitCode::usage;
}

ExitCode metrics(const Options& options) {
    if (!options.format.empty() && !options.out.empty())
        throw Error("--format is for what is printed: the ending of --out names the form", "leave one of them out",
                    ExitCode::usage);
    if (!options.out.empty()) table_format_of(options.out); // a wrong ending is told before the work
    const auto table = metric_catalogue(catalogue(project_path(options.project)));
    if (options.out.empty()) {
        fmt::print("{}", text_of(table, table_format_named(options.format.empty() ? "table" : options.format)));
        return ExitCode::done;
    }
    write_table(options.out, table);
    fmt::print(stderr, "wrote {}\n", options.out);
    return ExitCode::done;
}

void add_project(CLI::App& command, Options& options) {
    command.add_option("--project", options.project, "Project whose own plugins count too")->type_name("DIR");
}

} // namespace

void add_list(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("list", "Lists the experiments");
    add_project(*command, *options);
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->callback([&action, options] { action = [options] { return list(*options); }; });
}

void add_describe(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("describe", "Tells the parameters, metrics and artifacts of an experiment");
    command->add_option("id", options->id, "Experiment")->required()->type_name("ID");
    add_project(*command, *options);
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->callback([&action, options] { action = [options] { return describe(*options); }; });
}

void add_check(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("check", "Checks parameters without running: exit 0 if a run would begin");
    command->add_option("id", options->id, "Experiment")->required()->type_name("ID");
    command->add_option("parameters", options->assignments, "name=value ...")->type_name("");
    add_project(*command, *options);
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->callback([&action, options] { action = [options] { return check(*options); }; });
}

void add_metrics(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("metrics", "The catalogue of all metrics");
    command->add_option("--format", options->format, "table (default), csv, md, json or html")
        ->check(CLI::IsMember({"table", "csv", "md", "json", "html"}));
    command->add_flag_callback(
        "--json", [options] { options->format = "json"; }, "The same as --format json");
    command->add_option("--out", options->out, "File to write; its ending decides the form")->type_name("FILE");
    add_project(*command, *options);
    command->callback([&action, options] { action = [options] { return metrics(*options); }; });
}

void add_version(CLI::App& app, Action& action) {
    auto json = std::make_shared<bool>(false);
    auto* command = app.add_subcommand("version", "Versions of Orrery, of its libraries, and the devices");
    command->add_flag("--json", *json, "One JSON document on stdout");
    command->callback([&action, json] {
        action = [json] {
            nlohmann::json document{{"version", code_version().version}, {"build_key", build_key()}};
            // What a run started now would record of code and libraries.
            for (const auto& [key, value] : collect_provenance({}).values)
                if (key.starts_with("code/") || key.starts_with("library/") || key.starts_with("build/"))
                    document[key] = value;
            auto list = nlohmann::json::array();
            for (const auto& d : devices())
                list.push_back({{"device", d.device.name()}, {"description", d.description}, {"driver", d.driver}});
            if (*json) {
                document["devices"] = list;
                print_json(document);
                return ExitCode::done;
            }
            for (const auto& [key, value] : document.items())
                print_text(fmt::format("{:<20} {}", key, value.get<std::string>()));
            for (const auto& d : devices())
                print_text(fmt::format("{:<20} {} {}", d.device.name(), d.description, d.driver));
            return ExitCode::done;
        };
    });
}

namespace {

// Returns when the window is closed.
ExitCode open_window(const std::string& folder) {
    const auto program = platform::installation() / "bin/orrery-gui";
    std::error_code ignored;
    if (!std::filesystem::exists(program, ignored))
        throw Error("the window was not built", "everything works without it: orrery --help", ExitCode::usage);
    const auto given = [](const char* name) {
        const char* text = std::getenv(name);
        return text && *text;
    };
    if (!given("DISPLAY") && !given("WAYLAND_DISPLAY") && !given("QT_QPA_PLATFORM"))
        throw Error("there is no display to open a window on", "everything works without it: orrery --help",
                    ExitCode::usage);
    platform::SpawnRequest spawn;
    spawn.program = program;
    spawn.output = 1;
    if (!folder.empty()) spawn.arguments.push_back(std::filesystem::absolute(folder).string());
    const platform::StopSignals signals;
    platform::ChildProcess child(spawn);
    for (int passed_on = 0; !child.wait(500);)
        if (signals.received() > passed_on) {
            passed_on == 0 ? child.terminate() : child.kill();
            passed_on = signals.received();
        }
    const auto end = *child.wait(0);
    if (end.signal != 0)
        throw Error("the window was ended by " + platform::signal_name(end.signal),
                    "runs go on; orrery gui opens it again");
    return end.exit_code == 0 ? ExitCode::done : ExitCode::failed;
}

} // namespace

void add_gui(CLI::App& app, Action& action) {
    auto folder = std::make_shared<std::string>();
    auto* command = app.add_subcommand("gui", "Opens the window");
    command->add_option("project", *folder, "Project or folder of a recipe to open")->type_name("DIR");
    command->callback([&action, folder] { action = [folder] { return open_window(*folder); }; });
}

} // namespace orrery::cli
