// SPDX-License-Identifier: GPL-3.0-or-later
// The window of projects: panels around the views. Whatever changes something goes through its commands.
#pragma once
#include "app/gui/command_thread.h"
#include "app/gui/current_project.h"
#include "app/gui/frame_watch.h"
#include "app/gui/message_bar.h"
#include "app/gui/project_data.h"
#include "app/gui/recipe_drafts.h"
#include "app/gui/seed_box.h"
#include "app/gui/theme.h"
#include "app/gui/view_factory.h"
#include "app/gui/window_commands.h"
#include "views/experiments/experiment_tree.h"
#include "views/jobs/jobs_panel.h"
#include "views/log/log_panel.h"
#include "views/palette/palette.h"

#include <QComboBox>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QMainWindow>
#include <QMap>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QSettings>
#include <QThreadPool>
#include <QTimer>

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace orrery::gui {

class ProblemFiles;
class Scripting;

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    // A project, or the folder or file of a recipe; made if its name ends with .orrery. What is wrong is told in the
    // window.
    void open(const QString& path);
    void open_last();                                 // the project that was shown last, if there is one
    ProjectData* project() const { return current_; } // null if none is shown
    CommandThread& commands() { return *commands_; }
    const Views& views() const { return views_; }
    Scripting& scripting() { return *scripting_; }
    QString message() const { return message_->text(); }
    void tell(const QString& what, const QString& hint = {}, bool can_report = false); // as MessageBar does
    void set_crashed_session(const QString& text) { crashed_session_ = text; }         // for the report
    QDockWidget* dock(const QString& name) const { return docks_.value(name); }

    // Executes a command as a menu does: arguments that are missing come from what is selected, else are asked for.
    void perform(const QString& id, const QVariantMap& arguments = {});
    // Why it can't be done now, from what the window knows without waiting; empty if it can.
    QString reason(const QString& id, const QString& run = {}) const; // of that run, else of the selected ones
    void select_runs(const QStringList& ids);
    QStringList selected_runs() const { return selected_; }
    QString report() const; // versions, driver, last commands, end of the log

Q_SIGNALS:
    void project_shown();

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool focusNextPrevChild(bool next) override;  // Tab
    void childEvent(QChildEvent* event) override; // names the tabs that Qt makes for panels
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    // main_window.cpp
    void make_events();
    void make_docks();
    void make_scripting();
    void make_toolbar();
    void fit_toolbar();
    void make_message_bar();
    void arrange(); // once
    void reset_layout();
    void mark_tabbed();
    void look_around();
    QDockWidget* add_dock(const QString& name, const QString& title, QWidget* widget);
    // main_window_actions.cpp
    void make_actions();
    void make_menus();
    void update_actions();
    void update_action(const QString& id);
    void update_play();
    QString reason_of(const QString& id, const RunRow& run) const; // from the run's state
    bool is_draft_unchanged() const;
    QString save_problem();
    bool complete(const Command& command, Values& values, QVariantMap given);
    bool ask(const Command& command, const Field& field, Values& values);
    std::vector<PaletteEntry> search(const QString& typed) const;
    void choose(const QString& entry);
    // main_window_projects.cpp
    void make_window_actions();
    void show_project(ProjectData* project);
    void connect_project(ProjectData* project);
    QString read_only(const ProjectData& project) const; // why it is
    QString gone(const ProjectData& project) const;      // the sentence for one whose folder is
    void close_project(const QString& folder);
    QString other_project(const QString& folder) const; // the next one for none
    void switch_project(const QString& folder);
    void restore_layout();
    void keep_layout();
    void keep_forms();
    void keep(const std::map<std::string, std::string>& now); // what of it isn't kept so already
    void remember_recent(const QString& folder);
    void fill_recent();
    void runs_changed();
    void plugins_found(bool again);
    void show_declaration_again();
    QStringList first_selection() const;
    bool waits_behind_selected() const;
    void note_ends(const ProjectData& project); // of runs, since it was asked last
    void told_end(const ProjectData& project, const RunRow& row);
    // main_window_figures.cpp
    void show_figures();
    // Of what the field view shows, else the metric plot: asks for a name and saves it, or how to export it.
    void figure_wanted(FigureSource source, bool save);
    FigureSource figure_source() const; // the view that is looked at
    QString figure_of(FigureSource source) const;
    // main_window_exchange.cpp
    void add_exchange();
    bool ask_exchange_file(const Command& command, const Field& field, Values& values);
    void import_folder();
    // main_window_views.cpp
    void make_view_actions();
    QDockWidget* panel_of(const QString& name) const;
    void split_off(QDockWidget* panel);
    std::optional<QString> view_reason(const QString& id, const QString& run) const;
    bool confirm_compact();
    // main_window_runs.cpp
    QString select_experiment(const QString& id);
    std::optional<QString> preset(const QString& experiment, const QString& name) const;
    // Nothing given: removes it. Returns what it was.
    std::optional<QString> set_preset(const QString& experiment, const QString& name,
                                      const std::optional<QString>& parameters);
    QStringList presets() const; // of the form's experiment
    QString set_parameters(const QString& experiment, const QString& parameters);
    void form_changed();
    void check_in_background();
    void play(const QString& names);
    void use_field(const QString& file);
    std::pair<QString, QString> use_problem(const QString& file);
    void put_file(const std::string& field, const QString& file); // into the form
    void duplicate(const QString& run);
    void show_selection();
    void show_curves(const QStringList& keys);
    void brush(const QStringList& ids); // the compared runs that are left
    void show_fields(const std::vector<FieldPlace>& fields);
    void show_graphs(const std::vector<GraphPlace>& graphs);
    void offer_live(const RunRow* row);
    void show_frame(const QString& run, const QString& channel, const SharedFrame& frame);
    QStringList default_keys() const;
    QString label_of(const RunRow& row) const;
    QString looked_at() const;
    void keep_view_state();
    void restore_view_state();

    std::unique_ptr<CommandThread> commands_;
    CurrentHandles handles_;
    std::unique_ptr<Project> reader_; // of a project that can only be read, for what is written out of it
    WindowActions actions_;
    ViewEvents events_;
    Views views_;
    QSettings settings_;
    std::vector<ProjectData*> projects_; // children of the window
    ProjectData* current_ = nullptr;
    RecipeDrafts drafts_;
    QMap<QString, QDockWidget*> docks_;
    QMap<QString, QAction*> action_of_; // by id of the command
    QMenuBar* menus_ = nullptr;
    QAction* play_ = nullptr; // shows the button that plays the recipe
    MessageBar* message_ = nullptr;
    ExperimentTree* experiments_ = nullptr;
    JobsPanel* jobs_ = nullptr;
    LogPanel* log_ = nullptr;
    Scripting* scripting_ = nullptr;
    ProblemFiles* problems_ = nullptr;
    QWidget* welcome_ = nullptr;
    Palette* palette_ = nullptr;
    QMenu *recent_ = nullptr, *panels_menu_ = nullptr;
    QPushButton* find_ = nullptr;
    QComboBox *switcher_ = nullptr, *device_ = nullptr;
    SeedBox* seed_ = nullptr;
    FrameWatch* frames_ = nullptr;
    QString crashed_session_;
    QString experiment_;                      // that the form shows
    std::string shown_schema_;                // hash of its parameters
    QString draft_;                           // of the recipe that it shows, or empty
    QMap<QString, QString> parameters_;       // of each experiment's form, as the last command set them
    QMap<QString, QStringList> keys_;         // that are drawn, by experiment
    QStringList compared_runs_;               // the selected ones, and those of them that were brushed away
    QStringList left_runs_;                   // by the brushes, if there are any
    bool brushed_ = false, brushing_ = false; // brushing_: the table follows the brush
    QStringList selected_, to_select_;        // to_select_: runs that were started and aren't in the snapshot yet
    struct Known {                            // of a project's last snapshot
        std::map<std::string, Status> status;
        bool listed = false;
    };
    std::map<const ProjectData*, Known> known_;
    std::map<std::string, std::string> kept_; // what of the layout was written last
    std::uint64_t fields_request_ = 0, graphs_request_ = 0, compare_request_ = 0;
    QString fields_shown_, compared_;                               // of which runs, as they were then
    std::map<QString, std::map<std::string, nlohmann::json>> live_; // changed live fields of runs that go on
    std::pair<QString, Values> offered_;                            // the run whose live fields can be changed
    QString view_state_;                                            // "EXPERIMENT" whose state the views have
    QThreadPool checks_;                                            // of the form's values, by child processes
    std::stop_source check_, closing_;                              // the check that was asked for last; all of them
    QTimer *form_timer_ = nullptr, *forms_timer_ = nullptr, *layout_timer_ = nullptr, *tabs_timer_ = nullptr;
    bool setting_form_ = false;
    bool asks_to_close_ = false;
    bool listed_ = false;        // the runs of the shown project are known
    QByteArray first_state_;     // the panels as arrange() left them
    QByteArray panels_to_fit_;   // as they are to be once the window has the size that was restored with them
    QElapsedTimer panels_since_; // they were restored
};

} // namespace orrery::gui
