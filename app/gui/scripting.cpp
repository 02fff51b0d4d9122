// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/scripting.h"

#include "core/provenance.h"
#include "views/console/script_editor.h"

#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace orrery::gui {

namespace {

// The last line of a traceback, without colours.
QString last_line(const QString& traceback) {
    AnsiReader reader;
    QString line, last;
    for (const auto& piece : reader.read(traceback.toUtf8() + '\n')) {
        if (piece.kind == AnsiPiece::Kind::text) line += piece.text;
        if (piece.kind != AnsiPiece::Kind::new_line) continue;
        if (!line.isEmpty()) last = line;
        line.clear();
    }
    return last;
}

} // namespace

Scripting::Scripting(CommandThread& commands, LogPanel& log, Window window, QWidget* parent)
    : QObject(parent), commands_(commands), log_(log), window_(std::move(window)), console_(new ConsolePanel(parent)),
      scripts_(new ScriptPanel(parent)) {
    scripts_->set_template([this] { return new_script(); });
    add_commands();
    connect_process();
    connect_panels();
    connect_recorder();
}

// --- the process ---

void Scripting::connect_process() {
    connect(&process_, &ConsoleProcess::state_changed, this, &Scripting::show_state);
    connect(&process_, &ConsoleProcess::ready, this, [this](const QString& python, const QString& notice) {
        python_ = python;
        AnsiStyle style;
        style.colour = 3;
        if (!notice.isEmpty()) console_->output().write_lines(notice, style);
    });
    auto& output = console_->output();
    connect(&process_, &ConsoleProcess::printed, &output, &ConsoleOutput::write);
    connect(&process_, &ConsoleProcess::result, &output,
            [&output](const QString& text) { output.write_ansi_lines(text); });
    connect(&process_, &ConsoleProcess::error, this, &Scripting::show_error);
    const auto say = [this](const QString& sentence) {
        AnsiStyle style;
        style.colour = 3;
        console_->output().write_lines(sentence, style);
    };
    connect(&process_, &ConsoleProcess::note, this, say);
    connect(&process_, &ConsoleProcess::ended, this, [this](const QString& sentence) {
        AnsiStyle style;
        style.colour = 1;
        style.bold = true;
        console_->output().write_lines(sentence, style);
        console_->output().write_lines(tr("The window and its runs are not touched. Restart begins anew."));
    });
    connect(&process_, &ConsoleProcess::completions, &console_->input(), &ConsoleInput::set_completions);
    connect(&process_, &ConsoleProcess::described, &console_->input(),
            [this](const QString&, const QString& text) { console_->input().show_description(text); });
    connect(&process_, &ConsoleProcess::command_wanted, this, [this](int id, const nlohmann::json& invocation) {
        commands_.execute(
            invocation,
            [this, id](const Effect& effect, const QStringList& started) {
                auto runs = nlohmann::json::array();
                for (const auto& run : started) runs.push_back(run.toStdString());
                process_.answer(id, {{"done", effect.done}, {"runs", runs}});
            },
            [this, id](const QString& what, const QString& hint) {
                process_.answer(id, {{"error", what.toStdString()}, {"hint", hint.toStdString()}});
            });
    });
    connect(&process_, &ConsoleProcess::status_wanted, this, &Scripting::answer_status);
}

const RunRow* Scripting::find_run(const QString& run) const {
    for (const auto* project : window_.projects())
        if (const auto* row = project->run(run)) return row;
    return nullptr;
}

// How far runs are; one that no list shows yet waits.
void Scripting::answer_status(int id, const QStringList& runs) {
    nlohmann::json states = nlohmann::json::object();
    for (const auto& run : runs) {
        nlohmann::json state{{"status", "queued"}, {"progress", 0.0}, {"doing", ""}, {"error", ""}};
        if (const auto* row = find_run(run))
            state = {{"status", name_of(row->status)},
                     {"progress", row->progress},
                     {"doing", row->doing},
                     {"error", row->end ? row->end->error : std::string()},
                     {"hint", row->end ? row->end->hint : std::string()}};
        states[run.toStdString()] = state;
    }
    process_.answer(id, {{"runs", states}});
}

void Scripting::show_state() {
    const auto state = process_.state();
    using S = ConsoleProcess::State;
    const auto python = python_.isEmpty() ? QStringLiteral("Python") : tr("Python %1").arg(python_);
    const auto words = state == S::starting ? tr("Python starts...")
                       : state == S::idle   ? tr("%1, process %2").arg(python).arg(process_.pid())
                       : state == S::busy   ? tr("%1 is at work").arg(python)
                       : state == S::ended  ? tr("Python has ended")
                                            : QString();
    console_->set_state(static_cast<ConsolePanel::State>(state), words);
    console_->input().set_refusal(state == S::busy    ? tr("Something runs: interrupt it, or wait.")
                                  : state == S::ended ? tr("Python has ended: Restart begins anew.")
                                                      : QString());
    if (state == S::ended) python_.clear();
    Q_EMIT reasons_changed();
}

void Scripting::show_error(const QString& text, const ErrorPlace& place) {
    console_->output().write_ansi_lines(text);
    scripts_->mark_error(place.file, place.line, place.column, last_line(text));
}

// --- the panels ---

void Scripting::connect_panels() {
    connect(console_, &ConsolePanel::wanted, &process_, [this] {
        if (process_.state() == ConsoleProcess::State::off) process_.start();
    });
    connect(console_, &ConsolePanel::entered, this, [this](const QString& code) {
        console_->output().write_input(code);
        process_.execute(code);
    });
    connect(&console_->input(), &ConsoleInput::completion_wanted, &process_, &ConsoleProcess::complete);
    connect(&console_->input(), &ConsoleInput::description_wanted, &process_, &ConsoleProcess::describe);
    connect(console_, &ConsolePanel::place_clicked, this, &Scripting::show_place);
    connect(console_, &ConsolePanel::command_requested, this, [this](const QString& id, const QVariantMap& arguments) {
        if (id == QStringLiteral("console.interrupt")) return process_.interrupt(); // doesn't wait for other commands
        Q_EMIT command_requested(id, arguments);
    });
    connect(scripts_, &ScriptPanel::command_requested, this, &Scripting::command_requested);
    connect(scripts_, &ScriptPanel::changed, this, &Scripting::reasons_changed);
    connect(scripts_, &ScriptPanel::trouble, this, window_.tell);
}

void Scripting::show_place(const QString& file, int line) {
    try {
        scripts_->show_place(file, line);
        window_.show_panel(QStringLiteral("scripts"));
    } catch (const Error& error) {
        window_.tell(QString::fromUtf8(error.what()), QString::fromStdString(error.hint()));
    }
}

void Scripting::run_file() {
    const auto* script = scripts_->current();
    if (!script) return;
    if (!scripts_->is_untitled()) scripts_->save();
    scripts_->clear_marks();
    window_.show_panel(QStringLiteral("console"));
    const auto name = scripts_->name_of(script);
    console_->output().write_input(tr("# runs %1").arg(name));
    process_.run_file(name, scripts_->is_untitled() ? std::optional(scripts_->text()) : std::nullopt);
}

void Scripting::run_selection() {
    if (!scripts_->current()) return;
    const auto [code, line] = scripts_->take_selection();
    if (code.trimmed().isEmpty()) return;
    scripts_->clear_marks();
    window_.show_panel(QStringLiteral("console"));
    auto shown = code;
    while (shown.endsWith(QLatin1Char('\n'))) shown.chop(1);
    console_->output().write_input(shown);
    process_.execute(code, scripts_->name_of(scripts_->current()), line);
}

QString Scripting::new_script() const {
    const auto folder = project_.isEmpty() ? QStringLiteral("study.orrery") : project_;
    const auto experiment = window_.experiment().isEmpty() ? QStringLiteral("sqg.spectral") : window_.experiment();
    const auto text = [](const QString& each) {
        return QString::fromStdString(python_literal(Value(each.toStdString())));
    };
    return QStringLiteral("# Makes a run, and shows its last numbers. F5 runs the file, F9 a line.\n"
                          "import orrery\n\n"
                          "project = orrery.open(%1)\n"
                          "run = project.run(%2)\n"
                          "for key, metric in run.metrics.items():\n"
                          "    print(key, metric.values[-1])\n")
        .arg(text(folder), text(experiment));
}

// --- the recorder ---

void Scripting::connect_recorder() {
    connect(&commands_, &CommandThread::recorded, this, [this](const QString&, const Recorded& whole) {
        recorder_.add(whole, project_);
        log_.set_recording(recorder_.is_recording(), recorder_.commands());
        Q_EMIT reasons_changed();
    });
    connect(&log_, &LogPanel::command_requested, this, &Scripting::command_requested);
}

void Scripting::save_record() {
    const auto failed = [this](const QString& run) {
        const auto* row = find_run(run);
        return row && (row->status == Status::failed || row->status == Status::lost);
    };
    scripts_->new_script(recorder_.script(QString::fromStdString(code_version().version), failed));
    window_.show_panel(QStringLiteral("scripts"));
    scripts_->save_as();
}

void Scripting::commands_are_complete() { process_.set_commands(commands_.commands().to_json()); }

void Scripting::set_project(const ProjectData* project) {
    project_ = project ? project->folder() : QString();
    process_.set_project(project_);
}

// --- commands ---

bool Scripting::is_own(const QString& command) {
    return command.startsWith(QStringLiteral("console.")) || command.startsWith(QStringLiteral("script.")) ||
           command.startsWith(QStringLiteral("record."));
}

QString Scripting::reason(const QString& command) const {
    using S = ConsoleProcess::State;
    const auto state = process_.state();
    if (command == QStringLiteral("console.interrupt"))
        return state == S::busy ? QString() : tr("Nothing runs in the console.");
    if (command == QStringLiteral("script.run") || command == QStringLiteral("script.run_selection")) {
        if (!scripts_->current()) return tr("No script is open.");
        if (scripts_->current()->language() == Language::problem)
            return tr("A problem file is no script: an experiment solves it (Use problem file in experiment).");
        if (state == S::busy) return tr("Something runs in the console: interrupt it, or wait.");
        return state == S::ended ? tr("Python has ended: restart the console.") : QString();
    }
    if (command == QStringLiteral("script.save") || command == QStringLiteral("script.save_as") ||
        command == QStringLiteral("script.close") || command == QStringLiteral("script.find"))
        return scripts_->current() ? QString() : tr("No script is open.");
    if (command == QStringLiteral("record.start"))
        return recorder_.is_recording() ? tr("Commands are being recorded already.") : QString();
    if (command == QStringLiteral("record.stop"))
        return recorder_.is_recording() ? QString() : tr("Nothing is being recorded.");
    if (command == QStringLiteral("record.save"))
        return recorder_.commands() > 0 ? QString() : tr("No command that changes a project was recorded yet.");
    return {};
}

void Scripting::add(const char* id, const char* title, const char* help, const char* shortcut,
                    std::function<void()> work) {
    Command command;
    command.id = id;
    command.python = std::string("window.") + id;
    std::replace(command.python.begin() + 7, command.python.end(), '.', '_');
    command.title = title;
    command.help = help;
    command.shortcut = shortcut;
    command.recorded = false; // they change no project; what runs through them does, and is recorded
    command.execute = [this, work = std::move(work)](const Values&) {
        // Later: a question to the user must not keep the commands waiting.
        QMetaObject::invokeMethod(
            this,
            [this, work] {
                try {
                    work();
                } catch (const Error& error) {
                    window_.tell(QString::fromUtf8(error.what()), QString::fromStdString(error.hint()));
                }
            },
            Qt::QueuedConnection);
        return Effect{"", false, std::nullopt};
    };
    commands_.commands().add(std::move(command));
}

void Scripting::add_commands() {
    const auto show_scripts = [this] { window_.show_panel(QStringLiteral("scripts")); };
    add("console.interrupt", "Interrupt console", "Ends what runs in the console; its names stay.", "",
        [this] { process_.interrupt(); });
    add("console.restart", "Restart console", "Ends the console's Python and begins anew; its names are lost.",
        "Ctrl+Alt+R", [this] {
            python_.clear();
            process_.restart();
        });
    add("console.clear", "Clear console", "Empties the console's output; its names stay.", "",
        [this] { console_->clear(); });
    add("script.new", "New script", "Begins a script in Python.", "Ctrl+Shift+N", [this, show_scripts] {
        show_scripts();
        scripts_->new_script();
    });
    add("script.open", "Open script", "Opens a Python file in the editor.", "Ctrl+Shift+O", [this, show_scripts] {
        const auto path = scripts_->ask_for_file({}, false);
        if (path.isEmpty()) return;
        scripts_->open(path);
        show_scripts();
    });
    add("script.save", "Save script", "Writes the script that is shown.", "Ctrl+S", [this] { scripts_->save(); });
    add("script.save_as", "Save script as", "Writes the script that is shown to another file.", "Ctrl+Shift+S",
        [this] { scripts_->save_as(); });
    add("script.close", "Close script", "Closes the script that is shown.", "", [this] { scripts_->close_current(); });
    add("script.find", "Find in script", "Finds and replaces text in the script that is shown.", "",
        [this, show_scripts] {
            show_scripts();
            scripts_->open_find();
        });
    add("script.run", "Run script", "Saves the script that is shown and runs it in the console.", "F5",
        [this] { run_file(); });
    add("script.run_selection", "Run selection", "Runs the selected lines of the script, or the one with the cursor.",
        "F9", [this] { run_selection(); });
    add("record.start", "Start recording", "Writes down the commands that change the project from now on.", "", [this] {
        recorder_.start(project_, QDateTime::currentDateTime());
        log_.set_recording(true, 0);
        Q_EMIT reasons_changed();
    });
    add("record.stop", "Stop recording", "Ends the record of commands; it can then be saved as a script.", "", [this] {
        recorder_.stop();
        log_.set_recording(false, recorder_.commands());
        Q_EMIT reasons_changed();
    });
    add("record.save", "Save record as script",
        "Opens what was recorded as a script in Python, which leads to the same runs again, and saves it.", "",
        [this] { save_record(); });
}

} // namespace orrery::gui
