// SPDX-License-Identifier: BSD-3-Clause
#include "core/plugins/plugin_state.h"

#include "core/error.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <nlohmann/json.hpp>

#include <chrono>

namespace fs = std::filesystem;
using namespace orrery;

namespace {

struct Bench {
    ScratchFolder scratch;
    PluginMemory memory{scratch / "memory"};
    fs::path library = scratch / "some.so";
    Bench() { scratch.write("some.so", "a library"); }

    // What a process leaves that died while it opened the library: its mark, with what comes after it.
    void leave_mark(const std::string& name, const std::string& after, const std::string& host = {}) const {
        fs::path kept;
        {
            const OpeningMark mark(memory, library);
            kept = fs::directory_iterator(memory.folder() / "opening")->path();
            fs::copy_file(kept, scratch / "copy");
        }
        auto text = scratch.text_of("copy");
        fs::remove(scratch / "copy");
        if (!host.empty()) {
            auto json = nlohmann::json::parse(text);
            json["host"] = host;
            text = json.dump();
        }
        scratch.write("memory/opening/" + name, text + after);
    }
    std::string reason() const { return memory.failure(library).value_or("none"); }
};

} // namespace

TEST_CASE("a plugin that the user leaves out stays out until it is taken in", "[core]") {
    const Bench bench;
    CHECK(!bench.memory.disabled("a"));
    bench.memory.enable("a"); // nothing to do
    bench.memory.disable("a");
    bench.memory.disable("a");
    CHECK(PluginMemory(bench.memory.folder()).disabled("a"));
    CHECK(!bench.memory.disabled("b"));
    bench.memory.enable("a");
    CHECK(!bench.memory.disabled("a"));
}

TEST_CASE("without a folder nothing is remembered, and leaving out says so", "[core][P9]") {
    const PluginMemory nothing{fs::path()};
    nothing.remember_failure("/some.so", "x");
    nothing.collect_crashes();
    const OpeningMark mark(nothing, "/some.so");
    CHECK(!nothing.failure("/some.so"));
    CHECK_THROWS_AS(nothing.disable("a"), Error);
    const ScratchFolder scratch;
    scratch.write("file", "");
    const PluginMemory blocked(scratch / "file/below");
    blocked.remember_failure("/some.so", "x");
    const OpeningMark other(blocked, "/some.so");
    CHECK(!blocked.failure("/some.so"));
    CHECK_THROWS_AS(blocked.disable("a"), Error);
}

TEST_CASE("a failure is remembered until the library changes", "[core][P3]") {
    const Bench bench;
    bench.memory.remember_failure(bench.library, "no such symbol");
    CHECK(bench.reason() == "no such symbol");
    SECTION("its time") {
        fs::last_write_time(bench.library, fs::last_write_time(bench.library) + std::chrono::seconds(1));
        CHECK(bench.reason() == "none");
    }
    SECTION("its size") {
        const auto time = fs::last_write_time(bench.library);
        bench.scratch.write("some.so", "a longer library");
        fs::last_write_time(bench.library, time);
        CHECK(bench.reason() == "none");
    }
    SECTION("a damaged record tells nothing and is written anew") {
        const auto record = fs::directory_iterator(bench.memory.folder() / "failed")->path();
        for (const char* text : {"", "{", "[]", "{\"stamp\": 3}", "null"}) {
            std::ofstream(record) << text;
            CHECK(bench.reason() == "none");
        }
        bench.memory.remember_failure(bench.library, "again");
        CHECK(bench.reason() == "again");
    }
    SECTION("it is forgotten on request") {
        bench.memory.forget_failure(bench.library);
        CHECK(bench.reason() == "none");
    }
}

TEST_CASE("a living process that opens a library is not taken for a dead one", "[core][P3]") {
    const Bench bench;
    {
        const OpeningMark mark(bench.memory, bench.library);
        for (int i = 0; i < 3; ++i) bench.memory.collect_crashes();
        CHECK(!fs::is_empty(bench.memory.folder() / "opening"));
    }
    bench.memory.collect_crashes();
    CHECK(bench.reason() == "none");
    CHECK(fs::is_empty(bench.memory.folder() / "opening"));
}

TEST_CASE("a crash counts at once, another end the second time in a row", "[core][P3]") {
    const Bench bench;
    SECTION("a crash signal") {
        bench.leave_mark("a", "\nsignal 06\n");
        bench.memory.collect_crashes();
        CHECK_THAT(bench.reason(), contains_text("crashed") && contains_text("SIGABRT"));
    }
    SECTION("killed from outside") {
        bench.leave_mark("a", "");
        bench.memory.collect_crashes();
        bench.memory.collect_crashes();
        CHECK(bench.reason() == "none");
        bench.leave_mark("b", "");
        bench.memory.collect_crashes();
        CHECK_THAT(bench.reason(), contains_text("the last 2 processes"));
    }
    SECTION("a success in between") {
        bench.leave_mark("a", "");
        bench.memory.collect_crashes();
        bench.memory.forget_failure(bench.library); // what open_plugin does when it worked
        bench.leave_mark("b", "");
        bench.memory.collect_crashes();
        CHECK(bench.reason() == "none");
    }
    SECTION("of a library that has changed since") {
        bench.leave_mark("a", "\nsignal 06\n");
        bench.scratch.write("some.so", "mended, and longer");
        bench.memory.collect_crashes();
        CHECK(bench.reason() == "none");
    }
    SECTION("on another machine, whose process may live") {
        bench.leave_mark("a", "", "elsewhere");
        bench.memory.collect_crashes();
        CHECK(!fs::is_empty(bench.memory.folder() / "opening"));
        CHECK(bench.reason() == "none");
        return;
    }
    SECTION("a mark that is damaged") {
        fs::create_directories(bench.memory.folder() / "opening");
        for (const char* text : {"", "{\"library\"", "[]\nsignal 06\n", "\nsignal "})
            bench.scratch.write(std::string("memory/opening/x") + std::to_string(std::string_view(text).size()), text);
        bench.memory.collect_crashes();
        CHECK(bench.reason() == "none");
    }
    CHECK(fs::is_empty(bench.memory.folder() / "opening"));
}
