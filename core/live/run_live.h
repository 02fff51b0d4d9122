// SPDX-License-Identifier: BSD-3-Clause
// What ties a recorded run to those who look at it while it goes on: its frames, and the live fields that they change.
#pragma once
#include "core/live/frames.h"
#include "core/live/live_changes.h"
#include "core/live/live_inbox.h"
#include "core/project.h"

#include <optional>
#include <string_view>

namespace orrery {

// Thread-safe. Without shared memory (no room, another system) the run goes on, unseen, with one line in its log;
// recorded changes are replayed all the same.
class ORRERY_API RunLive {
public:
    // Reads what is to be replayed from the project: the run's own changes if it was interrupted, those of the run that
    // it reproduces. Throws Error.
    RunLive(const Project& project, const RunRow& run);

    // Never waits. `step`: what to show beside it.
    void frame(std::string_view channel, const Array& array, std::int64_t step) noexcept;
    // What is to be taken over before this step. Costs well below 1 us when nothing changed, and never the disk.
    Values changes(std::int64_t step);

    bool unwritten() const noexcept { return changes_.has_unrecorded(); }
    // Records what changes() returned. Throws Error; then it is kept.
    void write(Project& project);

private:
    std::string run_;
    LiveChanges changes_;
    std::optional<LiveHost> host_;
    std::optional<FrameWriter> frames_;
    std::optional<LiveInbox> inbox_;
    std::mutex taking_, writing_;
};

} // namespace orrery
