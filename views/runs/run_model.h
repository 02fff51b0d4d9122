// SPDX-License-Identifier: GPL-3.0-or-later
// The rows and columns of the table of runs: filtered, sorted, with the columns that tell the visible runs apart.
#pragma once
#include "views/runs/run_columns.h"
#include "views/runs/run_filter.h"
#include "views/runs/run_groups.h"
#include "views/runs/run_store.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace orrery::gui {

class RunModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    enum Role {
        id_role = Qt::UserRole,
        status_role,
        progress_role,
        star_role,
        difference_role,
        group_role,
        inside_role
    };

    void set_runs(RunSnapshot runs);
    // Empty if the text was understood; else the sentence, and the filter stays as it was.
    QString set_filter(const QString& text);
    const RunFilter& run_filter() const { return filter_; }
    void set_logs(const LogMatches& logs); // what the words of the filter were found in
    // Only these runs, among those that the filter lets through.
    void set_restriction(std::optional<std::set<std::string>> ids);
    void set_baseline(const QString& id); // shown first, whatever the filter and order; empty: none
    const std::string& baseline() const { return baseline_; }
    void sort_by(const Column& column, Qt::SortOrder order);
    const Column& sorted_by() const { return sort_column_; }
    Qt::SortOrder sort_order() const { return sort_order_; }

    // The columns: those that differ, or all; and those chosen by hand over that.
    void set_only_differing(bool only);
    bool only_differing() const { return only_differing_; }
    void choose_column(const Column& column, bool shown);
    void forget_choices();
    const std::map<std::string, bool>& choices() const { return choices_; }
    void set_choices(std::map<std::string, bool> choices);

    // Runs of one sweep as a line of its own, below which they are when it is unfolded.
    void set_grouped(bool grouped);
    bool grouped() const { return grouped_; }
    void set_expanded(const std::string& sweep, bool expanded);
    const std::set<std::string>& expanded() const { return expanded_; } // also of sweeps that aren't there
    void set_expanded(std::set<std::string> sweeps);
    void set_lower_is_better(LowerIsBetter lower_is_better);
    const RunGroup* group(int row) const;                  // null if the row is a run
    const RunGroup* group_of(const std::string& id) const; // that the run is in, or whose row this is
    static std::string row_id(const RunGroup& group) { return "sweep:" + group.sweep; } // id_role of its row

    const RunStore& store() const { return store_; }
    const std::vector<Column>& columns() const { return columns_; }
    std::vector<Column> possible_columns() const;
    std::optional<int> column_of(ColumnKind kind) const;
    // Null if there is none.
    const RunRow* find(const std::string& id) const;
    std::optional<int> row_of(const std::string& id) const; // none for a run of a sweep that is folded
    QStringList ids_at(int row) const;                      // of the run, or of all in the group
    QStringList ids() const;                                // of the runs that were found, in their order
    std::size_t known_runs() const;                         // that aren't removed
    int found_count() const { return found_count_; }        // without a baseline that is shown although it doesn't fit

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    void sort(int column, Qt::SortOrder order) override;

Q_SIGNALS:
    void edited(const QString& id, const QString& command, const QString& text); // a name or note was typed
    void reshaped();                                                             // other rows, columns or order

private:
    void refresh();
    std::vector<std::size_t> found_runs();
    std::vector<Column> chosen_columns(const std::vector<std::size_t>& runs) const;
    void sort_runs(std::vector<std::size_t>& runs) const;
    struct Line {
        int group = -1;      // index of the groups, of a line that belongs to one
        std::size_t run = 0; // of the snapshot; of a group's own line its first
        bool is_group = false;
    };
    struct Lines {
        std::vector<RunGroup> groups;
        std::vector<Line> rows;
        std::unordered_map<std::string, std::size_t> group_by_sweep;
        std::vector<std::size_t> found; // the runs, also those that are folded away, in the order of the rows
    };
    Lines lines_of(const std::vector<std::size_t>& runs) const;
    std::string id_of(const Lines& lines, const Line& line) const;
    QVariant group_data(const RunGroup& group, const Column& column, int role) const;
    Cell first_value(const Column& column) const;
    QVariant display(const Column& column, std::size_t run) const;
    QString difference(const Column& column, std::size_t run) const;
    QVariant tooltip(const Column& column, std::size_t run) const;
    QVariant foreground(const Column& column, std::size_t run) const;

    RunStore store_;
    RunFilter filter_;
    LogMatches logs_;
    QString filter_text_;
    std::optional<std::set<std::string>> restriction_;
    std::string baseline_;
    Column sort_column_{ColumnKind::created, {}};
    Qt::SortOrder sort_order_ = Qt::DescendingOrder;
    bool only_differing_ = true;
    std::map<std::string, bool> choices_; // by key of the column
    std::vector<Column> columns_;
    bool grouped_ = true;
    std::set<std::string> expanded_; // sweeps
    LowerIsBetter lower_is_better_;
    Lines lines_;
    std::vector<std::string> found_ids_;
    int found_count_ = 0;
    std::vector<std::string> row_ids_;
    std::unordered_map<std::string_view, int> row_by_id_; // views into row_ids_
};

} // namespace orrery::gui
