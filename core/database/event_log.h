// SPDX-License-Identifier: BSD-3-Clause
// The append-only log of a project: each event holds the hash of the one before it and its own.
#pragma once
#include "core/records.h"

#include <string_view>
#include <vector>

namespace orrery::database {

class Connection;

// SHA-256 of the canonical JSON {"data","kind","number","previous","run","time"}, where data is the stored text.
ORRERY_API std::string event_hash(const EventRow& event);

// Within a write transaction of the caller.
void append_event(Connection& connection, std::string_view kind, std::string_view run, const nlohmann::json& data);
std::vector<EventRow> select_events(Connection& connection);

} // namespace orrery::database
