// SPDX-License-Identifier: BSD-3-Clause
// play: makes the runs of a recipe and compares them with its expected numbers.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "app/orrery/supervise.h"
#include "core/files/field_file.h"
#include "core/files/picture.h"
#include "core/platform/process.h"
#include "core/platform/process_info.h"
#include "core/provenance.h"
#include "core/recipe.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace orrery::cli {
namespace {

struct Options {
    std::string recipe, project, device = "auto";
    bool json = false, quiet = false, again = false;
};

constexpr const char* code_keys[] = {"code/commit", "code/diff_sha256", "code/build_type"};

struct Planned {
    const RecipeRun* recipe;
    PluginCatalogue::Found found;
    JobOrder order;
};

// Everything that can be wrong with a recipe is found before its first run.
std::vector<Planned> plan(const Recipe& recipe, const PluginCatalogue& plugins, const Options& options) {
    std::vector<Planned> list;
    const auto device = parse_device(options.device);
    for (const auto& run : recipe.runs) {
        const auto found = plugins.find(run.experiment);
        Problems problems;
        JobOrder order;
        order.experiment = run.experiment;
        order.parameters = found.experiment->schema.parse(run.parameters, problems);
        order.seed = run.seed;
        order.name = run.name;
        order.device = device;
        check_in_child(*found.plugin, run.experiment, order.parameters, problems);
        for (const auto& name : run.pictures) {
            const auto& made = found.experiment->artifacts;
            if (std::none_of(made.begin(), made.end(), [&](const ArtifactDeclaration& a) { return a.name == name; }))
                problems.add({}, fmt::format("{} has no artifact '{}' to show", run.experiment, name));
        }
        for (const auto& e : run.expected)
            if (!found.experiment->find_metric(e.metric))
                problems.add({}, fmt::format("{} has no metric '{}' to expect something of", run.experiment, e.metric));
        if (!problems.empty()) {
            print_problems(fmt::format("the run '{}' of {}", run.name, recipe.file.string()), problems);
            throw Error(fmt::format("the recipe {} can't be played", recipe.file.string()), "nothing was run",
                        ExitCode::usage);
        }
        list.push_back({&run, found, order});
    }
    return list;
}

// The newest finished run that this code would make again: same declaration, parameters, seed, device, code and inputs.
std::optional<RunRow> made_before(const Project& project, const Planned& planned) {
    const auto now = collect_provenance({}).values;
    const auto same_code = [&](const std::map<std::string, std::string>& then) {
        return std::all_of(std::begin(code_keys), std::end(code_keys), [&](const char* key) {
            const auto a = now.find(key), b = then.find(key);
            return a != now.end() && b != then.end() && a->second == b->second;
        });
    };
    auto rows = project.runs();
    std::reverse(rows.begin(), rows.end());
    for (auto& row : rows)
        if (row.experiment == planned.order.experiment && row.status == Status::done &&
            row.parameters == json_of(planned.order.parameters) && row.seed == planned.order.seed &&
            row.device == planned.order.device.name() &&
            project.declaration(row.id) == planned.found.experiment->to_json() &&
            same_code(project.provenance(row.id)) && project.inputs_unchanged(row.id) &&
            project.live_changes(row.id).empty())
            return std::move(row);
    return std::nullopt;
}

bool colours_allowed() {
    const char* no = std::getenv("NO_COLOR");
    return platform::is_terminal(1) && !(no && *no);
}

void print_pictures(const Project& project, const Planned& planned, const RunRow& row) {
    for (const auto& name : planned.recipe->pictures) {
        const auto found = std::find_if(row.artifacts.begin(), row.artifacts.end(),
                                        [&](const ArtifactRow& a) { return a.name == name; });
        if (found == row.artifacts.end() || found->kind != Kind::field) continue;
        const auto file = FieldFile::open(project.sound_artifact(*found));
        const auto last = file.steps() - 1;
        print_text(fmt::format("\n{}: {} at t = {:g}", planned.recipe->name, name, file.times().back()));
        PictureOptions how;
        how.colours = colours_allowed();
        how.width = std::min(64, platform::terminal_width() - 2);
        fmt::print("{}", picture(file.read(last, file.names().front()), how));
    }
}

struct Line {
    std::string run, id, metric, expected;
    std::optional<double> value; // none if the run has no such metric
    bool holds = false;
};

std::vector<Line> compare(const Planned& planned, const RunRow& row) {
    std::vector<Line> lines;
    for (const auto& e : planned.recipe->expected) {
        const auto found = row.metrics.find(e.metric);
        Line line{planned.recipe->name, row.id, e.metric, e.words(), std::nullopt, false};
        if (found != row.metrics.end()) {
            line.value = found->second;
            line.holds = e.holds(found->second);
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

ExitCode play(const Options& options) {
    const auto recipe = Recipe::read(options.recipe);
    const auto folder = options.project.empty() ? recipe.default_project() : std::filesystem::path(options.project);
    const auto plugins = catalogue(folder);
    const auto planned = plan(recipe, plugins, options);
    if (options.project.empty()) std::filesystem::create_directories(folder.parent_path());
    auto project = Project::open(folder, Access::create);
    if (!project.writable()) throw Error(project.notice(), "give another project with --project DIR");

    if (!options.json) print_text(fmt::format("{}\n{}", recipe.title, recipe.text));
    std::vector<Line> lines;
    std::vector<RunRow> rows;
    ExitCode ended =
        ExitCode::done; // of the run that did not make it, if any: what was made before is told all the same
    for (const auto& item : planned) {
        auto row = options.again ? std::nullopt : made_before(project, item);
        const bool before = row.has_value();
        if (!row) {
            fmt::print(stderr, "playing {} ({})\n", item.order.name, item.order.experiment);
            const auto result = supervise(project, request_of(item.found, item.order, platform::command_line()),
                                          {!options.quiet && !options.json, true});
            if (result.code != ExitCode::done) {
                ended = result.code;
                break;
            }
            row = project.run(result.id);
        }
        if (!options.json)
            print_text(fmt::format("{}: run {}, {}{}", item.order.name, row->id, duration(row->seconds),
                                   before ? " (made before; --again makes it anew)" : ""));
        for (auto& line : compare(item, *row)) lines.push_back(std::move(line));
        rows.push_back(*std::move(row));
    }
    const bool all =
        ended == ExitCode::done && std::all_of(lines.begin(), lines.end(), [](const Line& l) { return l.holds; });
    if (options.json) {
        auto runs = nlohmann::json::array();
        for (const auto& row : rows) runs.push_back(row.to_json());
        auto compared = nlohmann::json::array();
        for (const auto& l : lines)
            compared.push_back({{"name", l.run},
                                {"run", l.id},
                                {"metric", l.metric},
                                {"is", l.value ? json_of(Value(*l.value)) : nlohmann::json()},
                                {"expected", l.expected},
                                {"holds", l.holds}});
        print_json({{"recipe", recipe.name},
                    {"project", project.folder().string()},
                    {"ok", all},
                    {"runs", runs},
                    {"expected", compared}});
        return all ? ExitCode::done : ended != ExitCode::done ? ended : ExitCode::difference;
    }
    if (rows.empty()) return ended;
    for (std::size_t i = 0; i < rows.size(); ++i) print_pictures(project, planned[i], rows[i]);
    print_text("");
    std::vector<std::vector<std::string>> cells;
    for (const auto& l : lines)
        cells.push_back({l.run, l.metric, l.value ? text_of(Value(*l.value)) : "none", l.expected,
                         l.holds ? "holds" : "FALLS SHORT"});
    print_table({"run", "metric", "value", "expected", ""}, cells);
    print_text(fmt::format("\nThe runs lie in {}\n  orrery show {} --project '{}'\nshows one with its provenance; "
                           "orrery export writes its fields.",
                           project.folder().string(), rows.back().id, project.folder().string()));
    return all ? ExitCode::done : ended != ExitCode::done ? ended : ExitCode::difference;
}

} // namespace

void add_play(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command =
        app.add_subcommand("play", "Makes the runs of a recipe and compares them with its expected numbers");
    command->add_option("recipe", options->recipe, "Folder with a recipe.toml")->required()->type_name("DIR");
    command->add_option("--project", options->project, "Project (default: $XDG_DATA_HOME/orrery/NAME.orrery)")
        ->type_name("DIR");
    command->add_option("--device", options->device, "auto, cpu or cuda:N")->type_name("DEVICE");
    command->add_flag("--again", options->again, "Make runs anew that were made before");
    command->add_flag("--json", options->json, "One JSON document on stdout");
    command->add_flag("--quiet", options->quiet, "No progress");
    command->callback([&action, options] { action = [options] { return play(*options); }; });
}

} // namespace orrery::cli
