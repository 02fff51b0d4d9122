// SPDX-License-Identifier: BSD-3-Clause
// Project: what somebody who keeps looking at it asks: has anything changed, what is new, how did it look.
#include "core/database/layout_table.h"
#include "core/database/result_tables.h"
#include "core/project_impl.h"

namespace orrery {

std::string Project::changes() const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::change_counter(connection); });
}

std::string Project::list_changes() const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::list_counter(connection); });
}

std::vector<RunRow> Project::unfinished_runs() const {
    auto& connection = impl_->reading();
    return impl_->finished(connection.read([&] { return database::select_unfinished(connection); }));
}

std::vector<MetricPoint> Project::metric_series(std::string_view run, std::string_view key, std::int64_t from) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_metric(connection, run, key, from); });
}

std::map<std::string, std::string> Project::layout() const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_layout(connection); });
}

void Project::set_layout(const std::map<std::string, std::string>& contents) {
    auto& connection = impl_->writing();
    connection.write([&] {
        for (const auto& [name, content] : contents) database::replace_layout(connection, name, content);
    });
}

} // namespace orrery
