// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/runs/run_columns.h"

#include <algorithm>
#include <unordered_map>

namespace orrery::gui {
namespace {

bool parameter_differs(const RunStore& store, const Cells& cells, const std::vector<std::size_t>& runs) {
    const Cell* first = nullptr;
    struct Seen {
        bool with = false, without = false;
    };
    std::unordered_map<const std::string*, Seen> experiments;
    const std::string* last = nullptr;
    Seen* seen = nullptr;
    for (const auto run : runs) {
        const Cell& cell = cells[run];
        if (const auto* experiment = store.experiment(run); experiment != last) { // mostly the same as before
            last = experiment;
            seen = &experiments[experiment];
        }
        (cell.kind == Cell::Kind::none ? seen->without : seen->with) = true;
        if (seen->with && seen->without) return true;
        if (cell.kind == Cell::Kind::none) continue;
        if (!first) first = &cell;
        if (!(cell == *first)) return true;
    }
    return false;
}

// Runs that wait or go on have no value yet: that tells nothing.
bool metric_differs(const Cells& cells, const std::vector<std::size_t>& runs) {
    const Cell* first = nullptr;
    std::size_t having = 0;
    for (const auto run : runs) {
        const Cell& cell = cells[run];
        if (cell.kind == Cell::Kind::none) continue;
        ++having;
        if (!first) first = &cell;
        if (!(cell == *first)) return true;
    }
    return having == 1;
}

template <class Value>
bool differs(const std::vector<RunRow>& rows, const std::vector<std::size_t>& runs, Value value) {
    return std::any_of(runs.begin(), runs.end(), [&](auto run) { return value(rows[run]) != value(rows[runs[0]]); });
}

template <class Has>
bool any(const RunStore& store, const std::vector<std::size_t>& runs, Has has) {
    return std::any_of(runs.begin(), runs.end(), [&](auto run) { return has(store.runs()[run]); });
}

bool has_value(const Cells& cells, const std::vector<std::size_t>& runs) {
    return std::any_of(runs.begin(), runs.end(), [&](auto run) { return cells[run].kind != Cell::Kind::none; });
}

bool has_own_tag(const RunRow& row) {
    return std::any_of(row.tags.begin(), row.tags.end(), [](const auto& tag) { return tag != star_tag; });
}

} // namespace

std::vector<Column> columns_that_differ(const RunStore& store, const std::vector<std::size_t>& runs) {
    std::vector<Column> columns{{ColumnKind::star, {}}, {ColumnKind::run, {}}};
    const auto add = [&](bool wanted, ColumnKind kind) {
        if (wanted) columns.push_back({kind, {}});
    };
    const auto& rows = store.runs();
    add(any(store, runs, [](const auto& row) { return !row.name.empty(); }), ColumnKind::name);
    add(differs(rows, runs, [](const auto& row) -> const std::string& { return row.experiment; }),
        ColumnKind::experiment);
    add(true, ColumnKind::status);
    for (const auto& [name, cells] : store.parameters())
        if (parameter_differs(store, cells, runs)) columns.push_back({ColumnKind::parameter, name});
    for (const auto& [key, cells] : store.metrics())
        if (metric_differs(cells, runs)) columns.push_back({ColumnKind::metric, key});
    add(true, ColumnKind::seconds);
    add(any(store, runs, [](const auto& row) { return !row.artifacts.empty(); }), ColumnKind::bytes);
    add(differs(rows, runs, [](const auto& row) -> const std::string& { return row.device; }), ColumnKind::device);
    add(differs(rows, runs, [](const auto& row) { return row.seed; }), ColumnKind::seed);
    add(any(store, runs, has_own_tag), ColumnKind::tags);
    add(any(store, runs, [](const auto& row) { return !row.note.empty(); }), ColumnKind::note);
    return columns;
}

std::vector<Column> all_columns(const RunStore& store, const std::vector<std::size_t>& runs) {
    std::vector<Column> columns;
    for (const auto kind :
         {ColumnKind::star, ColumnKind::run, ColumnKind::name, ColumnKind::experiment, ColumnKind::status})
        columns.push_back({kind, {}});
    for (const auto& [name, cells] : store.parameters())
        if (has_value(cells, runs)) columns.push_back({ColumnKind::parameter, name});
    for (const auto& [key, cells] : store.metrics())
        if (has_value(cells, runs)) columns.push_back({ColumnKind::metric, key});
    for (const auto kind : {ColumnKind::seconds, ColumnKind::bytes, ColumnKind::created, ColumnKind::device,
                            ColumnKind::seed, ColumnKind::sweep, ColumnKind::tags, ColumnKind::note})
        columns.push_back({kind, {}});
    return columns;
}

} // namespace orrery::gui
