// SPDX-License-Identifier: BSD-3-Clause
#include "core/jobs/slots.h"

#include "core/platform/machine.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"

#include <cstdlib>
#include <fstream>
#include <string>

using namespace orrery;

namespace {

// A runtime folder of its own, so that tests meet nobody's runs.
struct Runtime {
    ScratchFolder folder;
    Runtime() { setenv("XDG_RUNTIME_DIR", (folder / ".").c_str(), 1); }
    ~Runtime() { unsetenv("XDG_RUNTIME_DIR"); }
};

const int cores = platform::cpu_count();

} // namespace

TEST_CASE("Cores are taken all or not at all, and are free again when their holder is gone", "[core]") {
    const Runtime runtime;
    CHECK(Slots::free({}) == cores);
    {
        const auto all = Slots::try_take({}, cores, "run a of p.orrery");
        REQUIRE(all);
        CHECK(all->descriptors().size() == static_cast<std::size_t>(cores));
        CHECK(Slots::free({}) == 0);
        CHECK_FALSE(Slots::try_take({}, 1, "run b of p.orrery"));
        CHECK(Slots::holders({}) == std::vector<std::string>{"run a of p.orrery"});
        CHECK(Slots::try_take({true, 0}, 1, "run c of p.orrery")); // a GPU is another matter
    }
    CHECK(Slots::holders({}).empty());
    const auto one = Slots::try_take({}, 1, "b");
    REQUIRE(one);
    if (cores > 1) {
        CHECK_FALSE(Slots::try_take({}, cores, "c"));
        CHECK(Slots::free({}) == cores - 1); // what it couldn't use it doesn't keep
    }
}

TEST_CASE("A run of more threads than there are cores takes all of them", "[core]") {
    const Runtime runtime;
    const auto slots = Slots::try_take({}, 10 * cores, "a");
    REQUIRE(slots);
    CHECK(Slots::free({}) == 0);
}

TEST_CASE("Shared slots are taken as long as one of their holders lives", "[core]") {
    const Runtime runtime;
    auto first = Slots::try_take({}, cores, "a");
    REQUIRE(first);
    {
        const auto second = first->share();
        first.reset();
        CHECK_FALSE(Slots::try_take({}, 1, "b"));
    }
    CHECK(Slots::try_take({}, 1, "b"));
}

TEST_CASE("A GPU is one slot, or as many as are asked for", "[core]") {
    const Runtime runtime;
    const Device gpu{true, 1};
    const auto first = Slots::try_take(gpu, 8, "a");
    REQUIRE(first);
    CHECK_FALSE(Slots::try_take(gpu, 8, "b"));
    CHECK(Slots::try_take({true, 0}, 8, "b"));
    setenv("ORRERY_CUDA_SLOTS", "2", 1);
    CHECK(Slots::try_take(gpu, 8, "b"));
    unsetenv("ORRERY_CUDA_SLOTS");
}

TEST_CASE("Where no lock can be made, runs are not kept from computing", "[core]") {
    const ScratchFolder folder;
    const auto file = folder / "file";
    std::ofstream(file) << "no folder";
    setenv("XDG_RUNTIME_DIR", (folder / ".").c_str(), 1);
    std::ofstream(folder / "orrery") << "in the way";
    const auto slots = Slots::try_take({}, 1, "a");
    unsetenv("XDG_RUNTIME_DIR");
    REQUIRE(slots);
    CHECK(slots->descriptors().empty());
}
