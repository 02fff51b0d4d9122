// SPDX-License-Identifier: BSD-3-Clause
#include "core/live/frames.h"

#include "core/error.h"
#include "tests/catch.h"
#include "tests/core/child.h"
#include "tests/scratch_folder.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

using namespace orrery;
using namespace std::chrono_literals;

namespace {

// Shared memory of its own for one test.
struct Memory {
    ScratchFolder folder;
    Memory() {
        std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
        setenv("ORRERY_SHARED_MEMORY", folder.path().c_str(), 1);
    }
    ~Memory() { unsetenv("ORRERY_SHARED_MEMORY"); }
};

Array filled(std::vector<std::int64_t> shape, float value) {
    Array array(std::move(shape), DType::float32);
    auto values = array.values<float>();
    std::fill(values.begin(), values.end(), value);
    return array;
}

bool uniform(const Frame& frame) {
    const auto values = frame.array.values<float>();
    return std::all_of(values.begin(), values.end(), [&](float v) { return v == values[0]; });
}

// Shows frames, each of one value that is its number, until it is killed.
void show_for_ever(const char* id) {
    LiveHost host(id);
    FrameWriter writer(host, Copying::every);
    Array array({256, 256}, DType::float32);
    for (int number = 1;; ++number) {
        auto values = array.values<float>();
        std::fill(values.begin(), values.end(), static_cast<float>(number % 1'000'000));
        writer.show("u", array, number);
    }
}

} // namespace

TEST_CASE("a frame arrives with shape, type, names, step and tag", "[core]") {
    const Memory memory;
    LiveHost host("run1");
    FrameWriter writer(host);
    FrameReader reader("run1", "u");
    CHECK_FALSE(reader.newest());
    CHECK_FALSE(reader.next(0ms));
    Array array({2, 3}, DType::int32);
    array.name = "theta";
    array.unit = "K";
    array.axes = {"x", "y"};
    array.origin = {-1, 2};
    array.spacing = {0.5, 0.25};
    for (int i = 0; i < 6; ++i) array.values<std::int32_t>()[static_cast<std::size_t>(i)] = 10 * i;
    REQUIRE(writer.show("u", array, 42, 7));
    const auto frame = reader.next(1s);
    REQUIRE(frame);
    CHECK(frame->array.shape() == std::vector<std::int64_t>{2, 3});
    CHECK(frame->array.values<std::int32_t>()[5] == 50);
    CHECK(frame->array.name == "theta");
    CHECK(frame->array.unit == "K");
    CHECK(frame->array.axes == std::vector<std::string>{"x", "y"});
    CHECK(frame->array.origin == std::vector<double>{-1, 2});
    CHECK(frame->array.spacing == std::vector<double>{0.5, 0.25});
    CHECK(frame->step == 42);
    CHECK(frame->tag == 7);
    CHECK(frame->number == 1);
    CHECK_FALSE(reader.next(0ms)); // it was seen
    CHECK(reader.newest());        // but it is still the newest
    CHECK(frame_channels("run1") == std::vector<std::string>{"u"});
}

TEST_CASE("shape and type may change from frame to frame, and empty and scalar frames are frames", "[core]") {
    const Memory memory;
    LiveHost host("run1");
    FrameWriter writer(host, Copying::every);
    FrameReader reader("run1", "u");
    const std::vector<std::vector<std::int64_t>> shapes{{4}, {4, 4}, {0, 4}, {}, {2, 1, 1, 1, 1, 1, 1, 2}, {4}};
    for (const auto& shape : shapes) {
        REQUIRE(writer.show("u", filled(shape, 3), 0));
        const auto frame = reader.next(1s);
        REQUIRE(frame);
        CHECK(frame->array.shape() == shape);
    }
    REQUIRE(writer.show("u", Array({4}, DType::uint8), 0));
    CHECK(reader.next(1s)->array.type() == DType::uint8);
    CHECK_FALSE(writer.show("u", Array({1, 1, 1, 1, 1, 1, 1, 1, 1}, DType::uint8), 0)); // nine dimensions
    CHECK(memory.folder.count() == 2); // the run's file and one of frames: the old ones are gone
}

TEST_CASE("a frame that was returned stays as it is when newer ones come", "[core]") {
    const Memory memory;
    LiveHost host("run1");
    FrameWriter writer(host, Copying::every);
    FrameReader reader("run1", "u");
    std::vector<Frame> kept;
    for (int i = 0; i < 6; ++i) {
        writer.show("u", filled({16}, static_cast<float>(i)), i);
        kept.push_back(*reader.next(1s));
    }
    for (int i = 0; i < 6; ++i)
        CHECK(kept[static_cast<std::size_t>(i)].array.values<float>()[3] == static_cast<float>(i));
}

TEST_CASE("when nobody waits, frames are left out; who waits gets the next one", "[core]") {
    const Memory memory;
    LiveHost host("run1");
    FrameWriter writer(host);
    int copied = 0;
    for (int i = 0; i < 1000; ++i) copied += writer.show("u", filled({64}, 0), i);
    CHECK(copied >= 1);
    CHECK(copied <= 10); // five a second
    FrameReader reader("run1", "u");
    REQUIRE(reader.next(1s));
    std::jthread other([&] {
        for (int i = 0; i < 200; ++i) {
            std::this_thread::sleep_for(1ms);
            writer.show("u", filled({64}, 1), 1000 + i);
        }
    });
    const auto start = std::chrono::steady_clock::now();
    int seen = 0;
    for (; seen < 20; ++seen) REQUIRE(reader.next(1s));
    CHECK(std::chrono::steady_clock::now() - start < 1s); // unasked it would take four seconds
}

TEST_CASE("a frame that finds no room is dropped, and the run goes on", "[core][P9]") {
    LiveHost host("testfull" + std::to_string(std::random_device{}()));
    FrameWriter writer(host, Copying::every);
    // More than any machine's shared memory; it is never read, for there is no room for it.
    float one = 1;
    const Array giant({std::int64_t{1} << 26, 1 << 20}, DType::float32, nullptr, &one);
    const auto before = platform::shared_memory_names().size();
    CHECK_FALSE(writer.show("u", giant, 0));
    CHECK(platform::shared_memory_names().size() == before);
    CHECK(writer.show("v", filled({4}, 1), 0)); // another channel is not touched by that
}

TEST_CASE("shared memory is its user's alone, and goes with the run", "[core]") {
    const Memory memory;
    {
        LiveHost host("run1");
        FrameWriter writer(host);
        writer.show("u", filled({4}, 0), 0);
        for (const auto& entry : std::filesystem::directory_iterator(memory.folder.path()))
            CHECK(entry.status().permissions() ==
                  (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
        CHECK(memory.folder.count() == 2);
    }
    CHECK(memory.folder.count() == 0);
    CHECK_THROWS_WITH(FrameReader("run1", "u"), contains_text("no process on this machine shows the run run1"));
    std::filesystem::permissions(memory.folder.path(), std::filesystem::perms::group_read,
                                 std::filesystem::perm_options::add);
    CHECK_THROWS_WITH(LiveHost("run1"), contains_text("is not a folder of this user alone"));
}

TEST_CASE("two living processes can't show one run", "[core]") {
    const Memory memory;
    const LiveHost host("run1");
    CHECK_THROWS_WITH(LiveHost("run1"), contains_text("belongs to another process"));
}

TEST_CASE("a file of frames that lies about its size is not believed", "[core][P9]") {
    const Memory memory;
    LiveHost host("run1");
    FrameWriter writer(host);
    writer.show("u", filled({8, 8}, 1), 0);
    FrameReader honest("run1", "u");
    REQUIRE(honest.newest());
    const auto file = memory.folder / "run1.0.1";
    const auto bytes = memory.folder.text_of("run1.0.1");
    // Every number of the layout: version, type, dimensions, places, extents, sizes.
    for (std::size_t at : {8, 12, 16, 20, 24, 31, 32, 39, 88, 96}) {
        auto damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] + 0x41);
        memory.folder.write("run1.0.1", damaged);
        FrameReader reader("run1", "u");
        INFO("byte " << at);
        CHECK_FALSE(reader.newest());
    }
    memory.folder.write("run1.0.1", bytes.substr(0, bytes.size() - 1));
    CHECK_FALSE(FrameReader("run1", "u").newest());
    memory.folder.write("run1.0.1", bytes);
    CHECK(FrameReader("run1", "u").newest());
}

TEST_CASE("readers in other threads never see a torn frame", "[core]") {
    const Memory memory;
    LiveHost host("run1");
    FrameWriter writer(host, Copying::every);
    std::atomic<bool> over = false;
    std::jthread shows([&] {
        for (int i = 0; !over; ++i) writer.show("u", filled({64, 64}, static_cast<float>(i % 1'000'000)), i);
    });
    std::atomic<int> torn = 0, seen = 0, backwards = 0;
    const auto look = [&] {
        FrameReader reader("run1", "u");
        std::uint64_t last = 0;
        for (int i = 0; i < 3000; ++i) {
            const auto frame = reader.next(5s);
            if (!frame) return;
            ++seen;
            torn += !uniform(*frame) ||
                    static_cast<std::int64_t>(frame->array.values<float>()[0]) != frame->step % 1'000'000;
            backwards += frame->number <= last;
            last = frame->number;
        }
    };
    { const std::jthread one(look), two(look); }
    over = true;
    CHECK(seen == 6000);
    CHECK(torn == 0);
    CHECK(backwards == 0);
}

TEST_CASE("a writer that is killed leaves whole frames, an end that is seen, and no memory", "[core][P2][P3]") {
    const Memory memory;
    for (int round = 0; round < 3; ++round) {
        Child writer([] { show_for_ever("run1"); });
        std::optional<FrameReader> first, second;
        while (!first || !second) {
            try {
                auto& reader = first ? second : first;
                reader.emplace("run1", "u");
            } catch (const Error&) {
                std::this_thread::sleep_for(1ms);
            }
        }
        int torn = 0;
        for (int i = 0; i < 500; ++i)
            for (auto* reader : {&*first, &*second}) {
                const auto frame = reader->next(5s);
                REQUIRE(frame);
                torn += !uniform(*frame);
            }
        writer.kill();
        const auto start = std::chrono::steady_clock::now();
        while (first->next(5s)) {
        }
        CHECK(first->ended());
        CHECK(std::chrono::steady_clock::now() - start < 2s);
        const auto last = first->newest();
        REQUIRE(last);
        CHECK(uniform(*last));
        CHECK(torn == 0);
        CHECK_THROWS_AS(FrameReader("run1", "u"), Error);
        // Whoever starts next removes what was left; the same run, resumed, is shown again.
        CHECK(memory.folder.count() >= 2);
        { const LiveHost next(round == 0 ? "run1" : "run2"); }
        CHECK(memory.folder.count() == 0);
    }
}

TEST_CASE("a reader that is stopped doesn't hold up the writer", "[core]") {
    const Memory memory;
    LiveHost host("run1");
    FrameWriter writer(host);
    Array array({512, 512}, DType::float32);
    writer.show("u", array, 0);
    Child looker([] {
        FrameReader reader("run1", "u");
        while (true) reader.next(1s);
    });
    std::this_thread::sleep_for(100ms);
    looker.pause();
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 100'000; ++i) writer.show("u", array, i);
    CHECK(std::chrono::steady_clock::now() - start < 3s); // all copied it would be 100 GB
}
