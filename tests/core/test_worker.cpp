// SPDX-License-Identifier: BSD-3-Clause
#include "core/worker/worker.h"

#include "core/error.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>

using namespace orrery;
using namespace std::chrono_literals;
using Event = WorkerEvent::Kind;

namespace {

// A worker with plugins/test, and all that it said.
class Watched {
public:
    explicit Watched(std::chrono::milliseconds grace = 2000ms) {
        setenv("ORRERY_PLUGIN_PATH", TEST_PLUGINS, 1);
        WorkerOptions options;
        options.device = "cpu";
        options.program = ORRERY_PROGRAM;
        options.log = folder_ / "log";
        options.grace = grace;
        worker_ = std::make_unique<Worker>(options, [this](const WorkerEvent& event) {
            const std::lock_guard lock(mutex_);
            events_.push_back(event);
            wake_.notify_all();
        });
    }
    ~Watched() { worker_.reset(); }
    Worker* operator->() { return worker_.get(); }

    // Waits for the first event of that request for which `wanted` holds.
    template <class Wanted>
    std::optional<WorkerEvent> wait(std::uint64_t request, Wanted wanted) {
        std::unique_lock lock(mutex_);
        std::optional<WorkerEvent> found;
        wake_.wait_for(lock, 20s, [&] {
            for (const auto& e : events_)
                if (e.request == request && wanted(e)) return found = e, true;
            return false;
        });
        return found;
    }
    WorkerEvent end(std::uint64_t request) {
        auto found = wait(request, is_end);
        if (!found) throw std::runtime_error("request " + std::to_string(request) + " has no end");
        return *std::move(found);
    }
    std::vector<WorkerEvent> events(std::uint64_t request) {
        const std::lock_guard lock(mutex_);
        std::vector<WorkerEvent> list;
        for (const auto& e : events_)
            if (e.request == request) list.push_back(e);
        return list;
    }
    static bool is_end(const WorkerEvent& e) {
        return e.kind == Event::done || e.kind == Event::failed || e.kind == Event::cancelled;
    }

private:
    ScratchFolder folder_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<WorkerEvent> events_;
    std::unique_ptr<Worker> worker_;
};

std::int64_t count_ends(const std::vector<WorkerEvent>& events) {
    return std::count_if(events.begin(), events.end(), Watched::is_end);
}

bool has_progress(const WorkerEvent& e) { return e.kind == Event::progress; }

} // namespace

TEST_CASE("a live request gives metrics, frames and artifacts, and then its end", "[core][P7]") {
    Watched worker;
    const auto id = worker->request({"test.live", {{"steps", 50}, {"pause", 0}, {"size", 4}, {"gain", 2}}, 0, {}});
    const auto end = worker.end(id);
    INFO(end.error);
    REQUIRE(end.kind == Event::done);
    std::vector<WorkerPoint> points;
    std::optional<Frame> last;
    std::string artifact;
    for (const auto& e : worker.events(id)) {
        points.insert(points.end(), e.points.begin(), e.points.end());
        if (e.kind == Event::frame) last = e.frame;
        if (e.kind == Event::artifact) {
            CHECK(e.artifact == Kind::report);
            std::ifstream(e.file) >> artifact;
        }
    }
    REQUIRE(points.size() == 50);
    CHECK(points.back().key == "place");
    CHECK(points.back().step == 49);
    CHECK(points.back().value == 100);
    CHECK(artifact == "100");
    REQUIRE(last);
    CHECK(last->array.shape() == std::vector<std::int64_t>{4, 4});
    CHECK(last->array.values<float>()[0] == 49); // the last frame is never lost
    CHECK(worker.events(id).back().kind == Event::done);
}

TEST_CASE("an array of a live request reaches the experiment", "[core]") {
    Watched worker;
    for (const float each : {1.0f, 2.0f}) { // the second time through the same memory
        Array array({30, 30}, DType::float32);
        auto values = array.values<float>();
        std::fill(values.begin(), values.end(), each);
        const auto id = worker->request({"test.live", {{"steps", 1}, {"pause", 0}}, 0, {{"input", array}}});
        REQUIRE(worker.end(id).kind == Event::done);
        const auto sum = worker.wait(id, [](const WorkerEvent& e) { return !e.points.empty(); });
        REQUIRE(sum);
        CHECK(sum->points[0].key == "input");
        CHECK(sum->points[0].value == 900 * static_cast<double>(each));
    }
    const auto wrong = worker.end(worker->request({"test.live", {}, 0, {{"gain", Array({2}, DType::float32)}}}));
    REQUIRE(wrong.problems.size() == 1);
    CHECK(wrong.problems.begin()->line() == "gain can't take an array: it is no parameter of type path");
}

TEST_CASE("the latest request wins, and each has one end", "[core]") {
    Watched worker;
    const auto first = worker->request({"test.slow", {{"seconds", 60}}, 0, {}});
    REQUIRE(worker.wait(first, has_progress));
    std::vector<std::uint64_t> between;
    for (int i = 0; i < 20; ++i) between.push_back(worker->request({"test.slow", {{"seconds", 60}}, 0, {}}));
    const auto last = worker->request({"test.walk", {{"steps", 10}}, 0, {}});
    CHECK(worker.end(last).kind == Event::done);
    CHECK(worker.end(first).kind == Event::cancelled);
    for (const auto id : between) {
        CHECK(worker.end(id).kind == Event::cancelled);
        CHECK(count_ends(worker.events(id)) == 1);
    }
    CHECK(count_ends(worker.events(first)) == 1);
    CHECK(count_ends(worker.events(last)) == 1);
}

TEST_CASE("a cancelled request stops, and the same process takes the next one", "[core]") {
    Watched worker;
    const auto id = worker->request({"test.slow", {{"seconds", 60}}, 0, {}});
    REQUIRE(worker.wait(id, has_progress));
    const int pid = worker->pid();
    worker->cancel();
    CHECK(worker.end(id).kind == Event::cancelled);
    CHECK(worker.end(worker->request({"test.walk", {{"steps", 10}}, 0, {}})).kind == Event::done);
    CHECK(worker->pid() == pid);
}

TEST_CASE("what doesn't react to a cancellation is killed, and the next request is served", "[core][P1]") {
    Watched worker(300ms);
    const auto id = worker->request({"test.hang", {{"seconds", 60}}, 0, {}});
    REQUIRE(worker.wait(id, has_progress));
    const int pid = worker->pid();
    const auto start = std::chrono::steady_clock::now();
    const auto next = worker->request({"test.walk", {{"steps", 10}}, 0, {}});
    CHECK(std::chrono::steady_clock::now() - start < 50ms); // asking doesn't block
    CHECK(worker.end(id).kind == Event::cancelled);
    CHECK(worker.end(next).kind == Event::done);
    CHECK(worker->pid() != pid);
    CHECK(kill(pid, 0) != 0);
}

TEST_CASE("a crash fails its request with the signal's name, and the worker is started again", "[core][P3]") {
    Watched worker;
    for (const auto& [experiment, signal] :
         {std::pair{"test.segfault", "SIGSEGV"}, std::pair{"test.crash", "SIGABRT"}}) {
        const auto end = worker.end(worker->request({experiment, {}, 0, {}}));
        CHECK(end.kind == Event::failed);
        CHECK_THAT(end.error, contains_text(signal));
        CHECK_THAT(end.error, contains_text(experiment));
        CHECK(worker.end(worker->request({"test.walk", {{"steps", 10}}, 0, {}})).kind == Event::done);
    }
    // Also when it dies between requests.
    kill(worker->pid(), SIGKILL);
    CHECK(worker.end(worker->request({"test.walk", {{"steps", 10}}, 0, {}})).kind == Event::done);
}

TEST_CASE("wrong parameters of a live request get the schema's sentences", "[core][P7][P9]") {
    Watched worker;
    const auto lines = [&](const char* experiment, const nlohmann::json& parameters) {
        std::vector<std::string> list;
        const auto end = worker.end(worker->request({experiment, parameters, 0, {}}));
        CHECK(end.kind == Event::failed);
        for (const auto& p : end.problems) list.push_back(p.line());
        return list;
    };
    CHECK(lines("test.live", {{"gain", 11}, {"stpes", 3}}) ==
          std::vector<std::string>{"gain is '11'; accepted: a number from -10 to 10",
                                   "there is no parameter 'stpes'; did you mean 'steps'?"});
    CHECK(lines("test.live", {{"steps", 13}}) ==
          std::vector<std::string>{"steps is '13'; accepted: a number that brings no bad luck"});
    const auto unknown = worker.end(worker->request({"test.wlak", {}, 0, {}}));
    CHECK(unknown.error == "there is no experiment 'test.wlak'");
    CHECK_THAT(unknown.hint, contains_text("test.walk"));
}

TEST_CASE("a program that can't be started fails the request with a sentence", "[core][P9]") {
    std::mutex mutex;
    std::condition_variable wake;
    std::string error;
    WorkerOptions options;
    options.program = "/no/such/orrery";
    Worker worker(options, [&](const WorkerEvent& event) {
        const std::lock_guard lock(mutex);
        error = event.error;
        wake.notify_all();
    });
    worker.request({"test.walk", {}, 0, {}});
    std::unique_lock lock(mutex);
    wake.wait_for(lock, 10s, [&] { return !error.empty(); });
    CHECK_THAT(error, contains_text("/no/such/orrery can't be started"));
}

TEST_CASE("a worker goes with its owner, even if it is at work and doesn't listen", "[core]") {
    int pid = 0;
    const auto start = std::chrono::steady_clock::now();
    {
        Watched worker;
        const auto id = worker->request({"test.hang", {{"seconds", 60}}, 0, {}});
        REQUIRE(worker.wait(id, has_progress));
        pid = worker->pid();
    }
    CHECK(kill(pid, 0) != 0);
    CHECK(std::chrono::steady_clock::now() - start < 15s);
}
