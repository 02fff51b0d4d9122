// SPDX-License-Identifier: BSD-3-Clause
// The saved figures of a project: specifications by name.
#pragma once
#include "core/database/connection.h"
#include "core/records.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery::database {

// All of these run within a transaction of the caller.
std::vector<FigureRow> select_figures(Connection& connection); // by name
std::optional<FigureRow> select_figure(Connection& connection, std::string_view name);
void replace_figure(Connection& connection, const std::string& name, const std::string& specification);
void delete_figure(Connection& connection, std::string_view name);
void update_figure_name(Connection& connection, std::string_view name, const std::string& new_name);

} // namespace orrery::database
