// SPDX-License-Identifier: BSD-3-Clause
// Project: what people write on runs, and the order in which queued ones are taken.
#include "core/database/event_log.h"
#include "core/database/label_table.h"
#include "core/labels.h"
#include "core/project_impl.h"

namespace orrery {

namespace {

database::Labels labels_of(database::Connection& connection, std::string_view run) {
    auto labels = database::select_labels(connection, run);
    if (!labels) no_such_run(run);
    return *std::move(labels);
}

} // namespace

std::optional<std::string> Project::set_name(std::string_view run, std::string_view name) {
    auto& connection = impl_->writing();
    const std::string checked = checked_name(name);
    return connection.write([&]() -> std::optional<std::string> {
        std::string was = labels_of(connection, run).name;
        if (was == checked) return std::nullopt;
        database::update_name(connection, run, checked);
        database::append_event(connection, "run.rename", run, {{"name", checked}, {"was", was}});
        return was;
    });
}

std::optional<std::string> Project::set_note(std::string_view run, std::string_view note) {
    auto& connection = impl_->writing();
    const std::string checked = checked_note(note);
    return connection.write([&]() -> std::optional<std::string> {
        std::string was = labels_of(connection, run).note;
        if (was == checked) return std::nullopt;
        database::update_note(connection, run, checked);
        database::append_event(connection, "run.note", run, {{"note", checked}, {"was", was}});
        return was;
    });
}

bool Project::add_tag(std::string_view run, std::string_view tag) {
    auto& connection = impl_->writing();
    const std::string checked = checked_tag(tag);
    return connection.write([&] {
        labels_of(connection, run);
        if (!database::insert_tag(connection, run, checked)) return false;
        database::append_event(connection, "run.tag", run, {{"tag", checked}});
        return true;
    });
}

bool Project::remove_tag(std::string_view run, std::string_view tag) {
    auto& connection = impl_->writing();
    return connection.write([&] {
        labels_of(connection, run);
        if (!database::delete_tag(connection, run, std::string(tag))) return false;
        database::append_event(connection, "run.untag", run, {{"tag", tag}});
        return true;
    });
}

std::optional<int> Project::set_priority(std::string_view run, int priority) {
    auto& connection = impl_->writing();
    return connection.write([&]() -> std::optional<int> {
        const auto labels = labels_of(connection, run);
        if (!labels.waits)
            throw Error("Run " + std::string(run) + " isn't queued: a priority decides only who is next.", "",
                        ExitCode::usage);
        if (labels.priority == priority) return std::nullopt;
        database::update_priority(connection, run, priority);
        database::append_event(connection, "run.priority", run, {{"priority", priority}, {"was", labels.priority}});
        return labels.priority;
    });
}

std::vector<std::string> Project::tags(std::string_view run) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_tags(connection, run); });
}

std::vector<std::pair<std::string, std::int64_t>> Project::all_tags() const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::count_tags(connection); });
}

std::vector<RunName> Project::search(const std::string& text, int limit, bool removed) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::search_runs(connection, text, removed, limit); });
}

} // namespace orrery
