// SPDX-License-Identifier: BSD-3-Clause
// Live frames of a run in shared memory: one process shows arrays, any number of others look; nobody waits for a
// looker.
#pragma once
#include "core/array.h"
#include "core/live/live_segment.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orrery {

struct Frame {
    Array array;              // a copy that belongs to whoever asked for it
    std::uint64_t number = 0; // 1, 2, ... on this channel; frames that were left out are not counted
    std::int64_t step = 0;    // of the run when it was shown
    std::uint64_t tag = 0;    // what the writer gave
    std::int64_t shown = 0;   // when, by platform::monotonic_nanoseconds()
};

// when_looked_at: a frame is copied if a reader waits for one, else at most five times a second (above 16 MiB only if
// somebody looked in the last two seconds): readers that come find a picture, and a run that nobody looks at pays next
// to nothing. every: all are copied.
enum class Copying { when_looked_at, every };

// One for a host; thread-safe. A channel is a triple buffer whose places carry their frame's number, odd while it is
// written: the writer never waits, a reader that was overtaken sees that it was and takes the newest.
class ORRERY_API FrameWriter {
public:
    explicit FrameWriter(LiveHost& host, Copying copying = Copying::when_looked_at);
    FrameWriter(const FrameWriter&) = delete;
    FrameWriter& operator=(const FrameWriter&) = delete;
    ~FrameWriter(); // the frames are gone; before the host

    // True if it was copied. Never waits and never throws: what can't be shown (no memory, more than 8 dimensions, too
    // many channels) is dropped with one line in the log.
    bool show(std::string_view channel, const Array& array, std::int64_t step, std::uint64_t tag = 0) noexcept;

private:
    struct Channel;
    Channel* channel_named(std::string_view name);
    void make_segment(Channel& channel, const Array& array);
    void copy(Channel& channel, const Array& array, std::int64_t step, std::uint64_t tag, std::int64_t now);
    LiveHost& host_;
    Copying copying_;
    std::mutex mutex_; // of the map, held for moments
    std::map<std::string, std::unique_ptr<Channel>, std::less<>> channels_;
    bool complained_ = false;
};

// One looker at one channel; not thread-safe.
class ORRERY_API FrameReader {
public:
    // The channel may come later. Throws Error if the run isn't shown on this machine.
    FrameReader(std::string run, std::string channel);
    FrameReader(FrameReader&&) noexcept;
    FrameReader& operator=(FrameReader&&) noexcept;
    ~FrameReader();

    // The newest frame; nothing if there is none.
    std::optional<Frame> newest();
    // The newest frame after those that were returned before; waits at most that long, and no longer when the run has
    // ended.
    std::optional<Frame> next(std::chrono::milliseconds longest);
    // The run's process is gone: no frame will come.
    bool ended() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Names of the channels that the run has shown something on so far. Throws Error as FrameReader does.
ORRERY_API std::vector<std::string> frame_channels(const std::string& run);

} // namespace orrery
