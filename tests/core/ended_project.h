// SPDX-License-Identifier: BSD-3-Clause
// A project with rows in every table, for tests that damage it.
#pragma once
#include "core/project.h"
#include "core/sha256.h"
#include "core/verify.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <set>

namespace fs = std::filesystem;

// Columns that no check covers, because people may change them or because they mean nothing once a run has ended.
// Whoever adds a column to a table decides here whether it is one of them.
inline const std::map<std::string, std::set<std::string>> free_columns{
    {"run",
     {"name", "note", "priority", "progress", "doing", "heartbeat", "stop_requested", "owner", "checkpoint",
      "memory"}}};
inline const std::set<std::string> free_tables{"tag", "figure", "layout", "sqlite_sequence"};

// Two runs that ended with rows in every table, one of them removed, and their project's file without a log beside it.
struct Ended {
    ScratchFolder folder;
    fs::path home = folder / "p.orrery", file = home / "project.db", pristine = folder / "pristine.db";
    std::vector<std::string> runs;
    Ended() {
        {
            auto project = orrery::Project::open(home, orrery::Access::create);
            for (const double kappa : {0.1, 0.2}) runs.push_back(add(project, kappa));
            project.set_removed(runs[1], true);
            project.log_event("export", runs[0], {{"rows", 3}});
        }
        sql(file, "INSERT INTO tag SELECT id, 'good' FROM run; PRAGMA wal_checkpoint(TRUNCATE)");
        sql(file, "PRAGMA journal_mode = DELETE");
        fs::copy_file(file, pristine);
    }
    // The same in a folder of its own.
    Ended(const Ended& other) : runs(other.runs) {
        fs::copy(other.home, home, fs::copy_options::recursive);
        fs::copy_file(other.pristine, pristine);
    }
    std::string add(orrery::Project& project, double kappa) const {
        auto request = sample_request(kappa);
        request.sweep = "a sweep";
        request.reproduces = runs.empty() ? "" : runs.front();
        request.declaration["title"] = "declared for " + std::to_string(kappa);
        const auto created = project.create_run(request);
        auto provenance = sample_provenance();
        provenance.code_diff = "diff " + std::to_string(kappa);
        provenance.values["code/diff_sha256"] = std::string(64, kappa < 0.15 ? 'a' : 'b');
        provenance.values["code/diff_kept_sha256"] = orrery::sha256(provenance.code_diff);
        project.begin(created.id, provenance);
        const std::vector<std::string> keys{"loss", "error/l2"};
        const std::vector<orrery::MetricBatch::Point> points{
            {0, {0, 1.5, 0.1}}, {0, {1, std::nan(""), 0.2}}, {1, {0, 0, 0}}, {1, {1, 1e-7, 0.3}}};
        project.append(created.id, {keys, points, true, 0.5, "walking"});
        folder.write("theta.h5", "field of " + std::to_string(kappa));
        folder.write("in.npy", "input");
        project.add_artifact(created.id, "theta", orrery::Kind::field, folder / "theta.h5");
        project.add_input(created.id, folder / "in.npy");
        sql(file, "INSERT INTO live VALUES ('" + created.id + "', 1, 'kappa', '0.5')");
        if (runs.empty())
            project.end(created.id, {orrery::Outcome::failed, 1, "it failed", "try again"});
        else
            project.end(created.id, {orrery::Outcome::done, 0, "", ""}); // zeros and empty texts
        return created.id;
    }
    void restore() const {
        for (const char* beside : {"-wal", "-shm", "-journal"}) fs::remove(file.string() + beside);
        fs::copy_file(pristine, file, fs::copy_options::overwrite_existing);
    }
    // As a stranger would who knows the tables: no foreign keys, no checks, no triggers while he does it.
    void attack(const std::string& statement) const {
        restore();
        std::string script = "PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF; BEGIN; ", triggers;
        for (const auto& name : sql(file, "SELECT name FROM sqlite_schema WHERE type = 'trigger'"))
            script += "DROP TRIGGER " + name + "; ";
        for (const auto& trigger : sql(file, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'"))
            triggers += trigger + "; ";
        sql(file, script + statement + "; " + triggers + "COMMIT");
    }
    std::set<std::string> named() const {
        std::set<std::string> objects;
        for (const auto& problem : orrery::verify(home).problems) objects.insert(problem.object);
        return objects;
    }
    std::vector<std::string> tables() const {
        auto names = sql(file, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
        std::erase_if(names, [](const std::string& name) { return free_tables.contains(name); });
        return names;
    }
    std::vector<std::string> columns(const std::string& table, bool with_free = false) const {
        auto names = sql(file, "SELECT name FROM pragma_table_info('" + table + "')");
        const auto free = free_columns.find(table);
        if (!with_free && free != free_columns.end())
            std::erase_if(names, [&](const std::string& name) { return free->second.contains(name); });
        return names;
    }
    // A condition that picks each row, by all of its columns.
    std::vector<std::string> rows(const std::string& table) const {
        std::string condition;
        for (const auto& column : columns(table, true))
            condition += (condition.empty() ? "'" : " || ' AND ") + column + " IS ' || quote(" + column + ")";
        return sql(file, "SELECT " + condition + " FROM " + table);
    }
    // What must be in the name of what is found for a row of this table.
    std::string object_of(const std::string& table, const std::string& row) const {
        if (table == "event") return "event " + sql(file, "SELECT number FROM event WHERE " + row).at(0);
        if (table == "schema") return "declaration of";
        if (table == "code_diff") return "code diff";
        if (table == "metric_key") return "run ";
        return "run " +
               sql(file, "SELECT " + std::string(table == "run" ? "id" : "run") + " FROM " + table + " WHERE " + row)
                   .at(0);
    }
};

inline bool any_contains(const std::set<std::string>& objects, const std::string& part) {
    return std::any_of(objects.begin(), objects.end(),
                       [&](const std::string& o) { return o.find(part) != std::string::npos; });
}

// All that the tables hold and that a check covers, with types.
inline std::vector<std::string> content(const Ended& ended) {
    std::vector<std::string> lines;
    for (const auto& table : ended.tables()) {
        std::string row;
        for (const auto& column : ended.columns(table))
            row += (row.empty() ? "quote(" : " || '|' || quote(") + column +
                   // When a run was hidden: its event tells.
                   (table == "run" && column == "removed" ? " IS NULL)" : ")");
        for (auto& line : sql(ended.file, "SELECT " + row + " FROM " + table + " ORDER BY 1"))
            lines.push_back(table + line);
    }
    return lines;
}

// What reads differently, as "was ... is ..."; empty if nothing.
inline std::string first_difference(const std::vector<std::string>& was, const Ended& ended) {
    std::vector<std::string> now;
    try {
        now = content(ended);
    } catch (const std::runtime_error& error) {
        return std::string("can't be read: ") + error.what();
    }
    if (now == was) return {};
    for (std::size_t i = 0; i < std::max(was.size(), now.size()); ++i) {
        const std::string before = i < was.size() ? was[i] : "nothing", after = i < now.size() ? now[i] : "nothing";
        if (before != after) return "was " + before + ", is " + after;
    }
    return {};
}

inline std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Reads a project as the commands do. Whatever is wrong with it, it must be said in a sentence: returned, empty if
// none.
inline std::string said_by_reading(const fs::path& home, const std::vector<std::string>& runs) {
    try {
        const auto project = orrery::Project::open(home, orrery::Access::read);
        for (const auto& row : project.runs(true)) row.to_json();
        for (const auto& id : runs) {
            project.run(id);
            for (const auto& key : project.metric_keys(id)) project.metric_series(id, key);
            project.provenance(id);
            project.declaration(id);
        }
        project.events();
        project.size();
        return {};
    } catch (const orrery::Error& error) {
        return error.what();
    }
}
inline void look_at(const fs::path& home, const std::vector<std::string>& runs) {
    const auto said = said_by_reading(home, runs);
    CHECK((said.empty() || said.size() > 10));
}
