// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/layout_table.h"

#include "core/platform/process_info.h"

#include <fmt/format.h>

namespace orrery::database {

std::map<std::string, std::string> select_layout(Connection& connection) {
    std::map<std::string, std::string> layout;
    auto rows = connection.query("SELECT name, content FROM layout");
    while (rows.step()) layout.emplace(rows.text(0), rows.text(1));
    return layout;
}

void replace_layout(Connection& connection, std::string_view name, std::string_view content) {
    if (content.empty()) {
        auto gone = connection.query("DELETE FROM layout WHERE name = ?1");
        gone.bind(name);
        gone.run();
        return;
    }
    auto row = connection.query("INSERT OR REPLACE INTO layout(name, content, changed) VALUES (?1, ?2, ?3)");
    row.bind(name, content, platform::utc_now());
    row.run();
}

std::string change_counter(Connection& connection) {
    // The first counts what other connections commit, the second what this one does.
    return fmt::format("{}/{}", connection.pragma("data_version"), connection.handle().getTotalChanges());
}

std::string list_counter(Connection& connection) {
    auto row = connection.query("SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'event'), "
                                "(SELECT max(number) FROM run), (SELECT count(*) FROM run), "
                                "(SELECT count(*) FROM run WHERE outcome IS NULL)");
    row.step();
    return fmt::format("{}/{}/{}/{}", row.integer(0), row.integer(1), row.integer(2), row.integer(3));
}

} // namespace orrery::database
