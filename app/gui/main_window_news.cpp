// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: what is new in the project that is shown, and what the window makes of it.
#include "app/gui/main_window.h"
#include "app/gui/notification.h"
#include "app/gui/run_commands.h"
#include "views/runs/run_words.h"

#include <QStatusBar>

#include <algorithm>
#include <map>

namespace orrery::gui {

namespace {

constexpr double long_run = 60; // seconds, if the settings don't say another time

} // namespace

void MainWindow::plugins_found(bool again) {
    const auto& catalogue = current_->catalogue();
    if (!catalogue) return;
    handles_.set({current_->writer(), current_->queue(), catalogue, current_->folder()});
    std::map<std::string, const Declaration*> declarations; // alive with the catalogue
    for (const auto& found : catalogue->experiments()) declarations.emplace(found.experiment->id, found.experiment);
    const LowerIsBetter is_lower = [catalogue = catalogue, declarations](const std::string& experiment,
                                                                         const std::string& key) {
        const auto found = declarations.find(experiment);
        const auto* metric = found == declarations.end() ? nullptr : found->second->find_metric(key);
        return metric && metric->lower_is_better;
    };
    views_.runs.set_lower_is_better(is_lower);
    views_.sweep.set_lower_is_better(is_lower);
    experiments_->set_plugins(catalogue->plugins());
    if (again) {
        show_declaration_again();
        return;
    }
    if (const auto problems = drafts_.problems(*catalogue); !problems.isEmpty())
        tell(tr("The recipe asks for what there isn't:\n%1").arg(problems.join(QLatin1Char('\n'))),
             problems.size() < static_cast<qsizetype>(drafts_.recipe()->runs.size())
                 ? tr("Its other runs can be played.")
                 : QString());
    // A recipe that is new here begins with its first run that isn't made.
    if (experiment_.isEmpty() && !drafts_.empty()) {
        const auto left = drafts_.to_play(*current_->runs(), catalogue.get());
        const auto& first = left.empty() ? drafts_.recipe()->runs.front() : *left.front();
        experiment_ = QString::fromStdString(first.experiment);
        draft_ = QString::fromStdString(first.name);
        seed_->set_value(static_cast<std::int64_t>(first.seed));
        parameters_[experiment_] = joined(RecipeDrafts::assignments(first));
    }
    if (experiment_.isEmpty() && !catalogue->experiments().empty())
        experiment_ = QString::fromStdString(catalogue->experiments().front().experiment->id);
    const auto shown = experiment_;
    experiment_.clear();
    if (!shown.isEmpty()) {
        try {
            select_experiment(shown);
        } catch (const Error& error) { // its plugin is not there any more
            log_->add(LogPanel::Kind::problem, QString::fromUtf8(error.what()));
        }
    }
    runs_changed();
    if (!draft_.isEmpty()) experiments_->select_draft(draft_);
}

// What the form holds stays, unless the experiment declares other parameters now.
void MainWindow::show_declaration_again() {
    const auto shown = experiment_;
    try {
        if (shown.isEmpty() ||
            current_->catalogue()->find(shown.toStdString()).experiment->schema.hash() == shown_schema_)
            return;
        experiment_.clear();
        select_experiment(shown);
    } catch (const Error& error) { // its plugin is not there any more, or can't be used as it is now
        log_->add(LogPanel::Kind::problem, QString::fromUtf8(error.what()));
        experiment_ = shown;
    }
}

void MainWindow::runs_changed() {
    const auto runs = current_->runs();
    const bool first = !listed_;
    listed_ = current_->is_listed();
    note_ends(*current_);
    views_.runs.set_runs(runs);
    jobs_->set_runs(runs);
    show_figures();
    if (drafts_.recipe())
        experiments_->set_drafts(QString::fromStdString(drafts_.recipe()->name),
                                 drafts_.items(*runs, current_->catalogue().get()));
    else
        experiments_->set_drafts({}, {});
    if (first && listed_ && to_select_.isEmpty()) to_select_ = first_selection();
    const auto known =
        std::all_of(to_select_.begin(), to_select_.end(), [this](const QString& id) { return current_->run(id); });
    if (known && waits_behind_selected()) to_select_.clear();
    if (!to_select_.isEmpty() && known) {
        constexpr qsizetype most = 12; // of a sweep: more would be no picture
        select_runs(std::exchange(to_select_, {}).mid(0, most));
    } else {
        show_selection();
    }
    update_actions();
}

void MainWindow::note_ends(const ProjectData& project) {
    auto& known = known_[&project];
    const bool first = !known.listed;
    known.listed = project.is_listed();
    for (const auto& row : *project.runs()) {
        auto& before = known.status.try_emplace(row.id, first ? row.status : Status::queued).first->second;
        const bool ended = before != row.status && row.status != Status::queued && row.status != Status::running &&
                           row.status != Status::stopping;
        before = row.status;
        if (ended) told_end(project, row);
    }
}

// What was just started goes on after what is looked at, so the eyes stay there.
bool MainWindow::waits_behind_selected() const {
    const auto is = [this](const QString& id, std::initializer_list<Status> states) {
        const auto* row = current_->run(id);
        return row && std::find(states.begin(), states.end(), row->status) != states.end();
    };
    return !to_select_.isEmpty() && std::all_of(to_select_.begin(), to_select_.end(), [&](const QString& id) {
        return is(id, {Status::queued});
    }) && std::any_of(selected_.begin(), selected_.end(), [&](const QString& id) {
        return !to_select_.contains(id) && is(id, {Status::queued, Status::running});
    });
}

// What was selected when the project was shown last, else the last run that there is something to see of.
QStringList MainWindow::first_selection() const {
    QStringList ids;
    if (const auto kept = kept_.find("selected"); kept != kept_.end())
        for (const auto& id : QString::fromStdString(kept->second).split(QLatin1Char(' '), Qt::SkipEmptyParts))
            if (current_->run(id)) ids << id;
    if (!ids.isEmpty()) return ids;
    const auto& runs = *current_->runs();
    const auto has_field = [](const RunRow& row) {
        return std::any_of(row.artifacts.begin(), row.artifacts.end(),
                           [](const ArtifactRow& artifact) { return artifact.kind == Kind::field; });
    };
    auto found = std::find_if(runs.rbegin(), runs.rend(), has_field);
    if (found == runs.rend()) found = runs.rbegin();
    return found == runs.rend() ? QStringList() : QStringList{QString::fromStdString(found->id)};
}

void MainWindow::told_end(const ProjectData& project, const RunRow& row) {
    const auto name = QString::fromStdString(row.name.empty() ? row.experiment : row.name);
    const auto id = QString::fromStdString(row.id);
    const bool bad = row.status == Status::failed || row.status == Status::lost;
    auto sentence = row.status == Status::failed ? tr("Run %1 (%2) failed").arg(id, name)
                    : row.status == Status::lost
                        ? tr("Run %1 (%2) is lost: its process ended without a word").arg(id, name)
                    : row.status == Status::stopped ? tr("Run %1 (%2) was stopped").arg(id, name)
                                                    : tr("Run %1 (%2) is done").arg(id, name);
    if (bad && row.end && !row.end->error.empty())
        sentence += QStringLiteral(": ") + QString::fromStdString(row.end->error);
    if (!sentence.endsWith(QLatin1Char('.'))) sentence += QLatin1Char('.');
    if (&project != current_) sentence = project.name() + QStringLiteral(": ") + sentence;
    if (bad) {
        tell(sentence, hint_of(row), true);
        if (&project == current_) {
            jobs_->set_runs(current_->runs());
            jobs_->select(id);
            current_->scan_plugins();
        }
    } else {
        log_->add(LogPanel::Kind::note, sentence);
        statusBar()->showMessage(sentence, 10'000);
    }
    const double notified_from = settings_.value(QStringLiteral("notify_after_seconds"), long_run).toDouble();
    if (row.seconds > notified_from && !isActiveWindow()) notify(tr("Orrery"), sentence, this);
}

} // namespace orrery::gui
