// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: what the commands about panels, views and the room of the project do, and why they can't be done.
#include "app/gui/main_window.h"

#include <QMessageBox>
#include <QPushButton>

#include <algorithm>
#include <optional>
#include <utility>

namespace orrery::gui {

void MainWindow::make_view_actions() {
    actions_.reason = [this](const QString& id, const QString& run) { return reason(id, run); };
    actions_.tear_off = [this](const QString& name) {
        auto* panel = panel_of(name);
        panel->setFloating(!panel->isFloating());
        panel->show();
    };
    actions_.show_panel = [this](const QString& name, bool shown) {
        auto* panel = panel_of(name);
        const bool was = !panel->isHidden();
        panel->setVisible(shown);
        if (shown) panel->raise();
        return was;
    };
    actions_.split = [this](const QString& name) { split_off(panel_of(name)); };
    actions_.panel_name = [this](const QString& title) { return docks_.key(panel_of(title)); };
    actions_.panels = [this] {
        QStringList titles;
        for (const auto* panel : docks_) titles << panel->accessibleName(); // the title itself may say more
        return titles;
    };
    actions_.set_baseline = [this](const QString& run) {
        if (!run.isEmpty() && !(current_ && current_->run(run)))
            throw Error("There is no run " + run.toStdString() + " in this project.", "", ExitCode::usage);
        const auto was = views_.runs.baseline();
        views_.runs.set_baseline(run);
        update_actions();
        return was;
    };
    actions_.set_log = [this](bool of_y, bool on) {
        const bool was = views_.plot.is_log(of_y);
        views_.plot.set_log(of_y, on);
        return was;
    };
    actions_.copy_csv = [this] { views_.plot.copy_csv(); };
    actions_.set_colour_map = [this](const QString& map, bool of_difference) {
        return views_.field.set_colour_map(map, of_difference);
    };
}

// Of its name in commands, or of its title.
QDockWidget* MainWindow::panel_of(const QString& name) const {
    if (auto* panel = docks_.value(name)) return panel;
    for (auto* panel : docks_)
        if (panel->accessibleName() == name) return panel;
    throw Error("There is no panel '" + name.toStdString() + "'.",
                "There are " + actions_.panels().join(QStringLiteral(", ")).toStdString() + ".", ExitCode::usage);
}

// The tab gets a place of its own beside the others. What is split off a group of tabs joins it, so all but one leave
// the group first, those that are torn off, too, and come back then.
void MainWindow::split_off(QDockWidget* panel) {
    auto others = tabifiedDockWidgets(panel);
    const auto stays = std::find_if(others.begin(), others.end(), [](const QDockWidget* other) {
        return !other->isHidden() && !other->isFloating();
    });
    if (panel->isFloating() || panel->isHidden() || stays == others.end())
        throw Error("The panel " + panel->accessibleName().toStdString() + " is no tab among others.",
                    "Choose one that shares its place with others.", ExitCode::usage);
    auto* left = *stays;
    others.erase(stays);
    const int width = std::max(left->width(), panel->width()); // one of them is behind, and has any
    QList<std::pair<QDockWidget*, QRect>> torn_off;
    for (auto* other : others) {
        if (!other->isFloating()) continue;
        torn_off.append({other, other->geometry()});
        other->setFloating(false);
    }
    const auto area = dockWidgetArea(panel);
    addDockWidget(area, panel);
    for (auto* other : others) addDockWidget(area, other);
    splitDockWidget(left, panel, Qt::Horizontal);
    for (auto* other : others) tabifyDockWidget(left, other);
    for (const auto& [other, place] : torn_off) {
        other->setFloating(true);
        other->setGeometry(place);
    }
    left->raise();
    panel->show();
    resizeDocks({left, panel}, {width / 2, width / 2}, Qt::Horizontal);
}

// Nothing of a command that isn't about these.
std::optional<QString> MainWindow::view_reason(const QString& id, const QString& run) const {
    if (id == QStringLiteral("run.baseline")) {
        if (!current_ || !current_->is_open()) return tr("No project is open.");
        return run.isEmpty() && selected_.size() != 1 ? tr("One run must be selected.") : QString();
    }
    if (id == QStringLiteral("run.no_baseline"))
        return views_.runs.baseline().isEmpty() ? tr("No run is the baseline.") : QString();
    if (id == QStringLiteral("plot.copy_csv")) return views_.plot.is_empty() ? tr("No metric is drawn.") : QString();
    if (id == QStringLiteral("field.colour_map")) {
        if (!views_.field.possible) return views_.field.reason;
        return views_.field.is_empty() ? tr("No field is shown.") : QString();
    }
    if (id != QStringLiteral("project.compact")) return std::nullopt;
    if (!current_ || !current_->is_open()) return tr("No project is open.");
    if (!current_->is_in_place()) return gone(*current_);
    if (!current_->facts().writable) return read_only(*current_);
    const auto& runs = *current_->runs();
    const auto busy = std::find_if(runs.begin(), runs.end(), [](const RunRow& row) {
        return goes_on(row.status) && row.status != Status::queued;
    });
    return busy == runs.end()
               ? QString()
               : tr("Run %1 is going on: wait for it, or stop it.").arg(QString::fromStdString(busy->id));
}

// What it deletes can't be brought back, so it is asked.
bool MainWindow::confirm_compact() {
    QMessageBox box(QMessageBox::Warning, tr("Compact project"),
                    tr("Removed runs and artifacts, and files that no run names, are deleted for good. "
                       "What was removed can't be restored then."),
                    QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("confirm_compact"));
    auto* compact = box.addButton(tr("Compact"), QMessageBox::AcceptRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == compact;
}

} // namespace orrery::gui
