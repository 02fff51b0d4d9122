// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: projects that are opened, shown and closed, and how the window looked with each.
#include "app/gui/main_window.h"
#include "app/gui/problem_files.h"
#include "app/gui/report.h"
#include "app/gui/run_commands.h"
#include "app/gui/scripting.h"
#include "app/gui/welcome_page.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMenu>
#include <QMimeData>

#include <algorithm>

namespace orrery::gui {

namespace {

constexpr int most_recent = 10;

std::string base64(const QByteArray& bytes) { return bytes.toBase64().toStdString(); }
QByteArray from_base64(const std::string& text) { return QByteArray::fromBase64(QByteArray::fromStdString(text)); }

} // namespace

void MainWindow::make_window_actions() {
    actions_.open = [this](const QString& path) { open(path); };
    actions_.close = [this](const QString& folder) { close_project(folder); };
    actions_.other_project = [this](const QString& folder) { return other_project(folder); };
    actions_.copy_form = [this](bool python) {
        QApplication::clipboard()->setText(python ? views_.form.python() : views_.form.command_line());
    };
    actions_.switch_to = [this](const QString& folder) { switch_project(folder); };
    actions_.set_theme = [this](const QString& theme) {
        const auto was = name_of(theme_of(settings_.value(QStringLiteral("theme")).toString()));
        settings_.setValue(QStringLiteral("theme"), theme);
        apply_theme(theme_of(theme));
        return was;
    };
    actions_.reset_layout = [this] { reset_layout(); };
    actions_.open_palette = [this] { palette_->open_at(frameGeometry()); };
    actions_.show_report = [this] { show_report(report(), this); };
    actions_.quit = [this] { QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection); };
    actions_.select_experiment = [this](const QString& id) { return select_experiment(id); };
    actions_.set_parameters = [this](const QString& experiment, const QString& text) {
        return set_parameters(experiment, text);
    };
    actions_.open_run = [this](const QString& id) {
        select_runs({id});
        const auto* row = current_ ? current_->run(id) : nullptr;
        if (!row) throw Error("There is no run " + id.toStdString() + " in this project.", "", ExitCode::usage);
        const auto has = [&](Kind kind) {
            return std::any_of(row->artifacts.begin(), row->artifacts.end(),
                               [&](const ArtifactRow& a) { return a.kind == kind; });
        };
        for (const auto* name : {"plot", has(Kind::field) ? "field" : has(Kind::graph) ? "graph" : "plot"})
            if (auto* panel = docks_.value(QString::fromUtf8(name))) {
                panel->show();
                panel->raise();
            }
    };
    actions_.compare = [this](const QString& runs) {
        const auto ids = runs.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        if (!ids.isEmpty()) select_runs(ids);
        dock(QStringLiteral("compare"))->show();
        dock(QStringLiteral("compare"))->raise();
    };
    actions_.form = [this] { return std::pair(experiment_, parameters_.value(experiment_)); };
    actions_.set_preset = [this](const QString& experiment, const QString& name,
                                 const std::optional<QString>& parameters) {
        return set_preset(experiment, name, parameters);
    };
    actions_.presets = [this] { return presets(); };
    actions_.duplicate_run = [this](const QString& id) { duplicate(id); };
    actions_.play = [this](const QString& names) { play(names); };
    actions_.move_node = [this](const QString& graph, int node, std::array<double, 2> to) {
        return views_.graph.move_node(graph, node, to);
    };
    actions_.keep_brush = [this](const QString& graph, const QString& stroke) {
        return views_.graph.keep_brush(graph, stroke);
    };
    actions_.use_field = [this](const QString& file) { use_field(file); };
    actions_.problem_templates = [this] { return problems_->templates(); };
    actions_.new_problem = [this](const QString& name) {
        problems_->begin(name);
        actions_.show_panel(QStringLiteral("scripts"), true);
    };
    actions_.open_problem = [this](const QString& file) {
        problems_->open(file);
        actions_.show_panel(QStringLiteral("scripts"), true);
    };
    actions_.use_problem = [this](const QString& file) { return use_problem(file); };
}

// --- opening ---

void MainWindow::open(const QString& path) {
    QFileInfo info(path);
    std::optional<Recipe> recipe;
    auto folder = info.absoluteFilePath();
    try {
        if (info.fileName() == QStringLiteral("recipe.toml") ||
            (info.isDir() && QDir(path).exists(QStringLiteral("recipe.toml")))) {
            recipe = Recipe::read(path.toStdString());
            folder = QString::fromStdString(recipe->default_project().string());
            QDir().mkpath(QFileInfo(folder).absolutePath());
        } else if (info.fileName() == QStringLiteral("project.db")) {
            folder = info.absolutePath();
        } else if (info.isFile()) {
            return tell(tr("%1 is a file, neither a project nor a recipe.").arg(path),
                        tr("Open a folder NAME.orrery, or one with a recipe.toml."));
        } else if (info.isDir() && !QDir(path).exists(QStringLiteral("project.db")) && !QDir(path).isEmpty()) {
            return tell(
                tr("%1 is neither a project nor a recipe: it holds no project.db and no recipe.toml.").arg(path),
                tr("A new project needs a folder that isn't there yet, or an empty one."));
        } else if (!info.exists() && !folder.endsWith(QStringLiteral(".orrery"))) {
            return tell(tr("There is no project at %1.").arg(path),
                        tr("A new project is made where the name ends with .orrery."));
        }
    } catch (const Error& error) {
        return tell(QString::fromUtf8(error.what()), QString::fromStdString(error.hint()));
    }
    const auto found = std::find_if(projects_.begin(), projects_.end(), [&](const ProjectData* p) {
        return p->folder() == QFileInfo(folder).absoluteFilePath();
    });
    auto* project = found == projects_.end() ? new ProjectData(folder, this) : *found;
    const bool fresh = found == projects_.end();
    if (fresh) {
        projects_.push_back(project);
        connect_project(project);
    }
    // Absolute: the next start may be from another folder.
    if (recipe)
        project->setProperty("recipe", QFileInfo(QString::fromStdString(recipe->file.string())).absoluteFilePath());
    if (!fresh) show_project(project);
}

void MainWindow::open_last() {
    const auto last = settings_.value(QStringLiteral("recent")).toStringList().value(0);
    if (!last.isEmpty() && QDir(last).exists(QStringLiteral("project.db"))) open(last);
}

void MainWindow::connect_project(ProjectData* project) {
    connect(project, &ProjectData::opened, this, [this, project] {
        if (!project->property("recipe").isValid()) {
            const auto kept = project->facts().layout.find("recipe");
            if (kept != project->facts().layout.end())
                project->setProperty("recipe", QString::fromStdString(kept->second));
        }
        show_project(project);
        if (!project->facts().notice.isEmpty())
            tell(project->facts().notice, tr("It can be looked at; nothing can be run or changed."));
    });
    connect(project, &ProjectData::failed, this, [this, project](const QString& what, const QString& hint) {
        tell(what, hint, true);
        projects_.erase(std::find(projects_.begin(), projects_.end(), project));
        known_.erase(project);
        project->deleteLater();
    });
    connect(project, &ProjectData::trouble, this,
            [this](const QString& what, const QString& hint) { tell(what, hint, true); });
    const auto if_shown = [this, project](auto work) {
        return [this, project, work] {
            if (project == current_) (this->*work)();
        };
    };
    connect(project, &ProjectData::runs_changed, this, [this, project] {
        if (project == current_) return runs_changed();
        note_ends(*project); // whatever is looked at
    });
    connect(project, &ProjectData::figures_changed, this, if_shown(&MainWindow::show_figures));
    connect(project, &ProjectData::plugins_found, this, [this, project] {
        if (project == current_) plugins_found(handles_.get().catalogue != nullptr);
    });
    connect(project, &ProjectData::moved, this, [this, project] {
        if (!project->is_in_place()) tell(gone(*project), tr("Put it back, or close the project."));
        if (project == current_) update_actions();
    });
    connect(project, &ProjectData::live_changed, this,
            [this, project](const QString& run, const std::map<std::string, nlohmann::json>& values) {
                if (project != current_) return;
                live_[run] = values;
                show_selection();
            });
    connect(project, &ProjectData::points_changed, this,
            [this, project](const QString& run, const QString& key, const Points& points) {
                if (project == current_) views_.plot.set_points(run, key, points);
            });
    connect(project, &ProjectData::fields_found, this,
            [this, project](std::uint64_t request, const std::vector<FieldPlace>& fields) {
                if (project == current_ && request == fields_request_) show_fields(fields);
            });
    connect(project, &ProjectData::graphs_found, this,
            [this, project](std::uint64_t request, const std::vector<GraphPlace>& graphs) {
                if (project == current_ && request == graphs_request_) show_graphs(graphs);
            });
    connect(project, &ProjectData::classifiers_changed, this, [this, project] {
        if (project == current_) views_.graph.set_classifiers(project->classifiers());
    });
    connect(project, &ProjectData::compared, this,
            [this, project](std::uint64_t request, const std::shared_ptr<const Comparison>& comparison) {
                if (project == current_ && request == compare_request_) views_.compare.set_comparison(comparison);
            });
    connect(project, &ProjectData::log_read, jobs_, &JobsPanel::set_log);
    connect(project, &ProjectData::hindered, this, [this, project](const QString& sentence) {
        if (project == current_) jobs_->set_hindrance(sentence);
    });
    connect(project, &ProjectData::job_ended, this, [this](const QString& run, int, const QStringList& refused) {
        if (!refused.isEmpty())
            tell(tr("Run %1 was refused: %2").arg(run, refused.join(QLatin1Char('\n'))),
                 tr("Nothing was recorded; correct the parameters."));
    });
}

QString MainWindow::read_only(const ProjectData& project) const {
    return project.facts().notice.isEmpty() ? tr("The project can only be read.") : project.facts().notice;
}

QString MainWindow::gone(const ProjectData& project) const {
    return tr("The project %1 is gone: its folder was removed or renamed.").arg(project.folder());
}

void MainWindow::show_project(ProjectData* project) {
    const bool other = project != current_;
    if (current_ && other) {
        keep_layout();
        current_->watch({}, {}); // read again when it is shown again
        message_->clear();
    }
    current_ = project;
    if (other) commands_->clear_history();
    handles_.set(project ? ProjectHandles{project->writer(), project->queue(), project->catalogue(), project->folder()}
                         : ProjectHandles{});
    scripting_->set_project(project);
    setWindowTitle(project ? tr("%1 - Orrery").arg(project->name()) : tr("Orrery"));
    switcher_->clear();
    for (const auto* each : projects_)
        if (each->is_open()) switcher_->addItem(each->name(), each->folder());
    if (project) switcher_->setCurrentIndex(switcher_->findData(project->folder()));
    if (!project) switcher_->setPlaceholderText(tr("No project"));
    drafts_.set(std::nullopt);
    if (project && project->property("recipe").isValid()) {
        try {
            drafts_.set(Recipe::read(project->property("recipe").toString().toStdString()));
        } catch (const Error& error) {
            tell(QString::fromUtf8(error.what()), QString::fromStdString(error.hint()));
        }
    }
    views_.plot.set_curves({});
    views_.field.set_sources({});
    views_.field.keep_frames({});
    views_.graph.set_sources({});
    views_.graph.set_project(project ? project->folder() : QString());
    views_.graph.set_classifiers(project ? project->classifiers() : std::vector<ClassifierPlace>());
    fields_request_ = graphs_request_ = compare_request_ = 0; // what was asked of the other project is not waited for
    to_select_.clear();
    selected_.clear();
    fields_shown_.clear();
    compared_.clear();
    view_state_.clear();
    live_.clear();
    listed_ = false;
    views_.runs.set_runs(project ? project->runs() : RunSnapshot(std::make_shared<std::vector<RunRow>>()));
    views_.runs.set_log_folder(project ? project->folder() + QStringLiteral("/jobs") : QString());
    views_.form.set_read_only(!project || !project->facts().writable);
    jobs_->set_hindrance({});
    if (!project) {
        jobs_->set_runs(std::make_shared<std::vector<RunRow>>());
        experiments_->set_drafts({}, {});
        experiment_.clear();
        dock(QStringLiteral("parameters"))->setWindowTitle(tr("Parameters"));
        dock(QStringLiteral("welcome"))->raise();
    }
    if (project) {
        remember_recent(project->folder());
        restore_layout();
        plugins_found(false);
        runs_changed();
    }
    show_selection();
    show_figures();
    update_actions();
    if (project) Q_EMIT project_shown();
}

void MainWindow::close_project(const QString& folder) {
    const auto wanted = folder.isEmpty() && current_ ? current_->folder() : folder;
    const auto found =
        std::find_if(projects_.begin(), projects_.end(), [&](const ProjectData* p) { return p->folder() == wanted; });
    if (found == projects_.end())
        throw Error("The project " + wanted.toStdString() + " is not open.", "", ExitCode::usage);
    auto* project = *found;
    if (project == current_) keep_layout();
    projects_.erase(found);
    known_.erase(project);
    if (project == current_) {
        current_ = nullptr;
        show_project(projects_.empty() ? nullptr : projects_.front());
    }
    project->deleteLater();
}

QString MainWindow::other_project(const QString& folder) const {
    std::vector<ProjectData*> open;
    std::copy_if(projects_.begin(), projects_.end(), std::back_inserter(open),
                 [](const ProjectData* p) { return p->is_open(); });
    if (!folder.isEmpty() || open.empty()) return folder;
    auto next = std::find(open.begin(), open.end(), current_);
    if (next == open.end() || ++next == open.end()) next = open.begin();
    return (*next)->folder();
}

void MainWindow::switch_project(const QString& folder) {
    const auto found = std::find_if(projects_.begin(), projects_.end(),
                                    [&](const ProjectData* p) { return p->is_open() && p->folder() == folder; });
    if (found == projects_.end())
        throw Error("The project " + folder.toStdString() + " is not open.", "", ExitCode::usage);
    if (*found != current_) show_project(*found);
}

// --- how it looked ---

void MainWindow::restore_layout() {
    const auto& layout = current_->facts().layout;
    const auto text = [&](const char* name) {
        const auto found = layout.find(name);
        return found == layout.end() ? std::string() : found->second;
    };
    kept_ = layout;
    // The size first: panels that are restored into another one share it anew.
    if (const auto size = text("geometry"); !size.empty()) restoreGeometry(from_base64(size));
    panels_to_fit_ = from_base64(text("window"));
    if (panels_to_fit_.isEmpty())
        dock(QStringLiteral("field"))->raise(); // all else stays as it is
    else
        restoreState(panels_to_fit_);
    panels_since_.start();
    if (const auto state = text("view/runs"); !state.empty()) views_.runs.restore_state(from_base64(state));
    parameters_.clear();
    for (const auto& [name, content] : layout)
        if (name.starts_with("form/"))
            parameters_.insert(QString::fromStdString(name.substr(5)), QString::fromStdString(content));
    experiment_ = QString::fromStdString(text("experiment"));
}

void MainWindow::reset_layout() {
    restoreState(first_state_);
    dock(current_ ? QStringLiteral("field") : QStringLiteral("welcome"))->raise();
}

void MainWindow::keep_layout() {
    if (!current_ || !current_->facts().writable || !current_->is_in_place()) return;
    keep_view_state();
    std::map<std::string, std::string> now;
    now["window"] = base64(saveState());
    now["geometry"] = base64(saveGeometry());
    constexpr qsizetype most_kept = 100;
    now["selected"] = selected_.mid(0, most_kept).join(QLatin1Char(' ')).toStdString();
    now["view/runs"] = base64(views_.runs.save_state());
    if (const auto recipe = current_->property("recipe"); recipe.isValid())
        now["recipe"] = recipe.toString().toStdString();
    keep(now);
    keep_forms();
}

void MainWindow::keep_forms() {
    if (!current_ || !current_->facts().writable || !current_->is_in_place()) return;
    std::map<std::string, std::string> now;
    now["experiment"] = experiment_.toStdString();
    for (auto it = parameters_.begin(); it != parameters_.end(); ++it)
        now["form/" + it.key().toStdString()] = it.value().toStdString();
    keep(now);
}

void MainWindow::keep(const std::map<std::string, std::string>& now) {
    std::map<std::string, std::string> changed;
    for (const auto& [name, content] : now) {
        auto& before = kept_[name];
        if (before != content) changed[name] = before = content;
    }
    current_->keep_layout(changed);
}

void MainWindow::remember_recent(const QString& folder) {
    auto recent = settings_.value(QStringLiteral("recent")).toStringList();
    recent.removeAll(folder);
    recent.prepend(folder);
    settings_.setValue(QStringLiteral("recent"), recent.mid(0, most_recent));
    if (auto* page = qobject_cast<WelcomePage*>(welcome_)) page->fill();
}

void MainWindow::fill_recent() {
    recent_->clear();
    for (const auto& folder : settings_.value(QStringLiteral("recent")).toStringList())
        connect(recent_->addAction(folder), &QAction::triggered, this, [this, folder] {
            perform(QStringLiteral("project.open"), {{QStringLiteral("path"), folder}});
        });
    if (recent_->isEmpty()) recent_->addAction(tr("None yet"))->setEnabled(false);
}

QString MainWindow::report() const {
    return make_report(commands_->last_commands(), log_->text(), current_ ? current_->folder() : QString(),
                       views_.field.reason + QLatin1Char('\n') + views_.libraries, crashed_session_);
}

} // namespace orrery::gui
