// SPDX-License-Identifier: GPL-3.0-or-later
// What can be run: the experiments of each plugin, and the runs of the opened recipe.
#pragma once
#include "core/plugins/plugin_manifest.h"

#include <QLineEdit>
#include <QTreeWidget>
#include <QWidget>

#include <vector>

namespace orrery::gui {

// A run that a recipe asks for, as it is in the project.
struct DraftItem {
    QString name, experiment;
    QString run;   // that was made of it; empty if there is none
    QString state; // "not run yet", "running", "done", ...
    bool operator==(const DraftItem&) const = default;
};

class ExperimentTree : public QWidget {
    Q_OBJECT

public:
    explicit ExperimentTree(QWidget* parent = nullptr);

    void set_plugins(const std::vector<PluginInfo>& plugins);
    // Nothing is shown of the recipe if there are none.
    void set_drafts(const QString& recipe, const std::vector<DraftItem>& drafts);
    void select(const QString& experiment);
    void select_draft(const QString& name); // of the recipe; nothing is asked for
    QString selected() const;               // experiment; empty if there is none

Q_SIGNALS:
    void experiment_selected(const QString& id);
    void draft_selected(const QString& name);
    void draft_activated(const QString& name); // double click or Return
    void play_requested();                     // all drafts

private:
    void apply_filter();
    QTreeWidgetItem* find(int role, const QString& value) const;
    QLineEdit* filter_;
    QTreeWidget* tree_;
    QTreeWidgetItem* recipe_ = nullptr;
    std::vector<DraftItem> drafts_;
    QString selected_;
};

} // namespace orrery::gui
