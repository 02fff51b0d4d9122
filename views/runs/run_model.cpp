// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_model.h"

#include "views/runs/run_words.h"

#include <QFont>
#include <QGuiApplication>
#include <QPalette>

#include <algorithm>
#include <cmath>
#include <utility>

namespace orrery::gui {
namespace {

QString joined(const std::vector<std::string>& tags) {
    QStringList list;
    for (const auto& tag : tags)
        if (tag != star_tag) list << QString::fromStdString(tag);
    return list.join(QStringLiteral(", "));
}

bool is_numeric(const Column& column, const Cell& cell) {
    return column.kind == ColumnKind::metric || column.kind == ColumnKind::seconds ||
           column.kind == ColumnKind::bytes || column.kind == ColumnKind::seed ||
           (column.kind == ColumnKind::parameter && cell.kind == Cell::Kind::number);
}

} // namespace

void RunModel::set_runs(RunSnapshot runs) {
    store_.set(std::move(runs));
    std::string problem;
    if (auto again = RunFilter::parse(filter_text_.toStdString(), store_, problem)) filter_ = *std::move(again);
    refresh();
}

QString RunModel::set_filter(const QString& text) {
    std::string problem;
    auto filter = RunFilter::parse(text.toStdString(), store_, problem);
    if (!filter) return QString::fromStdString(problem);
    filter_ = *std::move(filter);
    filter_text_ = text;
    refresh();
    return {};
}

void RunModel::set_logs(const LogMatches& logs) {
    if (logs == logs_) return;
    logs_ = logs;
    refresh();
}

void RunModel::set_restriction(std::optional<std::set<std::string>> ids) {
    if (restriction_ == ids) return;
    restriction_ = std::move(ids);
    refresh();
}

void RunModel::set_baseline(const QString& id) {
    if (baseline_ == id.toStdString()) return;
    baseline_ = id.toStdString();
    refresh();
}

void RunModel::sort_by(const Column& column, Qt::SortOrder order) {
    sort_column_ = column;
    sort_order_ = order;
    refresh();
}

void RunModel::sort(int column, Qt::SortOrder order) {
    if (column >= 0 && column < columnCount()) sort_by(columns_[static_cast<std::size_t>(column)], order);
}

void RunModel::set_only_differing(bool only) {
    only_differing_ = only;
    choices_.clear();
    refresh();
}

void RunModel::choose_column(const Column& column, bool shown) {
    choices_[column.key()] = shown;
    refresh();
}

void RunModel::forget_choices() { set_choices({}); }

void RunModel::set_choices(std::map<std::string, bool> choices) {
    choices_ = std::move(choices);
    refresh();
}

void RunModel::set_grouped(bool grouped) {
    if (grouped_ == grouped) return;
    grouped_ = grouped;
    refresh();
}

void RunModel::set_expanded(const std::string& sweep, bool expanded) {
    auto sweeps = expanded_;
    if (expanded)
        sweeps.insert(sweep);
    else
        sweeps.erase(sweep);
    set_expanded(std::move(sweeps));
}

void RunModel::set_expanded(std::set<std::string> sweeps) {
    if (expanded_ == sweeps) return;
    expanded_ = std::move(sweeps);
    refresh();
}

void RunModel::set_lower_is_better(LowerIsBetter lower_is_better) {
    lower_is_better_ = std::move(lower_is_better);
    refresh();
}

std::vector<std::size_t> RunModel::found_runs() {
    auto found = filter_.apply(store_, logs_);
    std::erase_if(found, [&](std::size_t run) {
        const auto& row = store_.runs()[run];
        return row.removed || (restriction_ && !restriction_->contains(row.id));
    });
    found_count_ = static_cast<int>(found.size());
    const auto base = baseline_.empty() ? std::nullopt : store_.find(baseline_);
    if (base && std::find(found.begin(), found.end(), *base) == found.end()) found.push_back(*base);
    return found;
}

std::vector<Column> RunModel::chosen_columns(const std::vector<std::size_t>& runs) const {
    auto columns = only_differing_ ? columns_that_differ(store_, runs) : all_columns(store_, runs);
    if (choices_.empty()) return columns;
    // In the order of all columns, so that one that is added stands where people look for it.
    std::vector<Column> chosen;
    for (const auto& column : possible_columns()) {
        const auto choice = choices_.find(column.key());
        const bool shown = choice != choices_.end()
                               ? choice->second
                               : std::find(columns.begin(), columns.end(), column) != columns.end();
        if (shown) chosen.push_back(column);
    }
    return chosen;
}

std::vector<Column> RunModel::possible_columns() const {
    std::vector<std::size_t> all(store_.runs().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    return all_columns(store_, all);
}

// Numbers by their size, then texts, then NaN, then what has no value, whatever the direction. What is equal: the newer
// first. The baseline is above all.
void RunModel::sort_runs(std::vector<std::size_t>& runs) const {
    struct Key {
        int rank;
        double number;
        std::string text;
        std::size_t run;
    };
    std::vector<Key> keys;
    keys.reserve(runs.size());
    const Cells* cells = sort_column_.kind == ColumnKind::parameter ? store_.parameter(sort_column_.name)
                         : sort_column_.kind == ColumnKind::metric  ? store_.metric(sort_column_.name)
                                                                    : nullptr;
    for (const auto run : runs) {
        Key key{3, 0, {}, run};
        const auto& row = store_.runs()[run];
        if (row.id == baseline_) {
            key.rank = -1;
        } else if (sort_column_.kind == ColumnKind::created) {
            key = {0, static_cast<double>(row.number), {}, run};
        } else if (const Cell cell = cells ? (*cells)[run] : store_.cell(sort_column_, run);
                   cell.kind == Cell::Kind::text) {
            key.rank = 1;
            key.text = sort_column_.kind == ColumnKind::tags
                           ? joined(row.tags).toLower().toStdString()
                           : QString::fromStdString(*cell.text).toLower().toStdString();
            if (key.text.empty()) key.rank = 3;
        } else if (cell.kind != Cell::Kind::none) {
            key.rank = std::isnan(cell.number) ? 2 : 0;
            key.number = key.rank == 0 ? cell.number : 0;
        }
        keys.push_back(std::move(key));
    }
    const bool up = sort_order_ == Qt::AscendingOrder;
    std::sort(keys.begin(), keys.end(), [up](const Key& a, const Key& b) {
        if (a.rank != b.rank) return a.rank < b.rank;
        if (a.rank == 0 && a.number != b.number) return (a.number < b.number) == up;
        if (a.rank == 1)
            if (const int order = a.text.compare(b.text); order != 0) return (order < 0) == up;
        return a.run > b.run;
    });
    for (std::size_t i = 0; i < keys.size(); ++i) runs[i] = keys[i].run;
}

// From the sorted runs: where the first run of a sweep stands, the others follow it.
RunModel::Lines RunModel::lines_of(const std::vector<std::size_t>& runs) const {
    Lines lines;
    std::vector<int> group_of_run(runs.size(), -1);
    if (grouped_) lines.groups = groups_of(store_, runs, baseline_, group_of_run);
    for (std::size_t i = 0; i < lines.groups.size(); ++i) lines.group_by_sweep.emplace(lines.groups[i].sweep, i);
    std::vector<bool> done(lines.groups.size(), false);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const int number = group_of_run[i];
        if (number < 0) {
            lines.rows.push_back({-1, runs[i], false});
            lines.found.push_back(runs[i]);
            continue;
        }
        const auto place = static_cast<std::size_t>(number);
        if (done[place]) continue;
        done[place] = true;
        auto& group = lines.groups[place];
        group.expanded = expanded_.contains(group.sweep);
        lines.rows.push_back({number, group.runs.front(), true});
        lines.found.insert(lines.found.end(), group.runs.begin(), group.runs.end());
        if (!group.expanded) continue;
        for (const auto run : group.runs) lines.rows.push_back({number, run, false});
    }
    return lines;
}

std::string RunModel::id_of(const Lines& lines, const Line& line) const {
    return line.is_group ? row_id(lines.groups[static_cast<std::size_t>(line.group)]) : store_.runs()[line.run].id;
}

void RunModel::refresh() {
    auto found = found_runs();
    auto columns = chosen_columns(found);
    sort_runs(found);
    auto lines = lines_of(found);
    const auto& runs = store_.runs();
    const bool same = columns == columns_ && lines.rows.size() == row_ids_.size() &&
                      std::equal(lines.rows.begin(), lines.rows.end(), row_ids_.begin(),
                                 [&](const Line& line, const std::string& id) { return id_of(lines, line) == id; });
    const bool same_runs = lines.found.size() == found_ids_.size() &&
                           std::equal(lines.found.begin(), lines.found.end(), found_ids_.begin(),
                                      [&](std::size_t run, const std::string& id) { return runs[run].id == id; });
    if (!same) beginResetModel();
    lines_ = std::move(lines);
    if (!same_runs) {
        found_ids_.clear();
        for (const auto run : lines_.found) found_ids_.push_back(runs[run].id);
    }
    if (same) {
        if (!lines_.rows.empty() && !columns_.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        if (!same_runs) Q_EMIT reshaped(); // a folded sweep has other runs
        return;
    }
    columns_ = std::move(columns);
    row_by_id_.clear();
    row_ids_.clear();
    row_ids_.reserve(lines_.rows.size());
    for (const auto& line : lines_.rows) row_ids_.push_back(id_of(lines_, line));
    for (std::size_t i = 0; i < row_ids_.size(); ++i) row_by_id_.emplace(row_ids_[i], static_cast<int>(i));
    endResetModel();
    Q_EMIT reshaped();
}

// The first value from above, so that the header stands where the values do.
Cell RunModel::first_value(const Column& column) const {
    constexpr std::size_t most = 200; // rows looked at
    for (std::size_t row = 0; row < std::min(lines_.found.size(), most); ++row)
        if (const Cell cell = store_.cell(column, lines_.found[row]); cell.kind != Cell::Kind::none) return cell;
    return {};
}

std::optional<int> RunModel::column_of(ColumnKind kind) const {
    for (std::size_t i = 0; i < columns_.size(); ++i)
        if (columns_[i].kind == kind) return static_cast<int>(i);
    return std::nullopt;
}

std::optional<int> RunModel::row_of(const std::string& id) const {
    const auto found = row_by_id_.find(id);
    if (found == row_by_id_.end()) return std::nullopt;
    return found->second;
}

const RunRow* RunModel::find(const std::string& id) const {
    const auto found = store_.find(id);
    return found ? &store_.runs()[*found] : nullptr;
}

const RunGroup* RunModel::group(int row) const {
    const auto& line = lines_.rows[static_cast<std::size_t>(row)];
    return line.is_group ? &lines_.groups[static_cast<std::size_t>(line.group)] : nullptr;
}

const RunGroup* RunModel::group_of(const std::string& id) const {
    if (lines_.groups.empty() || id == baseline_) return nullptr;
    constexpr std::string_view prefix = "sweep:";
    const auto* run = find(id);
    const auto found = lines_.group_by_sweep.find(run                      ? run->sweep
                                                  : id.starts_with(prefix) ? id.substr(prefix.size())
                                                                           : std::string());
    return found == lines_.group_by_sweep.end() ? nullptr : &lines_.groups[found->second];
}

QStringList RunModel::ids_at(int row) const {
    const auto& line = lines_.rows[static_cast<std::size_t>(row)];
    if (!line.is_group) return {QString::fromStdString(store_.runs()[line.run].id)};
    QStringList list;
    for (const auto run : lines_.groups[static_cast<std::size_t>(line.group)].runs)
        list << QString::fromStdString(store_.runs()[run].id);
    return list;
}

QStringList RunModel::ids() const {
    QStringList list;
    list.reserve(static_cast<qsizetype>(found_ids_.size()));
    for (const auto& id : found_ids_) list << QString::fromStdString(id);
    return list;
}

std::size_t RunModel::known_runs() const {
    const auto& runs = store_.runs();
    return static_cast<std::size_t>(
        std::count_if(runs.begin(), runs.end(), [](const auto& row) { return !row.removed; }));
}

int RunModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(lines_.rows.size());
}

int RunModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(columns_.size());
}

QVariant RunModel::display(const Column& column, std::size_t run) const {
    const auto& row = store_.runs()[run];
    switch (column.kind) {
    case ColumnKind::star:
        return has_tag(row, star_tag) ? QStringLiteral("\u2605") : QStringLiteral("\u2606");
    case ColumnKind::run:
        return QString::fromStdString(row.id) + (row.id == baseline_ ? tr(" (baseline)") : QString());
    case ColumnKind::status:
        return text_of_status(row);
    case ColumnKind::tags:
        return joined(row.tags);
    case ColumnKind::created:
        return text_of_time(row.created);
    case ColumnKind::seconds:
        return row.began.empty() ? QString() : text_of_seconds(row.seconds);
    case ColumnKind::bytes:
        if (row.artifacts_removed) return tr("removed");
        return row.artifacts.empty() ? QString() : text_of_bytes(static_cast<double>(store_.bytes(run)));
    case ColumnKind::note:
        return QString::fromStdString(row.note).section(u'\n', 0, 0);
    default:
        return text_of_cell(store_.cell(column, run));
    }
}

// Of a number, to the baseline's.
QString RunModel::difference(const Column& column, std::size_t run) const {
    if (baseline_.empty() || (column.kind != ColumnKind::metric && column.kind != ColumnKind::seconds)) return {};
    const auto base = store_.find(baseline_);
    if (!base || *base == run) return {};
    const Cell own = store_.cell(column, run);
    const Cell other = store_.cell(column, *base);
    if (own.kind != Cell::Kind::number || other.kind != Cell::Kind::number) return {};
    return difference_of(own.number, other.number);
}

QVariant RunModel::tooltip(const Column& column, std::size_t run) const {
    const auto& row = store_.runs()[run];
    const Cell cell = store_.cell(column, run);
    if (column.kind == ColumnKind::status) return explanation_of_status(row);
    if (column.kind == ColumnKind::note) return QString::fromStdString(row.note);
    if (column.kind == ColumnKind::bytes && row.artifacts_removed)
        return tr("The artifacts were removed; their files go when the project is compacted");
    if (column.kind == ColumnKind::star) return has_tag(row, star_tag) ? tr("Take the star away") : tr("Give a star");
    if (column.kind == ColumnKind::created) return QString::fromStdString(row.created) + tr(" (UTC)");
    if (cell.kind == Cell::Kind::none) return tr("%1: none").arg(explanation_of(column));
    QString text = cell.kind == Cell::Kind::number && column.kind != ColumnKind::bytes
                       ? QString::number(cell.number, 'g', QLocale::FloatingPointShortest)
                       : display(column, run).toString();
    const auto apart = difference(column, run);
    if (!apart.isEmpty()) text += tr(", to the baseline %1").arg(apart);
    return explanation_of(column) + ": " + text;
}

QVariant RunModel::foreground(const Column& column, std::size_t run) const {
    const auto palette = QGuiApplication::palette();
    if (column.kind == ColumnKind::status) return colour_of(store_.runs()[run].status, palette);
    if (column.kind == ColumnKind::parameter && !baseline_.empty())
        if (const auto base = store_.find(baseline_); base && store_.cell(column, run) == store_.cell(column, *base))
            return *base == run ? QVariant() : palette.color(QPalette::PlaceholderText);
    if (const Cell cell = store_.cell(column, run);
        column.kind == ColumnKind::metric && cell.kind == Cell::Kind::number && std::isnan(cell.number))
        return colour_of(Status::failed, palette);
    return {};
}

// Of the line of a sweep.
QVariant RunModel::group_data(const RunGroup& group, const Column& column, int role) const {
    switch (role) {
    case Qt::DisplayRole:
        return text_of_group(store_, group, column, lower_is_better_);
    case Qt::ToolTipRole:
        return explanation_of_group(store_, group, column, lower_is_better_);
    case Qt::AccessibleTextRole: {
        const auto text = text_of_group(store_, group, column, lower_is_better_);
        if (column.kind == ColumnKind::run)
            return tr("sweep of %1 runs").arg(group.runs.size()) + (group.expanded ? tr(", unfolded") : tr(", folded"));
        return title_of(column) + ": " + text;
    }
    case Qt::FontRole: {
        QFont font;
        font.setWeight(QFont::DemiBold);
        return font;
    }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(is_numeric(column, store_.cell(column, group.runs.front()))
                                       ? Qt::AlignRight | Qt::AlignVCenter
                                       : Qt::AlignLeft | Qt::AlignVCenter);
    case id_role:
        return QString::fromStdString(row_id(group));
    case status_role:
        return static_cast<int>(progress_of_group(store_, group) < 1 ? Status::running : Status::done);
    case progress_role:
        return progress_of_group(store_, group);
    case star_role:
    case inside_role:
        return false;
    case group_role:
        return true;
    default:
        return {};
    }
}

QVariant RunModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount()) return {};
    const auto& column = columns_[static_cast<std::size_t>(index.column())];
    if (const auto* of_row = group(index.row())) return group_data(*of_row, column, role);
    const auto run = lines_.rows[static_cast<std::size_t>(index.row())].run;
    const auto& row = store_.runs()[run];
    switch (role) {
    case Qt::DisplayRole:
        return display(column, run);
    case Qt::EditRole:
        if (column.kind == ColumnKind::name) return QString::fromStdString(row.name);
        if (column.kind == ColumnKind::note) return QString::fromStdString(row.note);
        return display(column, run);
    case Qt::ToolTipRole:
        return tooltip(column, run);
    case Qt::ForegroundRole:
        return foreground(column, run);
    case Qt::AccessibleTextRole:
        if (column.kind == ColumnKind::star) return has_tag(row, star_tag) ? tr("starred") : tr("no star");
        return title_of(column) + ": " + display(column, run).toString() + " " + difference(column, run);
    case Qt::FontRole:
        if (row.id == baseline_) {
            QFont font;
            font.setBold(true);
            return font;
        }
        return {};
    case Qt::TextAlignmentRole:
        if (column.kind == ColumnKind::star) return QVariant::fromValue(Qt::AlignCenter);
        return QVariant::fromValue(is_numeric(column, store_.cell(column, run)) ? Qt::AlignRight | Qt::AlignVCenter
                                                                                : Qt::AlignLeft | Qt::AlignVCenter);
    case id_role:
        return QString::fromStdString(row.id);
    case status_role:
        return static_cast<int>(row.status);
    case progress_role:
        return row.progress;
    case star_role:
        return has_tag(row, star_tag);
    case group_role:
        return false;
    case inside_role:
        return lines_.rows[static_cast<std::size_t>(index.row())].group >= 0;
    case difference_role:
        return difference(column, run);
    default:
        return {};
    }
}

bool RunModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable)) return false;
    if (value == data(index, Qt::EditRole)) return false;
    const bool is_name = columns_[static_cast<std::size_t>(index.column())].kind == ColumnKind::name;
    // Nothing changes here: the next snapshot brings it, if it was accepted.
    Q_EMIT edited(data(index, id_role).toString(), is_name ? QStringLiteral("run.rename") : QStringLiteral("run.note"),
                  value.toString());
    return true;
}

QVariant RunModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (section < 0) return {};
    if (orientation == Qt::Vertical) {
        if (role != Qt::DisplayRole || section >= rowCount()) return {};
        return QString::fromStdString(row_ids_[static_cast<std::size_t>(section)]);
    }
    if (section >= columnCount()) return {};
    const auto& column = columns_[static_cast<std::size_t>(section)];
    if (role == Qt::DisplayRole) return title_of(column);
    if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole) return explanation_of(column);
    if (role == Qt::TextAlignmentRole && is_numeric(column, first_value(column)))
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

Qt::ItemFlags RunModel::flags(const QModelIndex& index) const {
    auto flags = QAbstractTableModel::flags(index);
    if (!index.isValid() || index.column() >= columnCount()) return flags;
    const auto kind = columns_[static_cast<std::size_t>(index.column())].kind;
    if (!group(index.row()) && (kind == ColumnKind::name || kind == ColumnKind::note)) flags |= Qt::ItemIsEditable;
    return flags;
}

} // namespace orrery::gui
