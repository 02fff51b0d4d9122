// SPDX-License-Identifier: BSD-3-Clause
// test.walk, which the tests of the job system stand on, as a run in memory sees it.
#include "core/experiment.h"
#include "core/memory_run.h"
#include "tests/catch.h"

#include <algorithm>

using namespace orrery;

namespace {

const Experiment& walk() {
    const auto& all = experiments_of_this_library();
    return **std::find_if(all.begin(), all.end(), [](const auto& e) { return e->declaration.id == "test.walk"; });
}

Values steps(std::int64_t count) {
    Values values = walk().declaration.schema.defaults();
    values["steps"] = count;
    return values;
}

struct Killed {};

} // namespace

TEST_CASE("a walk that was killed and stopped goes on as if it had not been", "[core][P2]") {
    MemoryRun whole(3), killed(3), stopped(3), last(3);
    const auto bias_at_40 = [](MemoryRun& run, std::int64_t step) {
        if (step == 40) run.change("bias", 0.8);
    };
    whole.on_checkpoint([&](std::int64_t step) { bias_at_40(whole, step); });
    walk().run(steps(300), whole);
    CHECK(whole.metrics().at("place").size() == 300);

    killed.on_checkpoint([&](std::int64_t step) {
        bias_at_40(killed, step);
        if (step == 100) throw Killed();
    });
    CHECK_THROWS_AS(walk().run(steps(300), killed), Killed);
    stopped.go_on_from(killed);
    stopped.on_checkpoint([&](std::int64_t step) {
        if (step == 200) stopped.request_stop();
    });
    CHECK_THROWS_AS(walk().run(steps(300), stopped), Stopped);
    last.go_on_from(stopped);
    walk().run(steps(300), last);
    CHECK(last.metrics() == whole.metrics());
    // A mean step of 0.8 from step 41 on.
    CHECK(whole.last("place") > 150);

    // The last 256 places, the oldest first.
    const Array shown = last.frames().at("place");
    REQUIRE(shown.shape() == std::vector<std::int64_t>{256});
    for (std::int64_t i = 0; i < 256; ++i)
        CHECK(shown.values<double>()[static_cast<std::size_t>(i)] == whole.metrics().at("place").at(300 - 256 + i));
}

TEST_CASE("a walk with full bias only goes one way", "[core]") {
    for (const double bias : {-1.0, 1.0}) {
        MemoryRun run(1);
        Values values = steps(50);
        values["bias"] = bias;
        walk().run(values, run);
        CHECK(run.last("place") == 50 * bias);
    }
}
