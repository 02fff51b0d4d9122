// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: the form, the selected runs, and what the views get of them.
#include "app/gui/main_window.h"
#include "app/gui/problem_files.h"
#include "app/gui/run_commands.h"
#include "core/jobs/job.h"

#include <QApplication>
#include <QFileInfo>
#include <QPointer>

#include <algorithm>
#include <set>

namespace orrery::gui {

namespace {

constexpr qsizetype most_fields = 4, most_curves = 100;

QString qstring(const std::string& text) { return QString::fromStdString(text); }

QString plain(const nlohmann::json& value) {
    if (value.is_string()) return qstring(value.get<std::string>());
    auto text = qstring(value.dump());
    if (value.is_number_float() && text.endsWith(QStringLiteral(".0"))) text.chop(2); // as the table has it
    return text;
}

} // namespace

// --- the form ---

QString MainWindow::select_experiment(const QString& id) {
    const auto was = experiment_;
    if (!current_ || !current_->catalogue()) throw Error("No project is open.", "", ExitCode::usage);
    const auto found = current_->catalogue()->find(id.toStdString());
    if (id == was) return was;
    keep_view_state();
    experiment_ = id;
    shown_schema_ = found.experiment->schema.hash();
    setting_form_ = true;
    views_.form.set_declaration(*found.experiment);
    views_.form.set_assignments(split(parameters_.value(id)), false);
    setting_form_ = false;
    experiments_->select(id);
    dock(QStringLiteral("parameters"))->setWindowTitle(tr("Parameters: %1").arg(qstring(found.experiment->title)));
    views_.form.set_presets(presets());
    restore_view_state();
    update_actions();
    if (!forms_timer_->isActive()) forms_timer_->start();
    return was;
}

// Presets are kept as lists of assignments: one that sets nothing is one, too.
std::optional<QString> MainWindow::preset(const QString& experiment, const QString& name) const {
    const auto found = kept_.find("preset/" + experiment.toStdString() + "/" + name.toStdString());
    if (found == kept_.end()) return std::nullopt;
    QStringList list;
    for (const auto& assignment : nlohmann::json::parse(found->second, nullptr, false))
        if (assignment.is_string()) list << qstring(assignment.get<std::string>());
    return joined(list);
}

std::optional<QString> MainWindow::set_preset(const QString& experiment, const QString& name,
                                              const std::optional<QString>& parameters) {
    if (!current_) throw Error("No project is open.", "", ExitCode::usage);
    const auto was = preset(experiment, name);
    if (!was && !parameters)
        throw Error("There is no preset '" + name.toStdString() + "' of " + experiment.toStdString() + ".", "",
                    ExitCode::usage);
    const auto key = "preset/" + experiment.toStdString() + "/" + name.toStdString();
    std::string content;
    if (parameters) {
        auto list = nlohmann::json::array();
        for (const auto& assignment : split(*parameters)) list.push_back(assignment.toStdString());
        content = kept_[key] = list.dump();
    } else {
        kept_.erase(key);
    }
    current_->keep_layout({{key, content}});
    views_.form.set_presets(presets());
    return was;
}

QStringList MainWindow::presets() const {
    const auto prefix = "preset/" + experiment_.toStdString() + "/";
    QStringList names;
    for (const auto& [key, content] : kept_)
        if (key.starts_with(prefix)) names << qstring(key.substr(prefix.size()));
    return names;
}

QString MainWindow::set_parameters(const QString& experiment, const QString& parameters) {
    if (experiment != experiment_) select_experiment(experiment);
    const auto was = parameters_.value(experiment);
    parameters_[experiment] = parameters;
    setting_form_ = true;
    // What the user typed himself stays as it is.
    if (joined(views_.form.assignments()) != parameters) views_.form.set_assignments(split(parameters), false);
    setting_form_ = false;
    update_actions();
    check_in_background();
    if (!forms_timer_->isActive()) forms_timer_->start(); // soon, however often it changes meanwhile
    return was;
}

void MainWindow::form_changed() {
    if (experiment_.isEmpty()) return;
    const auto now = joined(views_.form.assignments());
    if (now == parameters_.value(experiment_)) return;
    commands_->execute(
        {"parameters.set", {{"experiment", experiment_.toStdString()}, {"parameters", now.toStdString()}}});
}

// What only the experiment itself can say of its parameters, by a child process.
void MainWindow::check_in_background() {
    check_.request_stop();
    check_ = {};
    if (!views_.form.is_valid() || views_.form.is_sweep() || !current_) return;
    const auto catalogue = current_->catalogue();
    const auto experiment = experiment_;
    const auto text = parameters_.value(experiment);
    // One at a time; what was asked for before, and hasn't begun, isn't asked any more.
    checks_.start([catalogue, experiment, text, window = QPointer<MainWindow>(this), asked = check_.get_token(),
                   stop = closing_.get_token()] {
        Problems problems;
        if (asked.stop_requested()) return;
        try {
            const auto found = catalogue->find(experiment.toStdString());
            std::vector<std::string> assignments;
            for (const auto& assignment : split(text)) assignments.push_back(assignment.toStdString());
            const auto values = found.experiment->schema.parse(assignments, problems);
            if (!problems.empty()) return; // the form says it itself
            check_in_child(*found.plugin, found.experiment->id, values, problems, stop);
        } catch (const Error& error) {
            problems.add({}, error.what());
        }
        QMetaObject::invokeMethod(qApp, [window, experiment, text, problems] {
            if (window && window->experiment_ == experiment && window->parameters_.value(experiment) == text)
                window->views_.form.set_extra_problems(problems);
        });
    });
}

void MainWindow::duplicate(const QString& id) {
    const auto* row = current_ ? current_->run(id) : nullptr;
    if (!row) throw Error("There is no run " + id.toStdString() + " in this project.", "", ExitCode::usage);
    QStringList assignments;
    for (const auto& [name, value] : row->parameters.items())
        assignments << qstring(name) + QLatin1Char('=') + plain(value);
    set_parameters(qstring(row->experiment), joined(assignments));
    seed_->set_value(static_cast<std::int64_t>(row->seed));
    dock(QStringLiteral("parameters"))->show();
    dock(QStringLiteral("parameters"))->raise();
}

void MainWindow::use_field(const QString& file) {
    if (!current_ || !current_->catalogue() || experiment_.isEmpty())
        throw Error("No experiment is chosen.", "", ExitCode::usage);
    const auto found = current_->catalogue()->find(experiment_.toStdString());
    const auto& fields = found.experiment->schema.fields;
    const auto field = std::find_if(fields.begin(), fields.end(), [](const Field& f) {
        return f.kind == "field" || (f.name == "initial" && (f.type == FieldType::text || f.type == FieldType::path));
    });
    if (field == fields.end())
        throw Error(experiment_.toStdString() + " has no parameter that a field's file could be given for.",
                    "Choose an experiment that begins with a field.", ExitCode::usage);
    put_file(field->name, file);
}

std::pair<QString, QString> MainWindow::use_problem(const QString& file) {
    if (!current_ || !current_->catalogue()) throw Error("No project is open.", "", ExitCode::usage);
    const auto solver = ProblemFiles::solver(*current_->catalogue(), experiment_.toStdString());
    select_experiment(qstring(solver.experiment->id));
    const std::pair was(experiment_, parameters_.value(experiment_));
    put_file(solver.parameter, QFileInfo(file).absoluteFilePath());
    actions_.show_panel(QStringLiteral("parameters"), true);
    return was;
}

void MainWindow::put_file(const std::string& field, const QString& file) {
    const auto name = qstring(field) + QLatin1Char('=');
    auto assignments = split(parameters_.value(experiment_));
    assignments.removeIf([&](const QString& text) { return text.startsWith(name); });
    assignments << name + file;
    set_parameters(experiment_, joined(assignments));
}

void MainWindow::play(const QString& name) {
    if (!current_ || !current_->catalogue() || drafts_.empty()) throw Error("No recipe is open.", "", ExitCode::usage);
    auto list = drafts_.to_play(*current_->runs(), current_->catalogue().get());
    if (!name.isEmpty()) {
        const auto* one = drafts_.find(name);
        if (!one) throw Error("The recipe has no run '" + name.toStdString() + "'.", "", ExitCode::usage);
        list = {one};
    }
    if (list.empty())
        throw Error("All runs of the recipe are there or go on.", "Double click one to run it again.", ExitCode::usage);
    QStringList problems; // of runs that can't be
    for (const auto* run : list) {
        if (const auto own = RecipeDrafts::problems(*run, *current_->catalogue()); !own.isEmpty()) {
            problems << own;
            continue;
        }
        commands_->execute({"run.start",
                            {{"experiment", run->experiment},
                             {"parameters", joined(RecipeDrafts::assignments(*run)).toStdString()},
                             {"seed", static_cast<std::int64_t>(run->seed)},
                             {"device", device_->currentText().toStdString()},
                             {"name", run->name}}});
    }
    if (!problems.isEmpty())
        throw Error("The recipe asks for what there isn't:\n" + problems.join(QLatin1Char('\n')).toStdString(),
                    "Its other runs can be played.", ExitCode::usage);
}

// --- selected runs ---

void MainWindow::select_runs(const QStringList& ids) {
    const auto is_left = [this](const QString& id) { return left_runs_.contains(id); };
    if (brushed_ && !std::all_of(ids.begin(), ids.end(), is_left))
        views_.compare.clear_brushes(); // else the table would not show them
    views_.runs.select(ids);
    if (ids == selected_) return;
    selected_ = ids;
    show_selection();
}

// The table and the plots show what is left; the view that was brushed goes on showing all.
void MainWindow::brush(const QStringList& ids) {
    if (!current_) return;
    const auto known = std::count_if(compared_runs_.begin(), compared_runs_.end(),
                                     [this](const QString& id) { return current_->run(id) != nullptr; });
    brushed_ = ids.size() < known;
    left_runs_ = ids;
    brushing_ = true;
    views_.runs.set_restriction(brushed_ ? std::optional(ids) : std::nullopt);
    views_.runs.select(ids);
    brushing_ = false;
    if (ids == selected_) return;
    selected_ = ids;
    show_selection();
}

// What tells it from the other selected ones.
QString MainWindow::label_of(const RunRow& row) const {
    const auto any_other = [&](const auto& holds) {
        return std::any_of(selected_.begin(), selected_.end(), [&](const QString& id) {
            const auto* other = current_->run(id);
            return other && other->experiment == row.experiment && other->id != row.id && holds(*other);
        });
    };
    QStringList parts;
    for (const auto& [name, value] : row.parameters.items())
        if (any_other([&key = name, &own = value](const RunRow& other) {
                return other.parameters.value(key, nlohmann::json()) != own;
            }))
            parts << qstring(name) + QLatin1Char('=') + plain(value);
    if (any_other([&](const RunRow& other) { return other.seed != row.seed; }))
        parts << QStringLiteral("seed=%1").arg(row.seed);
    if (!row.name.empty() && parts.isEmpty()) return qstring(row.name);
    // Made twice alike: their names or ids are what differs.
    const bool is_twin =
        any_other([&](const RunRow& other) { return other.seed == row.seed && other.parameters == row.parameters; });
    if (is_twin || parts.isEmpty()) parts << qstring(row.name.empty() ? row.id : row.name);
    return parts.join(QLatin1Char(' '));
}

// Those that the experiment names first: a loss or an error, else whatever it writes.
QStringList MainWindow::default_keys() const {
    QStringList found;
    for (const auto& id : selected_)
        if (const auto* row = current_->run(id))
            for (const auto& [key, value] : row->metrics)
                if (const auto name = qstring(key); !found.contains(name)) found << name;
    for (const auto* key : {"loss", "loss/total", "error/l2", "error"})
        if (found.contains(QString::fromUtf8(key))) return {QString::fromUtf8(key)};
    for (const auto* part : {"loss", "error", "residual"})
        for (const auto& key : found)
            if (key.contains(QString::fromUtf8(part))) return {key};
    return found.mid(0, 1);
}

void MainWindow::show_selection() {
    if (!current_) {
        views_.plot.set_curves({});
        views_.plot.set_drawn(0, 0);
        views_.field.set_sources({});
        views_.graph.set_looked_into(std::min(selected_.size(), most_fields), selected_.size());
        views_.field.set_looked_into(0, 0, false);
        views_.field.keep_frames({});
        views_.graph.set_sources({});
        views_.sweep.set_runs(nullptr, {});
        views_.compare.set_runs(std::make_shared<std::vector<RunRow>>(), {});
        if (frames_) frames_->set_runs({});
        return;
    }
    restore_view_state();
    QStringList live;
    std::vector<std::string> ids;
    std::set<QString> keys;
    bool removed = false;
    for (const auto& id : selected_) {
        const auto* row = current_->run(id);
        if (!row) continue;
        removed = removed || row->artifacts_removed;
        for (const auto& [key, value] : row->metrics) keys.insert(qstring(key));
        if (row->status == Status::running || row->status == Status::stopping) {
            live << id;
            ids.push_back(row->id);
        }
    }
    frames_->set_runs(ids);
    views_.field.keep_frames(selected_);
    views_.field.set_looked_into(std::min(selected_.size(), most_fields), selected_.size(), removed);
    views_.plot.set_live(live);
    views_.plot.set_drawn(std::min(selected_.size(), most_curves), selected_.size());
    views_.plot.set_available_keys(QStringList(keys.begin(), keys.end()), !selected_.isEmpty());
    show_curves(keys_.value(looked_at()));
    // What ended runs hold doesn't change: it is read again only when other runs are selected, or one has ended.
    QString state;
    for (const auto& id : selected_)
        if (const auto* row = current_->run(id))
            state += id + QLatin1Char(' ') + QString::number(static_cast<int>(row->status)) + QLatin1Char(' ') +
                     QString::number(row->artifacts.size()) + QLatin1Char(';');
    const bool within = brushed_ && // also if nothing is left: the brush is still to be moved
                        std::all_of(selected_.begin(), selected_.end(),
                                    [this](const QString& id) { return compared_runs_.contains(id); });
    if (!within) compared_runs_ = selected_;
    const bool is_news = !within && state != compared_;
    if (!within) compared_ = state;
    if (is_news) compare_request_ = current_->compare(compared_runs_);
    views_.compare.set_runs(current_->runs(), compared_runs_); // may brush
    if (state != fields_shown_) {
        fields_request_ = current_->find_fields(selected_.mid(0, most_fields));
        graphs_request_ = current_->find_graphs(selected_.mid(0, most_fields));
    }
    fields_shown_ = state;
    views_.sweep.set_runs(current_->runs(), selected_);
    offer_live(ids.empty() ? nullptr : current_->run(live.front()));
    update_actions();
}

// The first of the selected runs that go on: its live fields as they are now.
void MainWindow::offer_live(const RunRow* row) {
    if (!current_->catalogue()) return;
    std::vector<Field> fields;
    Values values;
    if (row) {
        try {
            const auto& schema = current_->catalogue()->find(row->experiment).experiment->schema;
            std::copy_if(schema.fields.begin(), schema.fields.end(), std::back_inserter(fields),
                         [](const Field& f) { return f.live; });
            auto now = row->parameters;
            for (const auto& [field, value] : live_[qstring(row->id)]) now[field] = value;
            Problems ignored;
            values = schema.parse(now, ignored);
        } catch (const Error&) {
            fields.clear(); // of a plugin that isn't there any more: it has no live fields here
        }
    }
    // Not while they stay as they were: the user may be about to change one.
    std::pair offered(row ? qstring(row->id) : QString(), values);
    if (offered == offered_) return;
    offered_ = std::move(offered);
    views_.field.set_live_fields(fields, values);
}

void MainWindow::show_curves(const QStringList& wanted) {
    if (!current_) return;
    auto keys = wanted.isEmpty() ? default_keys() : wanted;
    if (!wanted.isEmpty()) keys_[looked_at()] = wanted;
    std::vector<CurvePlace> curves;
    for (const auto& id : selected_.mid(0, most_curves))
        if (const auto* row = current_->run(id))
            for (const auto& key : keys)
                if (row->metrics.contains(key.toStdString()) || wanted.isEmpty())
                    curves.push_back(
                        {id, key, keys.size() > 1 ? label_of(*row) + QStringLiteral("  ") + key : label_of(*row)});
    views_.plot.set_curves(curves);
    current_->watch(selected_.mid(0, most_curves), keys);
}

void MainWindow::show_fields(const std::vector<FieldPlace>& fields) {
    std::vector<LabelledField> sources;
    for (const auto& place : fields) {
        const auto* row = current_->run(place.run);
        sources.push_back({row ? label_of(*row) : place.artifact, place});
    }
    views_.field.set_sources(sources);
    restore_view_state();
}

void MainWindow::show_graphs(const std::vector<GraphPlace>& graphs) {
    std::vector<LabelledGraph> sources;
    for (const auto& place : graphs) {
        const auto* row = current_->run(place.run);
        sources.push_back({row ? label_of(*row) : place.artifact, place});
        if (row) views_.graph.set_metrics(place.run, row->metrics);
    }
    views_.graph.set_sources(sources);
    restore_view_state();
}

void MainWindow::show_frame(const QString& run, const QString& channel, const SharedFrame& frame) {
    if (selected_.contains(run))
        if (const auto* row = current_->run(run))
            views_.field.show_frame(run, channel, label_of(*row), frame->array, static_cast<double>(frame->step));
    frames_->shown();
}

// --- how the views looked, by experiment ---

// The experiment of the runs that the views show; of the form while none is selected.
QString MainWindow::looked_at() const {
    const auto* row = current_ && !selected_.isEmpty() ? current_->run(selected_.first()) : nullptr;
    return row ? qstring(row->experiment) : experiment_;
}

void MainWindow::keep_view_state() {
    if (!current_ || view_state_.isEmpty()) return;
    std::map<std::string, std::string> now;
    const auto name = view_state_.toStdString();
    now["view/plot/" + name] = views_.plot.save_state().toBase64().toStdString();
    now["view/graph/" + name] = views_.graph.save_state().toBase64().toStdString();
    now["view/sweep/" + name] = views_.sweep.save_state().toBase64().toStdString();
    if (views_.field.possible) now["view/field/" + name] = views_.field.save_state().toBase64().toStdString();
    now["view/keys/" + name] = keys_.value(view_state_).join(QLatin1Char('\n')).toStdString();
    keep(now);
}

void MainWindow::restore_view_state() {
    const auto experiment = looked_at();
    if (!current_ || view_state_ == experiment) return;
    keep_view_state();
    view_state_ = experiment;
    const auto text = [&](const char* prefix) {
        const auto found = kept_.find(prefix + experiment.toStdString());
        return found == kept_.end() ? QByteArray() : QByteArray::fromStdString(found->second);
    };
    views_.plot.restore_state(QByteArray::fromBase64(text("view/plot/")));
    views_.field.restore_state(QByteArray::fromBase64(text("view/field/")));
    views_.graph.restore_state(QByteArray::fromBase64(text("view/graph/")));
    views_.sweep.restore_state(QByteArray::fromBase64(text("view/sweep/")));
    if (const auto keys = text("view/keys/"); !keys.isEmpty())
        keys_[experiment] = QString::fromUtf8(keys).split(QLatin1Char('\n'));
}

} // namespace orrery::gui
