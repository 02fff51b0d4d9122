// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/run_tables.h"

#include "core/canonical_json.h"
#include "core/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

namespace orrery {

namespace {

using Cell = Table::Cell;

Cell cell_of(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (value.is_number()) return value.get<double>();
    return value.dump();
}

struct RunColumn {
    std::string key; // as the window names it: "parameter:kappa"
    Table::Column heading;
    std::function<Cell(const RunRow&)> cell;
    bool by_default = true;
};

std::int64_t bytes_of(const RunRow& run) {
    std::int64_t bytes = 0;
    for (const auto& artifact : run.artifacts) bytes += artifact.bytes;
    return bytes;
}

// A parameter and a metric of one name are told apart by "param/".
std::vector<RunColumn> possible_columns(const std::vector<RunRow>& runs) {
    std::vector<RunColumn> columns{
        {"run", {"run"}, [](const RunRow& run) { return Cell(run.id); }},
        {"name", {"name"}, [](const RunRow& run) { return Cell(run.name); }},
        {"experiment", {"experiment"}, [](const RunRow& run) { return Cell(run.experiment); }},
        {"status", {"status"}, [](const RunRow& run) { return Cell(std::string(name_of(run.status))); }},
        {"device", {"device"}, [](const RunRow& run) { return Cell(run.device); }},
        {"seed", {"seed"}, [](const RunRow& run) { return Cell(static_cast<std::int64_t>(run.seed)); }},
        {"seconds", {"seconds", "s"}, [](const RunRow& run) { return Cell(run.seconds); }},
        {"created", {"created"}, [](const RunRow& run) { return Cell(run.created); }, false},
        {"sweep", {"sweep"}, [](const RunRow& run) { return Cell(run.sweep); }, false},
        {"tags", {"tags"}, [](const RunRow& run) { return Cell(fmt::format("{}", fmt::join(run.tags, ", "))); }, false},
        {"note", {"note"}, [](const RunRow& run) { return Cell(run.note); }, false},
        {"bytes", {"bytes", "B"}, [](const RunRow& run) { return Cell(bytes_of(run)); }, false}};
    std::set<std::string> parameters, keys;
    for (const auto& run : runs) {
        for (const auto& [name, value] : run.parameters.items()) parameters.insert(name);
        for (const auto& [key, value] : run.metrics) keys.insert(key);
    }
    for (const auto& name : parameters)
        columns.push_back({"parameter:" + name, {"param/" + name}, [name](const RunRow& run) {
                               return run.parameters.contains(name) ? cell_of(run.parameters.at(name)) : Cell();
                           }});
    const auto taken = [&columns](const std::string& name) {
        return std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return c.heading.name == name; });
    };
    for (const auto& key : keys) // one that is named as a column of ours keeps the window's name for it
        columns.push_back({"metric:" + key, {taken(key) ? "metric:" + key : key}, [key](const RunRow& run) {
                               const auto found = run.metrics.find(key);
                               return found == run.metrics.end() ? Cell() : Cell(found->second);
                           }});
    return columns;
}

const RunColumn& column_named(const std::vector<RunColumn>& columns, const std::string& name) {
    std::vector<const RunColumn*> exact, close;
    std::vector<std::string> known;
    for (const auto& column : columns) {
        if (column.key == name || column.heading.name == name) exact.push_back(&column);
        if (column.key == "parameter:" + name || column.key == "metric:" + name) close.push_back(&column);
        known.push_back(column.heading.name);
        if (const auto colon = column.key.find(':'); colon != std::string::npos)
            known.push_back(column.key.substr(colon + 1));
    }
    const auto& found = exact.empty() ? close : exact;
    if (found.size() == 1) return *found.front();
    if (found.size() > 1)
        throw Error(fmt::format("'{}' names a parameter and a metric.", quotable(name)),
                    fmt::format("Say parameter:{0} or metric:{0}.", quotable(name)), ExitCode::usage);
    const auto meant = did_you_mean(name, known);
    throw Error(fmt::format("No run has a column '{}'.", quotable(name)),
                meant ? fmt::format("Did you mean '{}'?", *meant) : "The header of the whole table names them.",
                ExitCode::usage);
}

// Numbers, texts, NaN, nothing.
int rank_of(const Cell& cell) {
    if (const auto* number = std::get_if<double>(&cell)) return std::isnan(*number) ? 2 : 0;
    if (std::holds_alternative<std::int64_t>(cell)) return 0;
    const auto* text = std::get_if<std::string>(&cell);
    return text && !text->empty() ? 1 : 3;
}

double number_of(const Cell& cell) {
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*whole);
    return std::get<double>(cell);
}

bool comes_before(const Cell& a, const Cell& b, bool descending) {
    const int first = rank_of(a), second = rank_of(b);
    if (first != second) return first < second;
    if (first == 0) return descending ? number_of(a) > number_of(b) : number_of(a) < number_of(b);
    if (first == 1) {
        const int order = std::get<std::string>(a).compare(std::get<std::string>(b));
        return descending ? order > 0 : order < 0;
    }
    return false;
}

bool is_same(const Cell& a, const Cell& b) { return rank_of(a) == rank_of(b) && (rank_of(a) == 2 || a == b); }

} // namespace

Table runs_table(const std::vector<RunRow>& runs, const RunTableOptions& options) {
    const auto possible = possible_columns(runs);
    std::vector<const RunColumn*> columns;
    for (const auto& name : options.columns) {
        const auto* column = &column_named(possible, name);
        if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
    }
    if (options.columns.empty())
        for (const auto& column : possible)
            if (column.by_default) columns.push_back(&column);
    if (options.only_differing && runs.size() > 1)
        std::erase_if(columns, [&](const RunColumn* column) {
            const Cell first = column->cell(runs.front());
            return column->key != "run" && std::all_of(runs.begin(), runs.end(), [&](const RunRow& run) {
                       return is_same(column->cell(run), first);
                   });
        });
    std::vector<const RunRow*> rows;
    for (const auto& run : runs) rows.push_back(&run);
    if (!options.sort.empty()) {
        const auto& by = column_named(possible, options.sort);
        std::stable_sort(rows.begin(), rows.end(), [&](const RunRow* a, const RunRow* b) {
            return comes_before(by.cell(*a), by.cell(*b), options.descending);
        });
    }
    Table table;
    table.title = "Runs";
    for (const auto* column : columns) table.columns.push_back(column->heading);
    for (const auto* run : rows) {
        auto& cells = table.rows.emplace_back();
        for (const auto* column : columns) cells.push_back(column->cell(*run));
    }
    return table;
}

Table metrics_table(const Project& project, const std::vector<RunRow>& runs) {
    Table table;
    table.title = "Metrics";
    table.columns = {{"run"}, {"metric"}, {"step"}, {"elapsed", "s"}, {"value"}};
    for (const auto& run : runs)
        for (const auto& key : project.metric_keys(run.id))
            for (const auto& point : project.metric_series(run.id, key))
                table.rows.push_back({run.id, key, point.step, point.elapsed, point.value});
    return table;
}

} // namespace orrery
