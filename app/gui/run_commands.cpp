// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/run_commands.h"

#include "core/command_parts.h"
#include "core/jobs/job.h"
#include "core/jobs/slots.h"
#include "core/labels.h"
#include "core/live/live_changes.h"
#include "core/live/live_inbox.h"
#include "core/project.h"
#include "core/run_id.h"
#include "core/sweep.h"
#include "views/form/field_text.h"

#include <QCoreApplication>
#include <QProcess>

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

namespace orrery::gui {

namespace {

// What people read of a command, in their language.
std::string words(const char* text) { return QCoreApplication::translate("RunCommands", text).toStdString(); }

ProjectHandles writable(const CurrentHandles& current) {
    auto handles = current.get();
    if (!handles.writer) throw Error("No project that can be written is open.", "Open one.", ExitCode::usage);
    return handles;
}

std::string no_project(const CurrentHandles& current) {
    return current.get().writer ? "" : "No project that can be written is open.";
}

std::vector<RunRequest> requests_of(const ProjectHandles& handles, const Values& values) {
    if (!handles.catalogue) throw Error("The plugins have not been read yet.", "Try again in a moment.");
    const auto found = handles.catalogue->find(text_in(values, "experiment"));
    std::vector<std::string> assignments;
    for (const auto& assignment : split(QString::fromStdString(text_in(values, "parameters"))))
        assignments.push_back(assignment.toStdString());
    Problems problems;
    const auto& schema = found.experiment->schema;
    const auto sweep = std::get<bool>(values.at("sweep")) ? parse_sweep(schema, assignments, {}, problems)
                                                          : Sweep{{}, {schema.parse(assignments, problems)}};
    if (!problems.empty()) {
        std::string lines;
        for (const auto& problem : problems) lines += (lines.empty() ? "" : "\n") + problem.line();
        throw Error(lines, "Nothing was run.", ExitCode::usage);
    }
    JobOrder order;
    order.experiment = found.experiment->id;
    order.device = parse_device(text_in(values, "device"));
    order.seed = static_cast<std::uint64_t>(std::get<std::int64_t>(values.at("seed")));
    order.name = checked_name(text_in(values, "name"));
    if (sweep.points.size() > 1) {
        order.sweep = new_run_id();
        order.threads = 1; // they share the cores
    }
    std::vector<RunRequest> requests;
    for (const auto& point : sweep.points) {
        order.parameters = point;
        requests.push_back(request_of(found, order, {}));
    }
    return requests;
}

// project.run("ID", kappa=0.1, name="first"): the parameters are arguments there, with their own types.
std::string python_of_start(const ProjectHandles& handles, const Values& values) {
    const auto experiment = text_in(values, "experiment");
    const bool sweep = std::get<bool>(values.at("sweep"));
    const auto& schema = handles.catalogue->find(experiment).experiment->schema;
    std::vector<NamedValues> arguments;
    for (const auto& assignment : split(QString::fromStdString(text_in(values, "parameters")))) {
        const auto name = assignment.section(QLatin1Char('='), 0, 0).toStdString();
        if (const auto* known = schema.find(name)) {
            auto read = read_field(*known, assignment.section(QLatin1Char('='), 1).toStdString(), sweep);
            arguments.push_back({name, std::move(read.values), read.is_sweep});
        }
    }
    StartOptions options;
    options.seed = std::get<std::int64_t>(values.at("seed"));
    options.device = text_in(values, "device");
    if (const auto name = text_in(values, "name"); !name.empty()) arguments.push_back({"name", {name}});
    return python_call(experiment, std::move(arguments), options);
}

void add_start(CommandSet& commands, const CurrentHandles& current,
               std::function<void(const QStringList& ids)> started) {
    Command command;
    command.id = "run.start";
    command.python = "project.run";
    command.title = words("Run");
    command.help = words("Starts a run of an experiment, or a sweep of several, in a process of its own.");
    command.shortcut = "Ctrl+Return";
    command.required = 1;
    command.arguments.fields = {
        argument("experiment", FieldType::text, std::string(), words("Id of the experiment"), "experiment"),
        argument("parameters", FieldType::text, std::string(), words("name=value ..., with spaces between")),
        argument("seed", FieldType::integer, std::int64_t{0}, words("Seed of all random numbers")),
        argument("device", FieldType::text, std::string("auto"), words("auto, cpu or cuda:N")),
        argument("name", FieldType::text, std::string(), words("Name of the run")),
        argument("sweep", FieldType::boolean, false,
                 words("Whether the values are lists and ranges: a=1,2 b=0..1:lin:5"))};
    command.arguments.fields[2].min = 0;
    command.arguments.fields[2].max = 9223372036854775807.0;
    command.reason = [&current](const Values&) { return no_project(current); };
    command.execute = [&current, started = std::move(started)](const Values& values) {
        const auto handles = writable(current);
        auto requests = requests_of(handles, values);
        const auto ids = handles.queue->add(std::move(requests));
        QStringList list;
        for (const auto& id : ids) list << QString::fromStdString(id);
        started(list);
        return Effect{ids.size() == 1
                          ? fmt::format("Run {} of {} is in the queue.", ids.front(), text_in(values, "experiment"))
                          : fmt::format("{} runs of {} are in the queue.", ids.size(), text_in(values, "experiment")),
                      true, std::nullopt};
    };
    command.python_line = [&current](const Values& values) { return python_of_start(current.get(), values); };
    command.suggest = [&current](std::string_view argument, std::string_view, const Values&) {
        std::vector<Suggestion> list;
        const auto catalogue = current.get().catalogue;
        if (argument == "experiment" && catalogue)
            for (const auto& found : catalogue->experiments())
                list.push_back({found.experiment->id, found.experiment->title});
        return list;
    };
    commands.add(std::move(command));
}

using OnRun = std::function<std::string(const ProjectHandles&, const std::string& run, const Values&)>;

// A command about one run, which can't be undone.
Command about_run(const CurrentHandles& current, std::string name, const char* title, const char* help, OnRun execute) {
    Command command;
    command.id = "run." + name;
    command.python = "project." + name;
    command.title = words(title);
    command.help = words(help);
    command.required = 1;
    command.arguments.fields = {
        argument("run", FieldType::text, std::string(), words("Id of the run, a unique prefix of it, or last"), "run")};
    command.resolve = [&current](Values& values) {
        values["run"] = writable(current).writer->find(text_in(values, "run"));
    };
    command.reason = [&current](const Values&) { return no_project(current); };
    command.execute = [&current, execute = std::move(execute)](const Values& values) {
        return Effect{execute(writable(current), text_in(values, "run"), values), true, std::nullopt};
    };
    command.suggest = [&current](std::string_view argument, std::string_view typed, const Values&) {
        std::vector<Suggestion> list;
        constexpr int most = 50;
        if (const auto writer = current.get().writer; writer && argument == "run")
            for (const auto& run : writer->search(std::string(typed), most))
                list.push_back({run.id, run.name.empty() ? run.experiment : run.name + ", " + run.experiment});
        return list;
    };
    return command;
}

std::string resume(const ProjectHandles& handles, const std::string& run) {
    const auto row = handles.writer->run(run);
    if (row.status == Status::queued) {
        handles.queue->adopt(run);
        return "Run " + run + " begins when it is its turn.";
    }
    handles.queue->resume(run);
    return row.checkpoint ? fmt::format("Run {} goes on after step {}.", run, *row.checkpoint)
                          : fmt::format("Run {} begins anew: it has no checkpoint.", run);
}

std::string kill(const ProjectHandles& handles, const std::string& run) {
    auto& project = *handles.writer;
    const auto claim = project.claim_of(run);
    if (!project.kill(run))
        throw Error("Run " + run + " can't be killed from here: its process is gone, or on another machine.");
    // The program that started it says how it ended; if that is gone, too, we do.
    for (int i = 0; i < 50 && !project.run(run).end && project.run(run).status != Status::lost; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (project.run(run).status == Status::lost)
        project.end(run, {Outcome::stopped, static_cast<int>(ExitCode::stopped), "the run was killed on request", {}},
                    claim);
    return "Run " + run + " was killed.";
}

std::string change_live(const ProjectHandles& handles, const std::string& run, const Values& values) {
    const auto schema = Schema::from_json(handles.writer->declaration(run).at("fields"));
    const auto name = text_in(values, "field");
    Problems problems;
    const auto changed = check_live(schema, {name + "=" + text_in(values, "value")}, problems);
    if (!problems.empty()) throw Error(problems.begin()->line(), "", ExitCode::usage);
    post_live(LiveView(run), changed);
    return fmt::format("{} = {} from the next step of run {} on.", name, text_of(changed.at(name)), run);
}

void add_compact(CommandSet& commands, const CurrentHandles& current) {
    Command command;
    command.id = command.python = "project.compact";
    command.title = words("Compact project");
    command.help =
        words("Deletes removed runs and artifacts, and files that no run names, for good: it frees their room.");
    command.reason = [&current](const Values&) { return no_project(current); };
    command.execute = [&current](const Values&) {
        const auto done = writable(current).writer->compact();
        return Effect{fmt::format("{} removed runs and {} files ({:.1f} MB) were deleted.", done.runs.size(),
                                  done.files, static_cast<double>(done.bytes) / 1e6),
                      !done.runs.empty() || done.files > 0, std::nullopt};
    };
    commands.add(std::move(command));
}

} // namespace

QString joined(const QStringList& assignments) {
    QStringList quoted;
    for (auto assignment : assignments) {
        const bool plain = !assignment.isEmpty() && !assignment.contains(QLatin1Char(' ')) &&
                           !assignment.contains(QLatin1Char('\t')) && !assignment.contains(QLatin1Char('"')) &&
                           !assignment.contains(QLatin1Char('\n'));
        // Three quotes stand for one, as QProcess::splitCommand reads them.
        if (!plain)
            assignment = QLatin1Char('"') + assignment.replace(QStringLiteral("\""), QStringLiteral("\"\"\"")) +
                         QLatin1Char('"');
        quoted << assignment;
    }
    return quoted.join(QLatin1Char(' '));
}

QStringList split(const QString& text) { return QProcess::splitCommand(text); }

void add_run_commands(CommandSet& commands, const CurrentHandles& current,
                      std::function<void(const QStringList& ids)> started) {
    add_start(commands, current, std::move(started));
    add_compact(commands, current);
    auto stop = about_run(current, "stop", "Stop run", "Asks a run to stop; it writes a checkpoint first if it can.",
                          [](const ProjectHandles& handles, const std::string& run, const Values&) {
                              return handles.writer->request_stop(run) ? "Run " + run + " was asked to stop."
                                                                       : "Run " + run + " was stopped before its turn.";
                          });
    stop.shortcut = "Ctrl+.";
    commands.add(std::move(stop));
    commands.add(about_run(
        current, "kill", "Kill run", "Ends a run by force; what it wrote is kept.",
        [](const ProjectHandles& handles, const std::string& run, const Values&) { return kill(handles, run); }));
    auto go_on = about_run(
        current, "resume", "Resume run",
        "Goes on from a run's last checkpoint, or begins one that waits without anybody to start it.",
        [](const ProjectHandles& handles, const std::string& run, const Values&) { return resume(handles, run); });
    go_on.shortcut = "Ctrl+Shift+R";
    commands.add(std::move(go_on));
    auto live = about_run(current, "live", "Change live field", "Changes a live parameter of a run while it goes on.",
                          change_live);
    live.required = 3;
    live.arguments.fields.push_back(argument("field", FieldType::text, std::string(), words("Name of the parameter")));
    live.arguments.fields.push_back(argument("value", FieldType::text, std::string(), words("New value")));
    commands.add(std::move(live));
}

} // namespace orrery::gui
