// SPDX-License-Identifier: BSD-3-Clause
// Project: saved figures.
#include "core/canonical_json.h"
#include "core/database/event_log.h"
#include "core/database/figure_table.h"
#include "core/labels.h"
#include "core/project_impl.h"
#include "core/schema.h"

#include <fmt/format.h>

namespace orrery {

namespace {

FigureRow expect_figure(database::Connection& connection, std::string_view name) {
    if (auto row = database::select_figure(connection, name)) return *std::move(row);
    std::vector<std::string> names;
    for (const auto& figure : database::select_figures(connection)) names.push_back(figure.name);
    const auto meant = did_you_mean(name, names);
    throw Error(fmt::format("The project has no figure '{}'.", quotable(name)),
                meant           ? fmt::format("Did you mean '{}'?", *meant)
                : names.empty() ? "None was saved yet."
                                : fmt::format("It has: {}.", fmt::join(names, ", ")),
                ExitCode::usage);
}

} // namespace

std::vector<FigureRow> Project::figures() const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_figures(connection); });
}

std::optional<FigureRow> Project::figure(std::string_view name) const {
    auto& connection = impl_->reading();
    return connection.read([&] { return database::select_figure(connection, name); });
}

std::optional<std::string> Project::set_figure(std::string_view name, const nlohmann::json& specification) {
    auto& connection = impl_->writing();
    const std::string checked = checked_figure_name(name), text = canonical_json(specification);
    return connection.write([&]() -> std::optional<std::string> {
        const auto was = database::select_figure(connection, checked);
        if (was && was->specification == text) return std::nullopt;
        database::replace_figure(connection, checked, text);
        nlohmann::json data{{"figure", checked}, {"specification", specification}};
        if (was) data["was"] = nlohmann::json::parse(was->specification, nullptr, false);
        database::append_event(connection, "figure.save", "", data);
        return was ? was->specification : std::string();
    });
}

std::string Project::remove_figure(std::string_view name) {
    auto& connection = impl_->writing();
    return connection.write([&] {
        const FigureRow row = expect_figure(connection, name);
        database::delete_figure(connection, name);
        database::append_event(
            connection, "figure.remove", "",
            {{"figure", row.name}, {"was", nlohmann::json::parse(row.specification, nullptr, false)}});
        return row.specification;
    });
}

bool Project::rename_figure(std::string_view name, std::string_view new_name) {
    auto& connection = impl_->writing();
    const std::string checked = checked_figure_name(new_name);
    return connection.write([&] {
        const FigureRow row = expect_figure(connection, name);
        if (row.name == checked) return false;
        if (database::select_figure(connection, checked))
            throw Error(fmt::format("The project has a figure '{}' already.", checked),
                        "Choose another name, or remove that figure first.", ExitCode::usage);
        database::update_figure_name(connection, name, checked);
        database::append_event(connection, "figure.rename", "", {{"figure", checked}, {"was", row.name}});
        return true;
    });
}

} // namespace orrery
