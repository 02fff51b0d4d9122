// SPDX-License-Identifier: BSD-3-Clause
#include "core/jobs/queue_thread.h"
#include "core/platform/machine.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/scratch_folder.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

using namespace orrery;

TEST_CASE("However many runs of one thread wait, no more are at work than there are cores", "[core]") {
    const ScratchFolder folder;
    ::setenv("XDG_RUNTIME_DIR", folder.path().c_str(), 1);
    auto project = std::make_shared<Project>(Project::open(folder / "p.orrery", Access::create));
    std::atomic<std::size_t> ended = 0;
    QueueListener listener;
    listener.ended = [&](const EndedJob&) { ++ended; };
    const std::size_t count = 6 + 2 * static_cast<std::size_t>(platform::cpu_count());
    {
        QueueThread queue(project, listener);
        // Their plugin is not there: each ends soon after it has begun, one after the other.
        std::vector<RunRequest> requests(count, sample_request());
        for (auto& request : requests) request.threads = 1;
        queue.add(requests);
        std::size_t most = 0;
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
        while (ended < count && std::chrono::steady_clock::now() < end) {
            std::size_t at_work = 0;
            for (const auto& row : project->unfinished_runs()) at_work += row.status == Status::running;
            most = std::max(most, at_work);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        CHECK(ended == count);
        CHECK(most > 0);
        CHECK(most <= static_cast<std::size_t>(platform::cpu_count()));
    }
}
