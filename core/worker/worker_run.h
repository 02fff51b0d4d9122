// SPDX-License-Identifier: BSD-3-Clause
// The Run of a live request: what it reports goes out as lines of JSON, of longer runs every few milliseconds; nothing
// is recorded.
#pragma once
#include "core/live/frames.h"
#include "core/run.h"

#include <condition_variable>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace orrery {

// Lines of JSON on a stream; thread-safe.
class LineWriter {
public:
    explicit LineWriter(std::FILE* stream) : stream_(stream) {}
    void write(const nlohmann::json& line);

private:
    std::FILE* stream_;
    std::mutex mutex_;
};

class WorkerRun final : public Run {
public:
    // `folder` is the request's own and is made where it is needed.
    WorkerRun(std::uint64_t id, std::uint64_t seed, Device device, std::filesystem::path folder, FrameWriter* frames,
              LineWriter& lines, std::stop_token stop);
    ~WorkerRun() override;
    WorkerRun(const WorkerRun&) = delete;
    WorkerRun& operator=(const WorkerRun&) = delete;

    void metric(std::string_view key, std::int64_t step, double value) override;
    void progress(double fraction, std::string_view what) override;
    void log(std::string_view line) override; // to stderr
    void frame(std::string_view channel, const Array& array) override;
    void artifact(std::string_view name, Kind kind, const std::filesystem::path& file) override;
    void input(const std::filesystem::path&) override {}
    std::filesystem::path scratch() const override;
    bool checkpoint(std::int64_t, const std::function<void(std::ostream&)>&) override { return false; }
    std::optional<Checkpoint> resume() override { return std::nullopt; }
    std::stop_token stop() const override { return stop_; }
    std::uint64_t seed() const override { return seed_; }
    Device device() const override { return device_; }

    // Everything reported so far has gone out when this returns.
    void flush();

protected:
    Values live_changes(std::int64_t) override { return {}; }

private:
    struct Point {
        std::string key;
        std::int64_t step;
        double value;
    };
    const std::uint64_t id_, seed_;
    const Device device_;
    const std::filesystem::path folder_;
    FrameWriter* frames_;
    LineWriter& lines_;
    const std::stop_token stop_;

    std::mutex mutex_;
    std::vector<Point> points_;
    std::set<std::string, std::less<>> shown_; // channels with a frame that was not announced yet
    bool progress_pending_ = false;
    double fraction_ = 0;
    std::string what_;
    std::int64_t step_ = 0;
    int stored_ = 0;
    std::mutex sending_;
};

// Sends what a run reports while it goes on. A run that ends within some milliseconds never waits for this thread.
class RunSender {
public:
    RunSender() : thread_([this] { send(); }) {}
    ~RunSender();
    RunSender(const RunSender&) = delete;
    RunSender& operator=(const RunSender&) = delete;
    void begin(WorkerRun& run);
    void end(); // nothing of it is being sent any more when this returns

private:
    void send();
    std::mutex mutex_;
    std::condition_variable wake_;
    WorkerRun* run_ = nullptr;
    std::uint64_t begun_ = 0; // runs
    bool resting_ = false, closing_ = false;
    std::thread thread_;
};

} // namespace orrery
