// SPDX-License-Identifier: GPL-3.0-or-later
// The table of runs: filtered, sorted, with the columns that tell them apart; everything that changes a run is said as
// a command.
#pragma once
#include "core/files/table.h"
#include "views/runs/run_groups.h"

#include <QByteArray>
#include <QHash>
#include <QStringList>
#include <QVariantMap>
#include <QWidget>

#include <functional>
#include <optional>

class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTimer;
class QToolButton;

namespace orrery::gui {

class FilterEdit;
class LogSearch;
class RunModel;

class RunTable : public QWidget {
    Q_OBJECT
public:
    explicit RunTable(QWidget* parent = nullptr);
    ~RunTable() override;

    // Quick; selection and scroll place stay. Waits while the mouse selects or a cell is edited.
    void set_runs(RunSnapshot runs);
    void set_filter(const QString& text);
    QString filter() const;
    void set_log_folder(const QString& folder); // of the runs' logs, which words of the filter are looked for in
    QStringList selected() const;               // in the order of the table
    void select(const QStringList& ids);        // those that are visible; the first is scrolled to
    void set_baseline(const QString& id);
    QString baseline() const;
    QStringList visible() const;
    // Shows only these of the runs that the filter lets through (brushed elsewhere); nothing: all.
    void set_restriction(const std::optional<QStringList>& ids);
    void set_grouped(bool grouped); // runs of one sweep in one line that can be unfolded
    void set_lower_is_better(const LowerIsBetter& lower_is_better);
    // The columns that are shown, of all runs that the filter lets through, in their order.
    QString table_text(TableFormat format) const;
    // Why a command can't be executed, as a sentence; empty if it can. Menus ask before they open.
    using Reason = std::function<QString(const QString& command, const QVariantMap& arguments)>;
    void set_reason(Reason reason) { reason_ = std::move(reason); }

    QByteArray save_state() const; // filter, order, columns and their widths, baseline
    void restore_state(const QByteArray& state);

Q_SIGNALS:
    void selection_changed(const QStringList& ids);
    void activated(const QString& id);
    void log_wanted(const QString& id); // to be read
    // run.remove, run.restore, run.rename {run,name}, run.note {run,text}, run.tag, run.untag {run,tag}, run.duplicate,
    // run.stop, run.resume, run.priority {run,priority}: {run}; run.compare {runs}; run.remove_artifacts,
    // run.restore_artifacts, run.baseline {run}; run.no_baseline; project.export_report {runs}, project.export_table
    // {runs,columns}
    void command_requested(const QString& command, const QVariantMap& arguments);
    void visible_changed(const QStringList& ids);
    void baseline_changed(const QString& id);
    void restriction_cleared(); // by the user: whoever set it may forget its brush

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Place;
    void build_bar();
    void build_table();
    void build_hint();
    void connect_model();
    void apply_runs();
    void read_filter();
    bool is_busy() const;
    Place place() const;
    void restore(const Place& place);
    void keep_place(const std::function<void()>& change);
    void show_state();
    void tell_selection();
    std::vector<int> selected_rows() const;
    void fit_columns();
    void show_sorting();
    void clicked_header(int section);
    bool take_key(int key, Qt::KeyboardModifiers modifiers);
    bool is_fold_key(int key, const QModelIndex& current) const;
    void set_folded(const RunGroup& group, bool folded);
    void add_sweep_actions(QMenu& menu, const QPoint& place);
    void add_table_actions(QMenu& menu);
    void export_table();
    void request(const QString& command, const QStringList& runs, QVariantMap arguments = {});
    void for_selected(const QString& command);
    void rename();
    void add_tag();
    void edit_note();
    void toggle_star(const QStringList& ids);
    void toggle_tag(const QString& tag, bool on);
    void copy_python() const;
    void copy_ids() const;
    void show_menu(const QPoint& place);
    void show_header_menu(const QPoint& place);
    QAction* add_command(QMenu& menu, const QString& title, const QString& command, const QString& keys = {});
    void add_tags_menu(QMenu& menu);

    RunModel* model_;
    FilterEdit* filter_ = nullptr;
    QLabel* count_ = nullptr;
    QLabel* problem_ = nullptr;
    QToolButton* differing_ = nullptr;
    QToolButton* grouping_ = nullptr;
    QToolButton* clear_restriction_ = nullptr;
    QStackedWidget* stack_ = nullptr;
    QTableView* view_ = nullptr;
    QLabel* hint_ = nullptr;
    QPushButton* clear_filter_ = nullptr;
    QTimer* waiting_ = nullptr;
    LogSearch* logs_ = nullptr;
    QTimer* log_timer_ = nullptr; // runs: their logs are looked into again when it ends
    RunSnapshot pending_;
    Reason reason_;
    QString filter_problem_;
    QStringList told_selection_, told_visible_;
    QStringList filtered_away_;           // selected runs that aren't listed now
    QHash<QString, int> widths_, fitted_; // of columns, by key: as a person made them, as needed
    bool fitting_ = false, restoring_ = false, restricted_ = false;
};

} // namespace orrery::gui
