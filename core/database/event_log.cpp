// SPDX-License-Identifier: BSD-3-Clause
#include "core/database/event_log.h"

#include "core/canonical_json.h"
#include "core/database/connection.h"
#include "core/platform/process_info.h"
#include "core/sha256.h"

#include <algorithm>

namespace orrery::database {

std::string event_hash(const EventRow& event) {
    return sha256(canonical_json({{"number", event.number},
                                  {"time", event.time},
                                  {"kind", event.kind},
                                  {"run", event.run},
                                  {"data", event.data},
                                  {"previous", event.previous}}));
}

void append_event(Connection& connection, std::string_view kind, std::string_view run, const nlohmann::json& data) {
    EventRow event;
    event.number = 1;
    event.previous = std::string(64, '0');
    {
        auto last = connection.query("SELECT number, hash FROM event ORDER BY number DESC LIMIT 1");
        if (last.step()) {
            event.number = last.integer(0) + 1;
            event.previous = last.text(1);
        }
        // Not merely one more than the last row: where the last rows were deleted the gap must stay visible.
        auto ever = connection.query("SELECT seq FROM sqlite_sequence WHERE name = 'event'");
        if (ever.step()) event.number = std::max(event.number, ever.integer(0) + 1);
    }
    event.time = platform::utc_now();
    event.kind = kind;
    event.run = run;
    event.data = canonical_json(data);
    connection
        .query("INSERT INTO event (number, time, kind, run, data, previous, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
        .bind(event.number, event.time, event.kind, event.run, event.data, event.previous, event_hash(event))
        .run();
}

std::vector<EventRow> select_events(Connection& connection) {
    std::vector<EventRow> events;
    auto rows = connection.query("SELECT number, time, kind, run, data, previous, hash FROM event ORDER BY number");
    while (rows.step())
        events.push_back(
            {rows.integer(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5), rows.text(6)});
    return events;
}

} // namespace orrery::database
