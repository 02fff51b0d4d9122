// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/platform/disk.h"
#include "core/platform/process_info.h"
#include "core/sha256.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <cmath>
#include <sys/stat.h>
#include <unistd.h>

using namespace orrery;
namespace fs = std::filesystem;

TEST_CASE("A stored file moves to the place its content names, read-only", "[core][P4]") {
    const ScratchFolder folder;
    folder.write("result.h5", "numbers");
    const auto stored = platform::store_by_hash(folder / "result.h5", folder / "artifacts");
    CHECK(stored.sha256 == sha256("numbers"));
    CHECK(stored.bytes == 7);
    const auto place = folder / "artifacts" / stored.sha256.substr(0, 2) / stored.sha256;
    CHECK(sha256_of_file(place) == stored.sha256);
    CHECK_FALSE(fs::exists(folder / "result.h5"));
    struct stat info {};
    REQUIRE(::stat(place.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0444);

    folder.write("same.h5", "numbers"); // the same content is kept once
    CHECK(platform::store_by_hash(folder / "same.h5", folder / "artifacts").sha256 == stored.sha256);
    CHECK_FALSE(fs::exists(folder / "same.h5"));
    CHECK(std::distance(fs::directory_iterator(place.parent_path()), fs::directory_iterator()) == 1);
}

TEST_CASE("A stored file that others still name is copied, not taken away", "[core][P4]") {
    const ScratchFolder folder;
    folder.write("original", "text");
    fs::create_symlink(folder / "original", folder / "link");
    const auto linked = platform::store_by_hash(folder / "link", folder / "artifacts");
    CHECK(folder.text_of("original") == "text");
    const auto place = folder / "artifacts" / linked.sha256.substr(0, 2) / linked.sha256;
    CHECK(fs::is_regular_file(fs::symlink_status(place)));

    folder.write("first", "twice");
    fs::create_hard_link(folder / "first", folder / "second");
    const auto hard = platform::store_by_hash(folder / "second", folder / "artifacts");
    folder.write("first", "changed later");
    CHECK(sha256_of_file(folder / "artifacts" / hard.sha256.substr(0, 2) / hard.sha256) == hard.sha256);
    CHECK(std::distance(fs::directory_iterator(folder / "artifacts"), fs::directory_iterator()) ==
          2); // no copy left over
}

TEST_CASE("A file from another disk is copied and removed", "[core]") {
    const ScratchFolder folder;
    if (!fs::exists("/dev/shm") || ::access("/dev/shm", W_OK) != 0) return;
    const fs::path far = "/dev/shm/orrery-test-" + std::to_string(::getpid());
    std::ofstream(far) << "from afar";
    const auto stored = platform::store_by_hash(far, folder / "artifacts");
    CHECK(stored.sha256 == sha256("from afar"));
    CHECK(sha256_of_file(folder / "artifacts" / stored.sha256.substr(0, 2) / stored.sha256) == stored.sha256);
    CHECK_FALSE(fs::exists(far));
}

TEST_CASE("What can't be stored is said and left alone", "[core][P9]") {
    const ScratchFolder folder;
    CHECK_THROWS_WITH(platform::store_by_hash(folder / "nowhere", folder / "artifacts"),
                      Catch::Matchers::Contains("nowhere"));
    fs::create_directory(folder / "folder");
    CHECK_THROWS_AS(platform::store_by_hash(folder / "folder", folder / "artifacts"), Error);
    CHECK(fs::is_directory(folder / "folder"));
}

TEST_CASE("UTC times read back, and nothing else does", "[core]") {
    CHECK(platform::seconds_of_utc("1970-01-02T00:00:00.250Z") == 86400.25);
    CHECK(platform::seconds_of_utc("2026-11-21T05:50:30.123Z") == Approx(1795240230.123).epsilon(1e-14));
    for (const char* text :
         {"", "2026-11-21", "2026-11-21T05:50:30Z", "2026-11-21T05:50:30.123", "2026-11-21T05:50:30.123Zx"})
        CHECK(std::isnan(platform::seconds_of_utc(text)));
    const auto now = platform::utc_now();
    CHECK(now.size() == 24);
    CHECK_FALSE(std::isnan(platform::seconds_of_utc(now)));
}

TEST_CASE("A process is told from a later one of the same number by its start", "[core][P2]") {
    CHECK(platform::process_start(platform::process_id()) > 0);
    CHECK(platform::process_start(platform::process_id()) == platform::process_start(::getpid()));
    CHECK(platform::process_start(999999999) == 0);
    CHECK(platform::command_line().at(0).find("test_core") != std::string::npos);
}

TEST_CASE("Kept room leaves no file behind", "[core][P2]") {
    const ScratchFolder folder;
    {
        const platform::KeptRoom room(folder.path(), 1 << 16);
        CHECK(folder.count() == 0);
    }
    CHECK_THROWS_WITH(platform::KeptRoom(folder / "nowhere", 1), contains_text("nowhere"));
}
