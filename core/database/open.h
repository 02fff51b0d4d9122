// SPDX-License-Identifier: BSD-3-Clause
// How a project's database file is opened: made, checked, brought up to date, or only read.
#pragma once
#include "core/database/connection.h"

#include <filesystem>
#include <memory>
#include <string>

namespace orrery::database {

struct Opened {
    std::unique_ptr<Connection> connection;
    bool writable = false;
    std::string notice;              // why it can only be read although it was to be written
    std::filesystem::path temporary; // folder of a copy that is read instead, or empty
};

// Throws DatabaseDamaged where a database is lost, so that no new one takes its place: something else stands there, or
// nothing (or an empty file) although artifacts/ holds files that runs made.
void expect_not_lost(const std::filesystem::path& file);

// `file` is NAME.orrery/project.db; its folder is there. Throws Error for what is no project, and changes nothing then.
Opened open_database(const std::filesystem::path& file, OpenMode mode);

// The journal lies in shared memory, which network file systems can't share. $ORRERY_JOURNAL=delete asks for the other
// kind.
bool can_use_write_ahead_log(const std::filesystem::path& folder);

} // namespace orrery::database
