// SPDX-License-Identifier: GPL-3.0-or-later
// Python in the window: the console, the scripts and the recorder, and the commands that belong to them.
#pragma once
#include "app/gui/command_thread.h"
#include "app/gui/console_process.h"
#include "app/gui/project_data.h"
#include "app/gui/script_recorder.h"
#include "views/console/console_panel.h"
#include "views/console/script_panel.h"
#include "views/log/log_panel.h"

#include <functional>

namespace orrery::gui {

// Made before the menus, and then told which project is shown. All of it is on the window's thread.
class Scripting : public QObject {
    Q_OBJECT

public:
    // `tell` shows a sentence and a hint to the user; `show_panel` brings a panel to the front; `projects` are those
    // that are open.
    struct Window {
        std::function<void(const QString& what, const QString& hint)> tell;
        std::function<void(const QString& panel)> show_panel;
        std::function<std::vector<ProjectData*>()> projects;
        std::function<QString()> experiment; // of the form
    };
    Scripting(CommandThread& commands, LogPanel& log, Window window, QWidget* parent);

    ConsolePanel* console() const { return console_; }
    ScriptPanel* scripts() const { return scripts_; }
    ConsoleProcess& process() { return process_; }
    ScriptRecorder& recorder() { return recorder_; }
    void commands_are_complete();                 // the console may offer them
    void set_project(const ProjectData* project); // that is shown; null: none
    QString reason(const QString& command) const; // why it can't be done now; empty if it can
    bool may_close() { return scripts_->may_close(); }
    void keep() { scripts_->keep_open_files(); }
    static bool is_own(const QString& command); // console.*, script.*, record.*

Q_SIGNALS:
    void reasons_changed();
    void command_requested(const QString& id, const QVariantMap& arguments);

private:
    void connect_process();
    void connect_panels();
    void connect_recorder();
    void add_commands();
    void add(const char* id, const char* title, const char* help, const char* shortcut, std::function<void()> work);
    void run_file();
    void run_selection();
    void show_state();
    void show_error(const QString& text, const ErrorPlace& place);
    void show_place(const QString& file, int line);
    void answer_status(int id, const QStringList& runs);
    const RunRow* find_run(const QString& run) const; // in any of the open projects
    void save_record();
    QString new_script() const;

    CommandThread& commands_;
    LogPanel& log_;
    Window window_;
    ConsoleProcess process_;
    ConsolePanel* console_;
    ScriptPanel* scripts_;
    ScriptRecorder recorder_;
    QString project_;
    QString python_; // its version, when it is ready
};

} // namespace orrery::gui
