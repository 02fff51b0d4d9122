// SPDX-License-Identifier: BSD-3-Clause
// export: an artifact, metrics, a table of runs or a figure as a file, with a sidecar that tells where it came from.
#include "app/orrery/commands.h"
#include "app/orrery/output.h"
#include "core/exchange/export_record.h"
#include "core/exchange/report.h"
#include "core/exchange/run_tables.h"
#include "core/figure/figure_data.h"
#include "core/figure/figure_export.h"
#include "core/files/export.h"

#include <algorithm>
#include <memory>
#include <set>

namespace fs = std::filesystem;

namespace orrery::cli {
namespace {

struct Options {
    std::vector<std::string> runs;
    std::string project, artifact, out, figure;
    bool metrics = false, table = false, report = false, json = false;
    RunTableOptions how;
    std::optional<std::int64_t> step;
    nlohmann::json changes = nlohmann::json::object(); // of the figure's specification
};

ExitCode export_figure_from(const Options& options) {
    auto project = Project::open(project_path(options.project), Access::write);
    Figure figure = figure_named(project, options.figure, options.runs, options.changes.value("kind", ""));
    auto changes = options.changes;
    if (options.step) changes["step"] = *options.step;
    if (!changes.empty()) figure = figure.with(changes);
    FigureExportOptions how;
    how.name = options.figure;
    const auto made = export_figure(project, figure, options.out, how);
    if (options.json)
        print_json(made.to_json());
    else
        for (const auto& note : made.notes) fmt::print(stderr, "{}\n", note);
    fmt::print(stderr, "wrote {}, {} and {}\n", made.image.string(), made.sidecar.filename().string(),
               made.table.filename().string());
    return ExitCode::done;
}

ExitCode export_from(const Options& options) {
    const int kinds =
        !options.artifact.empty() + options.metrics + options.table + options.report + !options.figure.empty();
    if (kinds != 1)
        throw Error("say what to export: one of --artifact NAME, --metrics, --table, --report, --figure NAME",
                    "orrery export --help tells more", ExitCode::usage);
    if (!options.figure.empty()) return export_figure_from(options);
    if (!options.changes.empty())
        throw Error(fmt::format("--{} is for a figure", options.changes.begin().key()),
                    "leave it out, or name a figure with --figure", ExitCode::usage);
    if (options.json)
        throw Error("--json is for a figure: other exports have their answer beside the file, in FILE.orrery.json",
                    "leave it out", ExitCode::usage);
    const auto& how_table = options.how;
    if (!options.table && (!how_table.columns.empty() || how_table.only_differing || !how_table.sort.empty()))
        throw Error("--columns, --only-differing and --sort are for --table", "leave them out, or export a table",
                    ExitCode::usage);
    if (options.step && options.artifact.empty())
        throw Error("--step is for a field: a table holds every step", "leave it out, or name one with --artifact",
                    ExitCode::usage);
    if (options.how.descending && options.how.sort.empty())
        throw Error("--descending says how to --sort", "name the column with --sort", ExitCode::usage);
    auto project = Project::open(project_path(options.project), Access::write);
    std::vector<RunRow> rows;
    for (const auto& text : options.runs) rows.push_back(project.run(project.find(text)));
    if (rows.empty() && !options.report) rows = project.runs();
    const fs::path out = options.out;

    if (!options.artifact.empty()) {
        if (rows.size() != 1 || options.runs.empty())
            throw Error("an artifact is exported from one run", "give one run: orrery runs lists them",
                        ExitCode::usage);
        const auto& list = rows[0].artifacts;
        const auto found =
            std::find_if(list.begin(), list.end(), [&](const ArtifactRow& a) { return a.name == options.artifact; });
        if (found == list.end()) {
            std::string names;
            for (const auto& a : list) names += (names.empty() ? "" : ", ") + a.name;
            throw Error(
                fmt::format("run {} has no artifact '{}'", rows[0].id, options.artifact),
                rows[0].artifacts_removed
                    ? fmt::format("they were removed; `orrery restore {} --artifacts` brings them back", rows[0].id)
                : names.empty() ? "it has none"
                                : "it has: " + names,
                ExitCode::usage);
        }
        check_export_ending(found->kind, out);
        static const std::set<std::string> by_step{".npy", ".npz", ".csv", ".vti"};
        if (options.step && (found->kind != Kind::field || !by_step.contains(out.extension().string())))
            throw Error(fmt::format("--step can't be taken out of {} as '{}'", found->name, out.extension().string()),
                        "leave it out for the whole file; one step of a field is written as .npy, .npz, .csv or .vti",
                        ExitCode::usage);
        ExportOptions how;
        how.step = options.step;
        export_artifact(found->kind, project.sound_artifact(*found), out, how);
        record_export(project, out, rows, {{"artifact", found->name}, {"sha256 of the artifact", found->sha256}});
    } else if (options.report) {
        std::vector<std::string> ids;
        for (const auto& row : rows) ids.push_back(row.id);
        export_report(project, ids, out);
    } else {
        table_format_of(out); // a wrong ending is told before the work
        const Table table = options.metrics ? metrics_table(project, rows) : runs_table(rows, options.how);
        write_table(out, table);
        record_export(project, out, rows, {{"table", options.metrics ? "metrics" : "runs"}});
    }
    fmt::print(stderr, "wrote {} and {}.orrery.json\n", out.string(), out.filename().string());
    return ExitCode::done;
}

// Entries of the specification that are given on the command line.
void add_figure_options(CLI::App& command, const std::shared_ptr<Options>& options) {
    const auto entry = [&](const char* option, const char* name, const char* type, const char* help) {
        const Field& field = *figure_schema().find(name);
        auto* added = command.add_option_function<std::string>(
            option,
            [options, name, &field](const std::string& text) {
                // As a number where one is accepted; what is no number is refused with the rest.
                const auto number = nlohmann::json::parse(text, nullptr, false);
                const bool numeric = field.type == FieldType::number || field.type == FieldType::integer;
                options->changes[name] = numeric && number.is_number() ? number : nlohmann::json(text);
            },
            help);
        added->type_name(type)->group("Figure");
        if (!field.choices.empty()) added->check(CLI::IsMember(field.choices));
    };
    entry("--preset", "preset", "NAME", "one-column (85 mm), two-columns (180 mm) or slide");
    entry("--width", "width_mm", "MM", "Width");
    entry("--height", "height_mm", "MM", "Height; 0: by the width");
    entry("--dpi", "dpi", "N", "Dots an inch: of PNG, and of pictures inside SVG and PDF");
    entry("--font-size", "font_size", "PT", "Font size");
    entry("--palette", "palette", "NAME", "Colours of curves");
    entry("--colour-map", "colour_map", "NAME", "Colours of a field or of nodes");
    entry("--kind", "kind", "KIND", "surface instead of field, sweep or graph instead of curves");
    entry("--x", "x", "NAME", "step or time; of a sweep the parameter");
    entry("--graph", "graph", "N", "Which graph of a data set, from 0");
    entry("--original", "original", "NAME", "Artifact with the graph that another one is compared with");
    entry("--colour-by", "colour_by", "NAME", "Of a graph's nodes: degree or an attribute");
    entry("--size-by", "size_by", "NAME", "Of a graph's nodes: degree or an attribute");
    entry("--title", "title", "TEXT", "Title above the figure");
    const auto flag = [&](const char* option, const char* name, nlohmann::json value, const char* help) {
        command
            .add_flag_callback(
                option, [options, name, value] { options->changes[name] = value; }, help)
            ->group("Figure");
    };
    flag("--log-x", "log_x", true, "Logarithmic x axis");
    flag("--log-y", "log_y", true, "Logarithmic y axis");
    flag("--transparent", "background", "transparent", "Without a background");
}

} // namespace

void add_export(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(
        "export",
        "Writes an artifact, metrics, a table, a report or a figure of runs to a file; its ending decides the form");
    command->add_option("run", options->runs, "Runs (default for tables: all)")->type_name("RUN ...");
    command->add_option("--project", options->project, "Project")->type_name("DIR");
    command->add_option("--artifact", options->artifact, "This artifact of one run")->type_name("NAME");
    command->add_flag("--metrics", options->metrics, "Every value of every metric");
    command->add_flag("--table", options->table, "One line a run: parameters and last metrics");
    command->add_flag("--report", options->report, "One HTML page about the runs, to read, print or publish");
    command->add_option("--columns", options->how.columns, "Of --table: these columns, in this order")
        ->delimiter(',')
        ->type_name("A,B,...");
    command->add_flag("--only-differing", options->how.only_differing, "Of --table: columns in which runs differ");
    command->add_option("--sort", options->how.sort, "Of --table: by this column")->type_name("COLUMN");
    command->add_flag("--descending", options->how.descending, "Of --sort: the largest first");
    command->add_option("--step", options->step, "Of a field over time: this time step only")->type_name("N");
    command
        ->add_option("--figure", options->figure,
                     "A saved figure, or a metric, field or graph of the runs; as .png, .svg or .pdf")
        ->type_name("NAME");
    add_figure_options(*command, options);
    command->add_flag("--json", options->json, "Of a figure: one JSON document on stdout");
    command->add_option("--out", options->out, "File to write")->required()->type_name("FILE");
    command->callback([&action, options] { action = [options] { return export_from(*options); }; });
}

} // namespace orrery::cli
