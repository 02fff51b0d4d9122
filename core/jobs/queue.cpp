// SPDX-License-Identifier: BSD-3-Clause
#include "core/jobs/queue.h"

#include "core/platform/machine.h"
#include "core/run_id.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

namespace orrery {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;

namespace {

struct Working {
    Job job;
    Slots slots; // this process's hold on them ends with the job; the child has its own
    Device device;
    std::optional<Clock::time_point> kill_at;
};

int needed_by(const QueuedRun& run) {
    return run.device == "cpu" ? std::min(std::max(run.threads, 1), platform::cpu_count()) : 1;
}

// What a child that refused its parameters wrote; the log goes with it.
std::vector<std::string> take_sentences(const fs::path& log) {
    std::vector<std::string> sentences;
    std::ifstream in(log);
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) sentences.push_back(line);
    in.close();
    std::error_code ignored;
    fs::remove(log, ignored);
    return sentences;
}

} // namespace

std::chrono::duration<double> grace_time() {
    double seconds = 30;
    if (const char* text = std::getenv("ORRERY_GRACE_SECONDS"))
        seconds = std::clamp(std::strtod(text, nullptr), 0.0, 3600.0);
    return std::chrono::duration<double>(seconds);
}

struct Queue::Impl {
    Project& project;
    const QueueOptions options;
    const std::string owner = "queue-" + new_run_id();
    std::optional<FileLock> lock; // shows that the owner lives
    std::set<std::string> waiting;
    std::set<std::string> added, adopted;
    Clock::time_point last_look; // for requests to stop from other programs
    std::string first_in_line;   // that we have let go first
    Clock::time_point since;     // and since when
    std::vector<Working> working;
    std::vector<EndedJob> ended;
    std::string hindrance;

    Impl(Project& project_, const QueueOptions& options_) : project(project_), options(options_) {
        lock = FileLock::try_take(project.owner_file(owner));
    }

    bool start_next();
    std::optional<Slots> slots_for(const QueuedRun& next);
    void wait(int milliseconds);
    void look_for_stops();
    bool must_wait_for(const std::string& first);
    EndedJob finish(Working& working);
};

// The slots of a run; those of one of our own that it is to share them with, if more are asked for at once than there
// are cores.
std::optional<Slots> Queue::Impl::slots_for(const QueuedRun& next) {
    const Device device = device_named(next.device);
    if (!options.wait_for_slots) return Slots();
    auto slots = Slots::try_take(device, next.threads,
                                 fmt::format("run {} of {}", next.id, project.folder().filename().string()));
    if (slots) return slots;
    for (const auto& other : working)
        if (options.share_slots && other.device == device && next.threads <= 1 && !device.cuda)
            return other.slots.share();
    const auto holders = Slots::holders(device);
    hindrance = fmt::format("waits for {}: {} {}",
                            device.cuda         ? device.name()
                            : next.threads == 1 ? "a core"
                                                : fmt::format("{} cores", next.threads),
                            holders.empty() ? "another run" : fmt::format("{}", fmt::join(holders, ", ")),
                            holders.size() > 1 ? "have them" : "is at work");
    return std::nullopt;
}

// Its program may be suspended: who doesn't take what is free for five seconds is passed by.
bool Queue::Impl::must_wait_for(const std::string& first) {
    if (std::exchange(first_in_line, first) != first) since = Clock::now();
    return Clock::now() - since < std::chrono::seconds(5);
}

// False if none can start now.
bool Queue::Impl::start_next() {
    hindrance.clear();
    if (waiting.empty() || working.size() >= static_cast<std::size_t>(std::max(options.at_once, 1))) return false;
    const auto line = project.queue(owner);
    if (line.empty() || line.back().owner != owner) {
        // Somebody stopped or removed what waited: it has ended without us.
        for (const auto& id : waiting) ended.push_back({id, ExitCode::stopped, {}});
        waiting.clear();
        return false;
    }
    const QueuedRun& next = line.back();
    const auto first = std::find_if(line.begin(), line.end(), [&](const QueuedRun& other) {
        return other.owner != owner && other.is_waited_for && other.device == next.device;
    });
    auto slots = slots_for(next);
    if (!slots) {
        first_in_line.clear();
        return false;
    }
    // Who came first goes first, unless there is enough for both.
    if (options.wait_for_slots && first != line.end() && Slots::free(device_named(next.device)) < needed_by(*first) &&
        must_wait_for(first->id)) {
        hindrance = fmt::format("waits for run {}, which is before it in the queue", first->id);
        return false;
    }
    auto claimed = project.claim(next.id);
    waiting.erase(next.id);
    if (!claimed) { // stopped in this very moment
        ended.push_back({next.id, ExitCode::stopped, {}});
        return true;
    }
    auto job = Job::start(project, next.id, std::move(*claimed), *slots);
    working.push_back({std::move(job), std::move(*slots), device_named(next.device), {}});
    return true;
}

// Until one ends or the time has passed.
void Queue::Impl::wait(int milliseconds) {
    if (working.empty()) {
        if (!ended.empty() || milliseconds <= 0) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
        return;
    }
    const int share = std::max(milliseconds > 0 ? 1 : 0, milliseconds / static_cast<int>(working.size()));
    for (auto it = working.begin(); it != working.end();) {
        if (it->kill_at && Clock::now() >= *it->kill_at) it->job.kill();
        if (!it->job.wait(share)) {
            ++it;
            continue;
        }
        ended.push_back(finish(*it));
        it = working.erase(it);
    }
}

EndedJob Queue::Impl::finish(Working& done) {
    EndedJob result{done.job.id(), done.job.finish(project), {}};
    if (result.code != ExitCode::usage || project.run(result.run).end) return result;
    result.refused = take_sentences(done.job.log());
    if (added.contains(result.run)) {
        project.discard(result.run);
    } else {
        project.end(result.run,
                    {Outcome::failed, static_cast<int>(ExitCode::usage),
                     "the parameters are refused: " + (result.refused.empty() ? "" : result.refused.front()),
                     "make a new run with others"});
    }
    return result;
}

// A request that came from another program: the grace begins.
void Queue::Impl::look_for_stops() {
    if (Clock::now() - last_look < std::chrono::seconds(1)) return;
    last_look = Clock::now();
    for (auto& one : working) {
        if (one.kill_at) continue;
        try {
            if (project.stop_requested(one.job.id()))
                one.kill_at = Clock::now() + std::chrono::duration_cast<Clock::duration>(options.grace);
        } catch (const Error&) { // the next look tells
        }
    }
}

Queue::Queue(Project& project, const QueueOptions& options) : impl_(std::make_unique<Impl>(project, options)) {}

Queue::~Queue() {
    std::error_code ignored;
    if (impl_->lock) fs::remove(impl_->project.owner_file(impl_->owner), ignored);
}

std::vector<std::string> Queue::add(std::span<const RunRequest> requests) {
    auto ids = impl_->project.enqueue(requests, impl_->owner);
    impl_->waiting.insert(ids.begin(), ids.end());
    impl_->added.insert(ids.begin(), ids.end());
    return ids;
}

void Queue::adopt(const std::string& run, int threads) {
    impl_->project.adopt(run, impl_->owner, threads);
    impl_->adopted.insert(run);
    impl_->waiting.insert(run);
}

void Queue::resume(const std::string& run) {
    impl_->project.requeue(run, impl_->owner);
    impl_->waiting.insert(run);
}

std::vector<EndedJob> Queue::poll(int milliseconds) {
    while (impl_->start_next()) {
    }
    impl_->wait(milliseconds);
    impl_->look_for_stops();
    return std::exchange(impl_->ended, {});
}

bool Queue::idle() const { return impl_->waiting.empty() && impl_->working.empty() && impl_->ended.empty(); }
std::size_t Queue::waiting() const { return impl_->waiting.size(); }
const std::string& Queue::hindrance() const { return impl_->hindrance; }

std::vector<std::string> Queue::at_work() const {
    std::vector<std::string> ids;
    for (const auto& working : impl_->working) ids.push_back(working.job.id());
    return ids;
}

void Queue::stop() {
    for (const auto& id : std::exchange(impl_->waiting, {})) {
        try {
            const auto row = impl_->project.run(id);
            if (row.status != Status::queued) continue;
            if (impl_->adopted.contains(id)) {
                impl_->project.disown(id);
            } else if (row.began.empty()) {
                impl_->project.discard(id);
            } else {
                impl_->project.request_stop(id);
            }
        } catch (const Error&) { // somebody else was faster
        }
        impl_->ended.push_back({id, ExitCode::stopped, {}});
    }
    for (auto& working : impl_->working) {
        if (working.kill_at) continue;
        working.job.stop();
        working.kill_at = Clock::now() + std::chrono::duration_cast<Clock::duration>(impl_->options.grace);
    }
}

void Queue::kill() {
    for (auto& working : impl_->working) working.job.kill();
}

} // namespace orrery
