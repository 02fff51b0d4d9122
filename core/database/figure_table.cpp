// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/figure_table.h"

#include "core/platform/process_info.h"

namespace orrery::database {

namespace {

template <class Rows>
FigureRow row_of(Rows& rows) {
    return {rows.text(0), rows.text(1), rows.text(2), rows.text(3)};
}

} // namespace

std::vector<FigureRow> select_figures(Connection& connection) {
    std::vector<FigureRow> figures;
    auto rows = connection.query("SELECT name, specification, created, changed FROM figure ORDER BY name");
    while (rows.step()) figures.push_back(row_of(rows));
    return figures;
}

std::optional<FigureRow> select_figure(Connection& connection, std::string_view name) {
    auto row = connection.query("SELECT name, specification, created, changed FROM figure WHERE name = ?1");
    if (!row.bind(name).step()) return std::nullopt;
    return row_of(row);
}

void replace_figure(Connection& connection, const std::string& name, const std::string& specification) {
    connection
        .query("INSERT INTO figure(name, specification, created, changed) VALUES (?1, ?2, ?3, ?3) "
               "ON CONFLICT(name) DO UPDATE SET specification = ?2, changed = ?3")
        .bind(name, specification, platform::utc_now())
        .run();
}

void delete_figure(Connection& connection, std::string_view name) {
    connection.query("DELETE FROM figure WHERE name = ?1").bind(name).run();
}

void update_figure_name(Connection& connection, std::string_view name, const std::string& new_name) {
    connection.query("UPDATE figure SET name = ?2 WHERE name = ?1").bind(name, new_name).run();
}

} // namespace orrery::database
