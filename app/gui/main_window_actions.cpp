// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: actions, menus and the palette, all of them made of the commands.
#include "app/gui/main_window.h"
#include "app/gui/problem_files.h"
#include "app/gui/run_commands.h"
#include "app/gui/scripting.h"
#include "app/gui/welcome_page.h"

#include <QAction>
#include <QFileDialog>
#include <QInputDialog>
#include <QToolButton>
#include <QWidgetAction>

#include <algorithm>

namespace orrery::gui {

namespace {

QString qstring(const std::string& text) { return QString::fromStdString(text); }

QString entry_of(const char* kind, const QString& id) { return QString::fromUtf8(kind) + QLatin1Char(':') + id; }

bool is_exchange(const QString& id) {
    return id == QStringLiteral("project.import_metrics") || id == QStringLiteral("project.remove_imported") ||
           id == QStringLiteral("project.restore_imported") || id.startsWith(QStringLiteral("project.export_"));
}

// A value of the field's type; nothing if it is none.
std::optional<Value> value_of(const Field& field, const QVariant& given) {
    bool ok = true;
    switch (field.type) {
    case FieldType::boolean:
        return Value(given.toBool());
    case FieldType::integer: {
        const auto number = given.toLongLong(&ok);
        return ok ? std::optional<Value>(static_cast<std::int64_t>(number)) : std::nullopt;
    }
    case FieldType::number: {
        const auto number = given.toDouble(&ok);
        return ok ? std::optional<Value>(number) : std::nullopt;
    }
    case FieldType::text:
    case FieldType::choice:
    case FieldType::path:
        break;
    }
    return Value(given.toString().toStdString());
}

} // namespace

void MainWindow::make_actions() {
    for (const auto* command : commands_->commands().all()) {
        auto* action = new QAction(qstring(command->title), this);
        const auto id = qstring(command->id);
        action->setObjectName(QStringLiteral("action_") + id);
        if (!command->shortcut.empty()) action->setShortcut(QKeySequence(qstring(command->shortcut)));
        action->setToolTip(qstring(command->help));
        action->setStatusTip(qstring(command->help));
        connect(action, &QAction::triggered, this, [this, id] { perform(id); });
        addAction(action);
        action_of_.insert(id, action);
    }
}

void MainWindow::make_menus() {
    const auto add = [this](QMenu* menu, std::initializer_list<const char*> ids) {
        for (const auto* id : ids) {
            if (auto* action = action_of_.value(QString::fromUtf8(id)))
                menu->addAction(action);
            else
                menu->addSeparator();
        }
        connect(menu, &QMenu::aboutToShow, this, &MainWindow::update_actions);
    };
    menus_ = new QMenuBar(this);
    auto* project = menus_->addMenu(tr("Pr&oject"));
    add(project, {"project.new", "project.open"});
    recent_ = project->addMenu(tr("Open &recent"));
    connect(recent_, &QMenu::aboutToShow, this, &MainWindow::fill_recent);
    add(project, {"project.switch", "project.close", "", "recipe.play", "", "project.import_metrics"});
    auto* folder = project->addAction(tr("Import folder of logs..."), this, &MainWindow::import_folder);
    folder->setObjectName(QStringLiteral("action_import_folder"));
    folder->setToolTip(tr("Brings every run of a folder of TensorBoard logs in"));
    folder->setStatusTip(folder->toolTip());
    connect(project, &QMenu::aboutToShow, folder,
            [this, folder] { folder->setEnabled(reason(QStringLiteral("project.import_metrics")).isEmpty()); });
    add(project, {"project.export_report", "project.export_table", "", "project.compact", "", "window.quit"});
    add(menus_->addMenu(tr("&Edit")),
        {"edit.undo", "edit.redo", "", "run.rename", "run.note", "run.tag", "run.untag", "", "parameters.save_preset",
         "parameters.remove_preset", "parameters.use_field", "parameters.copy_command_line", "parameters.copy_python",
         "", "run.remove", "run.restore", "run.remove_artifacts", "run.restore_artifacts"});
    add(menus_->addMenu(tr("&Run")), {"run.start", "run.stop", "run.kill", "run.resume", "run.priority", "", "run.open",
                                      "run.duplicate", "run.live", "", "run.baseline", "run.no_baseline"});
    add(menus_->addMenu(tr("Fi&gure")), {"figure.save", "figure.export", "", "figure.rename", "figure.remove"});
    auto* view = menus_->addMenu(tr("&View"));
    add(view, {"view.palette", ""});
    panels_menu_ = view->addMenu(tr("&Panels"));
    for (auto it = docks_.begin(); it != docks_.end(); ++it) {
        auto* action = panels_menu_->addAction(it.value()->windowTitle());
        action->setCheckable(true);
        action->setObjectName(QStringLiteral("panel_") + it.key());
        connect(it.value(), &QDockWidget::visibilityChanged, action,
                [action, dock = it.value()] { action->setChecked(!dock->isHidden()); });
        connect(action, &QAction::triggered, this, [this, name = it.key()](bool shown) {
            perform(QStringLiteral("view.panel"), {{QStringLiteral("panel"), name}, {QStringLiteral("shown"), shown}});
        });
    }
    auto* themes = view->addMenu(tr("&Theme"));
    const std::pair<QString, QString> choices[] = {{QStringLiteral("system"), tr("As the &system")},
                                                   {QStringLiteral("dark"), tr("&Dark")},
                                                   {QStringLiteral("light"), tr("&Light")}};
    for (const auto& [name, title] : choices) {
        auto* action = themes->addAction(title);
        action->setObjectName(QStringLiteral("theme_") + name);
        connect(action, &QAction::triggered, this, [this, theme = name] {
            perform(QStringLiteral("view.theme"), {{QStringLiteral("theme"), theme}});
        });
    }
    add(view, {"view.split", "view.tear_off", "view.reset_layout", "", "plot.log_x", "plot.log_y", "plot.copy_csv",
               "field.colour_map"});
    add(menus_->addMenu(tr("&Script")), {"script.new",        "script.open",
                                         "script.save",       "script.save_as",
                                         "script.close",      "",
                                         "script.find",       "",
                                         "problem.new",       "problem.open",
                                         "problem.use",       "",
                                         "script.run",        "script.run_selection",
                                         "console.interrupt", "console.restart",
                                         "console.clear",     "",
                                         "record.start",      "record.stop",
                                         "record.save"});
    add(menus_->addMenu(tr("&Help")), {"help.report"});
}

QString MainWindow::reason(const QString& id, const QString& run) const {
    if (!action_of_.contains(id)) return tr("This version can't do that.");
    if (Scripting::is_own(id)) return scripting_->reason(id);
    if (const auto why = view_reason(id, run)) return *why;
    if (id == QStringLiteral("problem.use")) {
        if (!current_ || !current_->catalogue()) return tr("No project is open.");
        if (!problems_->is_shown()) return tr("The editor shows no problem file.");
    }
    if (id == QStringLiteral("edit.undo"))
        return commands_->undo_title().isEmpty() ? tr("There is nothing to undo.") : QString();
    if (id == QStringLiteral("edit.redo"))
        return commands_->redo_title().isEmpty() ? tr("There is nothing to redo.") : QString();
    const bool about_project = id == QStringLiteral("project.close") || id == QStringLiteral("project.switch") ||
                               id == QStringLiteral("experiment.select") ||
                               id.startsWith(QStringLiteral("parameters."));
    if (about_project && !current_) return tr("No project is open. Open one, or a sample on the page Welcome.");
    const bool keeps_preset =
        id == QStringLiteral("parameters.save_preset") || id == QStringLiteral("parameters.remove_preset");
    if (keeps_preset && !current_->facts().writable) return read_only(*current_);
    if (id == QStringLiteral("project.switch") && projects_.size() < 2) return tr("No other project is open.");
    if (is_exchange(id)) {
        if (!current_ || !current_->is_open()) return tr("No project is open.");
        if (id == QStringLiteral("project.export_report") && selected_.isEmpty()) return tr("No run is selected.");
        if (id.startsWith(QStringLiteral("project.export_"))) return {};
        if (!current_->is_in_place()) return gone(*current_);
        if (!current_->facts().writable) return read_only(*current_);
    }
    if (id == QStringLiteral("recipe.play") && drafts_.empty()) return tr("No recipe is open.");
    const bool about_figures = id.startsWith(QStringLiteral("figure."));
    if (!id.startsWith(QStringLiteral("run.")) && !about_figures && id != QStringLiteral("recipe.play")) return {};
    if (!current_ || !current_->is_open()) return tr("No project is open.");
    const bool looks_only = id == QStringLiteral("run.open") || id == QStringLiteral("run.duplicate");
    if (!current_->is_in_place() && !looks_only) return gone(*current_);
    if (!current_->facts().writable && !looks_only) return read_only(*current_);
    if (id == QStringLiteral("recipe.play") || id == QStringLiteral("run.restore") || about_figures) return {};
    if (id == QStringLiteral("run.start")) {
        if (experiment_.isEmpty()) return tr("Choose an experiment first.");
        if (!views_.form.is_valid()) return tr("A parameter is wrong: the form says which.");
        return {};
    }
    if (selected_.isEmpty() && run.isEmpty()) return tr("No run is selected.");
    if (id == QStringLiteral("run.compare"))
        return selected_.size() < 2 && run.isEmpty() ? tr("Two or more runs must be selected.") : QString();
    // Of several those are meant that it can be done with.
    QString why;
    for (const auto& one : run.isEmpty() ? selected_ : QStringList{run}) {
        const auto* row = current_->run(one);
        const auto own = row ? reason_of(id, *row) : QString();
        if (own.isEmpty()) return {};
        if (why.isEmpty()) why = own;
    }
    return why;
}

QString MainWindow::reason_of(const QString& id, const RunRow& run) const {
    const auto* row = &run;
    const auto state = QString::fromUtf8(name_of(row->status));
    if (id == QStringLiteral("run.stop") && !goes_on(row->status))
        return tr("The run is %1: there is nothing to stop.").arg(state);
    if ((id == QStringLiteral("run.kill") || id == QStringLiteral("run.live")) &&
        (!goes_on(row->status) || row->status == Status::queued))
        return tr("The run is %1, not running.").arg(state);
    if (id == QStringLiteral("run.resume") &&
        (row->status == Status::done || row->status == Status::running || row->status == Status::stopping))
        return tr("The run is %1: there is nothing to resume.").arg(state);
    if (id == QStringLiteral("run.remove") && goes_on(row->status))
        return tr("The run is %1: stop it first.").arg(state);
    if (id == QStringLiteral("run.remove_artifacts")) {
        if (goes_on(row->status)) return tr("The run is %1: stop it first.").arg(state);
        if (row->artifacts_removed) return tr("The artifacts of the run are removed already.");
        if (row->artifacts.empty()) return tr("The run made no artifacts.");
    }
    if (id == QStringLiteral("run.restore_artifacts") && !row->artifacts_removed)
        return tr("The artifacts of the run are not removed.");
    if (id == QStringLiteral("run.priority") && row->status != Status::queued)
        return tr("The run is %1, not queued.").arg(state);
    if (id == QStringLiteral("run.untag") && row->tags.empty()) return tr("The run has no tags.");
    return {};
}

void MainWindow::update_action(const QString& id) {
    auto* action = action_of_.value(id);
    const auto why = reason(id);
    action->setEnabled(why.isEmpty());
    action->setToolTip(why.isEmpty() ? qstring(commands_->commands().at(id.toStdString()).help) : why);
    action->setStatusTip(action->toolTip());
}

void MainWindow::update_actions() {
    for (auto it = action_of_.begin(); it != action_of_.end(); ++it) update_action(it.key());
    update_play();
    const auto named = [](const QString& word, const QString& title) {
        return title.isEmpty() ? word : word + QStringLiteral(": ") + title;
    };
    action_of_[QStringLiteral("edit.undo")]->setText(named(tr("Undo"), commands_->undo_title()));
    action_of_[QStringLiteral("edit.redo")]->setText(named(tr("Redo"), commands_->redo_title()));
}

void MainWindow::update_play() {
    play_->setVisible(!drafts_.empty());
    if (drafts_.empty() || !current_) return;
    const auto list = drafts_.to_play(*current_->runs(), current_->catalogue().get());
    const auto left = std::count_if(list.begin(), list.end(), [this](const RecipeRun* run) {
        return current_->catalogue() && RecipeDrafts::problems(*run, *current_->catalogue()).isEmpty();
    });
    auto* button = static_cast<QToolButton*>(static_cast<QWidgetAction*>(play_)->defaultWidget());
    button->setText(left > 0 || !list.empty() ? tr("Play recipe (%n run(s))", nullptr, static_cast<int>(left))
                                              : tr("Recipe played"));
    button->setAccessibleName(button->text());
    button->setEnabled(left > 0 && reason(QStringLiteral("recipe.play")).isEmpty());
}

// --- executing ---

void MainWindow::perform(const QString& id, const QVariantMap& arguments) {
    if (!action_of_.contains(id)) return tell(reason(id));
    // Menu and palette mean what is seen.
    if (id == QStringLiteral("figure.save") && !arguments.contains(QStringLiteral("specification")))
        return figure_wanted(figure_source(), true);
    if (id == QStringLiteral("figure.export") && !arguments.contains(QStringLiteral("figure")))
        return figure_wanted(figure_source(), false);
    const auto& command = commands_->commands().at(id.toStdString());
    // The history compares with what the form showed last.
    if (form_timer_ && form_timer_->isActive() && id != QStringLiteral("parameters.set")) {
        form_timer_->stop();
        form_changed();
    }
    const bool given = arguments.contains(QStringLiteral("run"));
    const bool complete_start = id == QStringLiteral("run.start") && arguments.contains(QStringLiteral("experiment"));
    const auto given_runs = arguments.value(QStringLiteral("run")).toStringList();
    const auto is_possible = [&](const QString& run) { return reason(id, run).isEmpty(); };
    if (const auto why = complete_start ? QString() : reason(id, given_runs.value(0));
        !why.isEmpty() && std::none_of(given_runs.begin(), given_runs.end(), is_possible))
        return tell(why);
    const bool about_run = !command.arguments.fields.empty() && command.arguments.fields.front().name == "run";
    // What is to be restored is in no list: it is asked for.
    const bool is_selected = id != QStringLiteral("run.restore");
    QStringList runs = about_run ? (given         ? given_runs
                                    : is_selected ? selected_
                                                  : QStringList())
                                 : QStringList{QString()};
    if (runs.size() > 1) runs.removeIf([&](const QString& run) { return !is_possible(run); });
    if (about_run && runs.isEmpty()) runs << QString();
    const auto group = runs.size() > 1 ? commands_->new_group() : 0;
    // What is asked for is asked about one run: a name, or a note in place of its own.
    const bool one_only = id == QStringLiteral("run.open") || id == QStringLiteral("run.duplicate") ||
                          id == QStringLiteral("run.rename") || (id == QStringLiteral("run.note") && !given);
    Values values;
    bool asked = false;
    for (const auto& run : runs) {
        QVariantMap now = arguments;
        if (!run.isEmpty()) now.insert(QStringLiteral("run"), run);
        if (!asked && !complete(command, values, now)) return;
        asked = true; // the same answers for all selected runs
        if (!run.isEmpty()) values["run"] = run.toStdString();
        commands_->execute({command.id, values}, {}, group);
        if (one_only) break;
    }
}

// The form says what the recipe's run that was chosen says, so the run may have its name.
bool MainWindow::is_draft_unchanged() const {
    const auto* draft = draft_.isEmpty() ? nullptr : drafts_.find(draft_);
    if (!draft || qstring(draft->experiment) != experiment_ || views_.form.is_sweep() ||
        draft->seed != static_cast<std::uint64_t>(seed_->value()))
        return false;
    Problems problems;
    std::vector<std::string> own;
    for (const auto& assignment : views_.form.assignments()) own.push_back(assignment.toStdString());
    const auto& schema = current_->catalogue()->find(draft->experiment).experiment->schema;
    return schema.parse(own, problems) == schema.parse(draft->parameters, problems) && problems.empty();
}

// Empty if the user thought better of it, or was told why it can't be done.
QString MainWindow::save_problem() {
    try {
        return problems_->save_shown();
    } catch (const Error& error) {
        tell(QString::fromUtf8(error.what()), qstring(error.hint()));
        return {};
    }
}

// False if the user thought better of it.
bool MainWindow::complete(const Command& command, Values& values, QVariantMap given) {
    if (command.id == "run.start" && !given.contains(QStringLiteral("experiment"))) {
        given.insert(QStringLiteral("experiment"), experiment_);
        given.insert(QStringLiteral("parameters"), joined(views_.form.assignments()));
        given.insert(QStringLiteral("seed"), static_cast<qlonglong>(seed_->value()));
        given.insert(QStringLiteral("device"), device_->currentText());
        given.insert(QStringLiteral("sweep"), views_.form.is_sweep());
        if (is_draft_unchanged()) given.insert(QStringLiteral("name"), draft_);
    }
    if (command.id == "problem.use" && !given.contains("file")) {
        const auto file = save_problem();
        if (file.isEmpty()) return false;
        given.insert(QStringLiteral("file"), file);
    }
    if (command.id == "project.compact" && !confirm_compact()) return false;
    if (command.id.starts_with("plot.log_") && !given.contains(QStringLiteral("on"))) // to the other scale
        given.insert(QStringLiteral("on"), !views_.plot.is_log(command.id == "plot.log_y"));
    const bool about_form = command.id.starts_with("parameters.");
    if (about_form && !given.contains(QStringLiteral("experiment")) && !experiment_.isEmpty())
        given.insert(QStringLiteral("experiment"), experiment_);
    if (command.id == "parameters.save_preset" && !given.contains(QStringLiteral("parameters")))
        given.insert(QStringLiteral("parameters"), joined(views_.form.assignments()));
    if (command.id == "project.export_report" && !given.contains(QStringLiteral("runs")))
        given.insert(QStringLiteral("runs"), selected_.join(QLatin1Char(' ')));
    for (std::size_t i = 0; i < command.arguments.fields.size(); ++i) {
        const auto& field = command.arguments.fields[i];
        const auto found = given.find(qstring(field.name));
        if (found != given.end()) {
            const auto value = value_of(field, *found);
            if (!value) return tell(tr("%1 must be %2.").arg(qstring(field.name), qstring(field.accepts()))), false;
            values[field.name] = *value;
        } else if (i < command.required && !ask(command, field, values)) {
            return false;
        }
    }
    return true;
}

bool MainWindow::ask(const Command& command, const Field& field, Values& values) {
    const auto title = qstring(command.title);
    auto label = qstring(field.help.empty() ? field.name : field.help);
    bool ok = false;
    if (field.type == FieldType::path &&
        (command.id == "project.import_metrics" || command.id.starts_with("project.export_")))
        return ask_exchange_file(command, field, values);
    if (command.id == "project.open" || field.type == FieldType::path) {
        const auto path =
            QFileDialog::getExistingDirectory(this, tr("Open a project (NAME.orrery) or a recipe's folder"),
                                              settings_.value(QStringLiteral("last_folder")).toString());
        if (path.isEmpty()) return false;
        settings_.setValue(QStringLiteral("last_folder"), path);
        values[field.name] = path.toStdString();
        return true;
    }
    if (command.id == "parameters.use_field") {
        const auto file = QFileDialog::getOpenFileName(
            this, title, settings_.value(QStringLiteral("last_file")).toString(), tr("Arrays (*.npy);;All files (*)"));
        if (file.isEmpty()) return false;
        settings_.setValue(QStringLiteral("last_file"), file);
        values[field.name] = file.toStdString();
        return true;
    }
    if (command.id == "problem.open") {
        const auto file =
            QFileDialog::getOpenFileName(this, title, settings_.value(QStringLiteral("last_problem")).toString(),
                                         tr("Problem files (*.toml);;All files (*)"));
        if (file.isEmpty()) return false;
        settings_.setValue(QStringLiteral("last_problem"), file);
        values[field.name] = file.toStdString();
        return true;
    }
    if (command.id == "project.new") {
        auto file = QFileDialog::getSaveFileName(this, title, settings_.value(QStringLiteral("last_folder")).toString(),
                                                 tr("Projects (*.orrery)"), nullptr, QFileDialog::DontConfirmOverwrite);
        if (file.isEmpty()) return false;
        if (!file.endsWith(QStringLiteral(".orrery"))) file += QStringLiteral(".orrery");
        settings_.setValue(QStringLiteral("last_folder"), QFileInfo(file).absolutePath());
        values[field.name] = file.toStdString();
        return true;
    }
    if (field.type == FieldType::integer) {
        const int number = QInputDialog::getInt(this, title, label, 0, static_cast<int>(field.min.value_or(-1e9)),
                                                static_cast<int>(field.max.value_or(1e9)), 1, &ok);
        values[field.name] = std::int64_t{number};
        return ok;
    }
    QStringList choices;
    for (const auto& choice : field.choices) choices << qstring(choice);
    if (field.type == FieldType::boolean) choices = {tr("yes"), tr("no")};
    const bool is_removed_run = command.id == "run.restore";
    if (choices.isEmpty() && command.suggest && (field.name != "run" || is_removed_run))
        for (const auto& suggestion : commands_->commands().suggest(command.id, field.name, "", values))
            choices << qstring(text_of(suggestion.value)) +
                           (is_removed_run ? QStringLiteral("  ") + qstring(suggestion.about) : QString());
    if (choices.isEmpty() && is_removed_run) return tell(tr("No run of this project is removed.")), false;
    const bool fixed = field.type == FieldType::choice || field.type == FieldType::boolean;
    QString text;
    const auto about = values.find("run");
    const auto* row = about == values.end() ? nullptr : current_->run(qstring(text_of(about->second)));
    if (row && command.id == "run.note") {
        text = qstring(row->note);
        label = tr("Note on run %1").arg(qstring(row->id));
    } else if (row && command.id == "run.rename") {
        text = qstring(row->name);
        label = tr("Name of run %1").arg(qstring(row->id));
    }
    if (!choices.isEmpty())
        text = QInputDialog::getItem(this, title, label, choices, 0, !fixed, &ok);
    else if (command.id == "run.note")
        text = QInputDialog::getMultiLineText(this, title, label, text, &ok);
    else
        text = QInputDialog::getText(this, title, label, QLineEdit::Normal, text, &ok);
    if (!ok) return false;
    if (is_removed_run) text = text.section(QLatin1Char(' '), 0, 0);
    if (field.type == FieldType::boolean)
        values[field.name] = text == choices.front();
    else
        values[field.name] = text.toStdString();
    return true;
}

// --- the palette ---

std::vector<PaletteEntry> MainWindow::search(const QString& typed) const {
    std::vector<PaletteEntry> entries;
    for (const auto* command : commands_->commands().search(typed.toStdString())) {
        const auto id = qstring(command->id);
        auto about = qstring(command->help);
        const bool about_run = !command->arguments.fields.empty() && command->arguments.fields.front().name == "run";
        if (about_run && !selected_.isEmpty())
            about =
                tr("Run %1. %2")
                    .arg(selected_.size() == 1 ? selected_.first() : tr("%1 selected").arg(selected_.size()), about);
        entries.push_back({entry_of("command", id), qstring(command->title), about,
                           QKeySequence(qstring(command->shortcut)).toString(QKeySequence::NativeText), reason(id)});
    }
    const auto wanted = typed.trimmed().toLower();
    if (wanted.isEmpty()) return entries;
    for (const auto& place : static_cast<const WelcomePage*>(welcome_)->places()) {
        const auto about = (place.is_sample ? tr("Sample: %1") : tr("Recent project: %1")).arg(place.about);
        const bool fits = place.title.toLower().contains(wanted) || about.toLower().contains(wanted);
        const bool is_shown = current_ && current_->folder() == place.path;
        if (fits && !is_shown) entries.push_back({entry_of("project", place.path), place.title, about, {}, {}});
    }
    if (!current_) return entries;
    if (current_->catalogue())
        for (const auto& found : current_->catalogue()->experiments()) {
            const auto title = qstring(found.experiment->title), id = qstring(found.experiment->id);
            if (title.toLower().contains(wanted) || id.contains(wanted))
                entries.push_back({entry_of("experiment", id), title, tr("Experiment %1").arg(id), {}, {}});
        }
    constexpr std::size_t most_runs = 30;
    std::size_t count = 0;
    for (auto row = current_->runs()->rbegin(); row != current_->runs()->rend() && count < most_runs; ++row) {
        const auto id = qstring(row->id);
        if (!id.startsWith(wanted) && !qstring(row->name).toLower().contains(wanted)) continue;
        entries.push_back(
            {entry_of("run", id),
             row->name.empty() ? id : qstring(row->name),
             tr("Run %1 of %2, %3").arg(id, qstring(row->experiment), QString::fromUtf8(name_of(row->status))),
             {},
             {}});
        ++count;
    }
    return entries;
}

void MainWindow::choose(const QString& entry) {
    const auto kind = entry.section(QLatin1Char(':'), 0, 0), id = entry.section(QLatin1Char(':'), 1);
    if (kind == QStringLiteral("run"))
        perform(QStringLiteral("run.open"), {{QStringLiteral("run"), id}});
    else if (kind == QStringLiteral("project"))
        perform(QStringLiteral("project.open"), {{QStringLiteral("path"), id}});
    else if (kind == QStringLiteral("experiment"))
        perform(QStringLiteral("experiment.select"), {{QStringLiteral("experiment"), id}});
    else
        perform(id);
}

} // namespace orrery::gui
