// SPDX-License-Identifier: BSD-3-Clause
// What a running process shows of itself in shared memory: its channels of frames, and the mailbox for live fields. The
// layout is shared by processes that may be of different builds: a change of it changes `version`.
#pragma once
#include "core/platform/shared_memory.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace orrery {

inline constexpr std::array<char, 8> live_magic{'O', 'R', 'R', 'L', 'I', 'V', 'E', '\n'};
inline constexpr std::uint32_t live_version = 1;
inline constexpr std::size_t most_channels = 32;
inline constexpr std::size_t longest_channel_name = 63;
inline constexpr std::size_t mailbox_bytes = 16384;

// File ID: lives as long as the process. Frames lie in files of their own: ID.CHANNEL.GENERATION (frames.cpp).
struct LiveSegment {
    std::array<char, 8> magic;
    std::uint32_t version;

    struct Channel {
        char name[longest_channel_name + 1];
        std::atomic<std::uint32_t> generation; // of the file that holds the frames; 0: none yet
        std::atomic<std::uint32_t> asked;      // a reader waits for the next frame
    };
    std::atomic<std::uint32_t> frames; // counts what was shown on any channel: readers wait for it to change
    std::atomic<std::uint32_t> ended;
    std::atomic<std::int64_t> looked; // when a reader last looked, by the monotonic clock
    std::atomic<std::uint32_t> channel_count;
    Channel channels[most_channels];

    // Changes of live fields: JSON [[number, field, value], ...], the latest of each field. Text n lies in place n % 2,
    // so a writer that dies in the middle of n + 1 spoils nothing. Writers hold the lock ID.lock.
    struct Text {
        std::atomic<std::uint32_t> size;
        char text[mailbox_bytes];
    };
    std::atomic<std::uint32_t> change;    // number of the newest text; 0: none yet
    std::atomic<std::uint32_t> taken;     // number of the last change that the run took over
    std::atomic<std::int64_t> taken_step; // at this step
    Text texts[2];
};
static_assert(std::atomic<std::int64_t>::is_always_lock_free, "atomics in shared memory must be free of locks");

// The run's side: makes the segment, and takes it away at the end. Removes what dead processes left first.
class ORRERY_API LiveHost {
public:
    // Throws Error if there is no shared memory, or a living process shows the same id.
    explicit LiveHost(std::string id);
    LiveHost(const LiveHost&) = delete;
    LiveHost& operator=(const LiveHost&) = delete;
    ~LiveHost();

    const std::string& id() const { return id_; }
    LiveSegment& segment() { return *reinterpret_cast<LiveSegment*>(memory_.data()); }

private:
    std::string id_;
    platform::SharedMemory memory_;
};

// The other side.
class ORRERY_API LiveView {
public:
    // Throws Error if no process of this machine and user shows this id.
    explicit LiveView(std::string id);

    const std::string& id() const { return id_; }
    LiveSegment& segment() const { return *reinterpret_cast<LiveSegment*>(memory_.data()); }
    // The process has ended, however that was.
    bool ended() const;

private:
    std::string id_;
    platform::SharedMemory memory_;
};

} // namespace orrery
