// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/label_table.h"

#include "core/database/connection.h"

#include <unordered_map>

namespace orrery::database {

std::optional<Labels> select_labels(Connection& connection, std::string_view run) {
    auto row = connection.query("SELECT name, note, priority, claimed IS NULL AND began IS NULL AND outcome IS NULL "
                                "FROM run WHERE id = ?1");
    if (!row.bind(run).step()) return std::nullopt;
    return Labels{row.text(0), row.text(1), static_cast<int>(row.integer(2)), row.integer(3) != 0};
}

void update_name(Connection& connection, std::string_view run, const std::string& name) {
    connection.query("UPDATE run SET name = ?2 WHERE id = ?1").bind(run, name).run();
}

void update_note(Connection& connection, std::string_view run, const std::string& note) {
    connection.query("UPDATE run SET note = ?2 WHERE id = ?1").bind(run, note).run();
}

void update_priority(Connection& connection, std::string_view run, int priority) {
    connection.query("UPDATE run SET priority = ?2 WHERE id = ?1").bind(run, priority).run();
}

bool insert_tag(Connection& connection, std::string_view run, const std::string& tag) {
    return connection.query("INSERT OR IGNORE INTO tag (run, tag) VALUES (?1, ?2)").bind(run, tag).run() == 1;
}

bool delete_tag(Connection& connection, std::string_view run, const std::string& tag) {
    return connection.query("DELETE FROM tag WHERE run = ?1 AND tag = ?2").bind(run, tag).run() == 1;
}

std::vector<std::string> select_tags(Connection& connection, std::string_view run) {
    std::vector<std::string> tags;
    auto rows = connection.query("SELECT tag FROM tag WHERE run = ?1 ORDER BY tag");
    rows.bind(run);
    while (rows.step()) tags.push_back(rows.text(0));
    return tags;
}

std::vector<std::pair<std::string, std::int64_t>> count_tags(Connection& connection) {
    std::vector<std::pair<std::string, std::int64_t>> counts;
    auto rows = connection.query("SELECT tag.tag, count(*) FROM tag JOIN run ON run.id = tag.run "
                                 "WHERE run.removed IS NULL GROUP BY tag.tag ORDER BY tag.tag");
    while (rows.step()) counts.emplace_back(rows.text(0), rows.integer(1));
    return counts;
}

std::vector<RunName> search_runs(Connection& connection, const std::string& text, bool removed, int limit) {
    std::vector<RunName> found;
    auto rows = connection.query("SELECT id, name, experiment FROM run WHERE (removed IS NOT NULL) = ?2 AND "
                                 "(substr(id, 1, length(?1)) = lower(?1) OR instr(lower(name), lower(?1)) > 0) "
                                 "ORDER BY number DESC LIMIT ?3");
    rows.bind(text, static_cast<std::int64_t>(removed), limit);
    while (rows.step()) found.push_back({rows.text(0), rows.text(1), rows.text(2)});
    return found;
}

void add_tags(Connection& connection, std::vector<StoredRun>& runs, std::optional<std::string_view> id) {
    if (runs.empty()) return;
    if (id) {
        runs.front().row.tags = select_tags(connection, *id);
        return;
    }
    std::unordered_map<std::string, std::vector<std::string>*> by_id;
    auto rows = connection.query("SELECT run, tag FROM tag ORDER BY run, tag");
    while (rows.step()) {
        if (by_id.empty()) // most projects have no tags, and no need of this
            for (auto& stored : runs) by_id.emplace(stored.row.id, &stored.row.tags);
        if (const auto found = by_id.find(rows.text(0)); found != by_id.end()) found->second->push_back(rows.text(1));
    }
}

} // namespace orrery::database
