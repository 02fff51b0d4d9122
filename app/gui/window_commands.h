// SPDX-License-Identifier: GPL-3.0-or-later
// The commands about the window itself: projects, panels, theme, the form and what is shown.
#pragma once
#include "app/gui/command_thread.h"

#include <QStringList>

#include <array>
#include <functional>

namespace orrery::gui {

// What these commands do; all are called on the window's thread, and throw Error with a sentence. Those that return a
// text return what it was before.
struct WindowActions {
    std::function<void(const QString& path)> open;
    std::function<QString(const QString& folder)> other_project; // that switching goes to
    std::function<void(bool python)> copy_form;
    std::function<void(const QString&folder)> close, switch_to;
    std::function<QString(const QString& theme)> set_theme;
    std::function<bool(const QString& panel, bool shown)> show_panel;
    std::function<void(const QString& panel)> tear_off; // or puts it back
    std::function<void(const QString& panel)> split;    // off a group of tabs
    std::function<QString(const QString& title)> panel_name;
    std::function<QStringList()> panels; // their titles
    std::function<void()> reset_layout, open_palette, show_report, quit;
    std::function<QString(const QString& experiment)> select_experiment;
    std::function<QString(const QString& experiment, const QString& parameters)> set_parameters;
    std::function<void(const QString&run)> open_run, duplicate_run;
    std::function<void(const QString& runs)> compare;  // ids with spaces between; empty: those that are selected
    std::function<std::pair<QString, QString>()> form; // its experiment and parameters
    // Without parameters: removes the preset. Returns what it was.
    std::function<std::optional<QString>(const QString& experiment, const QString& name,
                                         const std::optional<QString>& parameters)>
        set_preset;
    std::function<QStringList()> presets; // of the form's experiment
    std::function<void(const QString& names)> play;
    // Returns where it was.
    std::function<std::array<double, 2>(const QString& graph, int node, std::array<double, 2> to)> move_node;
    // Returns the stroke that was kept.
    std::function<QString(const QString& graph, const QString& stroke)> keep_brush;
    std::function<void(const QString& file)> use_field;
    std::function<QStringList()> problem_templates;
    std::function<void(const QString& name)> new_problem; // of these
    std::function<void(const QString& file)> open_problem;
    // Returns the experiment that has it now, and what its parameters were.
    std::function<std::pair<QString, QString>(const QString& file)> use_problem;
    // Why it can't be done now; empty if it can. Without a run: of the selected ones.
    std::function<QString(const QString& command, const QString& run)> reason;
    std::function<QString(const QString& run)> set_baseline; // empty: none
    std::function<bool(bool of_y, bool on)> set_log;         // axis of the metrics
    std::function<void()> copy_csv;
    std::function<QString(const QString& map, bool of_difference)> set_colour_map;
};

// `actions` must outlive the commands.
void add_window_commands(CommandThread& thread, const WindowActions& actions);

} // namespace orrery::gui
