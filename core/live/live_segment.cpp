// SPDX-License-Identifier: BSD-3-Clause
#include "core/live/live_segment.h"

#include "core/error.h"

#include <fmt/format.h>

#include <new>

namespace orrery {

LiveHost::LiveHost(std::string id) : id_(std::move(id)) {
    platform::remove_ownerless_shared_memory();
    memory_ = platform::SharedMemory::create_owned(id_, sizeof(LiveSegment));
    auto* made = new (memory_.data()) LiveSegment{};
    made->version = live_version;
    std::atomic_thread_fence(std::memory_order_release);
    made->magic = live_magic; // last: who sees it sees the rest
}

LiveHost::~LiveHost() {
    if (!memory_) return;
    segment().ended.store(1, std::memory_order_release);
    segment().frames.fetch_add(1, std::memory_order_release);
    platform::wake_all(segment().frames);
    platform::wake_all(segment().taken);
    platform::remove_shared_memory(id_ + ".lock");
    platform::remove_shared_memory(id_);
}

LiveView::LiveView(std::string id) : id_(std::move(id)) {
    const auto refuse = [&](const std::string& why) {
        throw Error(fmt::format("no process on this machine shows the run {} now: {}", id_, why),
                    "frames and live fields are there only while a run goes on");
    };
    try {
        memory_ = platform::SharedMemory::open(id_, true, sizeof(LiveSegment));
    } catch (const Error& error) {
        refuse(error.what());
    }
    if (segment().magic != live_magic) refuse("its shared memory holds something else");
    if (segment().version != live_version)
        throw Error(fmt::format("the run {} was started by another version of Orrery (its shared memory has format {}, "
                                "this one reads {})",
                                id_, segment().version, live_version),
                    "look at it with the version that runs it");
    if (ended()) refuse("it has ended");
}

bool LiveView::ended() const {
    return segment().ended.load(std::memory_order_acquire) != 0 || !memory_.is_current() || !memory_.is_owned();
}

} // namespace orrery
