// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/result_tables.h"

#include "core/database/connection.h"

#include <algorithm>
#include <unordered_map>

namespace orrery::database {

namespace {

std::int64_t id_of_key(Connection& connection, const std::string& key) {
    {
        auto known = connection.query("SELECT id FROM metric_key WHERE key = ?1");
        if (known.bind(key).step()) return known.integer(0);
    }
    connection.query("INSERT INTO metric_key (key) VALUES (?1)").bind(key).run();
    return connection.handle().getLastInsertRowid();
}

ArtifactRow artifact_row(const Query& row, int first) {
    return {row.text(first), kind_named(row.view(first + 1)), row.text(first + 2), row.text(first + 3),
            row.integer(first + 4)};
}

} // namespace

void insert_metrics(Connection& connection, std::string_view run, const MetricBatch& batch) {
    struct Key {
        std::int64_t id;
        MetricPoint last;
    };
    std::unordered_map<std::size_t, Key> keys;
    for (const auto& [key, point] : batch.points) {
        const auto found = keys.find(key);
        if (found == keys.end()) {
            keys.emplace(key, Key{id_of_key(connection, batch.keys[key]), point});
        } else if (point.step >= found->second.last.step) {
            found->second.last = point;
        }
    }
    auto insert = connection.query("REPLACE INTO metric (run, key, step, value, elapsed) VALUES (?1, ?2, ?3, ?4, ?5)");
    insert.bind_one(1, run);
    for (const auto& [key, point] : batch.points) {
        insert.bind_one(2, keys.at(key).id);
        insert.bind_one(3, point.step);
        insert.bind_one(4, point.value);
        insert.bind_one(5, point.elapsed);
        insert.run();
    }
    auto last = connection.query(
        "INSERT INTO metric_last (run, key, step, value) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (run, key) "
        "DO UPDATE SET step = excluded.step, value = excluded.value WHERE excluded.step >= step");
    for (const auto& [index, key] : keys) last.bind(run, key.id, key.last.step, key.last.value).run();
}

void delete_metrics_after(Connection& connection, std::string_view run, std::optional<std::int64_t> step) {
    if (!step) {
        connection.query("DELETE FROM metric WHERE run = ?1").bind(run).run();
        connection.query("DELETE FROM metric_last WHERE run = ?1").bind(run).run();
        return;
    }
    // By key, so that each is one walk along the primary key.
    connection.query("DELETE FROM metric WHERE run = ?1 AND key IN (SELECT id FROM metric_key) AND step > ?2")
        .bind(run, *step)
        .run();
    connection.query("DELETE FROM metric_last WHERE run = ?1").bind(run).run();
    connection
        .query("INSERT INTO metric_last (run, key, step, value) SELECT ?1, key, step, value FROM metric WHERE run = ?1 "
               "AND "
               "step = (SELECT max(step) FROM metric AS other WHERE other.run = ?1 AND other.key = metric.key)")
        .bind(run)
        .run();
}

void insert_artifact(Connection& connection, std::string_view run, const ArtifactRow& artifact) {
    connection
        .query("INSERT OR REPLACE INTO artifact (run, name, kind, file, sha256, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .bind(run, artifact.name, name_of(artifact.kind), artifact.file, artifact.sha256, artifact.bytes)
        .run();
}

void insert_input(Connection& connection, std::string_view run, const InputRow& input) {
    connection.query("INSERT OR REPLACE INTO input (run, path, sha256, bytes) VALUES (?1, ?2, ?3, ?4)")
        .bind(run, input.path, input.sha256, input.bytes)
        .run();
}

void insert_live(Connection& connection, std::string_view run, std::span<const LiveChange> changes) {
    auto insert = connection.query("REPLACE INTO live (run, step, field, value) VALUES (?1, ?2, ?3, ?4)");
    for (const auto& change : changes) insert.bind(run, change.step, change.field, change.value.dump()).run();
}

namespace {

// Runs by their ids. What they brought comes in the order of ids too, as in the primary keys, so that finding its run
// is a step ahead, not a search.
class RunsInOrder {
public:
    explicit RunsInOrder(std::vector<StoredRun>& runs) {
        rows_.reserve(runs.size());
        for (auto& stored : runs) rows_.push_back(&stored.row);
        const auto by_id = [](const RunRow* a, const RunRow* b) { return a->id < b->id; };
        if (!std::is_sorted(rows_.begin(), rows_.end(), by_id)) std::sort(rows_.begin(), rows_.end(), by_id);
        next_ = rows_.begin();
    }
    // Ids must rise from call to call; nullptr if there is no such run.
    RunRow* find(std::string_view id) {
        while (next_ != rows_.end() && (*next_)->id < id) ++next_;
        return next_ != rows_.end() && (*next_)->id == id ? *next_ : nullptr;
    }
    void rewind() { next_ = rows_.begin(); }

private:
    std::vector<RunRow*> rows_;
    std::vector<RunRow*>::iterator next_;
};

} // namespace

bool are_artifacts_removed(Connection& connection, std::string_view run) {
    auto last = connection.query("SELECT kind FROM event WHERE run = ?1 AND kind IN (?2, ?3) ORDER BY number DESC");
    last.bind(run, artifacts_removed_event, artifacts_restored_event);
    return last.step() && last.view(0) == artifacts_removed_event;
}

std::set<std::string, std::less<>> runs_without_artifacts(Connection& connection) {
    std::set<std::string, std::less<>> runs;
    // Beside max() SQLite takes the other columns from the row that has it.
    auto rows = connection.query("SELECT run FROM (SELECT run, kind, max(number) FROM event WHERE kind IN (?1, ?2) "
                                 "GROUP BY run) WHERE kind = ?1");
    rows.bind(artifacts_removed_event, artifacts_restored_event);
    while (rows.step()) runs.insert(rows.text(0));
    return runs;
}

void add_results(Connection& connection, std::vector<StoredRun>& runs, std::optional<std::string_view> id,
                 bool with_artifacts) {
    if (runs.empty()) return;
    RunsInOrder in_order(runs);
    std::unordered_map<std::int64_t, std::string> keys;
    auto names = connection.query("SELECT id, key FROM metric_key");
    while (names.step()) keys.emplace(names.integer(0), names.text(1));
    auto metrics = connection.query(id ? "SELECT run, key, value FROM metric_last WHERE run = ?1"
                                       : "SELECT run, key, value FROM metric_last ORDER BY run");
    if (id) metrics.bind(*id);
    while (metrics.step())
        if (RunRow* row = in_order.find(metrics.view(0)))
            row->metrics.emplace(keys[metrics.integer(1)], metrics.real(2));
    if (!with_artifacts) return;
    std::set<std::string, std::less<>> without;
    if (!id)
        without = runs_without_artifacts(connection);
    else if (are_artifacts_removed(connection, *id))
        without.emplace(*id);
    for (auto& stored : runs) stored.row.artifacts_removed = without.contains(stored.row.id);
    in_order.rewind();
    auto artifacts =
        connection.query(id ? "SELECT run, name, kind, file, sha256, bytes FROM artifact WHERE run = ?1 ORDER BY name"
                            : "SELECT run, name, kind, file, sha256, bytes FROM artifact ORDER BY run, name");
    if (id) artifacts.bind(*id);
    while (artifacts.step())
        if (RunRow* row = in_order.find(artifacts.view(0)); row && !row->artifacts_removed)
            row->artifacts.push_back(artifact_row(artifacts, 1));
}

std::vector<std::string> select_metric_keys(Connection& connection, std::string_view run) {
    std::vector<std::string> keys;
    auto rows =
        connection.query("SELECT metric_key.key FROM metric_last JOIN metric_key ON metric_key.id = metric_last.key "
                         "WHERE metric_last.run = ?1 ORDER BY metric_key.key");
    rows.bind(run);
    while (rows.step()) keys.push_back(rows.text(0));
    return keys;
}

std::vector<MetricPoint> select_metric(Connection& connection, std::string_view run, std::string_view key,
                                       std::int64_t from) {
    std::vector<MetricPoint> series;
    auto rows = connection.query("SELECT step, value, elapsed FROM metric WHERE run = ?1 AND "
                                 "key = (SELECT id FROM metric_key WHERE key = ?2) AND step >= ?3 ORDER BY step");
    rows.bind(run, key, from);
    while (rows.step()) series.push_back({rows.integer(0), rows.real(1), rows.real(2)});
    return series;
}

std::vector<ArtifactRow> select_artifacts(Connection& connection, std::string_view run) {
    if (are_artifacts_removed(connection, run)) return {};
    return select_named_artifacts(connection, run);
}

std::vector<ArtifactRow> select_named_artifacts(Connection& connection, std::string_view run) {
    std::vector<ArtifactRow> artifacts;
    auto rows = connection.query("SELECT name, kind, file, sha256, bytes FROM artifact WHERE run = ?1 ORDER BY name");
    rows.bind(run);
    while (rows.step()) artifacts.push_back(artifact_row(rows, 0));
    return artifacts;
}

std::vector<std::pair<std::string, ArtifactRow>> select_all_artifacts(Connection& connection) {
    std::vector<std::pair<std::string, ArtifactRow>> artifacts;
    const auto without = runs_without_artifacts(connection);
    auto rows = connection.query("SELECT run, name, sha256, bytes FROM artifact ORDER BY run, name");
    while (rows.step()) { // the kind is left out: damage must not keep the others from being read
        if (without.contains(rows.view(0))) continue;
        ArtifactRow row;
        row.name = rows.text(1);
        row.sha256 = rows.text(2);
        row.bytes = rows.integer(3);
        artifacts.emplace_back(rows.text(0), std::move(row));
    }
    return artifacts;
}

std::vector<InputRow> select_inputs(Connection& connection, std::string_view run) {
    std::vector<InputRow> inputs;
    auto rows = connection.query("SELECT path, sha256, bytes FROM input WHERE run = ?1 ORDER BY path");
    rows.bind(run);
    while (rows.step()) inputs.push_back({rows.text(0), rows.text(1), rows.integer(2)});
    return inputs;
}

std::vector<LiveChange> select_live(Connection& connection, std::string_view run) {
    std::vector<LiveChange> changes;
    auto rows = connection.query("SELECT step, field, value FROM live WHERE run = ?1 ORDER BY step, field");
    rows.bind(run);
    while (rows.step()) {
        auto value = nlohmann::json::parse(rows.text(2), nullptr, false);
        if (value.is_discarded())
            throw Error("The live change of '" + rows.text(1) + "' at step " + rows.text(0) + " of run " +
                            std::string(run) + " is damaged: its value is no JSON.",
                        "`orrery verify` tells what else is.");
        changes.push_back({rows.integer(0), rows.text(1), std::move(value)});
    }
    return changes;
}

} // namespace orrery::database
