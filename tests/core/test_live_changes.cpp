// SPDX-License-Identifier: BSD-3-Clause
#include "core/live/live_changes.h"

#include "core/error.h"
#include "core/jobs/recorder.h"
#include "core/live/live_inbox.h"
#include "tests/catch.h"
#include "tests/core/child.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <chrono>
#include <thread>

using namespace orrery;
using namespace std::chrono_literals;

namespace {

struct Params {
    double gain = 1;
    std::int64_t count = 1;
    std::string mood = "calm";
    double fixed = 1;
    static void fields(Bind<Params>& f) {
        f("gain", &Params::gain).range(-10, 10).live();
        f("count", &Params::count).live();
        f("mood", &Params::mood).choices({"calm", "wild"}).live();
        f("fixed", &Params::fixed);
    }
};

Schema schema() { return Bind<Params>::of().schema(); }

RunRequest live_request() {
    auto request = sample_request();
    request.declaration["fields"] = schema().to_json();
    request.parameters = json_of(schema().defaults());
    return request;
}

using Rows = std::vector<LiveChange>;

} // namespace

TEST_CASE("a change from outside counts once, from the next step on", "[core]") {
    LiveChanges changes(schema(), {}, {});
    CHECK(changes.none_at(5));
    CHECK(changes.at(5).empty());
    CHECK(changes.offer("gain", 2.5));
    CHECK(changes.offer("gain", 3));
    CHECK(changes.offer("mood", "wild"));
    CHECK_FALSE(changes.none_at(6));
    CHECK(changes.at(6) == Values{{"gain", 3.0}, {"mood", std::string("wild")}});
    CHECK(changes.none_at(7));
    CHECK(changes.at(7).empty());
    CHECK(changes.unrecorded() == Rows{{6, "gain", 3.0}, {6, "mood", "wild"}});
    changes.recorded(1);
    CHECK(changes.unrecorded() == Rows{{6, "mood", "wild"}});
    CHECK(changes.has_unrecorded());
    changes.recorded(1);
    CHECK_FALSE(changes.has_unrecorded());
}

TEST_CASE("what is no value for a live field is not taken over", "[core][P9]") {
    LiveChanges changes(schema(), {}, {});
    CHECK_FALSE(changes.offer("gain", 11));
    CHECK_FALSE(changes.offer("gain", "much"));
    CHECK_FALSE(changes.offer("mood", "sad"));
    CHECK_FALSE(changes.offer("fixed", 2));
    CHECK_FALSE(changes.offer("nothing", 2));
    CHECK(changes.none_at(0));
}

TEST_CASE("a reproduced run takes each change over at its step and records it anew", "[core][P5]") {
    LiveChanges changes(schema(), {}, {{20, "gain", 3}, {10, "gain", 2}, {10, "mood", "wild"}});
    CHECK(changes.none_at(9));
    CHECK(changes.at(9).empty());
    CHECK(changes.at(10) == Values{{"gain", 2.0}, {"mood", std::string("wild")}});
    CHECK(changes.at(11).empty());
    CHECK(changes.unrecorded() == Rows{{10, "gain", 2.0}, {10, "mood", "wild"}});
    CHECK(changes.at(20) == Values{{"gain", 3.0}});
    CHECK(changes.none_at(1'000'000));
}

TEST_CASE("a resumed run catches up with its changes at the first call, and records none twice", "[core][P2]") {
    LiveChanges changes(schema(), {{3, "gain", 2}, {5, "gain", 4}, {5, "count", 7}, {60, "gain", 5}}, {});
    CHECK(changes.at(51) == Values{{"gain", 4.0}, {"count", std::int64_t{7}}}); // goes on from a checkpoint at 50
    CHECK(changes.none_at(59));
    CHECK(changes.at(60) == Values{{"gain", 5.0}});
    CHECK_FALSE(changes.has_unrecorded());
    changes.offer("gain", 6);
    changes.at(61);
    CHECK(changes.unrecorded() == Rows{{61, "gain", 6.0}});
}

TEST_CASE("a resumed reproduction replays both, its own first", "[core][P2][P5]") {
    LiveChanges changes(schema(), {{3, "gain", 9}, {4, "count", 2}}, {{3, "gain", 2}, {8, "gain", 3}});
    CHECK(changes.at(5) == Values{{"gain", 9.0}, {"count", std::int64_t{2}}});
    CHECK(changes.at(8) == Values{{"gain", 3.0}});
    CHECK(changes.unrecorded() == Rows{{8, "gain", 3.0}});
}

TEST_CASE("a recorded change that the declaration doesn't know any more is named", "[core][P9]") {
    CHECK_THROWS_WITH(LiveChanges(schema(), {}, {{3, "bias", 2}}),
                      contains_text("the recorded change of 'bias' to 2 at step 3 can't be replayed"));
}

TEST_CASE("live values are checked in the words of the schema", "[core][P9]") {
    const auto lines = [](const std::vector<std::string>& assignments) {
        Problems problems;
        check_live(schema(), assignments, problems);
        std::vector<std::string> list;
        for (const auto& p : problems) list.push_back(p.line());
        return list;
    };
    CHECK(lines({"gain=3", "mood=wild"}).empty());
    CHECK(lines({"gain=11"}) == std::vector<std::string>{"gain is '11'; accepted: a number from -10 to 10"});
    CHECK(lines({"gian=1"}) == std::vector<std::string>{"there is no parameter 'gian'; did you mean 'gain'?"});
    CHECK(lines({"fixed=2"}) == std::vector<std::string>{"fixed can't be changed while the run goes on; live fields "
                                                         "are: gain, count, mood"});
    Problems problems;
    CHECK(check_live(schema(), {"gain=3"}, problems) == Values{{"gain", 3.0}}); // not the defaults of the others
}

TEST_CASE("posts of several processes all arrive, the latest of each field", "[core]") {
    const std::string id = "testinbox" + std::to_string(std::random_device{}());
    LiveHost host(id);
    constexpr std::int64_t posts = 30000;
    const auto post = [&](const char* field) {
        return [&id, field] {
            const LiveView view(id);
            while (view.segment().frames.load() == 0) std::this_thread::yield(); // both begin at once
            for (std::int64_t i = 1; i <= posts; ++i) post_live(view, {{field, i}});
        };
    };
    Child one(post("a")), two(post("b"));
    std::this_thread::sleep_for(50ms);
    host.segment().frames = 1;
    LiveInbox inbox(host);
    std::map<std::string, std::int64_t> last;
    int backwards = 0;
    const auto start = std::chrono::steady_clock::now();
    while ((last["a"] < posts || last["b"] < posts) && std::chrono::steady_clock::now() - start < 20s) {
        if (!inbox.news()) continue;
        for (const auto& [field, value] : inbox.take()) {
            backwards += value.get<std::int64_t>() < last[field];
            last[field] = value.get<std::int64_t>();
        }
        inbox.acknowledge(5);
    }
    CHECK(last["a"] == posts);
    CHECK(last["b"] == posts);
    CHECK(backwards == 0);
    CHECK(one.wait() == 0);
    CHECK(two.wait() == 0);
    const LiveView view(id);
    CHECK(wait_until_taken(view, 2 * posts, 1s) == 5);
    CHECK_FALSE(wait_until_taken(view, 2 * posts + 1, 20ms));
    CHECK_THROWS_WITH(post_live(view, {{"mood", std::string(20'000, 'x')}}), contains_text("too long"));
}

TEST_CASE("a recorded run takes over what is posted, records it, and a reproduction repeats it", "[core][P5]") {
    ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    const auto first = project.create_run(live_request());
    project.begin(first.id, sample_provenance());
    {
        RecordedRun run(project, first.id, {});
        Params params;
        CHECK_FALSE(run.live(params, 0));
        const auto change = post_live(LiveView(first.id), {{"gain", 2.5}});
        CHECK(run.live(params, 1));
        CHECK(params.gain == 2.5);
        CHECK_FALSE(run.live(params, 2));
        CHECK(wait_until_taken(LiveView(first.id), change, 0ms) == 1);
        post_live(LiveView(first.id), {{"gain", 99.0}}); // by a program that didn't check
        CHECK_FALSE(run.live(params, 3));
        CHECK(params.gain == 2.5);
        post_live(LiveView(first.id), {{"mood", std::string("wild")}});
        CHECK(run.live(params, 4));
        post_live(LiveView(first.id), {{"count", std::int64_t{3}}});
        CHECK(run.live(params, 5)); // and what came before isn't taken over again
        // The thread writes it by itself.
        const auto start = std::chrono::steady_clock::now();
        while (project.live_changes(first.id).size() < 3 && std::chrono::steady_clock::now() - start < 5s)
            std::this_thread::sleep_for(10ms);
        CHECK(project.live_changes(first.id) == Rows{{1, "gain", 2.5}, {4, "mood", "wild"}, {5, "count", 3}});
        run.finish({});
    }
    CHECK_THROWS_WITH(project.append_live(first.id, Rows{{9, "gain", 1}}), contains_text("has ended"));
    auto request = live_request();
    request.reproduces = first.id;
    const auto second = project.create_run(request);
    project.begin(second.id, sample_provenance());
    {
        RecordedRun run(project, second.id, {});
        Params params;
        std::vector<double> gains;
        for (std::int64_t step = 0; step < 6; ++step) {
            run.live(params, step);
            gains.push_back(params.gain);
        }
        CHECK(gains == std::vector<double>{1, 2.5, 2.5, 2.5, 2.5, 2.5});
        CHECK(params.mood == "wild");
        run.finish({});
    }
    CHECK(project.live_changes(second.id) == project.live_changes(first.id));
    CHECK(verify(project).ok());
}

TEST_CASE("a look at live fields costs next to nothing when nothing changed", "[core]") {
    ScratchFolder folder;
    auto project = Project::open(folder / "p.orrery", Access::create);
    const auto created = project.create_run(live_request());
    project.begin(created.id, sample_provenance());
    RecordedRun run(project, created.id, {});
    Params params;
    double best = 1;
    for (int round = 0; round < 20; ++round) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < 10'000; ++i) run.live(params, i);
        best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / 10'000);
    }
    CHECK(best < 1e-6);
}
