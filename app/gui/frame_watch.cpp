// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/frame_watch.h"

#include "core/error.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace orrery::gui {

namespace {

constexpr std::chrono::milliseconds between_looks{15};
constexpr std::chrono::milliseconds between_searches{300}; // for new channels
constexpr std::chrono::milliseconds idle{100};

struct Channel {
    std::string run, name;
    FrameReader reader;
    std::uint64_t seen = 0;
};

// Channels that the runs have by now; those that are known stay. A run that isn't here yet, or any more, has none.
void find_channels(const std::vector<std::string>& runs, std::vector<Channel>& channels) {
    std::erase_if(channels, [&](const Channel& channel) {
        return std::find(runs.begin(), runs.end(), channel.run) == runs.end() || channel.reader.ended();
    });
    for (const auto& run : runs) {
        try {
            for (const auto& name : frame_channels(run)) {
                const bool known = std::any_of(channels.begin(), channels.end(), [&](const Channel& channel) {
                    return channel.run == run && channel.name == name;
                });
                if (!known) channels.push_back({run, name, FrameReader(run, name)});
            }
        } catch (const Error&) {
            continue; // between two processes, or on another machine: its metrics still come through the project
        }
    }
}

} // namespace

FrameWatch::FrameWatch(QObject* parent)
    : QObject(parent), thread_([this](const std::stop_token& stop) { work(stop); }) {}

FrameWatch::~FrameWatch() {
    thread_.request_stop();
    thread_.join();
}

void FrameWatch::set_runs(std::vector<std::string> runs) {
    const std::lock_guard lock(mutex_);
    runs_ = std::move(runs);
    changed_ = true;
}

void FrameWatch::shown() {
    if (pending_ > 0) --pending_;
}

void FrameWatch::work(const std::stop_token& stop) {
    std::vector<std::string> runs;
    std::vector<Channel> channels;
    auto searched = std::chrono::steady_clock::time_point();
    while (!stop.stop_requested()) {
        const auto now = std::chrono::steady_clock::now();
        if (changed_.exchange(false)) {
            const std::lock_guard lock(mutex_);
            runs = runs_;
            searched = {};
        }
        if (now - searched > between_searches) {
            find_channels(runs, channels);
            searched = now;
        }
        if (pending_ == 0)
            for (auto& channel : channels) {
                auto newest = channel.reader.newest();
                if (!newest || newest->number == channel.seen) continue;
                channel.seen = newest->number;
                if (newest->array.shape().size() != 2) continue;
                ++pending_;
                Q_EMIT frame(QString::fromStdString(channel.run), QString::fromStdString(channel.name),
                             std::make_shared<const Frame>(std::move(*newest)));
            }
        std::this_thread::sleep_for(channels.empty() ? idle : between_looks);
    }
}

} // namespace orrery::gui
