// SPDX-License-Identifier: GPL-3.0-or-later
// Problem files in the editor: begun from the templates that plugins bring along, and checked while they are typed by
// the experiment that solves them, in a child process.
#pragma once
#include "app/gui/snapshots.h"
#include "core/plugins/plugin_catalogue.h"
#include "views/console/script_panel.h"

#include <QStringList>
#include <QThreadPool>
#include <QTimer>

#include <functional>
#include <memory>
#include <stop_token>

namespace orrery::gui {

class ProblemFiles : public QObject {
    Q_OBJECT

public:
    // `catalogue`: of the shown project; null if none is shown.
    ProblemFiles(ScriptPanel& files, std::function<Catalogue()> catalogue, QObject* parent);
    ~ProblemFiles() override; // waits for the check that goes on

    // The experiment with a parameter of kind "problem": `preferred` if it has one, else the first; and that parameter.
    // Throws Error if no plugin has one.
    struct Solver {
        const PluginInfo* plugin;
        const Declaration* experiment;
        std::string parameter;
    };
    static Solver solver(const PluginCatalogue& catalogue, const std::string& preferred = {});

    QStringList templates() const;   // names, sorted
    void begin(const QString& name); // an unsaved copy of the template; throws Error
    void open(const QString& file);  // throws Error
    // Saves the one that is shown, asking where to if it has no file yet. Empty if the user thought better of it.
    // Throws Error.
    QString save_shown();
    bool is_shown() const; // the editor shows a problem file

private:
    Catalogue known() const;
    std::vector<std::filesystem::path> template_files() const; // by name
    void check();

    ScriptPanel& files_;
    std::function<Catalogue()> catalogue_;
    QTimer rests_; // since the last letter
    QThreadPool checks_;
    std::stop_source asked_, closing_; // the check that was asked for last; all of them
};

} // namespace orrery::gui
