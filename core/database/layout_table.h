// SPDX-License-Identifier: BSD-3-Clause
// What a window keeps in a project (places of panels, cameras, ranges), and counters that tell whether anything has
// changed.
#pragma once
#include "core/database/connection.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace orrery::database {

// All of these run within a transaction of the caller.
std::map<std::string, std::string> select_layout(Connection& connection); // content by name
void replace_layout(Connection& connection, std::string_view name, std::string_view content);

// Differs from the last one if any process has committed a change since. Costs next to nothing.
std::string change_counter(Connection& connection);
// Differs from the last one if rows of runs came, went, began, ended or were written on: all that a list shows, but not
// what a run that goes on reports.
std::string list_counter(Connection& connection);

} // namespace orrery::database
