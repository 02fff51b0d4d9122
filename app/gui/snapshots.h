// SPDX-License-Identifier: GPL-3.0-or-later
// What the reading thread hands to the window: whole values that nobody changes any more.
#pragma once
#include "core/plugins/plugin_catalogue.h"
#include "core/records.h"

#include <QMetaType>
#include <QString>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace orrery::gui {

using RunSnapshot = std::shared_ptr<const std::vector<RunRow>>; // in order of creation
using Points = std::shared_ptr<const std::vector<MetricPoint>>; // by step
using Catalogue = std::shared_ptr<const PluginCatalogue>;

// Somebody computes it or will: its row may still change by itself.
constexpr bool goes_on(Status status) {
    return status == Status::queued || status == Status::running || status == Status::stopping;
}

// What is known of a project as soon as it is open.
struct ProjectFacts {
    bool writable = false;
    QString notice;                            // why it can only be read
    std::map<std::string, std::string> layout; // how the window looked
};

// A dataset of a run's artifact of kind field.
struct FieldPlace {
    QString run, artifact, dataset, file;
};

// A run's artifact of kind graph; the file is named by its hash, so what it holds is told by the ending that it had.
struct GraphPlace {
    QString run, artifact, file, ending;
};

// The model of a finished run of graph.classify.
struct ClassifierPlace {
    QString run, label, file;
    bool operator==(const ClassifierPlace&) const = default;
};

} // namespace orrery::gui

Q_DECLARE_METATYPE(orrery::gui::RunSnapshot)
Q_DECLARE_METATYPE(orrery::gui::Points)
Q_DECLARE_METATYPE(orrery::gui::Catalogue)
Q_DECLARE_METATYPE(orrery::gui::ProjectFacts)
