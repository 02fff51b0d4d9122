// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_groups.h"

#include "views/runs/run_words.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace orrery::gui {
namespace {

constexpr std::size_t most_texts = 4;

QString tr(const char* text, int number = -1) { return QCoreApplication::translate("RunGroup", text, nullptr, number); }

const RunRow& row_of(const RunStore& store, const RunGroup& group, std::size_t i) {
    return store.runs()[group.runs[i]];
}

struct Range {
    double low = INFINITY, high = -INFINITY;
    std::size_t numbers = 0, low_at = 0;   // low_at: the run that has it
    std::vector<const std::string*> texts; // that differ, in their order
};

Range range_of(const RunStore& store, const RunGroup& group, const Column& column) {
    Range range;
    for (const auto run : group.runs) {
        // How far a run came that did not reach its end is no result.
        if (column.kind == ColumnKind::metric && store.runs()[run].status != Status::done) continue;
        const Cell cell = store.cell(column, run);
        if (cell.kind == Cell::Kind::text) {
            if (range.texts.size() <= most_texts && // more aren't shown
                std::none_of(range.texts.begin(), range.texts.end(),
                             [&](const std::string* text) { return *text == *cell.text; }))
                range.texts.push_back(cell.text);
        } else if (cell.kind != Cell::Kind::none && !std::isnan(cell.number)) {
            if (cell.number < range.low) range.low_at = run;
            range.low = std::min(range.low, cell.number);
            range.high = std::max(range.high, cell.number);
            ++range.numbers;
        }
    }
    return range;
}

QString text_of(const Range& range) {
    QStringList parts;
    if (range.numbers > 0)
        parts << (range.low == range.high
                      ? text_of_number(range.low)
                      : text_of_number(range.low) + QStringLiteral(" \u2026 ") + text_of_number(range.high));
    for (const auto* text : range.texts) {
        if (static_cast<std::size_t>(parts.size()) == most_texts) {
            parts << QStringLiteral("\u2026");
            break;
        }
        parts << QString::fromStdString(*text);
    }
    return parts.join(QStringLiteral(", "));
}

QString counts_by_status(const RunStore& store, const RunGroup& group) {
    constexpr std::array order{Status::running, Status::stopping, Status::queued, Status::done,
                               Status::failed,  Status::stopped,  Status::lost};
    QStringList parts;
    for (const auto status : order) {
        const auto count = std::count_if(group.runs.begin(), group.runs.end(),
                                         [&](std::size_t run) { return store.runs()[run].status == status; });
        if (count > 0) parts << QStringLiteral("%1 %2").arg(count).arg(QString::fromUtf8(name_of(status)));
    }
    return parts.join(QStringLiteral(", "));
}

QString common_tags(const RunStore& store, const RunGroup& group) {
    QStringList tags;
    for (const auto& tag : row_of(store, group, 0).tags)
        if (tag != star_tag && std::all_of(group.runs.begin(), group.runs.end(),
                                           [&](std::size_t run) { return has_tag(store.runs()[run], tag); }))
            tags << QString::fromStdString(tag);
    return tags.join(QStringLiteral(", "));
}

double seconds_of(const RunStore& store, const RunGroup& group) {
    double seconds = 0;
    for (const auto run : group.runs) seconds += store.runs()[run].seconds;
    return seconds;
}

bool is_best_lowest(const RunStore& store, const RunGroup& group, const Column& column,
                    const LowerIsBetter& lower_is_better) {
    return column.kind == ColumnKind::metric && lower_is_better &&
           lower_is_better(row_of(store, group, 0).experiment, column.name);
}

// "kappa 0.1 … 1, n 32 … 128"
QString what_varies(const RunStore& store, const RunGroup& group) {
    QStringList parts;
    for (const auto& [name, cells] : store.parameters()) {
        const Cell& first = cells[group.runs.front()];
        if (std::all_of(group.runs.begin(), group.runs.end(), [&](std::size_t run) { return cells[run] == first; }))
            continue;
        parts << QString::fromStdString(name) + u' ' + text_of(range_of(store, group, {ColumnKind::parameter, name}));
    }
    return parts.join(QStringLiteral(", "));
}

} // namespace

std::vector<RunGroup> groups_of(const RunStore& store, const std::vector<std::size_t>& runs, const std::string& lone,
                                std::vector<int>& group_of_run) {
    std::unordered_map<std::string_view, std::vector<std::size_t>> places; // in `runs`
    std::vector<std::string_view> order;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto& row = store.runs()[runs[i]];
        if (row.sweep.empty() || row.id == lone) continue;
        auto& list = places[row.sweep];
        if (list.empty()) order.push_back(row.sweep);
        list.push_back(i);
    }
    group_of_run.assign(runs.size(), -1);
    std::vector<RunGroup> groups;
    for (const auto sweep : order) {
        const auto& list = places[sweep];
        if (list.size() < 2) continue;
        RunGroup group{std::string(sweep), {}, false};
        for (const auto place : list) {
            group_of_run[place] = static_cast<int>(groups.size());
            group.runs.push_back(runs[place]);
        }
        groups.push_back(std::move(group));
    }
    return groups;
}

QString text_of_group(const RunStore& store, const RunGroup& group, const Column& column,
                      const LowerIsBetter& lower_is_better) {
    switch (column.kind) {
    case ColumnKind::star:
    case ColumnKind::note:
        return {};
    case ColumnKind::run:
        return (group.expanded ? QStringLiteral("\u25be ") : QStringLiteral("\u25b8 ")) +
               tr("%1 runs").arg(group.runs.size());
    case ColumnKind::status:
        return counts_by_status(store, group);
    case ColumnKind::tags:
        return common_tags(store, group);
    case ColumnKind::created:
        return text_of_time(row_of(store, group, 0).created);
    case ColumnKind::seconds:
        return text_of_seconds(seconds_of(store, group));
    case ColumnKind::bytes: {
        double bytes = 0;
        for (const auto run : group.runs) bytes += static_cast<double>(store.bytes(run));
        return bytes > 0 ? text_of_bytes(bytes) : QString();
    }
    case ColumnKind::metric:
        if (is_best_lowest(store, group, column, lower_is_better)) {
            const auto range = range_of(store, group, column);
            return range.numbers > 0 ? text_of_number(range.low) : QString();
        }
        [[fallthrough]];
    default:
        return text_of(range_of(store, group, column));
    }
}

QString explanation_of_group(const RunStore& store, const RunGroup& group, const Column& column,
                             const LowerIsBetter& lower_is_better) {
    const auto varies = what_varies(store, group);
    if (column.kind == ColumnKind::run || column.kind == ColumnKind::star) {
        QString text = tr("Sweep of %1 runs").arg(group.runs.size());
        if (!varies.isEmpty()) text += QStringLiteral(": ") + varies;
        return text + u'\n' +
               (group.expanded ? tr("Click or press Left to fold it") : tr("Click or press Right to unfold it"));
    }
    const auto range = range_of(store, group, column);
    if (is_best_lowest(store, group, column, lower_is_better) && range.numbers > 0)
        return tr("%1: best of %2 runs, by run %3; worst %4")
            .arg(explanation_of(column))
            .arg(range.numbers)
            .arg(QString::fromStdString(store.runs()[range.low_at].id), text_of_number(range.high));
    if (column.kind == ColumnKind::seconds) return tr("%1: of all runs together").arg(explanation_of(column));
    const auto text = text_of_group(store, group, column, lower_is_better);
    return text.isEmpty() ? tr("%1: none").arg(explanation_of(column)) : explanation_of(column) + ": " + text;
}

double progress_of_group(const RunStore& store, const RunGroup& group) {
    double sum = 0;
    for (const auto run : group.runs) sum += store.runs()[run].end ? 1 : store.runs()[run].progress;
    return sum / static_cast<double>(group.runs.size());
}

} // namespace orrery::gui
