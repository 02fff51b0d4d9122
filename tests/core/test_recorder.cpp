// SPDX-License-Identifier: BSD-3-Clause
#include "core/jobs/recorder.h"
#include "core/memory_run.h"
#include "core/sha256.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <fstream>
#include <thread>

using namespace orrery;
using Catch::Matchers::Contains;

namespace {

struct Begun {
    ScratchFolder folder;
    std::filesystem::path file = folder / "p.orrery/project.db";
    Project project = Project::open(folder / "p.orrery", Access::create);
    CreatedRun created = project.create_run(sample_request());
    std::stop_source stop;
    Begun() { project.begin(created.id, sample_provenance()); }
    std::unique_ptr<RecordedRun> run() { return std::make_unique<RecordedRun>(project, created.id, stop.get_token()); }
};

// SQLite's file system with a disk that is full when `full` says so. Databases opened while it lives use it.
std::atomic<bool> full = false;
class FullDisk {
public:
    FullDisk() {
        original_ = sqlite3_vfs_find(nullptr);
        shim_ = *original_;
        shim_.zName = "full-disk";
        shim_.xOpen = [](sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
            const int result = original_->xOpen(vfs, name, file, flags, out);
            if (!file->pMethods) return result;
            // Databases and their journals have different tables of functions.
            auto& methods = methods_[(flags & SQLITE_OPEN_MAIN_DB) != 0];
            methods = *file->pMethods;
            write_ = methods.xWrite;
            methods.xWrite = [](sqlite3_file* to, const void* data, int bytes, sqlite3_int64 at) {
                return full ? SQLITE_FULL : write_(to, data, bytes, at);
            };
            file->pMethods = &methods;
            return result;
        };
        sqlite3_vfs_register(&shim_, 1);
    }
    ~FullDisk() {
        full = false;
        sqlite3_vfs_unregister(&shim_);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    static inline sqlite3_vfs* original_ = nullptr;
    static inline sqlite3_vfs shim_{};
    static inline sqlite3_io_methods methods_[2]{};
    static inline int (*write_)(sqlite3_file*, const void*, int, sqlite3_int64) = nullptr;
};

// Waits until `reached` holds; false after five seconds.
template <class Condition>
bool within_five_seconds(Condition reached) {
    for (int i = 0; i < 250; ++i) {
        if (reached()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

} // namespace

TEST_CASE("A recorded run knows its seed, device, stop and scratch folder", "[core]") {
    Begun begun;
    {
        const auto run = begun.run();
        CHECK(run->seed() == 7);
        CHECK(run->device() == Device{});
        CHECK_FALSE(run->stop().stop_requested());
        begun.stop.request_stop();
        CHECK(run->stop().stop_requested());
        CHECK_THROWS_AS(run->stop_point(), Stopped);
        CHECK(std::filesystem::is_directory(run->scratch()));
        std::ofstream(run->scratch() / "half") << "done";
    }
    CHECK_FALSE(std::filesystem::exists(begun.project.scratch_folder(begun.created.id)));
}

TEST_CASE("The name of a device is read back, and no other text is taken for one", "[core]") {
    for (const Device device : {Device{}, Device{true, 0}, Device{true, 12}})
        CHECK(device_named(device.name()) == device);
    for (const char* text : {"", "auto", "CPU", "cuda", "cuda:", "cuda:-1", "cuda:1x", "cuda: 1", "cuda:99999999999"})
        CHECK_THROWS_AS(device_named(text), Error);
}

TEST_CASE("Metrics and progress reach the database while the run goes on", "[core][P2]") {
    Begun begun;
    const auto run = begun.run();
    run->metric("loss", 0, 1);
    run->progress(0.25, "training");
    const auto other = Project::open(begun.folder / "p.orrery", Access::read);
    CHECK(within_five_seconds([&] { return other.metric_series(begun.created.id, "loss").size() == 1; }));
    CHECK(within_five_seconds([&] { return other.run(begun.created.id).progress == 0.25; }));
    CHECK(other.run(begun.created.id).doing == "training");
    CHECK(other.run(begun.created.id).to_json()["progress"] == 0.25);
    // What is still done after a stop is no progress.
    begun.stop.request_stop();
    run->progress(0.97, "measuring");
    CHECK(within_five_seconds([&] { return other.run(begun.created.id).doing == "measuring"; }));
    CHECK(other.run(begun.created.id).progress == 0.25);
}

TEST_CASE("Nothing is lost between metric and the end, from several threads", "[core][P2]") {
    Begun begun;
    constexpr int each = 25'000;
    {
        const auto run = begun.run();
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; ++t)
            threads.emplace_back([&, t] {
                const std::string key = "loss/" + std::to_string(t);
                for (int i = 0; i < each; ++i) run->metric(key, i, i + 0.5);
            });
        for (auto& thread : threads) thread.join();
        run->finish({});
    }
    for (int t = 0; t < 3; ++t) {
        const auto series = begun.project.metric_series(begun.created.id, "loss/" + std::to_string(t));
        REQUIRE(series.size() == each);
        CHECK(series.back().value == each - 0.5);
        CHECK(series.back().elapsed >= series.front().elapsed);
    }
    CHECK(begun.project.run(begun.created.id).status == Status::done);
}

TEST_CASE("The same step again replaces the value, within a batch and across", "[core]") {
    Begun begun;
    const auto run = begun.run();
    run->metric("loss", 1, 1);
    run->metric("loss", 1, 2);
    run->flush();
    CHECK(begun.project.metric_series(begun.created.id, "loss").at(0).value == 2);
    run->metric("loss", 1, std::nan(""));
    run->flush();
    CHECK(begun.project.metric_series(begun.created.id, "loss").size() == 1);
    CHECK(std::isnan(begun.project.metric_series(begun.created.id, "loss").at(0).value));
}

TEST_CASE("A run that is dropped writes what it had", "[core][P2]") {
    Begun begun;
    begun.run()->metric("loss", 4, 0.5);
    CHECK(begun.project.metric_series(begun.created.id, "loss").size() == 1);
    CHECK(begun.project.run(begun.created.id).status == Status::running); // it has not ended: its lock is still held
}

TEST_CASE("Artifacts and inputs of a run are hashed; the same name again replaces", "[core][P4]") {
    Begun begun;
    const auto run = begun.run();
    for (const char* text : {"first", "second"}) {
        std::ofstream(run->scratch() / "table.csv") << text;
        run->artifact("table", Kind::table, run->scratch() / "table.csv");
    }
    begun.folder.write("in.npy", "data");
    run->input(begun.folder / "in.npy");
    const auto artifacts = begun.project.artifacts(begun.created.id);
    REQUIRE(artifacts.size() == 1);
    CHECK(artifacts[0].sha256 == sha256("second"));
    CHECK(artifacts[0].file == "table.csv");
    CHECK(begun.project.inputs(begun.created.id).at(0).sha256 == sha256("data"));
    CHECK_THROWS_WITH(run->artifact("none", Kind::table, run->scratch() / "none.csv"), Contains("none.csv"));
    CHECK_THROWS_WITH(run->input(begun.folder / "nowhere.npy"), Contains("nowhere.npy"));
}

TEST_CASE("A full disk is one clear error, and what was kept is written once there is room", "[core][P2][P9]") {
    const FullDisk disk;
    Begun begun;
    const std::string id = begun.created.id;
    const auto run = begun.run();
    run->metric("before", 0, 1);
    run->flush();
    full = true;
    int taken = 0;
    bool said = false;
    for (int i = 0; i < 200 && !said; ++i) {
        try {
            run->metric("loss", taken, taken);
            ++taken;
        } catch (const Error& error) {
            said = std::string(error.what()).find("disk is full") != std::string::npos;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CHECK(said); // without a flush
    std::ofstream(run->scratch() / "table.csv") << "rows";
    CHECK_THROWS_WITH(run->artifact("table", Kind::table, run->scratch() / "table.csv"), Contains("disk is full"));
    CHECK_THROWS_WITH(run->flush(), Contains("disk is full"));
    CHECK(begun.project.metric_series(id, "before").size() == 1);
    full = false;
    run->flush();
    CHECK(begun.project.metric_series(id, "loss").size() == static_cast<std::size_t>(taken));
    run->finish({});
    CHECK(sql(begun.file, "PRAGMA integrity_check").at(0) == "ok");
}

TEST_CASE("A database that another program locks for a moment costs nothing", "[core][P2]") {
    Begun begun;
    const auto run = begun.run();
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(begun.file.c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 5000; ++i) run->metric("loss", i, i);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(500)); // metric never waits
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    run->finish({});
    CHECK(begun.project.metric_series(begun.created.id, "loss").size() == 5000);
}

TEST_CASE("A run in memory keeps what it is told and leaves nothing behind", "[core]") {
    const ScratchFolder folder;
    std::filesystem::path kept;
    {
        MemoryRun run(3);
        CHECK(run.seed() == 3);
        run.metric("loss", 0, 1);
        run.metric("loss", 5, 0.5);
        run.metric("loss", 5, 0.25);
        CHECK(run.last("loss") == 0.25);
        CHECK(run.metrics().at("loss").size() == 2);
        CHECK_THROWS_AS(run.last("error"), Error);
        run.progress(0.5, "half");
        CHECK(run.progress_fraction() == 0.5);
        run.log("line");
        CHECK(run.log_lines() == std::vector<std::string>{"line"});
        for (const char* name : {"a", "b"}) {
            std::ofstream(run.scratch() / "same.csv") << name;
            run.artifact(name, Kind::table, run.scratch() / "same.csv");
        }
        kept = run.artifacts().at("a").file;
        CHECK(sha256_of_file(kept) == sha256("a"));
        CHECK(sha256_of_file(run.artifacts().at("b").file) == sha256("b"));
        CHECK(run.artifacts().at("b").file.filename() == "same.csv");
        CHECK_THROWS_AS(run.artifact("c", Kind::table, run.scratch() / "none"), Error);
        run.request_stop();
        CHECK_THROWS_AS(run.stop_point(), Stopped);
    }
    CHECK_FALSE(std::filesystem::exists(kept));
}
