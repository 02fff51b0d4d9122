// SPDX-License-Identifier: BSD-3-Clause
// Which live fields change at which step of a run: those that are replayed, those that come from outside, and what of
// them is still to be recorded.
#pragma once
#include "core/records.h"
#include "core/schema.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace orrery {

// Thread-safe.
class ORRERY_API LiveChanges {
public:
    // `own`: what this run recorded before it was interrupted; it is taken over again, and not recorded twice.
    // `original`: what the run recorded that this one reproduces; recorded anew. Where both name a step and a field,
    // the own one counts. Throws Error if one doesn't fit the schema.
    LiveChanges(Schema schema, const std::vector<LiveChange>& own, const std::vector<LiveChange>& original);

    // From outside, for the next step that asks; the latest of a field counts. False if it is no value for a live field
    // of the schema.
    bool offer(const std::string& field, const nlohmann::json& value);

    // Whether at() would return nothing; costs two loads.
    bool none_at(std::int64_t step) const noexcept {
        return step < next_replay_.load(std::memory_order_relaxed) && !offered_.load(std::memory_order_acquire);
    }
    // What is to be taken over before this step: all that is replayed up to it (the first call of a resumed run catches
    // up), then what came from outside.
    Values at(std::int64_t step);

    bool has_unrecorded() const noexcept { return unrecorded_count_.load(std::memory_order_acquire) > 0; }
    // In order of step; stays until recorded() says that so many of the first ones are safe.
    std::vector<LiveChange> unrecorded() const;
    void recorded(std::size_t count);

private:
    struct Replayed {
        std::int64_t step;
        std::string field;
        Value value;
        bool record;
    };
    void set_next_replay();
    void record(std::int64_t step, const std::string& field, const Value& value);

    const Schema schema_;
    mutable std::mutex mutex_;
    std::vector<Replayed> replay_; // in order of step
    std::size_t replayed_ = 0;     // how many of them have been taken over
    Values pending_;               // from outside
    std::vector<LiveChange> unrecorded_;
    std::atomic<std::int64_t> next_replay_;
    std::atomic<bool> offered_ = false;
    std::atomic<std::size_t> unrecorded_count_ = 0;
};

// The value if it is one for a live field of the schema; else the problem, in the words of Schema::check.
ORRERY_API Values check_live(const Schema& schema, const std::vector<std::string>& assignments, Problems& problems);

} // namespace orrery
