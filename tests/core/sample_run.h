// SPDX-License-Identifier: BSD-3-Clause
// A project with runs for tests, and a look at its file with SQLite alone.
#pragma once
#include "core/project.h"

#include <sqlite3.h>

#include <stdexcept>
#include <string>
#include <vector>

inline orrery::RunRequest sample_request(double kappa = 0.1) {
    orrery::RunRequest request;
    request.experiment = "test.walk";
    request.plugin = "test";
    request.name = "a walk";
    request.parameters = {{"kappa", kappa}, {"initial", "cmt"}};
    request.declaration = {{"id", "test.walk"}, {"version", "1"}, {"fields", nlohmann::json::array()}};
    request.seed = 7;
    request.threads = 2;
    return request;
}

inline orrery::Provenance sample_provenance() { return {{{"code/commit", "abc"}, {"machine/host", "here"}}, ""}; }

// Runs one statement on a database file, as a stranger's program would; the first column of each row.
inline std::vector<std::string> sql(const std::filesystem::path& file, const std::string& statement) {
    sqlite3* database = nullptr;
    std::vector<std::string> rows;
    char* message = nullptr;
    const auto collect = [](void* list, int, char** values, char**) {
        static_cast<std::vector<std::string>*>(list)->emplace_back(values[0] ? values[0] : "NULL");
        return 0;
    };
    bool ok = sqlite3_open(file.c_str(), &database) == SQLITE_OK;
    sqlite3_busy_timeout(database, 5000);
    ok = ok && sqlite3_exec(database, statement.c_str(), collect, &rows, &message) == SQLITE_OK;
    const std::string problem = message ? message : "";
    sqlite3_free(message);
    sqlite3_close(database);
    if (!ok) throw std::runtime_error(problem);
    return rows;
}
