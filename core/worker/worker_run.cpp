// SPDX-License-Identifier: BSD-3-Clause
#include "core/worker/worker_run.h"

#include "core/canonical_json.h"
#include "core/platform/disk.h"

#include <chrono>
#include <cmath>
#include <utility>

namespace fs = std::filesystem;

namespace orrery {
namespace {

constexpr auto gathering_time = std::chrono::milliseconds(10);
constexpr std::size_t most_points = 100'000; // while nobody reads: the oldest are lost, as nothing here is a record

} // namespace

void LineWriter::write(const nlohmann::json& line) {
    const auto text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
    const std::lock_guard lock(mutex_);
    std::fwrite(text.data(), 1, text.size(), stream_);
    std::fflush(stream_);
}

WorkerRun::WorkerRun(std::uint64_t id, std::uint64_t seed, Device device, fs::path folder, FrameWriter* frames,
                     LineWriter& lines, std::stop_token stop)
    : id_(id), seed_(seed), device_(device), folder_(std::move(folder)), frames_(frames), lines_(lines),
      stop_(std::move(stop)) {}

WorkerRun::~WorkerRun() {
    std::error_code ignored;
    fs::remove_all(folder_ / "scratch", ignored);
}

void WorkerRun::metric(std::string_view key, std::int64_t step, double value) {
    const std::lock_guard lock(mutex_);
    if (points_.size() >= most_points) points_.erase(points_.begin(), points_.begin() + most_points / 2);
    points_.push_back({std::string(key), step, value});
    step_ = step;
}

void WorkerRun::progress(double fraction, std::string_view what) {
    const std::lock_guard lock(mutex_);
    fraction_ = std::isnan(fraction) ? 0 : std::clamp(fraction, 0.0, 1.0);
    what_ = what;
    progress_pending_ = true;
}

void WorkerRun::log(std::string_view line) { platform::write_log_line(line); }

void WorkerRun::frame(std::string_view channel, const Array& array) {
    if (!frames_) return;
    std::int64_t step = 0;
    {
        const std::lock_guard lock(mutex_);
        step = step_;
    }
    if (!frames_->show(channel, array, step, id_)) return;
    const std::lock_guard lock(mutex_);
    shown_.emplace(channel);
}

void WorkerRun::artifact(std::string_view name, Kind kind, const fs::path& file) {
    if (!fs::is_regular_file(file)) throw Error(file.string() + " is not a file, so it can't be stored.");
    fs::path folder;
    {
        const std::lock_guard lock(mutex_);
        folder = folder_ / ("artifact-" + std::to_string(stored_++)); // two may have files of the same name
    }
    fs::create_directories(folder);
    const auto target = folder / file.filename();
    platform::move_file(file, target);
    lines_.write(
        {{"id", id_}, {"event", "artifact"}, {"name", name}, {"kind", name_of(kind)}, {"file", target.string()}});
}

fs::path WorkerRun::scratch() const {
    auto folder = folder_ / "scratch";
    fs::create_directories(folder);
    return folder;
}

void WorkerRun::flush() {
    const std::lock_guard one_at_a_time(sending_);
    std::unique_lock lock(mutex_);
    const auto points = std::exchange(points_, {});
    const auto shown = std::exchange(shown_, {});
    const bool has_progress = std::exchange(progress_pending_, false);
    const double fraction = fraction_;
    const std::string what = what_;
    lock.unlock();
    if (!points.empty()) {
        auto list = nlohmann::json::array();
        for (const auto& p : points) list.push_back({p.key, p.step, json_number(p.value)});
        lines_.write({{"id", id_}, {"event", "metrics"}, {"points", std::move(list)}});
    }
    for (const auto& channel : shown) lines_.write({{"id", id_}, {"event", "frame"}, {"channel", channel}});
    if (has_progress) lines_.write({{"id", id_}, {"event", "progress"}, {"fraction", fraction}, {"what", what}});
}

RunSender::~RunSender() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void RunSender::begin(WorkerRun& run) {
    const std::lock_guard lock(mutex_);
    run_ = &run;
    ++begun_;
    if (resting_) wake_.notify_all(); // else it wakes up soon
}

void RunSender::end() {
    const std::lock_guard lock(mutex_);
    run_ = nullptr;
}

void RunSender::send() {
    std::unique_lock lock(mutex_);
    while (!closing_) {
        resting_ = run_ == nullptr;
        if (resting_) {
            wake_.wait(lock, [&] { return closing_ || run_; });
            resting_ = false;
        }
        const auto begun = begun_;
        wake_.wait_for(lock, gathering_time, [&] { return closing_; });
        if (run_ && begun == begun_) run_->flush();
    }
}

} // namespace orrery
