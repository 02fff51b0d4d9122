// SPDX-License-Identifier: BSD-3-Clause
#include "core/worker/worker.h"

#include "core/platform/disk.h"
#include "core/platform/machine.h"
#include "core/platform/piped_child.h"
#include "core/platform/process_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace fs = std::filesystem;

namespace orrery {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

struct Numbered {
    std::uint64_t id = 0;
    WorkerRequest request;
};

double number_of(const nlohmann::json& json) {
    if (json == "inf") return std::numeric_limits<double>::infinity();
    if (json == "-inf") return -std::numeric_limits<double>::infinity();
    return json.is_number() ? json.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

} // namespace

struct Worker::Impl {
    const WorkerOptions options;
    const std::function<void(const WorkerEvent&)> listener;
    platform::Wakeup wakeup;
    std::atomic<int> pid = 0;

    std::mutex mutex;
    std::uint64_t newest = 0;
    std::optional<Numbered> next;       // waits for the child
    std::vector<std::uint64_t> dropped; // replaced before they were sent
    bool cancel_wanted = false, closing = false;

    // Of the thread.
    struct AtWork {
        Numbered order;
        std::optional<Clock::time_point> cancelled; // when
        bool killed = false;
        bool begun = false, sent_again = false;
    };
    std::optional<AtWork> at_work;
    std::unique_ptr<platform::PipedChild> child;
    std::optional<LiveHost> host; // of the inputs
    std::optional<FrameWriter> inputs;
    std::string shown; // under which the child shows its frames
    std::map<std::string, FrameReader> readers;
    fs::path folder = platform::make_temporary_folder("orrery-live-");
    std::thread thread;

    Impl(WorkerOptions options_, std::function<void(const WorkerEvent&)> listener_)
        : options(std::move(options_)), listener(std::move(listener_)) {}

    void run();
    bool take_orders();
    void start_child();
    void send(Numbered order);
    void hand_over();
    void ask_to_cancel();
    void take(const nlohmann::json& line);
    void take_answer(const std::string& event, const nlohmann::json& line);
    void take_frame(const std::string& channel);
    void bury();
    void answer(WorkerEvent event) {
        event.request = at_work->order.id;
        at_work.reset();
        listener(event);
    }
    void fail(const std::string& error, const std::string& hint) {
        WorkerEvent event;
        event.kind = WorkerEvent::Kind::failed;
        event.error = error;
        event.hint = hint;
        answer(std::move(event));
    }
};

void Worker::Impl::start_child() {
    platform::SpawnRequest spawn;
    spawn.program = options.program.empty() ? platform::command_line_program() : options.program;
    spawn.arguments = {"worker", "--device", options.device, "--folder", folder.string()};
    if (!options.project.empty())
        spawn.arguments.insert(spawn.arguments.end(), {"--project", options.project.string()});
    spawn.log = options.log.empty() ? fs::path("/dev/null") : options.log;
    if (!std::getenv("GOMP_SPINCOUNT")) spawn.environment["GOMP_SPINCOUNT"] = "3000"; // as for jobs
    readers.clear();
    shown.clear();
    child = std::make_unique<platform::PipedChild>(spawn);
    pid = child->pid();
}

void Worker::Impl::send(Numbered order) {
    at_work = AtWork{};
    at_work->order = std::move(order);
    hand_over();
}

// Sends what is at work to the child.
void Worker::Impl::hand_over() {
    const auto& request = at_work->order.request;
    nlohmann::json line{{"id", at_work->order.id},
                        {"experiment", request.experiment},
                        {"params", request.parameters.is_null() ? nlohmann::json::object() : request.parameters},
                        {"seed", request.seed},
                        {"inputs", nlohmann::json::object()}};
    try {
        if (!request.inputs.empty() && !host) {
            static std::atomic<int> count = 0;
            host.emplace(fmt::format("inputs-{}-{}", platform::process_id(), count++));
            inputs.emplace(*host, Copying::every);
        }
        for (const auto& [name, array] : request.inputs) {
            if (!inputs->show(name, array, 0, at_work->order.id))
                throw Error(fmt::format("the array for '{}' doesn't fit into the shared memory", name),
                            "make room there (df /dev/shm)");
            line["inputs"][name] = {{"run", host->id()}, {"channel", name}};
        }
        if (!child) start_child();
        child->send(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } catch (const Error& error) {
        fail(error.what(), error.hint());
    }
}

void Worker::Impl::ask_to_cancel() {
    if (!at_work || at_work->cancelled) return;
    at_work->cancelled = Clock::now();
    if (child) child->send(nlohmann::json{{"cancel", at_work->order.id}}.dump());
}

// False when it is time to go.
bool Worker::Impl::take_orders() {
    std::optional<Numbered> order;
    std::vector<std::uint64_t> replaced;
    bool cancel = false;
    {
        const std::lock_guard lock(mutex);
        if (closing) return false;
        cancel = std::exchange(cancel_wanted, false);
        replaced.swap(dropped);
        if (next && !at_work) order = std::exchange(next, std::nullopt);
        if (next) cancel = true; // the latest wins
    }
    for (const auto id : replaced) {
        WorkerEvent event;
        event.request = id;
        event.kind = WorkerEvent::Kind::cancelled;
        listener(event);
    }
    if (cancel) ask_to_cancel();
    if (order) send(*std::move(order));
    return true;
}

void Worker::Impl::take_frame(const std::string& channel) {
    auto reader = readers.find(channel);
    if (reader == readers.end()) reader = readers.emplace(channel, FrameReader(shown, channel)).first;
    auto frame = reader->second.next(milliseconds(0));
    if (!frame || frame->tag != at_work->order.id) return; // an event of it came before, or will come
    WorkerEvent event;
    event.request = at_work->order.id;
    event.kind = WorkerEvent::Kind::frame;
    event.channel = channel;
    event.frame = *std::move(frame);
    listener(event);
}

void Worker::Impl::take_answer(const std::string& what, const nlohmann::json& line) {
    WorkerEvent event;
    if (what == "done") {
        event.kind = WorkerEvent::Kind::done;
        event.seconds = line.at("seconds").get<double>();
    } else if (what == "cancelled") {
        event.kind = WorkerEvent::Kind::cancelled;
    } else {
        event.kind = at_work->cancelled ? WorkerEvent::Kind::cancelled : WorkerEvent::Kind::failed;
        event.error = line.at("error").get<std::string>();
        event.hint = line.at("hint").get<std::string>();
        for (const auto& p : line.at("problems"))
            event.problems.add(p.at("field").get<std::string>(), p.at("problem").get<std::string>());
    }
    answer(std::move(event));
}

void Worker::Impl::take(const nlohmann::json& line) {
    const auto what = line.at("event").get<std::string>();
    if (what == "ready") {
        shown = line.at("shown").get<std::string>();
        return;
    }
    if (!at_work || line.at("id") != at_work->order.id) return;
    WorkerEvent event;
    event.request = at_work->order.id;
    if (what == "begin") {
        at_work->begun = true;
    } else if (what == "progress") {
        event.fraction = line.at("fraction").get<double>();
        event.what = line.at("what").get<std::string>();
        listener(event);
    } else if (what == "metrics") {
        event.kind = WorkerEvent::Kind::metrics;
        for (const auto& p : line.at("points"))
            event.points.push_back({p.at(0).get<std::string>(), p.at(1).get<std::int64_t>(), number_of(p.at(2))});
        listener(event);
    } else if (what == "frame") {
        take_frame(line.at("channel").get<std::string>());
    } else if (what == "artifact") {
        event.kind = WorkerEvent::Kind::artifact;
        event.name = line.at("name").get<std::string>();
        event.artifact = kind_named(line.at("kind").get<std::string>());
        event.file = line.at("file").get<std::string>();
        listener(event);
    } else if (what == "done" || what == "cancelled" || what == "error") {
        take_answer(what, line);
    }
}

// The child is gone: says so to who waits for it.
void Worker::Impl::bury() {
    auto end = child->wait(100);
    if (!end) { // it closed its output but lives: nothing can come of that
        child->kill();
        end = child->wait(1000);
    }
    child.reset();
    pid = 0;
    if (!at_work) return; // started again when it is needed
    if (at_work->cancelled) {
        WorkerEvent event;
        event.kind = WorkerEvent::Kind::cancelled;
        answer(std::move(event));
    } else if (!at_work->begun && !std::exchange(at_work->sent_again, true)) {
        hand_over(); // it was dead already when it was asked
        return;
    } else {
        const auto how = !end          ? std::string("the worker was lost")
                         : end->signal ? fmt::format("the worker was killed by {}", platform::signal_name(end->signal))
                                       : fmt::format("the worker ended with exit code {}", end->exit_code);
        fail(fmt::format("{} while it ran {}", how, at_work->order.request.experiment),
             options.log.empty() ? "it is started again"
                                 : fmt::format("it is started again; its log is {}", options.log.string()));
    }
    start_child(); // warm for the next one
}

void Worker::Impl::run() {
    while (take_orders()) {
        auto longest = milliseconds(1000);
        if (at_work && at_work->cancelled && !at_work->killed) {
            const auto left = std::chrono::ceil<milliseconds>(*at_work->cancelled + options.grace - Clock::now());
            if (left.count() <= 0) {
                at_work->killed = true;
                if (child) child->kill();
            }
            longest = std::clamp(left, milliseconds(0), longest);
        }
        if (!child) {
            wakeup.wait(longest);
            continue;
        }
        for (const auto& text : child->exchange(wakeup, longest)) {
            try {
                take(nlohmann::json::parse(text));
            } catch (const std::exception& error) {
                platform::write_log_line(fmt::format("A line of the worker can't be used: {}", error.what()));
            }
        }
        if (!child->closed()) continue;
        try {
            bury();
        } catch (const Error& error) {
            platform::write_log_line(fmt::format("The worker can't be started: {}", error.what()));
        }
    }
}

Worker::Worker(WorkerOptions options, std::function<void(const WorkerEvent&)> listener)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(listener))) {
    try {
        impl_->start_child();
    } catch (const Error&) { // the first request tries again, and its answer says why it failed
    }
    impl_->thread = std::thread([this] { impl_->run(); });
}

Worker::~Worker() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->closing = true;
    }
    impl_->wakeup.wake();
    impl_->thread.join();
    if (impl_->child) {
        impl_->child->close_input();
        if (!impl_->child->wait(200)) { // it computes and doesn't listen; nothing of it is kept
            impl_->child->kill();
            impl_->child->wait(1000);
            platform::remove_ownerless_shared_memory();
        }
    }
    std::error_code ignored;
    fs::remove_all(impl_->folder, ignored);
}

std::uint64_t Worker::request(WorkerRequest request) {
    std::uint64_t id = 0;
    {
        const std::lock_guard lock(impl_->mutex);
        id = ++impl_->newest;
        if (impl_->next) impl_->dropped.push_back(impl_->next->id);
        impl_->next = Numbered{id, std::move(request)};
    }
    impl_->wakeup.wake();
    return id;
}

void Worker::cancel() {
    {
        const std::lock_guard lock(impl_->mutex);
        if (impl_->next) impl_->dropped.push_back(impl_->next->id);
        impl_->next.reset();
        impl_->cancel_wanted = true;
    }
    impl_->wakeup.wake();
}

int Worker::pid() const { return impl_->pid; }

} // namespace orrery
