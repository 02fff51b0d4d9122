// SPDX-License-Identifier: GPL-3.0-or-later
// The rows and columns of the table of runs: filtered, sorted, with the columns that tell the visible runs apart.
#pragma once
#include "views/runs/run_columns.h"
#include "views/runs/run_filter.h"
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

    enum Role { id_role = Qt::UserRole, status_role, progress_role, star_role, difference_role };

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

    const RunStore& store() const { return store_; }
    const std::vector<Column>& columns() const { return columns_; }
    std::vector<Column> possible_columns() const;
    std::optional<int> column_of(ColumnKind kind) const;
    const RunRow& run(int row) const { return store_.runs()[rows_[static_cast<std::size_t>(row)]]; }
    std::optional<int> row_of(const std::string& id) const;
    QStringList ids() const;                         // of the visible runs, in their order
    std::size_t known_runs() const;                  // that aren't removed
    int found_count() const { return found_count_; } // without a baseline that is shown although it doesn't fit

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
    std::vector<std::size_t> rows_;
    int found_count_ = 0;
    std::vector<std::string> row_ids_;
    std::unordered_map<std::string_view, int> row_by_id_; // views into row_ids_
};

} // namespace orrery::gui
