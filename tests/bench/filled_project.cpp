// SPDX-License-Identifier: BSD-3-Clause
#include "tests/bench/filled_project.h"

#include "core/project.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>

namespace orrery::bench {

namespace {

// In order, of the form of a run's id.
std::string id_of(int run) {
    constexpr const char* digits = "234567abcdefghijklmnopqrstuvwxyz";
    std::string id = "b222222222";
    for (std::size_t place = 9; place > 0; --place, run /= 32) id[place] = digits[run % 32];
    return id;
}

std::string hash_of(int run, int what) { return fmt::format("{:032x}{:032x}", run * 2654435761u, what); }

std::string parameters_of(int run) {
    return fmt::format(R"({{"dt":0.001,"final_time":{},"initial":"cmt","kappa":{},"n":{},"order":4,"scheme":"ifrk4",)"
                       R"("width":{}}})",
                       1 + run % 7, 0.1 + run * 1e-6, 64 + run % 3 * 64, 32 + run % 5);
}

template <class... Values>
void add(SQLite::Statement& statement, const Values&... values) {
    SQLite::bind(statement, values...);
    statement.exec();
    statement.reset();
}

} // namespace

std::vector<std::string> fill_project(const std::filesystem::path& folder, const Filling& filling) {
    Project::open(folder, Access::create);
    SQLite::Database database((folder / "project.db").string(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA synchronous = OFF");
    SQLite::Transaction transaction(database);
    database.exec(
        "INSERT INTO schema VALUES ('s', 'bench.filled', '1', '{\"id\":\"bench.filled\",\"version\":\"1\"}')");
    for (const auto& key : filled_metrics) database.exec("INSERT INTO metric_key (key) VALUES ('" + key + "')");
    SQLite::Statement run(database, R"(
        INSERT INTO run (id, experiment, version, plugin, name, parameters, schema, seed, device, threads, created,
                         claimed, began, ended, outcome, exit_code, error, hint, progress, host, boot_id, pid,
                         process_start, heartbeat, command)
        VALUES (?, 'bench.filled', '1', 'bench', ?, ?, 's', 0, 'cpu', 2, '2026-01-01T00:00:00.000Z',
                '2026-01-01T00:00:00.100Z', '2026-01-01T00:00:00.200Z', '2026-01-01T00:01:00.000Z', 'done', 0, '', '', 1,
                'machine', 'boot', 1, 1, '2026-01-01T00:00:50.000Z', '{"arguments":["run","bench.filled"],"folder":"/"}')
        )");
    SQLite::Statement artifact(database, "INSERT INTO artifact VALUES (?, ?, 'field', ?, ?, 1048576)");
    SQLite::Statement last(database, "INSERT INTO metric_last VALUES (?, ?, ?, ?)");
    SQLite::Statement provenance(database, "INSERT INTO provenance VALUES (?, ?, ?)");
    SQLite::Statement input(database, "INSERT INTO input VALUES (?, '/data/initial.npy', ?, 1000)");
    SQLite::Statement point(database, "INSERT INTO metric VALUES (?, ?, ?, ?, ?)");
    std::vector<std::string> ids;
    for (int i = 0; i < filling.runs; ++i) {
        const auto& id = ids.emplace_back(id_of(i));
        add(run, id, i % 10 == 0 ? "with a name" : "", parameters_of(i));
        add(input, id, hash_of(0, 9));
        for (int k = 0; k < filling.provenance; ++k)
            add(provenance, id, fmt::format("library/number-{:02}", k), fmt::format("version {}.{}", k, k % 5 ? 0 : i));
        for (int k = 0; k < 3; ++k)
            add(artifact, id, fmt::format("field-{}", k), fmt::format("field-{}.vtkhdf", k), hash_of(i, k));
        for (int key = 1; key <= 5; ++key) {
            add(last, id, key, filling.points, 1.0 / (i + key));
            for (int step = 1; key <= filling.series && step <= filling.points; ++step)
                add(point, id, key, step, 1.0 / (i + key + filling.points - step), step * 1e-3);
        }
    }
    transaction.commit();
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    return ids;
}

} // namespace orrery::bench
