// SPDX-License-Identifier: BSD-3-Clause
#include "core/error.h"
#include "core/platform/file_lock.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace orrery;
using platform::is_locked;

TEST_CASE("A lock is held by one, until it is let go", "[core]") {
    const ScratchFolder folder;
    const auto file = folder / "a.lock";
    CHECK_FALSE(is_locked(file));
    {
        const auto lock = FileLock::try_take(file);
        REQUIRE(lock);
        CHECK(is_locked(file));
        CHECK_FALSE(FileLock::try_take(file));
        CHECK(is_locked(file)); // looking at it doesn't take it
    }
    CHECK_FALSE(is_locked(file));
    CHECK(FileLock::try_take(file));
    CHECK_THROWS_AS(FileLock::try_take(folder / "nowhere/a.lock"), Error);
}

TEST_CASE("A child that inherits the lock keeps it when its parent lets go, and gives it back when it is killed",
          "[core][P2]") {
    const ScratchFolder folder;
    const auto file = folder / "a.lock";
    pid_t child = -1;
    {
        auto lock = FileLock::try_take(file);
        REQUIRE(lock);
        child = ::fork();
        if (child == 0) {
            const auto mine = FileLock::adopt(lock->descriptor());
            ::pause();
            ::_exit(0);
        }
    }
    REQUIRE(child > 0);
    CHECK(is_locked(file));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK_FALSE(is_locked(file));
}

TEST_CASE("An adopted lock is not handed on to grandchildren", "[core][P2]") {
    const ScratchFolder folder;
    auto lock = FileLock::try_take(folder / "a.lock");
    REQUIRE(lock);
    const int inherited = ::dup(lock->descriptor()); // without close-on-exec, as after posix_spawn
    const auto adopted = FileLock::adopt(inherited);
    CHECK((::fcntl(inherited, F_GETFD) & FD_CLOEXEC) != 0);
    CHECK_THROWS_AS(FileLock::adopt(987), Error);
}
