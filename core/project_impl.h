// SPDX-License-Identifier: BSD-3-Clause
// What the source files of class Project share; nobody else includes it.
#pragma once
#include "core/database/connection.h"
#include "core/database/run_table.h"
#include "core/platform/disk.h"
#include "core/project.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace orrery {

struct Project::Impl {
    std::filesystem::path folder;
    std::unique_ptr<database::Connection> connection;
    bool writable = false;
    bool network = false;
    platform::FileIdentity identity; // of project.db when it was opened
    std::string notice;
    std::filesystem::path temporary;

    ~Impl() {
        connection.reset();
        std::error_code ignored;
        if (!temporary.empty()) std::filesystem::remove_all(temporary, ignored);
    }
    database::Connection& writing() {
        if (!writable)
            throw Error(notice.empty() ? "The project " + folder.string() + " was opened for reading only." : notice,
                        "Name a project that can be written with --project.");
        return *connection;
    }
    database::Connection& reading() { return *connection; }
    bool is_alive(const database::StoredRun& stored) const;
    Status status_of(const database::StoredRun& stored) const;
    double seconds_of(const database::StoredRun& run) const; // its row has its status
    void expect_idle();
    std::vector<RunRow> finished(std::vector<database::StoredRun> stored);
};

[[noreturn]] void no_such_run(std::string_view id);

} // namespace orrery
