// SPDX-License-Identifier: BSD-3-Clause
// Project: the live changes of runs.
#include "core/database/result_tables.h"
#include "core/project_impl.h"

namespace orrery {

void Project::append_live(std::string_view run, std::span<const LiveChange> changes) {
    auto& connection = impl_->writing();
    connection.write([&] {
        if (!database::update_heartbeat(connection, run)) {
            if (!database::run_exists(connection, run)) no_such_run(run);
            throw Error("Run " + std::string(run) + " has ended: nothing can be added to it.");
        }
        database::insert_live(connection, run, changes);
    });
}

std::vector<LiveChange> Project::live_changes(std::string_view run) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_live(connection, run); });
}

} // namespace orrery
