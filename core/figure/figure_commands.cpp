// SPDX-License-Identifier: BSD-3-Clause
#include "core/figure/figure_commands.h"

#include "core/figure/figure.h"
#include "core/figure/figure_data.h"
#include "core/figure/figure_export.h"
#include "core/labels.h"
#include "core/project.h"

#include <fmt/format.h>

namespace orrery {

namespace {

nlohmann::json object_in(const std::string& text, const char* what) {
    auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_object()) return json;
    throw Error(fmt::format("The {} of the figure is no JSON object.", what),
                "It looks like {\"kind\": \"curves\", ...}.", ExitCode::usage);
}

// JSON as Python writes it.
std::string python_of(const nlohmann::json& json) {
    if (json.is_null()) return "None";
    if (json.is_boolean()) return json.get<bool>() ? "True" : "False";
    if (json.is_string()) return python_literal(json.get<std::string>());
    if (!json.is_structured()) return json.dump();
    std::string text;
    for (const auto& [name, value] : json.items())
        text += (text.empty() ? "" : ", ") + (json.is_object() ? python_literal(name) + ": " : "") + python_of(value);
    return json.is_object() ? "{" + text + "}" : "[" + text + "]";
}

std::vector<Suggestion> saved_figures(const CurrentProject& current) {
    std::vector<Suggestion> found;
    if (const Project* project = current ? current() : nullptr)
        for (const auto& row : project->figures()) found.push_back({row.name, "figure"});
    return found;
}

class FigureCommands {
public:
    FigureCommands(CommandSet& commands, CurrentProject current) : commands_(commands), current_(std::move(current)) {}
    void add_all() {
        add_save();
        add_remove();
        add_rename();
        add_export();
    }

private:
    Command about_figures(const char* id, const char* python, std::string title, std::string help, bool writes) const {
        Command command;
        command.id = id;
        command.python = python;
        command.title = std::move(title);
        command.help = std::move(help);
        command.reason = [current = current_, writes](const Values&) { return reason_against(current, writes); };
        command.suggest = [current = current_](std::string_view argument, std::string_view, const Values&) {
            return argument == "name" || argument == "figure" ? saved_figures(current) : std::vector<Suggestion>{};
        };
        return command;
    }

    void add_save() {
        auto command = about_figures("figure.save", "project.save_figure", "Save figure",
                                     "Saves a figure under a name, in place of the one that has it.", true);
        command.arguments.fields = {text_argument("name", "Name of the figure", "figure"),
                                    text_argument("specification", "What it shows and how, as JSON")};
        command.required = 2;
        command.resolve = [](Values& values) {
            values["name"] = checked_figure_name(text_in(values, "name"));
            values["specification"] =
                Figure::from_json(object_in(text_in(values, "specification"), "specification")).to_json().dump();
        };
        command.execute = [current = current_](const Values& values) {
            const auto& name = text_in(values, "name");
            const auto was =
                open_project(current).set_figure(name, nlohmann::json::parse(text_in(values, "specification")));
            if (!was) return Effect{fmt::format("The figure '{}' is so already.", name), false, std::nullopt};
            Invocation inverse{"figure.remove", {{"name", name}}};
            if (!was->empty()) inverse = {"figure.save", {{"name", name}, {"specification", *was}}};
            return Effect{fmt::format("The figure '{}' is {}.", name, was->empty() ? "saved" : "changed"), true,
                          inverse};
        };
        command.python_line = [](const Values& values) {
            return fmt::format("project.save_figure({}, {})", python_literal(text_in(values, "name")),
                               python_of(nlohmann::json::parse(text_in(values, "specification"), nullptr, false)));
        };
        commands_.add(std::move(command));
    }

    void add_remove() {
        auto command = about_figures("figure.remove", "project.remove_figure", "Remove figure",
                                     "Removes a saved figure; what was exported of it stays.", true);
        command.arguments.fields = {text_argument("name", "Name of the figure", "figure")};
        command.required = 1;
        command.execute = [current = current_](const Values& values) {
            const auto& name = text_in(values, "name");
            const auto was = open_project(current).remove_figure(name);
            return Effect{fmt::format("The figure '{}' is removed.", name), true,
                          Invocation{"figure.save", {{"name", name}, {"specification", was}}}};
        };
        commands_.add(std::move(command));
    }

    void add_rename() {
        auto command = about_figures("figure.rename", "project.rename_figure", "Rename figure",
                                     "Gives a saved figure another name.", true);
        command.arguments.fields = {text_argument("name", "Name of the figure", "figure"),
                                    text_argument("new_name", "Its new name")};
        command.required = 2;
        command.resolve = [](Values& values) { values["new_name"] = checked_figure_name(text_in(values, "new_name")); };
        command.execute = [current = current_](const Values& values) {
            const auto &name = text_in(values, "name"), &new_name = text_in(values, "new_name");
            if (!open_project(current).rename_figure(name, new_name))
                return Effect{fmt::format("The figure has the name '{}' already.", name), false, std::nullopt};
            return Effect{fmt::format("The figure '{}' is named '{}'.", name, new_name), true,
                          Invocation{"figure.rename", {{"name", new_name}, {"new_name", name}}}};
        };
        commands_.add(std::move(command));
    }

    void add_export() {
        auto command =
            about_figures("figure.export", "project.export_figure", "Export figure",
                          "Writes a figure as PNG, SVG or PDF, with its data and where they came from.", false);
        command.arguments.fields = {
            text_argument("figure", "Name of a saved figure, or a specification as JSON", "figure"),
            text_argument("path", "File to write; its ending, .png, .svg or .pdf, decides the form"),
            text_argument("changes", "Entries of the specification that are to be other ones, as JSON")};
        command.required = 2;
        command.execute = [current = current_](const Values& values) {
            Project& project = open_project(current);
            const auto &given = text_in(values, "figure"), &changes = text_in(values, "changes");
            FigureExportOptions options;
            Figure figure;
            if (given.starts_with('{')) {
                figure = Figure::from_json(object_in(given, "specification"));
            } else {
                figure = figure_named(project, given, {});
                options.name = given;
            }
            if (!changes.empty()) figure = figure.with(object_in(changes, "list of changes"));
            const auto made = export_figure(project, figure, text_in(values, "path"), options);
            std::string sentence = fmt::format("Wrote {}.", made.image.string());
            for (const auto& note : made.notes) sentence += " " + note;
            return Effect{sentence, true, std::nullopt};
        };
        command.python_line = [](const Values& values) {
            const auto &given = text_in(values, "figure"), &changes = text_in(values, "changes");
            std::string line = "project.export_figure(";
            line += given.starts_with('{') ? python_of(nlohmann::json::parse(given, nullptr, false))
                                           : python_literal(given);
            line += ", " + python_literal(text_in(values, "path"));
            const auto entries = nlohmann::json::parse(changes.empty() ? "{}" : changes, nullptr, false);
            if (entries.is_object())
                for (const auto& [name, value] : entries.items()) line += ", " + name + "=" + python_of(value);
            return line + ")";
        };
        commands_.add(std::move(command));
    }

    CommandSet& commands_;
    CurrentProject current_;
};

} // namespace

void add_figure_commands(CommandSet& commands, CurrentProject current) {
    FigureCommands(commands, std::move(current)).add_all();
}

} // namespace orrery
