// SPDX-License-Identifier: BSD-3-Clause
// The mailbox of a run for its live fields: any process posts, the run looks before each step, at the cost of a load.
#pragma once
#include "core/live/live_segment.h"
#include "core/schema.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

// The run's side.
class ORRERY_API LiveInbox {
public:
    explicit LiveInbox(LiveHost& host) : host_(host) {}
    bool news() const {
        return host_.segment().change.load(std::memory_order_relaxed) != seen_.load(std::memory_order_relaxed);
    }
    // What was posted since the last call: field and value, unchecked.
    std::vector<std::pair<std::string, nlohmann::json>> take();
    // Tells who posted that it counts from this step on.
    void acknowledge(std::int64_t step);

private:
    LiveHost& host_;
    std::atomic<std::uint32_t> seen_ = 0;
};

// Posts values, which have passed check_live, to a running run. Returns the number of the change. Throws Error: the run
// isn't running here, or the values are too long.
ORRERY_API std::uint32_t post_live(const LiveView& run, const Values& values);
// The step from which on the change counts, when the run has taken it over; waits at most that long.
ORRERY_API std::optional<std::int64_t> wait_until_taken(const LiveView& run, std::uint32_t change,
                                                        std::chrono::milliseconds longest);

} // namespace orrery
