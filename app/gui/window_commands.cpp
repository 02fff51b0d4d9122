// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window_commands.h"

#include "core/command_parts.h"
#include "views/field/colour_map.h"

#include <QCoreApplication>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace orrery::gui {

namespace {

// What people read of a command, in their language.
std::string words(const char* text) { return QCoreApplication::translate("WindowCommands", text).toStdString(); }

Field text_field(std::string name, const char* help, std::string default_value = {}) {
    return argument(std::move(name), FieldType::text, std::move(default_value), words(help));
}

QString text(const Values& values, std::string_view name) {
    return QString::fromStdString(std::get<std::string>(values.at(std::string(name))));
}

// Does what changes the form; what takes it back.
std::optional<Invocation> change_form(const WindowActions& actions, const std::function<void()>& work) {
    const auto [experiment, parameters] = actions.form();
    work();
    if (actions.form() == std::pair(experiment, parameters)) return std::nullopt;
    return Invocation{"parameters.set",
                      {{"experiment", experiment.toStdString()}, {"parameters", parameters.toStdString()}}};
}

struct Made {
    Command command;
    Made(std::string id, const char* title, const char* help, std::string shortcut = {}) {
        command.python = "window." + id;
        std::replace(command.python.begin() + 7, command.python.end(), '.', '_');
        command.id = std::move(id);
        command.title = words(title);
        command.help = words(help);
        command.shortcut = std::move(shortcut);
    }
    Made& argument(Field field, bool required = true) {
        command.arguments.fields.push_back(std::move(field));
        if (required) command.required = command.arguments.fields.size();
        return *this;
    }
    Made& unrecorded() { return command.recorded = false, *this; }
};

class Adder {
public:
    Adder(CommandThread& thread, const WindowActions& actions) : thread_(thread), actions_(actions) {}
    void add_projects();
    void add_panels();
    void add_form();
    void add_problems();
    void add_runs();
    void add_graphs();
    void add_baseline();
    void add_plot();
    void add_colour_map();

private:
    // Does it on the window's thread; it can't be undone.
    void add(Made made, std::function<std::string(const Values&)> work) {
        made.command.execute = [this_thread = &thread_, work = std::move(work)](const Values& values) {
            std::string done;
            this_thread->on_window_thread([&] { done = work(values); });
            return Effect{done, true, std::nullopt};
        };
        thread_.commands().add(std::move(made.command));
    }
    // The same, with what takes it back.
    void add_undoable(Made made, std::function<std::optional<Invocation>(const Values&)> work) {
        made.command.execute = [this_thread = &thread_, work = std::move(work)](const Values& values) {
            std::optional<Invocation> inverse;
            this_thread->on_window_thread([&] { inverse = work(values); });
            const bool changed = inverse.has_value();
            return Effect{"", changed, std::move(inverse)};
        };
        thread_.commands().add(std::move(made.command));
    }
    // Its argument is asked for by the titles of the panels, and executed with their names.
    Made about_panel(Made made) const {
        made.argument(text_field("panel", "Which panel"));
        made.command.suggest = [actions = &actions_](std::string_view argument, std::string_view, const Values&) {
            std::vector<Suggestion> list;
            if (argument == "panel")
                for (const auto& title : actions->panels()) list.push_back({title.toStdString(), ""});
            return list;
        };
        made.command.resolve = [actions = &actions_, thread = &thread_](Values& values) {
            thread->on_window_thread(
                [&] { values["panel"] = actions->panel_name(text(values, "panel")).toStdString(); });
        };
        return made;
    }
    CommandThread& thread_;
    const WindowActions& actions_;
};

void Adder::add_projects() {
    const auto* actions = &actions_;
    add(Made("project.open", "Open project or recipe",
             "Opens a project, or a recipe's folder; a project that isn't there is made.", "Ctrl+O")
            .argument(text_field("path", "Folder of a project or a recipe")),
        [actions](const Values& values) {
            actions->open(text(values, "path"));
            return std::string();
        });
    add(Made("project.new", "New project", "Makes a project in a folder of its own, NAME.orrery, and opens it.",
             "Ctrl+N")
            .argument(text_field("path", "Folder of the project")),
        [actions](const Values& values) {
            actions->open(text(values, "path"));
            return std::string();
        });
    add(Made("project.close", "Close project", "Closes a project; its jobs go on.", "Ctrl+W")
            .argument(text_field("folder", "Folder of the project; empty: the one that is shown"), false),
        [actions](const Values& values) {
            actions->close(text(values, "folder"));
            return std::string();
        });
    Made change("project.switch", "Switch project", "Shows another one of the open projects.", "Ctrl+Tab");
    change.argument(text_field("folder", "Folder of the project; empty: the next one"), false);
    change.command.resolve = [actions, thread = &thread_](Values& values) {
        thread->on_window_thread(
            [&] { values["folder"] = actions->other_project(text(values, "folder")).toStdString(); });
    };
    add(std::move(change), [actions](const Values& values) {
        actions->switch_to(text(values, "folder"));
        return std::string();
    });
    add(Made("window.quit", "Quit", "Closes the window; runs go on.", "Ctrl+Q").unrecorded(), [actions](const Values&) {
        actions->quit();
        return std::string();
    });
    add(Made("help.report", "Copy report",
             "Shows versions, driver, the last commands and the log, to be copied into a report."),
        [actions](const Values&) {
            actions->show_report();
            return std::string();
        });
}

void Adder::add_panels() {
    const auto* actions = &actions_;
    auto theme = Made("view.theme", "Set theme", "Colours of the window: dark, light, or as the system has them.");
    auto choice = text_field("theme", "Which colours", "system");
    choice.type = FieldType::choice;
    choice.choices = {"system", "dark", "light"};
    add_undoable(theme.argument(choice), [actions](const Values& values) -> std::optional<Invocation> {
        const auto was = actions->set_theme(text(values, "theme"));
        if (was == text(values, "theme")) return std::nullopt;
        return Invocation{"view.theme", {{"theme", was.toStdString()}}};
    });
    Field shown = text_field("shown", "Whether it is to be seen");
    shown.type = FieldType::boolean;
    shown.default_value = true;
    auto panel = about_panel(Made("view.panel", "Show or hide panel", "Shows a panel or a view, or hides it."));
    panel.argument(shown);
    add_undoable(std::move(panel), [actions](const Values& values) -> std::optional<Invocation> {
        const bool wanted = std::get<bool>(values.at("shown"));
        if (actions->show_panel(text(values, "panel"), wanted) == wanted) return std::nullopt;
        return Invocation{"view.panel", {{"panel", values.at("panel")}, {"shown", !wanted}}};
    });
    add_undoable(
        about_panel(Made("view.tear_off", "Tear off panel", "Makes a panel a window of its own, or puts it back.")),
        [actions](const Values& values) -> std::optional<Invocation> {
            actions->tear_off(text(values, "panel"));
            return Invocation{"view.tear_off", values};
        });
    add(about_panel(Made("view.split", "Split panel off its tabs",
                         "Puts a panel that shares its place with others, as tabs, beside them.")),
        [actions](const Values& values) {
            actions->split(text(values, "panel"));
            return std::string();
        });
    add(Made("view.reset_layout", "Reset layout", "Puts all panels where they were in the beginning."),
        [actions](const Values&) {
            actions->reset_layout();
            return std::string();
        });
    add(Made("view.palette", "Find a command",
             "Opens the palette: commands, experiments, runs and projects by a few letters.", "Ctrl+Shift+P")
            .unrecorded(),
        [actions](const Values&) {
            actions->open_palette();
            return std::string();
        });
}

void Adder::add_form() {
    const auto* actions = &actions_;
    add_undoable(Made("experiment.select", "Choose experiment", "Shows the parameters of an experiment in the form.")
                     .argument(text_field("experiment", "Its id")),
                 [actions](const Values& values) -> std::optional<Invocation> {
                     const auto was = actions->select_experiment(text(values, "experiment"));
                     if (was == text(values, "experiment") || was.isEmpty()) return std::nullopt;
                     return Invocation{"experiment.select", {{"experiment", was.toStdString()}}};
                 });
    add_undoable(
        Made("parameters.set", "Set parameters", "Fills the form of an experiment: name=value, with spaces between.")
            .argument(text_field("experiment", "Its id"))
            .argument(text_field("parameters", "name=value ...; all others get their defaults")),
        [actions](const Values& values) -> std::optional<Invocation> {
            const auto was = actions->set_parameters(text(values, "experiment"), text(values, "parameters"));
            if (was == text(values, "parameters")) return std::nullopt;
            return Invocation{"parameters.set",
                              {{"experiment", values.at("experiment")}, {"parameters", was.toStdString()}}};
        });
    const auto preset_inverse = [](const Values& values, const std::optional<QString>& was) {
        if (!was)
            return Invocation{"parameters.remove_preset",
                              {{"name", values.at("name")}, {"experiment", values.at("experiment")}}};
        return Invocation{
            "parameters.save_preset",
            {{"name", values.at("name")}, {"experiment", values.at("experiment")}, {"parameters", was->toStdString()}}};
    };
    add_undoable(
        Made("parameters.save_preset", "Save preset", "Keeps the values of the form in the project, under a name.")
            .argument(text_field("name", "Name of the preset"))
            .argument(text_field("experiment", "Whose parameters"))
            .argument(text_field("parameters", "name=value ...; all others have their defaults")),
        [actions, preset_inverse](const Values& values) -> std::optional<Invocation> {
            const auto wanted = text(values, "parameters");
            const auto was = actions->set_preset(text(values, "experiment"), text(values, "name"), wanted);
            if (was == wanted) return std::nullopt;
            return preset_inverse(values, was);
        });
    auto remove =
        Made("parameters.remove_preset", "Remove preset", "Removes a preset of the experiment from the project.");
    remove.argument(text_field("name", "Name of the preset")).argument(text_field("experiment", "Whose parameters"));
    remove.command.suggest = [actions](std::string_view argument, std::string_view, const Values&) {
        std::vector<Suggestion> list;
        if (argument == "name")
            for (const auto& name : actions->presets()) list.push_back({name.toStdString(), ""});
        return list;
    };
    add_undoable(std::move(remove), [actions, preset_inverse](const Values& values) -> std::optional<Invocation> {
        return preset_inverse(values, actions->set_preset(text(values, "experiment"), text(values, "name"), {}));
    });
    add_undoable(
        Made("parameters.use_field", "Use a field file", "Gives the form's parameter for a field an .npy file.")
            .argument(text_field("file", "The .npy file")),
        [actions](const Values& values) {
            return change_form(*actions, [&] { actions->use_field(text(values, "file")); });
        });
    for (const bool python : {false, true})
        add(Made(python ? "parameters.copy_python" : "parameters.copy_command_line",
                 python ? "Copy as Python" : "Copy as command line",
                 python ? "Copies the call of Python that starts what the form says."
                        : "Copies the command that starts what the form says.")
                .unrecorded(),
            [actions, python](const Values&) {
                actions->copy_form(python);
                return words("It is in the clipboard.");
            });
    add(Made("recipe.play", "Play recipe",
             "Starts the runs of the opened recipe that haven't been made yet, or the one that is named.",
             "Ctrl+Shift+Return")
            .argument(text_field("name", "Name of one of its runs; empty: all that are missing"), false),
        [actions](const Values& values) {
            actions->play(text(values, "name"));
            return std::string();
        });
}

void Adder::add_problems() {
    const auto* actions = &actions_;
    auto begin = Made("problem.new", "New problem file...",
                      "Begins a problem file, equations on a domain with conditions, from one that is built in.");
    begin.argument(text_field("template", "The problem to begin with")).unrecorded();
    begin.command.suggest = [actions](std::string_view argument, std::string_view, const Values&) {
        std::vector<Suggestion> list;
        if (argument == "template")
            for (const auto& name : actions->problem_templates()) list.push_back({name.toStdString(), ""});
        return list;
    };
    add(std::move(begin), [actions](const Values& values) {
        actions->new_problem(text(values, "template"));
        return std::string();
    });
    add(Made("problem.open", "Open problem file...", "Opens a problem file in the editor, which checks it.")
            .argument(text_field("file", "The problem file, .toml"))
            .unrecorded(),
        [actions](const Values& values) {
            actions->open_problem(text(values, "file"));
            return std::string();
        });
    add_undoable(Made("problem.use", "Use problem file in experiment",
                      "Puts the problem file of the editor into the form of the experiment that solves it.")
                     .argument(text_field("file", "The problem file, .toml")),
                 [actions](const Values& values) -> std::optional<Invocation> {
                     const auto [experiment, was] = actions->use_problem(text(values, "file"));
                     if (actions->form() == std::pair(experiment, was)) return std::nullopt;
                     return Invocation{"parameters.set",
                                       {{"experiment", experiment.toStdString()}, {"parameters", was.toStdString()}}};
                 });
}

void Adder::add_runs() {
    const auto* actions = &actions_;
    const auto run = [] { return text_field("run", "Id of the run"); };
    add(Made("run.open", "Show run", "Selects a run and shows its metrics and fields.").argument(run()),
        [actions](const Values& values) {
            actions->open_run(text(values, "run"));
            return std::string();
        });
    add(Made("run.compare", "Compare runs", "Shows what differs between runs: parameters, code, environment, metrics.",
             "Ctrl+Shift+C")
            .argument(text_field("runs", "Their ids, with spaces between; empty: those that are selected"), false),
        [actions](const Values& values) {
            actions->compare(text(values, "runs"));
            return std::string();
        });
    add_undoable(Made("run.duplicate", "Duplicate run",
                      "Puts the parameters of a run into the form, to be changed and run again.", "Ctrl+D")
                     .argument(run()),
                 [actions](const Values& values) {
                     return change_form(*actions, [&] { actions->duplicate_run(text(values, "run")); });
                 });
}

void Adder::add_graphs() {
    const auto* actions = &actions_;
    const auto number = [](const char* name, const char* help) {
        return argument(name, FieldType::number, 0.0, words(help));
    };
    add_undoable(Made("graph.move_node", "Move node", "Puts a node of a graph that is shown somewhere else.")
                     .argument(text_field("graph", "Run, artifact, number and layout of the graph"))
                     .argument(argument("node", FieldType::integer, std::int64_t{0}, words("Its number, from 0")))
                     .argument(number("x", "Where to, in the layout's units"))
                     .argument(number("y", "Where to, upwards")),
                 [actions](const Values& values) -> std::optional<Invocation> {
                     const auto node = std::get<std::int64_t>(values.at("node"));
                     const std::array to{std::get<double>(values.at("x")), std::get<double>(values.at("y"))};
                     if (node < 0 || node > std::numeric_limits<int>::max())
                         throw Error("A graph has no node " + std::to_string(node) + ".", "They are counted from 0.",
                                     ExitCode::usage);
                     const auto was = actions->move_node(text(values, "graph"), static_cast<int>(node), to);
                     if (was == to) return std::nullopt;
                     return Invocation{"graph.move_node",
                                       {{"graph", values.at("graph")}, {"node", node}, {"x", was[0]}, {"y", was[1]}}};
                 });
    add_undoable(
        Made("graph.keep_brush", "Keep brushed graph",
             "Keeps what a stroke over the spectrum makes of a graph that is shown, or nothing.")
            .argument(text_field("graph", "Run, artifact and number of the graph"))
            .argument(text_field("stroke", "As low=20 high=34 change=noise std=2 output=binarised seed=0; "
                                           "empty: the graph as it was"),
                      false),
        [actions](const Values& values) -> std::optional<Invocation> {
            const auto was = actions->keep_brush(text(values, "graph"), text(values, "stroke"));
            if (was == text(values, "stroke")) return std::nullopt;
            return Invocation{"graph.keep_brush", {{"graph", values.at("graph")}, {"stroke", was.toStdString()}}};
        });
}

// What the menus say beforehand.
void expect_possible(const WindowActions& actions, const char* command, const QString& run = {}) {
    if (const auto why = actions.reason(QString::fromUtf8(command), run); !why.isEmpty())
        throw Error(why.toStdString(), "", ExitCode::usage);
}

void Adder::add_baseline() {
    const auto* actions = &actions_;
    add_undoable(Made("run.baseline", "Make run the baseline",
                      "Shows a run above all others in the table, and how far these are from it.")
                     .argument(text_field("run", "Id of the run")),
                 [actions](const Values& values) -> std::optional<Invocation> {
                     const auto run = text(values, "run");
                     expect_possible(*actions, "run.baseline", run);
                     const auto was = actions->set_baseline(run);
                     if (was == run) return std::nullopt;
                     if (was.isEmpty()) return Invocation{"run.no_baseline", {}};
                     return Invocation{"run.baseline", {{"run", was.toStdString()}}};
                 });
    add_undoable(Made("run.no_baseline", "Take the baseline away", "Compares the runs of the table with none of them."),
                 [actions](const Values&) -> std::optional<Invocation> {
                     expect_possible(*actions, "run.no_baseline");
                     return Invocation{"run.baseline", {{"run", actions->set_baseline({}).toStdString()}}};
                 });
}

void Adder::add_plot() {
    const auto* actions = &actions_;
    for (const bool of_y : {false, true}) {
        const std::string id = of_y ? "plot.log_y" : "plot.log_x";
        add_undoable(Made(id, of_y ? "Log y axis of metrics" : "Log x axis of metrics",
                          of_y ? "Makes the y axis of the metrics logarithmic, or linear."
                               : "Makes the x axis of the metrics logarithmic, or linear.")
                         .argument(argument("on", FieldType::boolean, true, words("Whether it is logarithmic")), false),
                     [actions, of_y, id](const Values& values) -> std::optional<Invocation> {
                         const bool on = std::get<bool>(values.at("on"));
                         if (actions->set_log(of_y, on) == on) return std::nullopt;
                         return Invocation{id, {{"on", !on}}};
                     });
    }
    add(Made("plot.copy_csv", "Copy metrics as CSV", "Copies the values of the metrics that are in sight.")
            .unrecorded(),
        [actions](const Values&) {
            expect_possible(*actions, "plot.copy_csv");
            actions->copy_csv();
            return words("It is in the clipboard.");
        });
}

void Adder::add_colour_map() {
    auto map =
        argument("map", FieldType::choice, std::string("automatic"), words("Automatic: one that suits the signs"));
    map.choices = {"automatic"};
    for (const auto& each : colour_maps()) map.choices.push_back(each.id.toStdString());
    auto of = argument("of", FieldType::choice, std::string("fields"), words("Whose colours"));
    of.choices = {"fields", "difference"};
    add_undoable(
        Made("field.colour_map", "Colour map of fields", "Chooses the colours that show the values of a field.")
            .argument(map)
            .argument(of, false),
        [actions = &actions_](const Values& values) -> std::optional<Invocation> {
            expect_possible(*actions, "field.colour_map");
            const bool of_difference = text(values, "of") == QStringLiteral("difference");
            const auto was = actions->set_colour_map(text(values, "map"), of_difference);
            if (was == text(values, "map")) return std::nullopt;
            return Invocation{"field.colour_map", {{"map", was.toStdString()}, {"of", values.at("of")}}};
        });
}

} // namespace

void add_window_commands(CommandThread& thread, const WindowActions& actions) {
    Adder adder(thread, actions);
    adder.add_projects();
    adder.add_panels();
    adder.add_form();
    adder.add_problems();
    adder.add_runs();
    adder.add_graphs();
    adder.add_baseline();
    adder.add_plot();
    adder.add_colour_map();
}

} // namespace orrery::gui
