// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/exchange_commands.h"

#include "core/exchange/export_record.h"
#include "core/exchange/import_metrics.h"
#include "core/exchange/report.h"
#include "core/exchange/run_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <sstream>

namespace orrery {

namespace {

namespace fs = std::filesystem;

Field path(std::string name, std::string help) {
    return argument(std::move(name), FieldType::path, std::string(), std::move(help));
}

std::vector<std::string> words(const std::string& line) {
    std::istringstream in(line);
    std::vector<std::string> list;
    for (std::string word; in >> word;) list.push_back(word);
    return list;
}

std::string number_of_runs(std::size_t count) { return fmt::format("{} run{}", count, count == 1 ? "" : "s"); }

std::vector<std::string> whole_ids(const Project& project, const std::string& line) {
    std::vector<std::string> ids;
    for (const auto& word : words(line)) ids.push_back(project.find(word));
    return ids;
}

// Where a path leads must not depend on where it is said again.
void make_absolute(Values& values, const char* name) {
    auto& given = std::get<std::string>(values.at(name));
    if (!given.empty()) given = fs::absolute(given).lexically_normal().string();
}

Command made(std::string name, std::string title, std::string help, const CurrentProject& current, bool writes) {
    Command command;
    command.id = command.python = "project." + std::move(name);
    command.title = std::move(title);
    command.help = std::move(help);
    command.reason = [current, writes](const Values&) { return reason_against(current, writes); };
    return command;
}

Effect import(Project& project, const Values& values) {
    ImportOptions options;
    options.name = text_in(values, "name");
    options.experiment = text_in(values, "experiment");
    options.tags = words(text_in(values, "tags"));
    options.parameters = words(text_in(values, "parameters"));
    options.again = std::get<bool>(values.at("again"));
    const auto runs = import_metrics(project, text_in(values, "path"), options);
    std::string ids, notes;
    std::size_t count = 0;
    for (const auto& run : runs) {
        if (!run.is_new) continue;
        ++count;
        ids += (ids.empty() ? "" : " ") + run.id;
        for (const auto& note : run.notes)
            if (notes.find(note) == std::string::npos) notes += " " + note;
    }
    const auto file = fs::path(text_in(values, "path")).filename().string();
    if (count == 0) return {fmt::format("{} was imported before.", file), false, std::nullopt};
    std::string done = fmt::format("{} imported from {}.{}", number_of_runs(count), file, notes);
    if (count < runs.size()) done += fmt::format(" {} were imported before.", number_of_runs(runs.size() - count));
    return {std::move(done), true, Invocation{"project.remove_imported", {{"runs", ids}}}};
}

void add_import(CommandSet& commands, const CurrentProject& current) {
    auto command =
        made("import_metrics", "Import metrics",
             "Brings metrics of other programs in as runs: a CSV file, a TensorBoard log or a folder of logs.", current,
             true);
    command.arguments.fields = {path("path", "CSV file, TensorBoard event file, or a folder of logs"),
                                text_argument("parameters", "Parameters that the runs had: name=value name=value"),
                                text_argument("name", "Name of the run; empty: of the file or folder"),
                                text_argument("experiment", "The runs belong to imported.NAME; empty: imported"),
                                text_argument("tags", "Tags, blanks between"),
                                argument("again", FieldType::boolean, false, "Also what was imported before")};
    command.required = 1;
    command.resolve = [](Values& values) { make_absolute(values, "path"); };
    command.execute = [current](const Values& values) { return import(open_project(current), values); };
    commands.add(std::move(command));
}

void add_removal(CommandSet& commands, const CurrentProject& current, bool removed) {
    auto command = made(removed ? "remove_imported" : "restore_imported",
                        removed ? "Remove imported runs" : "Restore imported runs",
                        removed ? "Hides runs that were imported together; nothing is deleted."
                                : "Shows runs that were imported together in the lists again.",
                        current, true);
    command.arguments.fields = {text_argument("runs", "Ids, blanks between")};
    command.required = 1;
    command.resolve = [current](Values& values) {
        values["runs"] = fmt::format("{}", fmt::join(whole_ids(open_project(current), text_in(values, "runs")), " "));
    };
    command.execute = [current, removed](const Values& values) {
        auto& project = open_project(current);
        const auto ids = words(text_in(values, "runs"));
        for (const auto& id : ids)
            if (const auto run = project.run(id); !is_imported(run.experiment))
                throw Error(fmt::format("Run {} was not imported.", id), "run.remove hides it.", ExitCode::usage);
        std::size_t changed = 0;
        for (const auto& id : ids) changed += project.set_removed(id, removed);
        return Effect{fmt::format("{} {}.", number_of_runs(changed), removed ? "removed" : "in the lists again"),
                      changed > 0,
                      Invocation{removed ? "project.restore_imported" : "project.remove_imported",
                                 {{"runs", text_in(values, "runs")}}}};
    };
    commands.add(std::move(command));
}

void add_report(CommandSet& commands, const CurrentProject& current) {
    auto command = made("export_report", "Export report", "Writes one HTML page about runs, to read, print or publish.",
                        current, false);
    command.arguments.fields = {text_argument("runs", "Ids, blanks between", "runs"),
                                path("path", "File to write: .html")};
    command.required = 2;
    command.resolve = [current](Values& values) {
        values["runs"] = fmt::format("{}", fmt::join(whole_ids(open_project(current), text_in(values, "runs")), " "));
        make_absolute(values, "path");
    };
    command.execute = [current](const Values& values) {
        const auto ids = words(text_in(values, "runs"));
        export_report(open_project(current), ids, text_in(values, "path"));
        return Effect{fmt::format("The report of {} is in {}.", number_of_runs(ids.size()), text_in(values, "path")),
                      true, std::nullopt};
    };
    commands.add(std::move(command));
}

void add_table(CommandSet& commands, const CurrentProject& current) {
    auto command = made("export_table", "Export table", "Writes runs as a table: one line a run.", current, false);
    command.arguments.fields = {path("path", "File to write: .csv, .json, .md, .html or .txt"),
                                text_argument("runs", "Ids, blanks between; empty: all", "runs"),
                                text_argument("columns", "Columns, commas between; empty: all"),
                                text_argument("sort", "Column to sort by; empty: as the runs are given"),
                                argument("descending", FieldType::boolean, false, "The largest first")};
    command.required = 1;
    command.resolve = [current](Values& values) {
        values["runs"] = fmt::format("{}", fmt::join(whole_ids(open_project(current), text_in(values, "runs")), " "));
        make_absolute(values, "path");
    };
    command.execute = [current](const Values& values) {
        auto& project = open_project(current);
        const fs::path out = text_in(values, "path");
        table_format_of(out); // a wrong ending is told before the work
        std::vector<RunRow> runs;
        for (const auto& id : words(text_in(values, "runs"))) runs.push_back(project.run(id));
        if (runs.empty()) runs = project.runs();
        RunTableOptions how;
        std::istringstream columns(text_in(values, "columns"));
        for (std::string column; std::getline(columns, column, ',');) how.columns.push_back(column);
        how.sort = text_in(values, "sort");
        how.descending = std::get<bool>(values.at("descending"));
        write_table(out, runs_table(runs, how));
        record_export(project, out, runs, {{"table", "runs"}});
        return Effect{fmt::format("The table of {} is in {}.", number_of_runs(runs.size()), out.string()), true,
                      std::nullopt};
    };
    commands.add(std::move(command));
}

} // namespace

void add_exchange_commands(CommandSet& commands, CurrentProject current) {
    add_import(commands, current);
    add_removal(commands, current, true);
    add_removal(commands, current, false);
    add_report(commands, current);
    add_table(commands, current);
}

} // namespace orrery
