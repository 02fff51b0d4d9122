// SPDX-License-Identifier: BSD-3-Clause
#include "core/jobs/recorder.h"

#include "core/canonical_json.h"
#include "core/live/run_live.h"
#include "core/platform/disk.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace orrery {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t batch_points = 1000;
constexpr std::size_t most_points_at_once = 20'000; // keeps a transaction below about 0.1 s when writing lags behind
constexpr auto batch_time = std::chrono::milliseconds(250);
constexpr auto heartbeat_time = std::chrono::seconds(10);
constexpr auto look_for_stop_time = std::chrono::milliseconds(500);
constexpr double most_time_for_checkpoints = 0.05;  // of the computing
constexpr auto patience = std::chrono::seconds(60); // with a database that another program has locked

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

} // namespace

struct RecordedRun::Impl {
    Project& project;
    const std::string id;
    std::stop_source stop;
    std::stop_callback<std::function<void()>> pass_on_stop;
    const Clock::time_point start = Clock::now();
    double computed = 0; // seconds of the processes before this one
    std::uint64_t seed = 0;
    Device device;

    // What callers push; `mutex` is held for moments only.
    std::mutex mutex;
    std::condition_variable wake;
    std::vector<MetricBatch::Point> pending;
    std::vector<std::string> keys;
    std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> index_of_key;
    bool progress_pending = false;
    double progress = 0;
    std::string doing;
    bool closing = false;
    bool again = false;         // the database was locked: what is unwritten waits for another try
    std::exception_ptr failure; // of the thread; thrown once by the next call

    // What is on its way into the database; `writing` is held while it is written.
    std::mutex writing;
    std::vector<MetricBatch::Point> unwritten;
    std::vector<std::string> written_keys;
    std::optional<RunLive> live;
    std::atomic<std::int64_t> step = 0; // the last one that was reported, to show beside frames
    std::thread thread;
    std::optional<platform::KeptRoom> room; // for the end of the run on a disk that it filled

    // Of the run's thread.
    std::optional<StoredCheckpoint> origin;
    bool has_checkpoint = false;
    bool stop_checkpoint = false; // the one that a stop asks for was written
    Clock::duration between_checkpoints = std::chrono::seconds(30);
    Clock::time_point next_checkpoint;
    bool is_done = false; // to its end: it needs no checkpoint any more

    Impl(Project& project_, std::string id_, const std::stop_token& stop_)
        : project(project_), id(std::move(id_)), pass_on_stop(stop_, [this] { stop.request_stop(); }) {
        if (const char* seconds = std::getenv("ORRERY_CHECKPOINT_SECONDS"))
            between_checkpoints = std::chrono::duration_cast<Clock::duration>(
                std::chrono::duration<double>(std::clamp(std::strtod(seconds, nullptr), 0.0, 86400.0)));
        next_checkpoint = start + between_checkpoints;
    }
    double elapsed() const { return computed + std::chrono::duration<double>(Clock::now() - start).count(); }

    void throw_failure(std::unique_lock<std::mutex>& lock) {
        const auto what = std::exchange(failure, nullptr);
        lock.unlock();
        std::rethrow_exception(what);
    }
    void write_pending();
    void write_in_thread();
    void look_for_stop() noexcept;
    void close() noexcept;
};

// Everything that was pending when it was called is in the database when it returns. Throws Error; then it is kept.
void RecordedRun::Impl::write_pending() {
    const std::lock_guard one_at_a_time(writing);
    live->write(project);
    MetricBatch batch;
    {
        const std::lock_guard lock(mutex);
        if (unwritten.empty()) {
            unwritten.swap(pending);
        } else {
            unwritten.insert(unwritten.end(), pending.begin(), pending.end());
            pending.clear();
        }
        for (std::size_t i = written_keys.size(); i < keys.size(); ++i) written_keys.push_back(keys[i]);
        batch.has_progress = std::exchange(progress_pending, false);
        batch.progress = progress;
        batch.doing = doing;
    }
    batch.keys = written_keys;
    std::size_t done = 0;
    try {
        do {
            const std::size_t count = std::min(unwritten.size() - done, most_points_at_once);
            batch.points = std::span(unwritten).subspan(done, count);
            project.append(id, batch);
            batch.has_progress = false;
            done += count;
        } while (done < unwritten.size());
    } catch (...) {
        unwritten.erase(unwritten.begin(), unwritten.begin() + static_cast<std::ptrdiff_t>(done));
        const std::lock_guard lock(mutex);
        progress_pending = progress_pending || batch.has_progress;
        throw;
    }
    unwritten.clear();
}

// Another program may have written into the project that the run is to stop.
void RecordedRun::Impl::look_for_stop() noexcept {
    try {
        if (!stop.stop_requested() && project.stop_requested(id)) stop.request_stop();
    } catch (const std::exception&) { // busy, or the disk fails: writing says so
    }
}

void RecordedRun::Impl::write_in_thread() {
    Clock::time_point last_success = Clock::now(), last_heartbeat = last_success, last_look = last_success;
    bool was_locked = false;
    std::unique_lock lock(mutex);
    while (!closing) {
        const auto something = [&] {
            return closing || again || !pending.empty() || progress_pending || live->unwritten();
        };
        const bool awake = wake.wait_for(lock, look_for_stop_time, something);
        if (const auto now = Clock::now(); now - last_look >= look_for_stop_time) {
            last_look = now;
            lock.unlock();
            look_for_stop();
            const bool in_place = project.is_in_place();
            lock.lock();
            if (!in_place && !failure)
                failure = std::make_exception_ptr(Error("The project " + project.folder().string() +
                                                            " was removed or replaced while the run went on.",
                                                        "What the run computed is lost: run it again."));
        }
        if (!awake && (!project.on_network_disk() || Clock::now() - last_heartbeat < heartbeat_time)) continue;
        last_heartbeat = Clock::now();
        wake.wait_for(lock, batch_time, [&] { return closing || pending.size() >= batch_points; });
        if (closing) break;
        lock.unlock();
        std::exception_ptr caught;
        bool locked = false;
        if (!was_locked) last_success = Clock::now();
        try {
            write_pending();
        } catch (const DatabaseBusy&) {
            locked = Clock::now() - last_success <= patience;
            if (!locked) caught = std::current_exception();
        } catch (...) {
            caught = std::current_exception();
        }
        was_locked = locked;
        lock.lock();
        again = locked;
        if (caught) failure = caught;
    }
}

void RecordedRun::Impl::close() noexcept {
    {
        const std::lock_guard lock(mutex);
        closing = true;
    }
    wake.notify_all();
    if (thread.joinable()) thread.join();
    room.reset();
    std::error_code ignored;
    if (is_done || !has_checkpoint) std::filesystem::remove_all(project.scratch_folder(id), ignored);
}

RecordedRun::RecordedRun(Project& project, std::string id, std::stop_token stop, std::optional<StoredCheckpoint> origin)
    : impl_(std::make_unique<Impl>(project, std::move(id), stop)) {
    if (origin) {
        impl_->computed = origin->elapsed;
        impl_->origin = std::move(origin);
        impl_->has_checkpoint = true;
    }
    const RunRow row = project.run(impl_->id);
    impl_->seed = row.seed;
    impl_->device = device_named(row.device);
    impl_->pending.reserve(2 * batch_points);
    impl_->room.emplace(project.folder() / "jobs", std::int64_t{1} << 20);
    impl_->live.emplace(project, row);
    std::error_code ignored;
    if (!impl_->has_checkpoint) std::filesystem::remove_all(scratch(), ignored); // of a process that died
    std::filesystem::create_directories(scratch());
    impl_->thread = std::thread([this] { impl_->write_in_thread(); });
}

RecordedRun::~RecordedRun() {
    impl_->close();
    try {
        bool left = false;
        {
            const std::lock_guard lock(impl_->mutex);
            left = !impl_->pending.empty() || !impl_->unwritten.empty() || impl_->progress_pending ||
                   impl_->live->unwritten();
        }
        if (left) impl_->write_pending();
    } catch (const std::exception& error) {
        platform::write_log_line(std::string("The last metrics of the run are lost: ") + error.what());
    }
}

void RecordedRun::metric(std::string_view key, std::int64_t step, double value) {
    const double elapsed = impl_->elapsed();
    std::unique_lock lock(impl_->mutex);
    if (impl_->failure) impl_->throw_failure(lock);
    auto found = impl_->index_of_key.find(key);
    if (found == impl_->index_of_key.end()) {
        impl_->keys.push_back(valid_utf8(key));
        found = impl_->index_of_key.emplace(key, impl_->keys.size() - 1).first;
    }
    impl_->pending.push_back({found->second, {step, value, elapsed}});
    impl_->step.store(step, std::memory_order_relaxed);
    const std::size_t count = impl_->pending.size();
    lock.unlock();
    if (count == 1 || count == batch_points) impl_->wake.notify_one();
}

void RecordedRun::progress(double fraction, std::string_view what) {
    std::unique_lock lock(impl_->mutex);
    if (impl_->failure) impl_->throw_failure(lock);
    // Who was told to stop measures what there is: how far it came stays.
    if (!impl_->stop.stop_requested()) impl_->progress = std::isnan(fraction) ? 0 : std::clamp(fraction, 0.0, 1.0);
    impl_->doing = what;
    impl_->progress_pending = true;
    lock.unlock();
    impl_->wake.notify_one();
}

void RecordedRun::log(std::string_view line) { platform::write_log_line(line); }

void RecordedRun::artifact(std::string_view name, Kind kind, const std::filesystem::path& file) {
    impl_->project.add_artifact(impl_->id, name, kind, file);
}

void RecordedRun::input(const std::filesystem::path& file) { impl_->project.add_input(impl_->id, file); }

void RecordedRun::frame(std::string_view channel, const Array& array) {
    impl_->live->frame(channel, array, impl_->step.load(std::memory_order_relaxed));
}

bool RecordedRun::checkpoint(std::int64_t step, const std::function<void(std::ostream&)>& write) {
    const bool stopping = impl_->stop.stop_requested();
    if (stopping ? impl_->stop_checkpoint : Clock::now() < impl_->next_checkpoint) return false;
    const auto began = Clock::now();
    flush(); // a checkpoint counts on the metrics before it
    impl_->next_checkpoint = began + impl_->between_checkpoints;
    try {
        write_checkpoint(impl_->project.checkpoint_file(impl_->id), impl_->id, step, impl_->elapsed(), write);
    } catch (const Error& error) { // the one before is still there, and hours of computing are worth more
        log(std::string("No checkpoint was written: ") + error.what());
        return false;
    }
    impl_->project.set_checkpoint(impl_->id, step);
    impl_->has_checkpoint = true;
    impl_->stop_checkpoint = stopping;
    const auto took = Clock::now() - began;
    impl_->next_checkpoint =
        Clock::now() + std::max(impl_->between_checkpoints,
                                std::chrono::duration_cast<Clock::duration>(took / most_time_for_checkpoints));
    return true;
}

std::optional<Checkpoint> RecordedRun::resume() {
    if (!impl_->origin) return std::nullopt;
    auto origin = *std::exchange(impl_->origin, std::nullopt);
    return Checkpoint{origin.step, std::move(origin.stream)};
}

Values RecordedRun::live_changes(std::int64_t step) {
    auto changes = impl_->live->changes(step);
    if (changes.empty()) return changes;
    { const std::lock_guard lock(impl_->mutex); } // the thread is either waiting or about to look
    impl_->wake.notify_one();
    return changes;
}

std::filesystem::path RecordedRun::scratch() const { return impl_->project.scratch_folder(impl_->id); }
std::stop_token RecordedRun::stop() const { return impl_->stop.get_token(); }
std::uint64_t RecordedRun::seed() const { return impl_->seed; }
Device RecordedRun::device() const { return impl_->device; }
const std::string& RecordedRun::id() const { return impl_->id; }
bool RecordedRun::has_checkpoint() const { return impl_->has_checkpoint; }

void RecordedRun::flush() {
    impl_->write_pending();
    const std::lock_guard lock(impl_->mutex);
    impl_->failure = nullptr; // what it couldn't write is written now
}

void RecordedRun::finish(const RunEnd& end) {
    flush();
    impl_->is_done = end.outcome == Outcome::done;
    impl_->project.end(impl_->id, end);
}

} // namespace orrery
